"""Sort station ids by their bytes on PostgreSQL too, whatever the locale of its cluster: the order of
the API's answers is the same on every database. (SQLite does so by itself.)"""

from django.db import migrations


def by_bytes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE weather_stations ALTER COLUMN station_id TYPE varchar(11) COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("weather", "0001_initial")]
    operations = [migrations.RunPython(by_bytes, migrations.RunPython.noop)]
