"""An instance of Elastic Beanstalk as far as a machine without AWS goes: it does with a bundle what the
platform does, in the same order (its guide: "Instance deployment workflow")."""

import contextlib
import importlib.metadata
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

from tests.served import ask, wait_until
from tests.services import free_port


def unpack(bundle, folder):
    """Unpack a bundle as the platform does: with the permissions that it says."""
    with zipfile.ZipFile(bundle) as packed:
        for entry in packed.infolist():
            path = Path(packed.extract(entry, folder))
            path.chmod(entry.external_attr >> 16 & 0o777)
    return folder


def fresh_venv(folder, lock):
    """Make a virtual environment with what a lock file pins and nothing else.

    The files are those of the environment that runs the tests: without the network, and in a second.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site = next(folder.glob("lib/python3*/site-packages"))
    for name in pinned(lock):
        for file in files_of(name):
            target = Path(os.path.normpath(site / file))
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.parent == folder / "bin":
                program = file.locate().read_text().replace(sys.executable, str(folder / "bin/python"), 1)
                target.write_text(program)
                target.chmod(0o755)
            else:
                shutil.copy2(file.locate(), target)
    return folder


def pinned(lock):
    """Return the names of what a lock file pins."""
    return re.findall(r"^([\w.-]+)==", lock.read_text(), re.MULTILINE)


def files_of(name):
    """Return the files of an installed package, none for one that is not for this platform."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return [file for file in importlib.metadata.files(name) if "__pycache__" not in file.parts]
    return []


class Instance:
    """One instance, with the properties of its environment."""

    def __init__(self, venv, **properties):
        self.port, self.venv = free_port(), venv
        self.url = f"http://127.0.0.1:{self.port}"
        paths = {"PATH": f"{venv}/bin:/usr/bin:/bin", "PYTHONPATH": f"{venv}/bin", "HOME": str(venv)}
        self.environment = {**paths, **properties, "PORT": str(self.port)}

    def run(self, command, folder):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.run(["bash", "-c", command], cwd=folder, env=self.environment, **pipes)

    def configure(self, folder, leader=True):
        """Run the container commands of a version, as one script of all configuration files; then its hooks.

        Return (name of the first that fails or None, what all of them say).
        """
        said = ""
        for name, command in container_commands(folder).items():
            if command.get("leader_only") and not leader:
                continue
            done = self.run(command["command"], folder)
            said += done.stdout
            if done.returncode:
                return name, said
        for hook in sorted(folder.glob(".platform/hooks/predeploy/*")):
            done = self.run(str(hook), folder)
            said += done.stdout
            if done.returncode:
                return hook.name, said
        return None, said

    @contextlib.contextmanager
    def running(self, folder, log):
        """Run the processes of Procfile for the length of a `with`, from when the web process answers."""
        command = [sys.executable, "-m", "honcho", "start", "--no-colour", "--no-prefix"]
        out = {"stdout": log, "stderr": subprocess.STDOUT, "start_new_session": True}
        process = subprocess.Popen(command, cwd=folder, env=self.environment, **out)
        try:
            wait_until(lambda: ask(f"{self.url}/health/live")[0] == 200, seconds=60)
            yield process
            process.send_signal(signal.SIGTERM)
            process.wait(40)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def container_commands(folder):
    """Return the container commands of a version in the order in which they are run."""
    commands = {}
    for path in sorted(folder.glob(".ebextensions/*.config")):
        commands |= yaml.safe_load(path.read_text()).get("container_commands", {})
    return dict(sorted(commands.items()))
