"""A copy that is kept by asking what changed since: nothing is missed, nothing comes twice."""

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import write_wx
from tests.histories import forgotten, observations, readings, take_reading
from weather.ingest import ingest

pytestmark = pytest.mark.django_db


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.one_of(readings, st.integers(1, 3)), max_size=12))
def test_copy_kept_by_polling_equals_the_archive(steps):
    """Files come in at any moment, also between two pages; a number asks for a page of this size."""
    with forgotten() as place:
        copy = Copy()
        for step in steps:
            if isinstance(step, int):
                copy.ask(step)
            else:
                take_reading(place, step)
        copy.catch_up()
        assert copy.is_complete()


@pytest.mark.django_db(transaction=True)
def test_copy_is_kept_while_files_are_entered_side_by_side(tmp_path):
    copy = Copy()
    for tmax in (1, 2, 3):
        for n in range(20):
            write_wx(tmp_path, f"USC0011{n:04}", f"19850101 {tmax} 0 0", f"1985010{tmax} {tmax} 0 0")
        ingest([str(tmp_path)], jobs=4, progress=lambda *_: copy.ask(7))
    copy.catch_up()
    assert len(copy.rows) == 60
    assert copy.is_complete()


class Copy:
    """Whoever keeps a copy of the archive: the rows by station and date, and where to ask next."""

    def __init__(self):
        self.client, self.rows, self.seen, self.since, self.url = Client(), {}, set(), 0, None

    def ask(self, size):
        """Ask for a page; return whether it brought anything."""
        answer = self.client.get(self.url or f"/api/changes?since={self.since}&page_size={size}").json()
        for row in answer["results"]:
            key = (row["station_id"], row["date"])
            assert (*key, row["generation"]) not in self.seen
            self.seen.add((*key, row["generation"]))
            change, was = row["change"], row.pop("was")
            assert (change == "added") == (was is None)
            self.rows[key] = {name: row[name] for name in row if name not in ("generation", "change", "uri")}
        self.url = answer["next"]
        if not self.url:
            self.since = answer["generation"]
        return answer["results"]

    def catch_up(self):
        while self.ask(3):
            pass

    def is_complete(self):
        return [self.rows[key] for key in sorted(self.rows)] == observations(self.client)
