"""The archive: stations, their observations, and its generation.

Values are whole tenths (°C, mm) as in the source; missing is NULL. They become decimals once,
at the edge (the API, admin).
"""

import re
import secrets

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from weather.formats import ELEMENTS, HIGHEST, LOWEST, RANGES, STATION_ID

ATTEMPTS = 5
"""How often stations are locked that others make in the same moment."""


def upsert(rows, unique, fields, batch_size=1000):
    """Insert rows of one model; where their unique fields are there already, update some fields instead."""
    if rows:
        target = connection.features.supports_update_conflicts_with_target
        type(rows[0]).objects.bulk_create(
            rows,
            batch_size=batch_size,
            update_conflicts=True,
            unique_fields=unique if target else None,
            update_fields=fields,
        )


class Station(models.Model):
    station_id = models.CharField(
        max_length=11, unique=True, validators=[RegexValidator(f"^{STATION_ID}$", "Not a GHCN station id.")]
    )
    name = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=2, blank=True, default="", help_text="US state, Canadian province")
    country = models.CharField(max_length=2, help_text="FIPS code: the first two letters of the id")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    elevation_m = models.FloatField(null=True, blank=True)
    observed = models.BooleanField(
        default=False,
        editable=False,
        help_text="a file with data of it was ingested: the others need no look",
    )
    check_due = models.BooleanField(
        default=False,
        editable=False,
        help_text="its observations changed since its own series was checked (weather.quality)",
    )
    spatial_due = models.BooleanField(
        default=False,
        editable=False,
        help_text="it, or a neighbour, changed since it was compared with its neighbours",
    )

    class Meta:
        db_table = "weather_stations"
        ordering = ["station_id"]
        constraints = [
            # An index of those with data. If it were not unique, SQLite would not see its order.
            models.UniqueConstraint(fields=["observed", "station_id"], name="station_observed"),
            models.CheckConstraint(
                condition=Exact(Length("station_id"), 11), name="station_id_has_11_characters"
            ),
            models.CheckConstraint(
                # Without isnull half a position would make it NULL, neither true nor false, and that passes.
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__range=RANGES["latitude"], longitude__range=RANGES["longitude"])
                & Q(latitude__isnull=False, longitude__isnull=False),
                name="station_position_is_on_earth",
            ),
        ]

    def __str__(self):
        return f"{self.station_id} {self.name}".strip()

    def clean(self):
        """Refuse what somebody typed who describes a station, at the field that is to blame."""
        errors = {}
        if self.state and not re.fullmatch("[A-Za-z]{2}", self.state):
            errors["state"] = f"Expected two letters such as NE, got '{self.state}'."
        self.state = self.state.upper()
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                errors[name] = f"Expected a number from {low} to {high}, got {value:g}."
        for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if getattr(self, name) is None and getattr(self, other) is not None:
                errors[name] = f"Is missing: give it as well, or leave {other} empty, too."
        if errors:
            raise ValidationError(errors)

    @classmethod
    def lock(cls, ids):
        """Lock stations that files have data of until the transaction ends; return {id: primary key}.

        Those that are new are made.

        `ids` are in order, and so are the locks: nobody waits for somebody who waits for him.
        """
        stations = [cls(station_id=station_id, country=station_id[:2], observed=True) for station_id in ids]
        for left in reversed(range(ATTEMPTS)):
            try:
                with transaction.atomic():  # an update that changes nothing locks, too
                    upsert(stations, ["station_id"], ["country", "observed"])
                break
            except IntegrityError:
                # Somebody has made one of them in the same moment: PostgreSQL is ready for that in one unique
                # index, and there are two. He has committed since, so now it is there.
                if not left:
                    raise
        # MySQL does not say which keys it gave.
        known = all(station.pk for station in stations)
        return {station.station_id: station.pk for station in stations} if known else cls.keys(ids)

    @classmethod
    def keys(cls, ids):
        """Return {id: primary key} of those stations that are there."""
        return dict(cls.objects.filter(station_id__in=ids).values_list("station_id", "pk"))


class Inventory(models.Model):
    """What NOAA has of a station, by its own list: the years with values that passed its checks."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="inventory", db_index=False)
    element = models.CharField(max_length=4, choices=[(e, e) for e in ELEMENTS])
    first_year = models.SmallIntegerField()
    last_year = models.SmallIntegerField()

    class Meta:
        db_table = "weather_inventory"
        ordering = ["station", "element"]
        verbose_name_plural = "inventory"
        constraints = [
            models.UniqueConstraint(fields=["station", "element"], name="inventory_once"),
            models.CheckConstraint(condition=Q(element__in=ELEMENTS), name="inventory_element_known"),
        ]

    def __str__(self):
        return f"{self.station_id} {self.element} {self.first_year}..{self.last_year}"


class Observation(models.Model):
    """One station, one day. The primary key is the only index.

    The two references carry no foreign key in the database: checking them row by row makes the
    load six times slower (docs/decisions.md). Only weather.store writes here, in a transaction
    that holds the station's row.

    A flag is the quality letter that came with the value, a check the letter that weather.quality gave to a
    value that came without one. What counts, and is shown, is either: coalesce(tmax_flag, tmax_check). A row
    that is corrected is replaced, and so has no checks until its station is checked again.
    """

    pk = models.CompositePrimaryKey("station", "date")
    station = models.ForeignKey(
        Station, models.PROTECT, related_name="observations", db_index=False, db_constraint=False
    )
    date = models.DateField()
    tmax = models.SmallIntegerField(null=True, help_text="tenths of °C")
    tmin = models.SmallIntegerField(null=True, help_text="tenths of °C")
    prcp = models.SmallIntegerField(null=True, help_text="tenths of mm")
    tmax_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001 NULL costs no byte in 1.7 million rows
    tmin_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    prcp_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    tmax_check = models.CharField(max_length=1, null=True)  # noqa: DJ001
    tmin_check = models.CharField(max_length=1, null=True)  # noqa: DJ001
    prcp_check = models.CharField(max_length=1, null=True)  # noqa: DJ001
    source_file = models.ForeignKey(
        "SourceFile", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        db_table = "weather_observations"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    tmax__range=(LOWEST, HIGHEST),
                    tmin__range=(LOWEST, HIGHEST),
                    prcp__range=(LOWEST, HIGHEST),
                ),
                name="observation_values_in_range",
            )
        ]

    def __str__(self):
        return f"{self.station_id} {self.date}"


class ObservationRow(models.Model):
    """The same table for admin, which refuses composite keys: read-only, `date` as nominal key."""

    date = models.DateField(primary_key=True)
    station = models.ForeignKey(Station, models.DO_NOTHING, related_name="+")
    tmax = models.SmallIntegerField(null=True)
    tmin = models.SmallIntegerField(null=True)
    prcp = models.SmallIntegerField(null=True)
    tmax_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    tmin_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    prcp_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    tmax_check = models.CharField(max_length=1, null=True)  # noqa: DJ001
    tmin_check = models.CharField(max_length=1, null=True)  # noqa: DJ001
    prcp_check = models.CharField(max_length=1, null=True)  # noqa: DJ001
    source_file = models.ForeignKey("SourceFile", models.DO_NOTHING, related_name="+")

    class Meta:
        managed = False
        db_table = "weather_observations"
        ordering = ["station", "date"]
        unique_together = [("station", "date")]  # tells admin that this ordering is total
        verbose_name = "observation"

    def __str__(self):
        return f"{self.station} {self.date}"


class Archive(models.Model):
    """One row. The generation grows in every transaction that changes data, by one for each file."""

    generation = models.BigIntegerField(default=0)
    stamp = models.IntegerField(
        default=0,
        help_text="by chance, anew with every generation: an archive set back to a backup comes to the same "
        "generations, and not to the same data",
    )

    class Meta:
        db_table = "weather_archive"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="archive_is_one_row")]

    def __str__(self):
        return f"generation {self.generation}"

    @classmethod
    def advance(cls, by=1):
        """Count the generation up and return it: the last step of a transaction that changes data.

        Every file has a generation of its own, also those that are entered together.
        """
        update = f"""UPDATE weather_archive SET generation = generation + {by:d},
            stamp = {secrets.randbelow(1 << 20)} WHERE id = 1"""  # noqa: S608
        with connection.cursor() as cursor:
            if connection.vendor == "mysql":
                cursor.execute(update)
                cursor.execute("SELECT generation FROM weather_archive WHERE id = 1")
            else:
                cursor.execute(f"{update} RETURNING generation")
            return cursor.fetchone()[0]
