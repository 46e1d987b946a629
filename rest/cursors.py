"""Cursors: the key of the row a page starts after, so that new data never shifts a page."""

import base64
import re
from typing import NamedTuple

from rest.parameters import Parameter, expected


class Position(NamedTuple):
    """Between two rows: after the row of this key or, backward, before it."""

    key: tuple
    backward: bool


def encode(position):
    text = ("<" if position.backward else ">") + ",".join(map(str, position.key))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode(cursor, key):
    """Return the Position a cursor stands for; `key` holds a Parameter for each part of the key.

    Raise ValueError for whatever `encode` would not have written.
    """
    if not re.fullmatch("[A-Za-z0-9_-]{1,200}", cursor):
        raise expected("a cursor taken from next or previous", cursor)
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        parts = [parameter.parse(part) for parameter, part in zip(key, text[1:].split(","), strict=True)]
        position = Position(tuple(parts), backward=text[0] == "<")
        if encode(position) == cursor:
            return position
    except ValueError:
        pass
    raise expected("a cursor taken from next or previous", cursor)


def cursor(*key):
    """A parameter that is a cursor of rows whose key has these parts."""
    return Parameter(
        lambda text: decode(text, key),
        {"type": "string", "format": "cursor", "maxLength": 200, "pattern": "^[A-Za-z0-9_-]+$"},
        "Where the page starts: opaque, taken from `next` or `previous` of another page.",
    )
