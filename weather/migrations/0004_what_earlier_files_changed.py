"""Write down, for files that are in already, when they were entered and which stations and days they changed."""

from django.db import migrations

CHANGES = """
    INSERT INTO weather_changes (source_file_id, station_id, first, last, inserted, updated)
    SELECT source_file_id, station_id, min(date), max(date), count(*), 0
    FROM weather_observations GROUP BY source_file_id, station_id"""
TIMES = "UPDATE weather_source_files SET entered_at = read_at WHERE generation IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("weather", "0003_corrections_and_changes")]
    operations = [
        migrations.RunSQL(CHANGES, migrations.RunSQL.noop),
        migrations.RunSQL(TIMES, migrations.RunSQL.noop),
    ]
