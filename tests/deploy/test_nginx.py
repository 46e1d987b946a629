"""The proxy of Elastic Beanstalk, with what .platform adds to it, before the application."""

import gzip
import os
import re
import shutil
import subprocess
import time
import urllib.request
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.factories import write_wx
from tests.served import ask, manage, served, wait_until
from tests.services import NGINX, free_port

pytestmark = [pytest.mark.once, pytest.mark.nginx]

LONGEST = 2.1
"""Seconds an answer is kept for at most: nginx counts whole ones."""

# As on Amazon Linux 2023: what is ours is included before the server, and in it.
PLATFORM = """
daemon off;
user {user};
error_log {folder}/error.log warn;
pid {folder}/nginx.pid;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/conf.d/*.conf;
    map $http_upgrade $connection_upgrade {{ default "upgrade"; }}
    server {{
        listen 127.0.0.1:{port} default_server;
        gzip off;
        gzip_comp_level 4;
        gzip_types text/plain text/css application/json;
        include {folder}/conf.d/elasticbeanstalk/*.conf;
        location / {{
            proxy_pass http://127.0.0.1:8000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }}
    }}
}}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """nginx before the application, with a station of 400 days."""
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    environment = {"DATABASE_URL": f"sqlite:///{folder}/w.sqlite3", "TRUSTED_PROXIES": "1"}
    environment |= {"RATE_LIMIT_ANONYMOUS": "1000", "RATE_LIMIT_KEY": "2000"}
    manage("migrate", "--verbosity=0", **environment)
    days = [f"1985{month:02}{day:02} 100 -50 {day}" for month in range(1, 13) for day in range(1, 29)]
    write_wx(folder, "USC00110072", *days)
    manage("ingest_weather", str(folder / "USC00110072.txt"), **environment)
    key = manage("api_key", "create", "nginx", **environment).split()[0]
    with served(**environment) as url:
        port = free_port()
        write_configuration(folder, port, url)
        command = [NGINX, "-p", folder, "-c", folder / "nginx.conf"]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True)
        process = subprocess.Popen(command)
        try:
            front = f"http://127.0.0.1:{port}"
            wait_until(lambda: ask(f"{front}/health/live")[0] == 200)
            yield SimpleNamespace(url=front, key=key, tried=tried, folder=folder, environment=environment)
        finally:
            process.terminate()
            process.wait()


def write_configuration(folder, port, url):
    """Copy .platform's files for nginx, with this test's places and ports in them."""
    shutil.copytree(settings.BASE_DIR / ".platform/nginx/conf.d", folder / "conf.d")
    user = "root" if os.getuid() == 0 else os.environ.get("USER", "nobody")
    (folder / "nginx.conf").write_text(PLATFORM.format(folder=folder, port=port, user=user))
    for path in [folder / "nginx.conf", *folder.glob("conf.d/**/*.conf")]:
        text = path.read_text().replace("http://127.0.0.1:8000", url)
        path.write_text(text.replace("/var/lib/nginx/archive", f"{folder}/cache"))


def ingest_more(site):
    path = write_wx(site.folder, "USC00110187", "19850101 1 1 1")
    manage("ingest_weather", str(path), **site.environment)


def test_configuration_is_one(site):
    assert re.search("syntax is ok.*test is successful", site.tried.stderr, re.DOTALL)
    assert "warn" not in site.tried.stderr


def test_answer_comes_from_the_cache_and_is_304_by_its_etag(site):
    url = f"{site.url}/api/weather?date=1985-01-01"
    status, first, page = ask(url)
    assert (status, first["X-Cache"], len(page["results"])) == (200, "MISS", 1)
    status, again, same = ask(url)
    assert (status, again["X-Cache"], again["ETag"], same) == (200, "HIT", first["ETag"], page)
    status, unchanged, body = ask(url, **{"If-None-Match": first["ETag"]})
    assert (status, unchanged["X-Cache"], body) == (304, "HIT", b"")


def test_answer_is_another_soon_after_the_archive_is(site):
    url = f"{site.url}/api/weather?date=1985-01-01"
    _, before, _ = ask(url)
    time.sleep(LONGEST)
    assert ask(url)[1]["X-Cache"] == "REVALIDATED"
    ingest_more(site)
    time.sleep(LONGEST)
    status, after, page = ask(url, **{"If-None-Match": before["ETag"]})
    assert (status, after["ETag"] == before["ETag"], len(page["results"])) == (200, False, 2)


def test_limits_are_told_to_whom_they_are_of(site):
    url = f"{site.url}/api/weather?date=1985-01-02"
    assert ask(url)[1]["RateLimit"]
    headers = ask(url)[1]
    assert (headers["X-Cache"], headers["RateLimit"], headers["RateLimit-Policy"]) == ("HIT", None, None)


def test_who_has_a_key_is_answered_by_the_application(site):
    url = f"{site.url}/api/weather?date=1985-01-03"
    ask(url)
    headers = ask(url, Authorization=f"Bearer {site.key}")[1]
    assert (headers["X-Cache"], headers["RateLimit"][:5]) == ("BYPASS", '"key"')


def test_refusals_and_streams_are_not_kept(site):
    for path in ("weather?date=1985-02-30", "weather?format=csv"):
        assert [ask(f"{site.url}/api/{path}")[1]["X-Cache"] for _ in range(2)] == ["MISS", "MISS"]


def test_pages_are_compressed(site):
    url = f"{site.url}/api/weather?year=1985&page_size=300"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        headers, body = answer.headers, answer.read()
    assert (headers["Content-Encoding"], headers["ETag"][:2]) == ("gzip", "W/")
    assert "Accept-Encoding" in ",".join(headers.get_all("Vary"))
    assert len(gzip.decompress(body)) > 10 * len(body)


def test_body_that_is_too_large_does_not_reach_the_application(site):
    status, headers, _ = ask(f"{site.url}/admin/login/", form=b"x" * (3 * 1024 * 1024 + 1))
    assert (status, "nginx" in headers["Server"]) == (413, True)


def test_long_query_does(site):
    ids = "&".join(f"station_id=USC{number:08}" for number in range(500))
    status, _, problem = ask(f"{site.url}/api/weather?{ids}")
    assert (len(ids) > 11_000, status) == (True, 400)
    assert "USC00000000" in problem["detail"]


def test_health_goes_by_without_the_cache(site):
    status, headers, body = ask(f"{site.url}/health/ready")
    assert (status, headers["X-Cache"], body["status"]) == (200, None, "ok")
