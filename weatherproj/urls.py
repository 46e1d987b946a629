"""Every URL on one screen. The API answers with and without a final slash."""

from django.contrib import admin
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, re_path

from dashboard.home import HomeView, MapView, StationsView
from dashboard.runs import RunPageView, RunsPageView
from dashboard.station import CompareView, StationPageView
from dashboard.station_days import StationDaysView
from rest import errors
from rest.docs import IndexView, RedocView, SchemaView, SwaggerView
from stats.api import MonthlyListView, YearlyListView
from stats.climate.api import AnomalyListView, NormalListView, RecordListView
from stats.climate.freezes_api import FreezeDateListView
from stats.climate.indices_api import IndexListView
from stats.stations import StationListView, StationView
from stats.summaries_api import MonthlySummaryView, YearlySummaryView
from weather.api import ObservationListView
from weather.changes import ChangeListView
from weather.flags import QualityView
from weather.runs import RunListView, RunView
from weatherproj.health import LiveView, ReadyView
from weatherproj.metrics import MetricsView


def favicon(request):
    return redirect(static("drf_spectacular_sidecar/swagger-ui-dist/favicon-32x32.png"))


def route(pattern, view, name=None):
    return re_path(rf"^{pattern}/?\Z", view, name=name)


urlpatterns = [
    route("api", IndexView.as_view()),
    route("api/weather", ObservationListView.as_view()),
    route("api/weather/stats", YearlyListView.as_view()),
    route("api/weather/stats/monthly", MonthlyListView.as_view()),
    route("api/summaries/monthly", MonthlySummaryView.as_view()),
    route("api/summaries/yearly", YearlySummaryView.as_view()),
    route("api/normals", NormalListView.as_view()),
    route("api/normals/freezes", FreezeDateListView.as_view()),
    route("api/anomalies", AnomalyListView.as_view()),
    route("api/records", RecordListView.as_view()),
    route("api/indices", IndexListView.as_view()),
    route("api/changes", ChangeListView.as_view()),
    route("api/quality", QualityView.as_view()),
    route("api/stations", StationListView.as_view()),
    route("api/stations/(?P<station_id>[^/]+)", StationView.as_view()),
    route("api/ingest/runs", RunListView.as_view()),
    route("api/ingest/runs/(?P<id>[0-9]{1,9})", RunView.as_view()),
    route("api/schema", SchemaView.as_view(), "schema"),
    route("api/docs", SwaggerView.as_view(), "docs"),
    route("api/redoc", RedocView.as_view()),
    re_path(r"^api\b", errors.not_found),  # so that DEBUG does not show a page here
    route("health/live", LiveView.as_view()),
    route("health/ready", ReadyView.as_view()),
    route("metrics", MetricsView.as_view()),
    path("admin/", admin.site.urls),
    route("data/stations", StationsView.as_view()),
    route("data/map", MapView.as_view()),
    route("data/stations/(?P<station_id>[^/]+)/days", StationDaysView.as_view()),
    path("", HomeView.as_view(), name="home"),
    route("stations/(?P<station_id>[^/]+)", StationPageView.as_view(), "station"),
    route("compare", CompareView.as_view(), "compare"),
    route("runs", RunsPageView.as_view(), "runs"),
    route("runs/(?P<id>[0-9]{1,9})", RunPageView.as_view(), "run"),
    path("favicon.ico", favicon),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
