"""How a measurement is told."""

from dataclasses import dataclass
from statistics import median


@dataclass
class Row:
    """Ours against a baseline: lists of figures, taken in turn, of which the median of the ratios counts."""

    what: str
    ours: list[float]
    baseline: list[float]
    most: float
    unit: str = "s"

    @property
    def ratio(self):
        return median(ours / baseline for ours, baseline in zip(self.ours, self.baseline, strict=True))

    @property
    def met(self):
        return self.ratio <= self.most

    def __str__(self):
        figures = f"{median(self.ours):.2f} {self.unit} against {median(self.baseline):.2f} {self.unit}"
        return (
            f"{'ok  ' if self.met else 'MISS'} {self.what}: {self.ratio:.2f} (at most {self.most}; {figures})"
        )
