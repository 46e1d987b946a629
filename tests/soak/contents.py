"""What an archive says, in parts that can be compared, and what is wrong with it."""

from collections import Counter, defaultdict

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Sum

from stats.compute import recompute_all
from stats.models import MonthlyStats, YearlyStats
from weather.models import Archive, Change, IngestRun, Observation, SourceFile, Station, Work

MODELS = [model for app in ("weather", "stats") for model in apps.get_app_config(app).get_models()]
MODELS = [model for model in MODELS if model._meta.managed]
TABLES = [model._meta.db_table for model in MODELS]
BOOKS = (Archive, IngestRun, Work)
"""What depends on how often a run was ended, not only on what was read: faults() looks at it."""

WITH_MEANING = [model for model in MODELS if model not in BOOKS]
STATISTICS = (YearlyStats, MonthlyStats)

HASH = {
    "postgresql": "sum(hash_record_extended(ROW({columns}), 0)::numeric)::text",
    "sqlite": "row_hash({columns})",
    "mysql": "CAST(sum(crc32(json_array({columns}))) AS char)",
}
"""A number for a set of rows. That of SQLite holds among processes forked from the same one."""


class RowHash:
    def __init__(self):
        self.sum = 0

    def step(self, *row):
        self.sum += hash(row)

    def finalize(self):
        return str(self.sum)


def content(models=WITH_MEANING):
    """Return {(table, *whose): hashes} of what carries meaning, but ids of the database and times.

    `whose` are station ids, and (URI, fingerprint) in place of source files.
    """
    files = SourceFile.objects.values_list("pk", "uri", "fingerprint")
    labels = {
        Station: dict(Station.objects.values_list("pk", "station_id")),
        SourceFile: {pk: tuple(file) for pk, *file in files},
    }
    result = defaultdict(set)
    for model in models:
        table, (keys, columns) = model._meta.db_table, keys_and_columns(model)
        for *row, count, number in hashes(table, keys, columns):
            whose = (key and labels[of].get(key, "lost") for key, of in zip(row, keys.values(), strict=True))
            result[table, *whose].add((count, number))
    return dict(result)


def keys_and_columns(model):
    """Return the columns that say whose a row is, as {column: Station or SourceFile}, and the others."""
    keys, columns = {}, []
    for field in model._meta.concrete_fields:
        target = field.related_model or (model if field.primary_key else None)
        if target in (Station, SourceFile):
            keys[field.column] = target
        elif not (target or isinstance(field, models.DateTimeField) or field.name == "generation"):
            columns.append(field.column)
    return keys, columns


def hashes(table, keys, columns):
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.create_aggregate("row_hash", -1, RowHash)
    whose, what = (", ".join(map(connection.ops.quote_name, names)) for names in (keys, columns))
    number = HASH[connection.vendor].format(columns=what)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {whose}, count(*), {number} FROM {table} GROUP BY {whose}")
        return cursor.fetchall()


def by_file(content, owner):
    """Return the parts of a content as {URI: {part: hashes}}; `owner` is {station id: URI of its file}."""
    files = defaultdict(dict)
    for part, value in content.items():
        names = (owner.get(label) if isinstance(label, str) else label and label[0] for label in part[1:])
        files[next(filter(None, names), "nobody's")][part] = value
    return files


def halves(content, expected, done=()):
    """Yield files that are neither as they were nor as they are to be; which those that are done must be."""
    now, old, new = (by_file(part, expected.owner) for part in (content, expected.old, expected.new))
    for uri in now.keys() | old.keys() | new.keys():
        if now[uri] != new[uri] and (uri in done or now[uri] != old[uri]):
            yield f"{uri}: {'not in' if uri in done else 'half'}: {', '.join(differing(now[uri], new[uri]))}"


def differing(one, other):
    """Return the tables that are not the same in both."""
    return sorted({part[0] for part in one.keys() | other.keys() if one.get(part) != other.get(part)})


def faults(running=0, stations=()):
    """Return what is wrong with this process's archive, in which so many runs may be open.

    The statistics of some stations are reckoned once more.
    """
    return [*files_at_fault(), *totals_at_fault(), *runs_at_fault(running), *stale(stations)]


def files_at_fault():
    for file in SourceFile.objects.all():
        if file.read != file.inserted + file.updated + file.unchanged + file.rejected:
            yield f"the books of {file.uri} do not balance"
    twice = Counter(SourceFile.objects.ingested().values_list("uri", "fingerprint"))
    yield from (f"{uri} is in the ledger {times} times" for (uri, _), times in twice.items() if times > 1)
    generations = sorted(SourceFile.objects.ingested().values_list("generation", flat=True))
    last = Archive.objects.get().generation
    checked = Station.objects.filter(observed=True, check_due=False).exists()  # which has its own generations
    expected = sorted(set(generations) & set(range(1, last + 1))) if checked else list(range(1, last + 1))
    if generations != expected:
        yield f"generation {last}, and of the files {generations}"


def totals_at_fault():
    days = Observation.objects.count()
    for rows in (SourceFile.objects.ingested(), Change.objects.all()):
        inserted = rows.aggregate(total=Sum("inserted", default=0))["total"]
        if inserted != days:
            yield f"{days} observations, {inserted} inserted by {rows.model.__name__}"


def runs_at_fault(running):
    open_runs = IngestRun.objects.filter(status=IngestRun.Status.RUNNING)
    if len(open_runs) > running:
        yield f"{len(open_runs)} runs are open"
    sums = {f"sum_{name}": Sum(f"source_files__{name}", default=0) for name in IngestRun.COUNTS}
    for run in IngestRun.objects.exclude(pk__in=open_runs).annotate(**sums):
        if any(getattr(run, name) != getattr(run, f"sum_{name}") for name in IngestRun.COUNTS):
            yield f"the totals of {run} are not those of its files"


def stale(stations):
    """Yield what is wrong with the statistics: they are made anew, compared, and left as they were."""
    if not stations:
        return
    with transaction.atomic():
        before = content(STATISTICS)
        recompute_all(Station.objects.filter(station_id__in=stations))
        if wrong := differing(before, content(STATISTICS)):
            yield f"stale: {', '.join(wrong)}"
        transaction.set_rollback(True)
