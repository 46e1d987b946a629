"""How many values have which quality letter: what would otherwise be a look at every observation."""

from django.db import models
from django.db.models import Q

from weather.formats import ELEMENTS
from weather.models.archive import Station


class FlagCount(models.Model):
    """The values of an element in a year that have a letter, as the station's last check left them."""

    id = models.BigAutoField(primary_key=True)
    station = models.ForeignKey(Station, models.PROTECT, related_name="flag_counts", db_index=False)
    year = models.SmallIntegerField()
    element = models.CharField(max_length=4, choices=[(e, e) for e in ELEMENTS])
    letter = models.SmallIntegerField(help_text="its code: databases differ in whether a is A")
    source = models.SmallIntegerField(help_text="values that came with it")
    own = models.SmallIntegerField(help_text="values to which our checks gave it")

    class Meta:
        db_table = "weather_flag_counts"
        ordering = ["station", "year", "element", "letter"]
        constraints = [
            models.UniqueConstraint(fields=["station", "year", "element", "letter"], name="flag_count_once"),
            models.CheckConstraint(condition=Q(element__in=ELEMENTS), name="flag_count_element_known"),
        ]

    def __str__(self):
        return f"{self.station_id} {self.year} {self.element} {chr(self.letter)}"
