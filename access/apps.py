from django.apps import AppConfig
from django.core.signals import request_finished


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = "Access"

    def ready(self):
        from access.keys import write_down_uses

        request_finished.connect(write_down_uses, dispatch_uid="access.keys.write_down_uses")
