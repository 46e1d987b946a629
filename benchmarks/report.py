"""How a measurement is told."""

from dataclasses import dataclass
from statistics import median


@dataclass
class Row:
    """Ours against a baseline: lists of figures, taken in turn, of which the median of the ratios counts.

    The ratio may be `most`, or must be `least`.
    """

    what: str
    ours: list[float]
    baseline: list[float]
    most: float | None = None
    unit: str = "s"
    least: float | None = None

    @property
    def ratio(self):
        return median(ours / baseline for ours, baseline in zip(self.ours, self.baseline, strict=True))

    @property
    def met(self):
        return self.ratio <= self.most if self.least is None else self.ratio >= self.least

    def __str__(self):
        bound = f"at most {self.most}" if self.least is None else f"at least {self.least}"
        figures = f"{median(self.ours):,.2f} {self.unit} against {median(self.baseline):,.2f} {self.unit}"
        return f"{'ok  ' if self.met else 'MISS'} {self.what}: {self.ratio:.2f} ({bound}; {figures})"


@dataclass
class Unmeasured:
    """What could not be measured, and why."""

    what: str
    why: str
    met = False

    def __str__(self):
        return f"MISS {self.what}: not measured: {self.why}"
