import base64
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.cursors import Position, decode, encode
from rest.parameters import code, day
from weather.formats import STATION_ID

pytestmark = pytest.mark.once

KEY = (code(STATION_ID, "a station id"), day())
POSITION = Position(("USC00110072", datetime.date(1985, 1, 1)), backward=False)


def cursor_of(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@given(st.from_regex(STATION_ID, fullmatch=True), st.dates(), st.booleans())
def test_decode_undoes_encode(station_id, date, backward):
    position = Position((station_id, date), backward)
    assert decode(encode(position), KEY) == position


def test_cursor_is_short_and_fit_for_a_url():
    assert encode(POSITION) == "PlVTQzAwMTEwMDcyLDE5ODUtMDEtMDE"


def test_cursor_of_driver_text_is_that_of_a_date():
    assert encode(Position(("USC00110072", "1985-01-01"), backward=False)) == encode(POSITION)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "USC00110072,1985-01-01",
        ">USC00110072",
        ">USC00110072,1985-01-01,1",
        ">USC00110072,1985-02-30",
        "=USC00110072,1985-01-01",
        ">'; DROP TABLE x,1985-01-01",
        "> USC00110072,1985-01-01",
        ">é,1985-01-01",
    ],
)
def test_forged_cursor_is_refused(text):
    with pytest.raises(ValueError, match="expected a cursor taken from next or previous"):
        decode(cursor_of(text), KEY)


@pytest.mark.parametrize("cursor", ["", "x", "é", "=", "a" * 5000, "\x00"])
def test_garbled_cursor_is_refused(cursor):
    with pytest.raises(ValueError, match="expected a cursor taken from next or previous"):
        decode(cursor, KEY)


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text):
    with pytest.raises(ValueError, match="expected a cursor"):
        decode(text, KEY)


def test_cursor_with_spare_bits_is_refused():
    cursor = encode(POSITION)
    assert cursor[-1] == "E"  # the last character carries two bits more than the text has
    with pytest.raises(ValueError, match="expected a cursor"):
        decode(cursor[:-1] + "F", KEY)
