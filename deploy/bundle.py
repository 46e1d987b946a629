"""The zip for Elastic Beanstalk: `python -m deploy.bundle bundle.zip` packs the commit that is checked out.

In it is what a running archive needs and nothing else, static files made and requirements locked. The same
commit gives the same bytes: names in order, the commit's time on each, nothing of this machine.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from time import gmtime

from dashboard.vendor import FOLDER as LIBRARIES

HOUSE = Path(__file__).resolve().parent.parent
LEFT_OUT = {"tests", "benchmarks", "docs", ".ci", ".github", "Dockerfile", "Makefile", "buildspec.yml"}
LEFT_OUT |= {"README.md", "CHANGELOG.md", "pyproject.toml", ".env.example", ".gitignore", ".dockerignore"}
"""What stands in the repository and is not for running it."""

KEPT = {"deploy": {"__init__.py", "background.py"}, "requirements": {"prod.txt", "otel.txt"}}
"""Of these folders only this."""

STATIC = "staticfiles"


def main(target):
    with tempfile.TemporaryDirectory() as folder:
        export(Path(folder))
        add_libraries(Path(folder))
        files = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
        kept = [path for path in files if belongs(path.relative_to(folder))]
        collect_static(Path(folder))
        kept += [path for path in sorted(Path(folder, STATIC).rglob("*")) if path.is_file()]
        write(Path(target), Path(folder), kept, gmtime(int(git("show", "-s", "--format=%ct", "HEAD"))))
    commit = git("rev-parse", "--short", "HEAD").decode().strip()
    changed = " (what is not committed is not in it)" if git("status", "--porcelain") else ""
    sys.stdout.write(f"{target}: {len(kept)} files of commit {commit}{changed}\n")


def git(*words):
    return subprocess.check_output(["git", *words], cwd=HOUSE)


def export(folder):
    """Put the commit that is checked out into a folder."""
    with tarfile.open(fileobj=BytesIO(git("archive", "HEAD"))) as tar:
        tar.extractall(folder, filter="data")


def add_libraries(folder):
    """Put what the pages are drawn with there, which is not in the repository: `make pages` fetches it."""
    if not LIBRARIES.is_dir():
        sys.exit(f"{LIBRARIES} is not there: run make pages first")
    shutil.copytree(LIBRARIES, folder / LIBRARIES.relative_to(HOUSE))


def belongs(path):
    """Say whether a file of the repository is for running it."""
    top, *below = path.parts
    return top not in LEFT_OUT and (top not in KEPT or "/".join(below) in KEPT[top])


def collect_static(folder):
    command = [sys.executable, "-B", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    only_for_this = {"SECRET_KEY": "only to collect", "DATABASE_URL": "sqlite:///:memory:", "DEBUG": "False"}
    quiet = {"SECRETS_FROM": "", "DATABASE_SECRET": "", "OTEL_EXPORTER_OTLP_ENDPOINT": ""}
    subprocess.run(command, cwd=folder, env=os.environ | only_for_this | quiet, check=True)


def write(target, folder, files, time):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), time[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if path.stat().st_mode & 0o100 else 0o100644) << 16
            bundle.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
