from django.db import migrations, models
from django.db.models import Exists, OuterRef


def observe(apps, schema_editor):
    station, observation = (apps.get_model("weather", name) for name in ("Station", "Observation"))
    with_data = Exists(observation.objects.filter(station=OuterRef("pk")))
    station.objects.using(schema_editor.connection.alias).filter(with_data).update(observed=True)


class Migration(migrations.Migration):
    dependencies = [("weather", "0005_archive_stamp")]

    operations = [
        migrations.AddField(
            "station",
            "observed",
            models.BooleanField(
                default=False,
                editable=False,
                help_text="a file with data of it was ingested: the others need no look",
            ),
        ),
        migrations.RunPython(observe, migrations.RunPython.noop),
        migrations.AddConstraint(
            "station", models.UniqueConstraint(fields=["observed", "station_id"], name="station_observed")
        ),
    ]
