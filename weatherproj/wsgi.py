import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weatherproj.settings")

from weatherproj import tracing

tracing.start()
application = get_wsgi_application()

from django.db.backends.signals import connection_created  # noqa: E402 after the set-up

from rest.database import limit_statements  # noqa: E402

connection_created.connect(limit_statements)
