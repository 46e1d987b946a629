# One image for everything that runs: deploy/entrypoint.sh says what. It holds what the repository's requirements lock.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /app
RUN python3 -m venv /venv
COPY requirements/prod.txt requirements/otel.txt requirements/lambda.txt requirements/
RUN /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements/prod.txt -r requirements/otel.txt -r requirements/lambda.txt \
    && /venv/bin/python -m pip uninstall -y -q setuptools pip
COPY . .
RUN SECRET_KEY=only-to-collect /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /venv/bin/python -m compileall -q .

FROM ${BASE}
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin weather
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8000
WORKDIR /app
USER 10001
EXPOSE 8000
# Of the web process; the others have none. ECS and Lambda ask in their own ways.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/live', timeout=4)"]
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
CMD ["web"]
