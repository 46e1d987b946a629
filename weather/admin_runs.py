"""What staff may do with runs: start one, stop one, retry its failed files; and see how far it is."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from weather.models import IngestRun
from weather.work import begin, finish

NO_BROKER = (
    "No worker can do that: REDIS_URL is empty. Ingest by the command ingest_weather, which also takes again "
    "what was quarantined; or set REDIS_URL and start the worker (see Procfile)."
)
NO_SOURCE = "No source is allowed: name some in WEATHER_ALLOWED_SOURCES, or one in WEATHER_SOURCE."
GOES_ON = "Already running: a run of the same sources goes on. Nothing was started."


class SourceForm(forms.Form):
    """Which of the allowed sources."""

    source = forms.ChoiceField(help_text="One of WEATHER_ALLOWED_SOURCES.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(source, source) for source in settings.WEATHER_ALLOWED_SOURCES]


def told(run):
    """Say how far a running run is."""
    if run.queued and not run.listed:
        return "queued: its files are not listed yet"
    run.sum_up()
    ending = ", ends at the next file" if run.stop else ""
    return f"{run.done:,} of {run.files:,} files, {run.balance_told()}{ending}"


def progress(run):
    """Return how far a running run is as a text that the page's script refreshes."""
    url = reverse("admin:weather_ingestrun_progress", args=[run.pk])
    return format_html('<span data-progress="{}">{}</span>', url, told(run))


class RunControls:
    """The buttons of runs, for a ModelAdmin of IngestRun."""

    class Media:
        js = ["weather/progress.js"]

    def get_urls(self):
        def route(pattern, view, name):
            return path(pattern, self.admin_site.admin_view(view), name=f"weather_ingestrun_{name}")

        return [
            route("start/", self.start_view, "start"),
            route("<int:pk>/stop/", require_POST(self.stop_view), "stop"),
            route("<int:pk>/retry/", require_POST(self.retry_view), "retry"),
            route("<int:pk>/progress/", self.progress_view, "progress"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        may_start = request.user.has_perm("weather.can_start")
        return super().changelist_view(request, (extra_context or {}) | {"may_start": may_start})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        run, user = self.get_object(request, object_id), request.user
        running = run and run.status == run.Status.RUNNING
        may = {
            "may_stop": running and not run.stop and user.has_perm("weather.can_stop"),
            "may_retry": run and not running and run.quarantined and user.has_perm("weather.can_start"),
        }
        return super().change_view(request, object_id, form_url, (extra_context or {}) | may)

    def start_view(self, request):
        demand(request, "weather.can_start")
        form = SourceForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self.begin(request, [form.cleaned_data["source"]])
        context = {
            **self.admin_site.each_context(request),
            "title": "Run now",
            "opts": self.opts,
            "form": form,
            "instead": why_not(),
        }
        return TemplateResponse(request, "admin/weather/ingestrun/start.html", context)

    def retry_view(self, request, pk):
        demand(request, "weather.can_start")
        run = get_object_or_404(IngestRun, pk=pk)
        return self.begin(request, run.sources, retry_of=run)

    def begin(self, request, names, retry_of=None):
        run = begin(names, retry_of=retry_of) if settings.REDIS_URL else None
        if not run:
            self.message_user(request, GOES_ON if settings.REDIS_URL else NO_BROKER, messages.WARNING)
            return redirect("admin:weather_ingestrun_changelist")
        what = f"Retry of the failed files of run {retry_of.pk}." if retry_of else f"Started: {names[0]}."
        self.log_addition(request, run, what)
        self.message_user(request, f"Run {run.pk} is queued.", messages.SUCCESS)
        return redirect("admin:weather_ingestrun_change", run.pk)

    def stop_view(self, request, pk):
        demand(request, "weather.can_stop")
        run = get_object_or_404(IngestRun, pk=pk)
        with transaction.atomic():
            running = IngestRun.objects.filter(pk=pk, status=IngestRun.Status.RUNNING)
            if running.update(stop=True):
                self.log_change(request, run, "Asked to stop.")
        if run.queued:
            finish(run)  # at once, where no worker is at it
        self.message_user(request, f"Run {run.pk} ends at the next file.", messages.SUCCESS)
        return redirect("admin:weather_ingestrun_change", run.pk)

    def progress_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(IngestRun, pk=pk)
        return JsonResponse({"status": run.status, "text": told(run)})


def why_not():
    """Return what keeps workers from starting a run, and what to do instead; empty if nothing does."""
    if not settings.REDIS_URL:
        return NO_BROKER
    return "" if settings.WEATHER_ALLOWED_SOURCES else NO_SOURCE


def demand(request, permission):
    if not request.user.has_perm(permission):
        raise PermissionDenied
