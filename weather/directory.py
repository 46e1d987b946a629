"""Stations by name and by distance, from a copy of all names and positions in memory.

No database searches names alike, and SQLite has no trigonometry; here every database gives the same answer to
the last digit. The copy is right as long as the archive's version is the one it was made of, for whatever
changes a station changes that: a look at one row tells.
"""

import math
import re
import unicodedata
from bisect import bisect_left
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rest.database import fetch, version

EARTH_KM = 6371.0088
"""The mean radius of the earth."""

HALF_WAY = 2_001_512
"""Hundredths of km to the other side of the earth: no point is farther away."""

STATIONS = """SELECT station_id, id, name, latitude, longitude FROM weather_stations ORDER BY station_id"""

WITHOUT_ACCENT = str.maketrans({"Ø": "O", "Ł": "L", "Đ": "D", "Æ": "AE", "Œ": "OE", "'": None, "’": None})
"""Letters that Unicode does not take apart, and what is left out within a word: O'Hare is OHARE."""


def directory():
    """Return the Directory of the archive as it is."""
    return directory_at(version())


@lru_cache(maxsize=1)
def directory_at(version):
    return directory_of(tuple(fetch(STATIONS, [])))


@lru_cache(maxsize=1)
def directory_of(stations):
    """Keep what was derived from names and positions where a generation has changed none of them."""
    return Directory(stations)


class Directory:
    """All stations as (station id, primary key, name, latitude, longitude), in the order of their ids.

    A station's number is its place in that order.
    """

    def __init__(self, stations):
        self.stations = stations

    @cached_property
    def numbers(self):
        """The number of a station by its primary key."""
        return {key: number for number, (_, key, *_) in enumerate(self.stations)}

    @cached_property
    def names(self):
        """The names as `plain` has them."""
        return [plain(name) for _, _, name, *_ in self.stations]

    @cached_property
    def having_word(self):
        """The numbers of the stations that have a word in their name, by word."""
        numbers = {}
        for number, name in enumerate(self.names):
            for word in name.split():
                numbers.setdefault(word, []).append(number)
        return numbers

    @cached_property
    def vocabulary(self):
        return sorted(self.having_word)

    @cached_property
    def vectors(self):
        """Where the stations are, on a sphere of radius 1; None for those without a position."""
        return [
            None if None in (latitude, longitude) else vector(latitude, longitude)
            for *_, latitude, longitude in self.stations
        ]

    def named(self, text):
        """Return {number: rank} of the stations whose name matches a text.

        Rank 0 is the name itself, 1 a name that begins with the text, 2 a name with words that begin with
        its words, in whatever order; every letter that is wrong, missing, too much or swapped with the next
        one adds 1. As many of them are allowed as usual: none in a word of 2, one in 5, two in longer ones.
        """
        phrase = plain(text)
        first, *others = dict.fromkeys(phrase.split())
        found = self.edits(first)
        for word in others:
            if found:
                edits = self.edits(word)
                found = {number: found[number] + edits[number] for number in found.keys() & edits.keys()}
        return {number: edits + self.rank(number, phrase, edits) for number, edits in found.items()}

    def rank(self, number, phrase, edits):
        if edits or not self.names[number].startswith(phrase):
            return 2
        return int(self.names[number] != phrase)

    def edits(self, word):
        """Return {number: edits} of the stations with a word like this one; a beginning needs no edits."""
        allowed = (len(word) > 2) + (len(word) > 5)
        alike = process.extract(word, self.vocabulary, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        found = {}
        for other, edits, _ in reversed(alike):  # the nearest come first, and here last
            found |= dict.fromkeys(self.having_word[other], edits)
        start, end = (bisect_left(self.vocabulary, word + last) for last in ("", "\uffff"))
        for other in self.vocabulary[start:end]:
            found |= dict.fromkeys(self.having_word[other], 0)
        return found

    def around(self, latitude, longitude, numbers):
        """Return a function that gives {number: distance} of those stations between two distances.

        Distances are whole hundredths of km, the two included. Half the chord between two points is the sine
        of half their angle: haversine, with vectors. Chords are quick to get and to compare.
        """
        vectors, here = self.vectors, vector(latitude, longitude)
        numbers = [number for number in numbers if vectors[number]]
        chords = [math.dist(here, vectors[number]) for number in numbers]

        def between(nearest, farthest):
            shortest, longest = chord(nearest - 1), chord(farthest + 1)
            some = zip(numbers, chords, strict=True)
            near = {number: distance(long) for number, long in some if shortest <= long <= longest}
            return {number: far for number, far in near.items() if nearest <= far <= farthest}

        return between


def distance(chord):
    """Return the distance on the earth, in hundredths of km, of two points with a chord on a sphere of 1."""
    return round(200 * EARTH_KM * math.asin(min(chord / 2, 1)))


def chord(distance):
    """Return the chord of two points at a distance; what is too near or far is as near or far as can be."""
    return 2 * math.sin(min(max(distance / (200 * EARTH_KM), 0), math.pi / 2))


def plain(name):
    """Return a name in capital letters A to Z and digits, other signs as one space, accents taken off."""
    name = name.upper().translate(WITHOUT_ACCENT)
    if not name.isascii():
        name = "".join(
            sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)
        )
    return " ".join(re.findall("[A-Z0-9]+", name))


def vector(latitude, longitude):
    north, east = math.radians(latitude), math.radians(longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)
