"""What a soak has found, row by row, with the bound of each."""

from collections import Counter
from statistics import median

EVERY = 4
"""Of so many minutes one is quiet."""

SLOWER = 2
"""How many times the quiet p95 that of the other minutes may be."""

BACK = 30
"""Seconds after which everything works again, once what was away is back."""

GRACE = 5
"""Seconds after the death of a web worker in which connections to it break off."""


class Report:
    """Rows (what, found, bound, whether that holds) of a Soak and of the answers that readers got."""

    def __init__(self, soak, answers):
        self.soak = soak
        self.answers = [one for one in answers if 0 <= one.due - soak.began < soak.minutes * 60]

    def rows(self, settled, share):
        """Return all rows: `settled` are those about runs and archive, `share` is what the readers took of a
        processor."""
        return [*self.of_answers(), *self.of_outages(), *settled, *self.of_gauges(), *self.of_rest(share)]

    def of_answers(self):
        answers = self.answers
        good = [one for one in answers if one.status == 200 and not self.stood_still_at(one.due)]
        calm = [one.took for one in good if quiet(self.minute(one))]
        loud = [one.took for one in good if not quiet(self.minute(one))]
        ratio = percentile(loud, 95) / percentile(calm, 95)
        wrong = [f"{one.wrong}: {one.path}" for one in answers if one.wrong]
        bad = [one for one in answers if one.status != 200 and not self.excused(one)]
        yield "answers", f"{len(answers):,}, {len(answers) / self.soak.minutes / 60:.1f} a second", "", True
        yield "quiet minutes", milliseconds(calm), "", True
        yield "other minutes", milliseconds(loud), "", True
        yield "p95 against the quiet one", f"{ratio:.2f}", f"{SLOWER}", ratio <= SLOWER
        yield "wrong answers", f"{len(wrong)} {'; '.join(wrong[:3])}", "0", not wrong
        yield "answers that are no 200", told_by_status(answers), "", True
        yield "of these without excuse", f"{len(bad)} {bad[:3] or ''}", "0", not bad

    def stood_still_at(self, moment):
        return any(began <= moment <= ended for began, ended in self.soak.stood_still)

    def minute(self, answer):
        return int((answer.due - self.soak.began) // 60)

    def excused(self, answer):
        """Say whether an answer may be none: 503 while the database is away, nothing as a worker dies."""
        end = answer.due + answer.took
        kind, after = ("database", BACK) if answer.status == 503 else ("web", GRACE)
        return answer.status in (0, 503) and any(
            what == kind and away <= end and answer.due <= back + after
            for what, away, back in self.soak.outages
        )

    def of_outages(self):
        """Yield how often each part was struck, and how long it took until all was well after it was back."""
        counts = Counter(what for what, *_ in self.soak.outages)
        failed = [one.due + one.took for one in self.answers if one.status != 200]
        for kind, times in sorted(counts.items()):
            took = [
                max([0, *(end - back for end in failed if back <= end < self.next_outage(back))])
                for what, _, back in self.soak.outages
                if what == kind
            ]
            found = f"{times} times, well after {median(took):.1f} s, at most {max(took):.1f} s"
            yield f"{kind} struck", found, f"{BACK} s", max(took) <= BACK

    def next_outage(self, moment):
        return min((away for _, away, _ in self.soak.outages if away > moment), default=float("inf"))

    def of_gauges(self):
        strikes = len(self.soak.outages)
        for what, early, late, flat in self.soak.gauges.rows(strikes):
            yield what, f"{early:.0f}, in the end {late:.0f}", "flat", flat

    def of_rest(self, share):
        restarts = self.soak.house.restarts
        yield "ended by themselves", "; ".join(restarts) or "none", "none", not restarts
        yield "the machine stood still", f"{len(self.soak.stood_still)} times (not counted above)", "", True
        yield "the readers themselves", f"{share:.0%} of a processor", "", True


def quiet(minute):
    return minute % EVERY == 0


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, len(values) * share // 100)] if values else float("nan")


def milliseconds(values):
    parts = (f"p{share} {percentile(values, share) * 1000:.1f}" for share in (50, 95, 99))
    return f"{len(values):,} answers, {', '.join(parts)} ms"


def told_by_status(answers):
    counts = Counter(one.status or "broken off" for one in answers if one.status != 200)
    return ", ".join(f"{status}: {times:,}" for status, times in counts.items()) or "none"
