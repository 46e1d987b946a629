"""The README is true: its commands are run, in order, in a copy of this folder, and print what it shows."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from dashboard.vendor import FOLDER as LIBRARIES
from tests.curl import stand_in
from tests.factories import write_wx
from tests.services import free_port

pytestmark = pytest.mark.once

# What cannot be run as it stands: (pattern, what is run instead, why).
INSTEAD = [
    (r"^git clone .*", ":", "the copy of this folder is the clone"),
    (r"^cd .*", ":", "every command runs in that copy"),
    (r"^make (test|soak|lint|bench|lock)\b", r"make --dry-run \1", "would run this test, or for minutes"),
    (r"\bcreatesuperuser\b", "createsuperuser --noinput", "asks for what the environment below says"),
    (r"(celery -A weatherproj \w+) .*|(celery -A weatherproj beat)$", r"\1\2 --help", "goes on until ended"),
    (r"<folder>", "'files of one'", "made below"),
    (r"<stations>", "stations.txt", "made below"),
]
READER = {
    **{name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ},
    "DJANGO_SUPERUSER_USERNAME": "reader",
    "DJANGO_SUPERUSER_PASSWORD": "only for this test",
    "DJANGO_SUPERUSER_EMAIL": "reader@example.org",
}


def blocks(text):
    """Yield (commands, language, output) of every sh block; the last two None where no output is shown."""
    fences = [(f[1], f[2], *f.span()) for f in re.finditer(r"(?ms)^```([^\n]*)\n(.*?)^```$", text)]
    assert {language for language, *_ in fences} <= {"sh", "json", "text"}, "a block that nothing checks"
    for fence, after in zip(fences, [*fences[1:], None], strict=True):
        follows = after and after[0] != "sh" and not text[fence[3] : after[2]].strip()
        if fence[0] == "sh":
            yield commands(fence[1]), *(after[:2] if follows else (None, None))


def commands(block):
    block = block.replace("\\\n", " ")
    for pattern, command, _ in INSTEAD:
        block = re.sub(pattern, command, block, flags=re.MULTILINE)
    return re.findall(r"(?m)^[^#\n].*", block)


@pytest.fixture
def house(tmp_path):
    """A copy of this folder in which everything is installed already."""
    house = tmp_path / "house"
    files = subprocess.check_output(["git", "ls-files", "-coz", "--exclude-standard"], cwd=settings.BASE_DIR)
    for name in filter(None, files.decode().split("\0")):
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # removed, and not yet from the index
            shutil.copy2(settings.BASE_DIR / name, house / name)
    lend_environment(house)
    shutil.copytree(LIBRARIES, house / LIBRARIES.relative_to(settings.BASE_DIR))  # as `make pages` does
    (house / "files of one").mkdir()
    write_wx(house / "files of one", "USC00110072", "19850101 -22 -128 94")
    (house / "stations.txt").write_text("USC00110072  41.1978  -90.7447  222.5 IL ALEDO\n")
    return house


def lend_environment(house):
    """Make .venv of links to the running interpreter's, with the locks that say it is up to date."""
    (house / ".venv").mkdir()
    for entry in Path(sys.prefix).iterdir():
        (house / ".venv" / entry.name).symlink_to(entry)
    for lock in (house / "requirements").glob("*.txt"):
        (house / ".venv" / lock.name).unlink(missing_ok=True)
        shutil.copy(lock, house / ".venv")


@pytest.fixture
def environment(tmp_path):
    """What a reader's shell holds, and a small curl behind the real one, for machines that have none."""
    return READER | {"PORT": str(free_port()), "PATH": f"{os.environ['PATH']}:{stand_in(tmp_path / 'bin')}"}


@contextlib.contextmanager
def serve(line, house, environment):
    """Run `make run` until Ctrl-C; yield what it has said when it is ready."""
    port, log = int(environment["PORT"]), house / "server.log"
    with log.open("w") as out:
        server = start(line, house, environment, stdout=out, stderr=out, start_new_session=True)
    try:
        give_up = time.monotonic() + 120
        while not is_ready(port):
            assert server.poll() is None and time.monotonic() < give_up, log.read_text()
            time.sleep(0.1)
        yield log.read_text()
        os.killpg(server.pid, signal.SIGINT)
        server.wait(20)
        with pytest.raises(ConnectionRefusedError):  # Ctrl-C has freed the port
            socket.create_connection(("127.0.0.1", port))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def start(line, house, environment, **streams):
    streams["stdin"] = subprocess.DEVNULL
    return subprocess.Popen(line, shell=True, cwd=house, env=environment, text=True, **streams)


def is_ready(port):
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://localhost:{port}/health/ready") as got:
        return got.status == 200


def run(line, house, environment, language):
    """Run a command and return what it printed; in a json block errors are not part of that."""
    errors = subprocess.PIPE if language == "json" else subprocess.STDOUT
    with start(line, house, environment, stdout=subprocess.PIPE, stderr=errors) as command:
        said, problem = command.communicate(timeout=300)
    assert command.returncode == 0, f"{line}\n{said}{problem}"
    return said


def check_readme(text, house, environment):
    with contextlib.ExitStack() as server:
        for lines, language, expected in blocks(re.sub(r"\b8000\b", environment["PORT"], text)):
            for line in lines:
                if line.startswith("make run"):
                    server.close()
                    said = server.enter_context(serve(line, house, environment))
                else:
                    said = run(line, house, environment, language)
            if language == "json":
                assert json.loads(said) == json.loads(expected), lines[-1]
            elif language == "text":
                pattern = re.escape(expected.strip()).replace(r"\.\.\.", ".*")
                assert re.fullmatch(pattern, said.strip(), re.DOTALL), f"{lines[-1]}\n{said}"


def test_readme_is_true(house, environment):
    check_readme((settings.BASE_DIR / "README.md").read_text(), house, environment)
