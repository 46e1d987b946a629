"""What drf-spectacular says of the API as a whole."""


def spectacular_settings(key_required):
    """Return SPECTACULAR_SETTINGS, for an API that needs a key or does not."""
    return {**SETTINGS, "SECURITY": [{"bearer": []}, {"header": []}, *([] if key_required else [{}])]}


SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Weather archive",
    "VERSION": "1",
    "DESCRIPTION": """Daily weather-station records and their yearly and monthly statistics.

* The name of a field carries its unit: `_c` °C, `_mm` and `_cm` millimetres and centimetres, `_m` metres.
  What is missing is `null`.
* Lists come in pages: follow `next` until it is null. A page costs the same however far you are, and data
  that arrive meanwhile shift nothing.
* `/api/changes` tells what changed since you last asked, `as_of` what the archive said on an earlier day.
* `format` chooses the format of an answer. A browser that says none gets a page to read and to follow.
* `format=csv`, `ndjson` or `parquet` (or `Accept: text/csv`, ...) gives everything at once, not a page.
* URLs may end with a slash.
* Every answer says in `RateLimit` how often you may still ask; an API key allows more.
* A parameter that takes several values takes at most 1,000, a query string 16,384 bytes.
* An error is a problem (RFC 9457) that names the parameter. Unknown parameters are errors.
""",
    "TAGS": [
        {"name": "Observations", "description": "What the stations measured, day by day."},
        {"name": "Statistics", "description": "Means, totals and extremes, by year and by month."},
        {
            "name": "Climate",
            "description": "Normals, anomalies, records, freezes and indices of a station, from its days.",
        },
        {"name": "Stations", "description": "Where the stations are and what data they have."},
        {"name": "Ingest", "description": "Every run, and where its lines went."},
        {"name": "Health", "description": "For load balancers."},
    ],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, wx_..."},
            "header": {
                "type": "apiKey",
                "in": "header",
                "name": "X-API-Key",
                "description": "An API key, wx_...",
            },
        }
    },
    "PREPROCESSING_HOOKS": ["rest.schema.without_final_slash"],
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        "RunStatus": "weather.models.IngestRun.Status",
        "SourceFileStatus": "weather.models.SourceFile.Status",
        "Reached": ["ok", "unreachable"],
        "Rule": ["simple", "noaa", "wmo"],
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "tryItOutEnabled": True, "validatorUrl": None},
    "REDOC_DIST": "SIDECAR",
}
