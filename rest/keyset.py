"""The SQL of pages of rows that belong to an owner (observations of stations), owner by owner.

Rows come in the order of the owner's name, then of their own key. Each owner is asked through the
index (owner, key), and only until the page is full, so a page costs the same however large the
table is, however deep in it the page lies, and whatever range of keys is asked for.
"""

from dataclasses import dataclass, field, replace
from itertools import chain, islice

from rest.database import connection, fetch

MOST_OWNERS = 1000
"""Owners named in one statement, where it takes several: see page_in_steps."""


@dataclass(frozen=True)
class Rows:
    """A table of rows that belong to an owner. All strings become part of the SQL.

    `key` and `columns` are columns of the table; `span` are the least and the greatest value that
    the first of the key can have.
    """

    table: str
    reference: str  # the column that holds the owner's id
    key: tuple
    span: tuple
    columns: tuple
    owners: str
    owner_name: str  # the owner's unique column, which orders
    lasting: bool = True  # these very rows are asked for again and again
    with_rows: str = "1 = 1"  # true of every owner, alias s, that has rows: others are not even looked for

    @property
    def order(self):
        return (f"s.{self.owner_name}", *(f"o.{column}" for column in self.key))


@dataclass
class Selection:
    """Conditions on owners (alias s) and rows (alias o) as (SQL, parameters), and a range of keys."""

    first: object
    last: object
    owners: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    one: str | None = None
    """The name of the owner, where the conditions name exactly one."""


def page(rows, selection, position, limit):
    """Return at most `limit` tuples (owner's name, *key, *columns) next to a Position or None.

    Backward, the row nearest to the position comes first.
    """
    if selection.one:
        return page_of_one(rows, selection, position, limit)
    found = rest_of_owner(rows, selection, position, limit) if position else []
    if len(found) == limit:
        return found
    more = page_in_steps if connection().vendor == "mysql" else page_of_more
    return found + more(rows, selection, position, limit - len(found))


def rest_of_owner(rows, selection, position, limit):
    """Return what the owner at the position has beyond it: mostly that fills the page."""
    name = position.key[0]
    owners = [*selection.owners, (f"s.{rows.owner_name} = %s", [name])]
    return page_of_one(rows, replace(selection, one=name, owners=owners), position, limit)


def page_of_more(rows, selection, position, limit):
    """Return rows of the owners beyond that at the position, or of all."""
    backward = position is not None and position.backward
    order = ", ".join(f"{column} DESC" if backward else column for column in rows.order)
    owner_sql, owner_parameters = joined(
        [(rows.with_rows, []), *selection.owners, *owners_beyond(rows, position)]
    )
    row_sql, row_parameters = joined([*selection.rows, *in_range(rows, selection)])
    columns = ", ".join((*rows.key, *rows.columns))
    reference = f"o.{rows.reference} = s.id"
    if connection().vendor == "postgresql":
        # Without the inner LIMIT the planner may read a station whole, or all of them.
        inner_order = order.split(", ", 1)[1]
        sql = f"""SELECT s.{rows.owner_name}, o.* FROM {rows.owners} s CROSS JOIN LATERAL (
            SELECT {columns} FROM {rows.table} o WHERE {reference} AND {row_sql}
            ORDER BY {inner_order} LIMIT %s) o
            WHERE {owner_sql} ORDER BY {order} LIMIT %s"""  # noqa: S608 names from the code only
        return fetch(sql, [*row_parameters, limit, *owner_parameters, limit])
    # SQLite never reorders a CROSS JOIN, and sees that the order is that of the two indexes.
    sql = f"""SELECT s.{rows.owner_name}, {columns} FROM {rows.owners} s CROSS JOIN {rows.table} o
        WHERE {reference} AND {row_sql} AND {owner_sql} ORDER BY {order} LIMIT %s"""  # noqa: S608
    return fetch(sql, [*row_parameters, *owner_parameters, limit])


def page_of_one(rows, selection, position, limit):
    """Return what `page` does where there is one owner: without a join it takes PostgreSQL a quarter less."""
    backward, conditions = position is not None and position.backward, [*selection.rows]
    if position is not None and position.key[0] == selection.one:
        selection = narrowed(selection, position)
        conditions.append(beyond_key(rows, position))
    elif position is not None and (position.key[0] > selection.one) != backward:
        return []
    owner_sql, owner_parameters = joined(selection.owners)
    row_sql, row_parameters = joined([*conditions, *in_range(rows, selection)])
    columns = ", ".join((*rows.key, *rows.columns))
    order = ", ".join(f"o.{key}{' DESC' if backward else ''}" for key in rows.key)
    sql = f"""SELECT %s, {columns} FROM {rows.table} o
        WHERE o.{rows.reference} = (SELECT s.id FROM {rows.owners} s WHERE {owner_sql}) AND {row_sql}
        ORDER BY {order} LIMIT %s"""  # noqa: S608
    return fetch(sql, [selection.one, *owner_parameters, *row_parameters, limit], often=rows.lasting)


def count(rows, selection):
    """Return the number of rows selected: one look into the index per owner."""
    if connection().vendor == "mysql":
        return count_in_steps(rows, selection)
    owner_sql, owner_parameters = joined(selection.owners)
    row_sql, row_parameters = joined([*selection.rows, *in_range(rows, selection)])
    sql = f"""SELECT sum((SELECT count(*) FROM {rows.table} o
        WHERE o.{rows.reference} = s.id AND {row_sql})) FROM {rows.owners} s
        WHERE {rows.with_rows} AND {owner_sql}"""  # noqa: S608
    return int(fetch(sql, [*row_parameters, *owner_parameters])[0][0] or 0)


def page_in_steps(rows, selection, position, limit):
    """Return what `page_of_more` does, by statements that name the owners.

    MySQL looks into an index for a range of keys only where the owner is a constant: in a join, and in
    LATERAL too, it reads all rows of every owner. The first statement asks one owner, and the next ones as
    many as it will take to fill the page.
    """
    backward = position is not None and position.backward
    found, step, growth = [], 1, 16
    owners = owners_in_order(rows, selection, position)
    while len(found) < limit and (some := list(islice(owners, step))):
        wanted = limit - len(found)
        more = rows_of_owners(rows, selection, some, wanted, backward)
        if len(more) > wanted * 4 and step > 1:  # perhaps cut off: ask for fewer
            owners, step, growth = chain(some, owners), 1, 2
            continue
        found += more
        step = max(1, min((limit - len(found)) * step // max(len(more), 1), step * growth, MOST_OWNERS))
    return found[:limit]


def count_in_steps(rows, selection):
    total, owners = 0, owners_in_order(rows, selection, None)
    while some := list(islice(owners, MOST_OWNERS)):
        where, parameters = joined([among(rows, some), *selection.rows, *in_range(rows, selection)])
        total += fetch(f"SELECT count(*) FROM {rows.table} o WHERE {where}", parameters)[0][0]  # noqa: S608
    return total


def owners_in_order(rows, selection, position):
    """Yield (key, name) of the owners beyond that at the position, or of all."""
    backward = position is not None and position.backward
    name, size = f"s.{rows.owner_name}", 16
    order, sign = ("DESC", "<") if backward else ("ASC", ">")
    start = owners_beyond(rows, position)
    while True:
        where, parameters = joined([(rows.with_rows, []), *selection.owners, *start])
        sql = f"SELECT s.id, {name} FROM {rows.owners} s WHERE {where} ORDER BY {name} {order} LIMIT %s"  # noqa: S608
        some = fetch(sql, [*parameters, size])
        yield from some
        if len(some) < size:
            return
        start, size = [(f"{name} {sign} %s", [some[-1][1]])], MOST_OWNERS


def rows_of_owners(rows, selection, owners, wanted, backward):
    """Return rows of owners in order: of one as many as wanted, of several more, so that none is missed."""
    where, parameters = joined([among(rows, owners), *selection.rows, *in_range(rows, selection)])
    columns = ", ".join((f"o.{rows.reference}", *rows.key, *rows.columns))
    keys = (f"o.{column}{' DESC' if backward else ''}" for column in (rows.reference, *rows.key))
    sql = f"SELECT {columns} FROM {rows.table} o WHERE {where} ORDER BY {', '.join(keys)} LIMIT %s"  # noqa: S608
    found = fetch(sql, [*parameters, wanted if len(owners) == 1 else wanted * 4 + 1])
    names, order = dict(owners), {key: place for place, (key, _) in enumerate(owners)}
    return [(names[key], *row) for key, *row in sorted(found, key=lambda row: order[row[0]])]


def among(rows, owners):
    marks = ", ".join(["%s"] * len(owners))
    return f"o.{rows.reference} IN ({marks})", [key for key, _ in owners]


def owners_beyond(rows, position):
    """Skip the owners up to that at the position: a range of the index on their name."""
    if position is None:
        return []
    return [(f"s.{rows.owner_name} {'<' if position.backward else '>'} %s", [position.key[0]])]


def in_range(rows, selection):
    """Limit the first column of the key. A limit that excludes nothing the planner would count on."""
    column = f"o.{rows.key[0]}"
    low = [(f"{column} >= %s", [selection.first])] if selection.first > rows.span[0] else []
    high = [(f"{column} <= %s", [selection.last])] if selection.last < rows.span[1] else []
    return low + high


def beyond_key(rows, position):
    """Return the condition on the rows of the owner at the position that they are beyond it."""
    _, *key = position.key
    columns, marks = ", ".join(rows.order[1:]), ", ".join(["%s"] * len(key))
    return f"({columns}) {'<' if position.backward else '>'} ({marks})", key


def narrowed(selection, position):
    """Return the selection within what the owner at the position has beyond it, or in the same year."""
    start = position.key[1]
    if position.backward:
        return replace(selection, last=min(start, selection.last))
    return replace(selection, first=max(start, selection.first))


def joined(conditions):
    """Return conditions as one, (SQL, parameters)."""
    sql = " AND ".join(f"({text})" for text, _ in conditions) or "1 = 1"
    return sql, [parameter for _, parameters in conditions for parameter in parameters]
