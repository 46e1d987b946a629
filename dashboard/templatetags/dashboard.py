"""What templates of the dashboard, and admin's first page, need beside Django's own."""

from django import template

from dashboard.state import chart, newest, state

register = template.Library()


@register.filter
def count(number):
    return "–" if number is None else f"{number:,}"


@register.simple_tag
def state_of_archive():
    return state()


@register.inclusion_tag("dashboard/runs_chart.html")
def runs_chart():
    return {"bars": chart(newest())}
