"""The one settings file, and the only reader of the environment. `.env.example` lists what it reads."""

import re
import ssl
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from weatherproj.databases import database_settings
from weatherproj.logs import logging_settings
from weatherproj.metrics_folder import folder_of_server
from weatherproj.openapi import spectacular_settings
from weatherproj.secret_store import Login, secrets_of

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")  # what the process environment already says wins
for name, value in secrets_of(env("SECRETS_FROM", default="")).items():
    env.ENVIRON[name] = env.ENVIRON.get(name) or value

# --- The process -----------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set: .env.example says how to make one")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", not DEBUG)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "rest",
    "weather",
    "stats",
    "access",
    "dashboard",
]

MIDDLEWARE = [
    "weatherproj.health.answer_first",
    "weatherproj.middleware.watch",
    "weatherproj.middleware.secure",
    "django.middleware.security.SecurityMiddleware",
    "dashboard.middleware.readable",
    "rest.middleware.share",
    "access.middleware.guard",
    "rest.middleware.read_first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "weatherproj.urls"
APPEND_SLASH = False  # every URL of the API answers with and without the final slash itself
WSGI_APPLICATION = "weatherproj.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- The database ----------------------------------------------------------------------------


DATABASE_SECRET = env("DATABASE_SECRET", default="")
LOGIN = Login(DATABASE_SECRET) if DATABASE_SECRET else None
if LOGIN and not env("DATABASE_URL", default=""):
    env.ENVIRON["DATABASE_URL"] = LOGIN.url()
DATABASES = {
    "default": database_settings(env.db_url("DATABASE_URL", "sqlite:///weather.sqlite3"), BASE_DIR, LOGIN)
}
if env("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = database_settings(env.db_url("DATABASE_REPLICA_URL"), BASE_DIR, LOGIN)
    DATABASE_ROUTERS = ["rest.database.Router"]
PREPARE_STATEMENTS = env.bool("PREPARE_STATEMENTS", True)
STATEMENT_TIMEOUT = env.int("STATEMENT_TIMEOUT", 30)
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

# --- Caches ----------------------------------------------------------------------------------

REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("REDIS_URL begins with redis://, rediss:// (TLS) or unix://")


def cache(name, most, shared=True):
    """Return Django's settings for a cache: Redis where there is one, else so many entries in memory."""
    if not (REDIS_URL and shared):
        memory = {"LOCATION": name, "OPTIONS": {"MAX_ENTRIES": most}}
        return {"BACKEND": "weatherproj.caches.LocalCache", **memory}
    return {
        "BACKEND": "weatherproj.caches.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"weather-{name}",
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.25},  # nobody waits for a cache
    }


CACHES = {
    "default": cache("default", 1_000),
    "limits": cache("limits", 50_000),
    "own": cache("own", 10_000, shared=False),
    "pages": cache("pages", 1_000),
}

# --- People ----------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP = {  # by the name that Django 6 has for it
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "style-src": ["'self'", "'unsafe-inline'"],  # ReDoc and Swagger UI make styles as they run
    "worker-src": ["'self'", "blob:"],  # ReDoc searches in one
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# --- Static files ----------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "weatherproj.static_files.StaticFiles"
    },
}

# --- The archive -----------------------------------------------------------------------------

WEATHER_SOURCE = env("WEATHER_SOURCE", default="")
WEATHER_ALLOWED_SOURCES = env.list("WEATHER_ALLOWED_SOURCES", default=[])
if WEATHER_SOURCE and not WEATHER_ALLOWED_SOURCES:
    WEATHER_ALLOWED_SOURCES = [WEATHER_SOURCE]
WEATHER_PUBLIC_BUCKETS = env.list("WEATHER_PUBLIC_BUCKETS", default=["noaa-ghcn-pds"])
WEATHER_MAX_FILE_MB = env.int("WEATHER_MAX_FILE_MB", 8192)
WEATHER_RAW_ARCHIVE = env("WEATHER_RAW_ARCHIVE", default="")

# --- What runs by itself ---------------------------------------------------------------------

WEATHER_SCHEDULE = env("WEATHER_SCHEDULE", default="")
WEATHER_FAN_OUT = env.int("WEATHER_FAN_OUT", 200)
WEATHER_SWEEP_SECONDS = env.int("WEATHER_SWEEP_SECONDS", 120)
if min(WEATHER_FAN_OUT, WEATHER_SWEEP_SECONDS) < 1:
    raise ImproperlyConfigured("WEATHER_FAN_OUT and WEATHER_SWEEP_SECONDS are 1 or more")


def schedules():
    """Return what beat writes into its table when it starts; the names are its keys there."""
    sweep = {"task": "weather.tasks.sweep", "schedule": WEATHER_SWEEP_SECONDS}
    found = {"Sweep": sweep | {"options": {"expire_seconds": WEATHER_SWEEP_SECONDS}}}
    if WEATHER_SCHEDULE:
        from celery.schedules import crontab  # here: it takes a tenth of a second, and most need it not

        try:
            when = crontab.from_string(WEATHER_SCHEDULE)
        except ValueError as error:
            text = f"WEATHER_SCHEDULE is five fields of cron such as '0 6 * * *', got {WEATHER_SCHEDULE!r}"
            raise ImproperlyConfigured(f"{text}: {error}") from None
        found[FROM_ENVIRONMENT] = {"task": "weather.tasks.ingest_source", "schedule": when}
    return found


FROM_ENVIRONMENT = "WEATHER_SCHEDULE (from the environment)"
CELERY_BEAT_SCHEDULE = schedules()
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED} if REDIS_URL.startswith("rediss://") else None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that is away comes back
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 6 * 3600,
    "socket_connect_timeout": 2,
    "max_retries": 1,  # who queues does not wait for one that is away: the sweep finds what is to do
}
CELERY_TASK_TIME_LIMIT = 5 * 3600  # below the visibility timeout: no task is given out twice while it runs
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT - 600
CELERY_TASK_DEFAULT_QUEUE = "weather"
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_RESULT_EXPIRES = None  # or beat would schedule a task that clears results away
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = CELERY_WORKER_REDIRECT_STDOUTS = False  # the log is as below

# --- The API ---------------------------------------------------------------------------------

API_KEY_REQUIRED = env.bool("API_KEY_REQUIRED", False)
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
for origin in CORS_ALLOWED_ORIGINS:
    if not re.fullmatch(r"\*|https?://[^/\s*]+", origin):
        raise ImproperlyConfigured(
            f"CORS_ALLOWED_ORIGINS are origins such as https://app.example.org, or *, not {origin!r}"
        )
# What every answer depends on: a number that differs whenever anything in the archive does.
ARCHIVE_VERSION = "SELECT generation * 1048576 + stamp FROM weather_archive"
RATE_LIMIT_ANONYMOUS = env.int("RATE_LIMIT_ANONYMOUS", 600)
RATE_LIMIT_KEY = env.int("RATE_LIMIT_KEY", 6000)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
if min(RATE_LIMIT_ANONYMOUS, RATE_LIMIT_KEY, TRUSTED_PROXIES) < 0:
    raise ImproperlyConfigured("RATE_LIMIT_ANONYMOUS, RATE_LIMIT_KEY and TRUSTED_PROXIES are 0 or more")

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "EXCEPTION_HANDLER": "rest.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # `format` is a parameter like any other, checked like any other
}

SPECTACULAR_SETTINGS = spectacular_settings(API_KEY_REQUIRED)

# --- The log and what watches over it --------------------------------------------------------

LOG_FORMAT = env("LOG_FORMAT", default="plain")
if LOG_FORMAT not in ("plain", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT is plain or json, not {LOG_FORMAT!r}")
LOGGING = logging_settings(LOG_FORMAT, env("LOG_LEVEL", default="INFO"))
DEFAULT_EXCEPTION_REPORTER_FILTER = "weatherproj.logs.ReporterFilter"

METRICS_TOKEN = env("METRICS_TOKEN", default="")
METRICS_FOLDER = env("PROMETHEUS_MULTIPROC_DIR", default="") or folder_of_server()
if METRICS_TOKEN:  # prometheus_client asks the environment
    env.ENVIRON["PROMETHEUS_MULTIPROC_DIR"] = METRICS_FOLDER
METRICS_EMF = env.bool("METRICS_EMF", False)
OTEL_EXPORTER_OTLP_ENDPOINT = env("OTEL_EXPORTER_OTLP_ENDPOINT", default="")

ALERT_EMAIL = env.list("ALERT_EMAIL", default=[])
ALERT_WEBHOOK = env("ALERT_WEBHOOK", default="")
if ALERT_WEBHOOK and not ALERT_WEBHOOK.startswith(("https://", "http://")):
    raise ImproperlyConfigured("ALERT_WEBHOOK begins with https:// or http://")
ALERT_REJECTED_SHARE = env.float("ALERT_REJECTED_SHARE", 0.01)
vars().update(env.email_url("EMAIL_URL", "smtp://localhost:25"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM", default="weather@localhost")
