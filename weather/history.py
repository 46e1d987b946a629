"""What the archive remembers of files: their earlier readings, and what those changed."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import F, Max, Min

from weather.merge import Comparison
from weather.models import Change, SourceFile


@dataclass(slots=True)
class Earlier:
    """The readings of a file that were ingested: their primary keys, and of the last one its fingerprint, and
    whether something is left to withdraw."""

    files: list = field(default_factory=list)
    fingerprint: str | None = None
    left: bool = False
    spans: dict = field(default_factory=dict)
    """{station's primary key: (first, last)}, ISO days, of what they changed."""

    def comparison(self, by_element, prune):
        return Comparison(by_element, frozenset(self.files), self.spans, prune)


def recall(entries, prune):
    """Let Entries know of the earlier readings of their files."""
    earlier = earlier_readings([entry.reading.uri for entry in entries])
    for entry in entries:
        entry.recall(earlier[entry.reading.uri], prune)


def earlier_readings(uris):
    """Return {URI: Earlier}."""
    readings = SourceFile.objects.ingested().filter(uri__in=uris).order_by("id")
    earlier = defaultdict(Earlier)
    columns = readings.annotate(left=readings.LEFT).values_list("uri", "pk", "fingerprint", "left")
    for uri, pk, fingerprint, left in columns:
        earlier[uri].files.append(pk)
        earlier[uri].fingerprint, earlier[uri].left = fingerprint, left
    if earlier:
        changes = Change.objects.filter(source_file__in=readings.order_by()).order_by()
        spans = changes.values(uri=F("source_file__uri"), whose=F("station_id"))
        for span in spans.annotate(since=Min("first"), until=Max("last")):
            earlier[span["uri"]].spans[span["whose"]] = (span["since"].isoformat(), span["until"].isoformat())
    return earlier
