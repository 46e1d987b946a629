import datetime
from decimal import Decimal

import pytest
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from rest.parameters import Query, box, choice, code, day, decimal, point, whole, words

pytestmark = pytest.mark.once


class ExampleQuery(Query):
    size = whole(1, 1000, default=100)
    year = whole(1, 9999)
    date = day()
    word = choice(["all", "accepted"])
    state = code("[A-Za-z]{2}", "two letters", change=str.upper, several=True)
    bbox = box()
    near = point()
    share = decimal(0, 1)
    name = words(10)


QUERY = ExampleQuery()


def refusal(text):
    with pytest.raises(ValidationError) as error:
        QUERY.read(QueryDict(text))
    return error.value.detail


def test_read_gives_values_and_defaults():
    assert QUERY.read(
        QueryDict("year=0985&date=2000-02-29&word=all&state=ne,il&state=NE&bbox=-1,-2.5,3,4")
    ) == {
        "size": 100,
        "year": 985,
        "date": datetime.date(2000, 2, 29),
        "word": "all",
        "state": ["NE", "IL"],
        "bbox": (-1.0, -2.5, 3.0, 4.0),
    }


def test_read_does_not_remember():
    QUERY.read(QueryDict("size=5&state=NE"))
    assert QUERY.read(QueryDict("")) == {"size": 100}


def test_schema_has_defaults_and_the_most_values_that_are_said():
    word = choice(["all", "accepted"], default="all")
    assert word.schema == {"type": "string", "enum": ["all", "accepted"], "default": "all"}
    several = code("[A-Z]", "a letter", several=True, most=3).schema
    assert several == {
        "type": "array",
        "items": {"type": "string", "pattern": "^[A-Z]$"},
        "minItems": 1,
        "maxItems": 3,
    }


def test_unknown_parameter_names_the_known_ones():
    known = "size, year, date, word, state, bbox, near, share, name"
    assert refusal("colour=red") == {"colour": [f"unknown parameter; known are {known}"]}


def test_every_wrong_parameter_is_named():
    assert refusal("size=0&year=x") == {
        "size": ["expected a whole number from 1 to 1000, got '0'"],
        "year": ["expected a whole number from 1 to 9999, got 'x'"],
    }


def test_repeated_parameter_of_one_value_is_refused():
    assert refusal("year=1985&year=1986") == {"year": ["given 2 times; it takes one value"]}


@pytest.mark.parametrize(
    "number", ["", "0", "10000", "-1", "+1", "1.0", "1e3", " 1", "1_0", "٣", "¹", "1%00", "9" * 5000]
)
def test_year_that_is_no_plain_number_is_refused(number):
    assert list(refusal(f"year={number}")) == ["year"]


@pytest.mark.parametrize(
    "date",
    [
        "",
        "0000-01-01",
        "1985-02-29",
        "1985-1-1",
        "19850101",
        "1985-W01-1",
        "1985-01-01T00:00",
        "1985-01-01%00",
        "10000-01-01",
        "١٩٨٥-01-01",
        "1985-13-01",
        "1985-01-01 ",
        "1985-01-01%0A",
    ],
)
def test_date_that_is_no_iso_date_is_refused(date):
    assert list(refusal(f"date={date}")) == ["date"]


@pytest.mark.parametrize("states", ["", "N", "NEB", "NE,", ",NE", "NE,,IL", "N1", "NE%0A", "ﬀ", "NE;IL"])
def test_state_that_is_not_two_letters_is_refused(states):
    assert list(refusal(f"state={states}")) == ["state"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "1,2,3,x",
        "1,2,3,",
        "-181,0,0,0",
        "0,0,180.1,0",
        "0,-90.5,0,0",
        "0,0,0,91",
        "0,1,0,0",
        "nan,0,0,0",
        "inf,0,0,0",
        "1e1,0,0,0",
        "0, 0,0,0",
        "٣,0,0,0",
    ],
)
def test_box_that_is_not_on_earth_is_refused(text):
    assert list(refusal(f"bbox={text}")) == ["bbox"]


def test_box_across_the_180th_meridian():
    assert QUERY.read(QueryDict("bbox=170,-10,-170,10"))["bbox"] == (170.0, -10.0, -170.0, 10.0)


def test_message_shows_no_control_characters_and_no_end_of_text():
    assert refusal("year=\x00\n") == {"year": ["expected a whole number from 1 to 9999, got '\\x00\\n'"]}
    assert refusal("year=" + "9" * 5000) == {
        "year": [f"expected a whole number from 1 to 9999, got '{'9' * 40}…'"]
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,0", (0.0, 0.0)),
        ("-90,180", (-90.0, 180.0)),
        ("90,-180.0", (90.0, -180.0)),
        ("1.5,-2", (1.5, -2.0)),
    ],
)
def test_point_is_latitude_and_longitude(text, value):
    assert QUERY.read(QueryDict(f"near={text}"))["near"] == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected latitude,longitude in decimal degrees, got ''"),
        ("1", "expected latitude,longitude in decimal degrees, got '1'"),
        ("1,2,3", "expected latitude,longitude in decimal degrees, got '1,2,3'"),
        ("1, 2", "expected latitude,longitude in decimal degrees, got '1, 2'"),
        ("1e1,2", "expected latitude,longitude in decimal degrees, got '1e1,2'"),
        ("91,0", "expected a latitude from -90 to 90, the latitude first, got '91,0'"),
        ("-90.1,0", "expected a latitude from -90 to 90, the latitude first, got '-90.1,0'"),
        ("0,180.1", "expected a longitude from -180 to 180, got '0,180.1'"),
    ],
)
def test_point_that_is_none_is_refused(text, message):
    assert refusal(f"near={text}") == {"near": [message]}


@pytest.mark.parametrize("text", ["0", "1", "0.9", "1.0", "-0.0", "1e-05", "5E-324", "0.30000000000000004"])
def test_decimal_is_exactly_what_was_written(text):
    assert QUERY.read(QueryDict(f"share={text}"))["share"] == Decimal(text)


@pytest.mark.parametrize(
    "text", ["", "1.1", "-0.1", "nan", "inf", ".9", "1.", "0,9", " 1", "٠", "1e9999", "0" * 99, "0.9%00"]
)
def test_decimal_that_is_none_or_out_of_range_is_refused(text):
    assert list(refusal(f"share={text}")) == ["share"]


@pytest.mark.parametrize("text", ["x", "7", "Łódź", "a b", "it's", "x" * 10])
def test_words_are_text_as_it_came(text):
    assert QUERY.read(QueryDict(f"name={text}"))["name"] == text


@pytest.mark.parametrize("text", ["", " ", "%", "東京", "x" * 11])
def test_words_without_a_letter_or_too_many_are_refused(text):
    assert list(refusal(f"name={text.replace('%', '%25')}")) == ["name"]
