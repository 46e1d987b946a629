"""Who may do what in admin: three groups, of which each may do what the one before it may."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

OF_DATA = Q(content_type__app_label__in=["weather", "stats"])
DJANGOS = Q(codename__regex="^(add|change|delete)_")

LOOK = OF_DATA & Q(codename__startswith="view_")
RUN = OF_DATA & (~DJANGOS | Q(codename__in=["add_ingestrun", "change_station"]))
"""Every permission of our own, such as to run or to stop something, and of Django's those that are used."""

ROLES = {"viewer": LOOK, "operator": LOOK | RUN, "administrator": Q()}


@transaction.atomic
def make():
    """Give each role's group its permissions, and no others. Return {name: how many}. Members stay."""
    counts = {}
    for name, which in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(which))
        counts[name] = group.permissions.count()
    return counts
