from django.apps import AppConfig


class StatsConfig(AppConfig):
    name = "stats"
    verbose_name = "Statistics"

    def ready(self):
        from stats.compute import recompute, recompute_accepted
        from stats.fresh import packed
        from weather.signals import days_read, letters_changed, observations_changed

        days_read.connect(packed, dispatch_uid="stats.fresh.packed")
        observations_changed.connect(recompute, dispatch_uid="stats.compute.recompute")
        letters_changed.connect(recompute_accepted, dispatch_uid="stats.compute.recompute_accepted")
