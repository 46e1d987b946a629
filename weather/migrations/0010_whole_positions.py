from django.db import migrations, models
from django.db.models import Q

NAME = "station_position_is_on_earth"


def forget_halves(apps, schema_editor):
    """A latitude without a longitude is no place: nobody is found near it."""
    stations = apps.get_model("weather", "Station").objects.using(schema_editor.connection.alias)
    stations.filter(Q(latitude=None) | Q(longitude=None)).update(latitude=None, longitude=None)


class Migration(migrations.Migration):
    dependencies = [("weather", "0009_flag_counts")]

    operations = [
        migrations.RunPython(forget_halves, migrations.RunPython.noop),
        migrations.RemoveConstraint("station", NAME),
        migrations.AddConstraint(
            "station",
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180))
                & Q(latitude__isnull=False, longitude__isnull=False),
                name=NAME,
            ),
        ),
    ]
