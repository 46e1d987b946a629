#!/bin/sh
# What a container does: web, worker, beat, ingest [SOURCE ...], migrate, lambda HANDLER, or manage COMMAND ...
set -eu
cd "$(dirname "$0")/.."

what=${1:-web}
test $# = 0 || shift
case $what in
    web) exec sh -c "$(sed -n 's/^web: *//p' Procfile)" ;;
    worker) exec celery -A weatherproj worker --loglevel INFO --concurrency "${WORKER_CONCURRENCY:-2}" "$@" ;;
    beat) exec celery -A weatherproj beat --loglevel INFO "$@" ;;
    ingest) exec python manage.py ingest_weather "$@" ;;
    migrate) python manage.py migrate --noinput && exec python manage.py roles ;;
    lambda) exec python -m awslambdaric "$@" ;;
    manage) exec python manage.py "$@" ;;
    *)
        echo "expected web, worker, beat, ingest, migrate, lambda or manage, got '$what'" >&2
        exit 2
        ;;
esac
