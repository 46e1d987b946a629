from django.apps import AppConfig
from django.db.models.signals import post_migrate


def create_archive(sender, using, **kwargs):
    """Make the one row of weather_archive: after the first migrate, and after a flush."""
    from weather.models import Archive

    Archive.objects.using(using).get_or_create(pk=1)


class WeatherConfig(AppConfig):
    name = "weather"
    verbose_name = "Weather archive"

    def ready(self):
        post_migrate.connect(create_archive, sender=self)
