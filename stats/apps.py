from django.apps import AppConfig


class StatsConfig(AppConfig):
    name = "stats"
    verbose_name = "Statistics"

    def ready(self):
        from stats.compute import recompute
        from weather.signals import observations_changed

        observations_changed.connect(recompute, dispatch_uid="stats.compute.recompute")
