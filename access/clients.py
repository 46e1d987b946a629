"""Who asks: an API key, a user, or an address."""

import functools
import ipaddress
from importlib import import_module
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.http import HttpRequest

from access.kept import Kept
from access.keys import Refused, key_of

SCHEME = "bearer "
LONGEST = 50
"""No address has so many characters; what is longer is not to be remembered whole."""

users, staff = Kept(), Kept()


class Client(NamedTuple):
    policy: str
    """What it is counted as: "anonymous", "user" or "key"."""
    name: str
    limit: int
    """Requests a minute; 0 is no limit."""


def client_of(request):
    """Return the Client that asks. Raise Refused where its key does not work, or is missing."""
    text = key_sent(request.META)
    if text is not None:
        key = key_of(text)
        return Client("key", key.prefix, key.limit)
    if settings.API_KEY_REQUIRED and (user := staff_of(request)):
        return Client("user", user, settings.RATE_LIMIT_ANONYMOUS)
    if settings.API_KEY_REQUIRED:
        raise Refused("An API key is needed here: send it as Authorization: Bearer wx_... or X-API-Key.")
    user = user_of(request)
    if user is not None:
        return Client("user", user, settings.RATE_LIMIT_ANONYMOUS)
    return anonymous(request)


def key_sent(headers):
    """Return the text of the key sent, or None. Another scheme is for somebody else, such as a proxy."""
    authorization = headers.get("HTTP_AUTHORIZATION", "")
    if authorization[: len(SCHEME)].lower() == SCHEME:
        return authorization[len(SCHEME) :].strip()
    return headers.get("HTTP_X_API_KEY")


def user_of(request):
    """Return the id of the user whose session it is, or None. It is for counting, and allows nothing."""
    if "HTTP_COOKIE" not in request.META:
        return None
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return cookie and users.get(cookie, user_of_session)


def user_of_session(cookie):
    sessions = import_module(settings.SESSION_ENGINE)
    return sessions.SessionStore(cookie).get(SESSION_KEY)


def staff_of(request):
    """Return the id of the member of staff who is signed in, as admin would know them, or None."""
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return cookie and staff.get(cookie, staff_of_session)


def staff_of_session(cookie):
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(cookie)
    user = get_user(request)
    return str(user.pk) if user.is_active and user.is_staff else None


def anonymous(request):
    return Client("anonymous", address_of(request.META), settings.RATE_LIMIT_ANONYMOUS)


def address_of(headers):
    """Return the address a request is counted by.

    Behind N trusted proxies it is the N-th from the right in X-Forwarded-For: each of them adds whom it was
    asked by, and what is further left anybody may have written.
    """
    peer = headers.get("REMOTE_ADDR", "")
    if count := settings.TRUSTED_PROXIES:
        addresses = headers.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(addresses) >= count:
            return network(addresses[-count].strip()[:LONGEST]) or network(peer) or peer
    return network(peer) or peer


@functools.lru_cache(10_000)
def network(text):
    """Return the address, of IPv6 its /64, for that is what one client gets; None if it is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if address.version == 4:
        return text
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address.packed[:8] + bytes(8), 64)))
