"""By which address a request is counted."""

import pytest

from access.clients import address_of

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_address_is_the_peer_of_ipv6_its_64(peer, counted):
    assert address_of({"REMOTE_ADDR": peer}) == counted


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "forged, 192.0.2.66,198.51.100.1", "198.51.100.1"),
        (2, "192.0.2.66, 198.51.100.1 , 10.0.0.2", "198.51.100.1"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (2, "198.51.100.1", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "198.51.100.1, unknown", "10.0.0.1"),
        (1, "198.51.100.1:443", "10.0.0.1"),
        (1, "0" * 10_000, "10.0.0.1"),
    ],
)
def test_address_behind_proxies_is_the_one_that_the_outermost_saw(settings, proxies, forwarded, counted):
    settings.TRUSTED_PROXIES = proxies
    headers = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert address_of({name: text for name, text in headers.items() if text is not None}) == counted
