from django.db import migrations, models
from django.db.models import F


def due(apps, schema_editor):
    """Let the next run, or the sweep, check what is there already."""
    stations = apps.get_model("weather", "Station").objects.using(schema_editor.connection.alias)
    stations.filter(observed=True).update(check_due=F("observed"), spatial_due=F("observed"))


def mark(name, help_text):
    return migrations.AddField(
        "station", name, models.BooleanField(default=False, editable=False, help_text=help_text)
    )


class Migration(migrations.Migration):
    dependencies = [("weather", "0007_queued_runs")]

    operations = [
        *(
            migrations.AddField("observation", f"{element}_check", models.CharField(max_length=1, null=True))
            for element in ("tmax", "tmin", "prcp")
        ),
        mark("check_due", "its observations changed since its own series was checked (weather.quality)"),
        mark("spatial_due", "it, or a neighbour, changed since it was compared with its neighbours"),
        migrations.RunPython(due, migrations.RunPython.noop),
    ]
