"""GitHub's workflows and CodeBuild's buildspec: by their schemas, and what they call is there."""

import re
import subprocess
import sys
from functools import cache

import pytest
import yaml
from django.conf import settings

pytestmark = pytest.mark.once

HOUSE = settings.BASE_DIR
WORKFLOWS = sorted((HOUSE / ".github/workflows").glob("*.yml"))
BUILDSPEC = HOUSE / "buildspec.yml"
SCHEMA = "vendor.github-workflows"
PHASES = ["install", "pre_build", "build", "post_build"]
PHASE = {"on-failure", "commands", "finally", "run-as", "runtime-versions"}
"""CodeBuild has no schema of its own in check-jsonschema: these are what its reference lists."""

TOP = {"version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"}
ACTION = re.compile(r"[\w.-]+/[\w./-]+@(v\d+|[0-9a-f]{40})")


@cache
def loaded(path):
    return yaml.safe_load(path.read_text())


def steps():
    """Yield (workflow, job, step) of all steps."""
    for path in WORKFLOWS:
        for name, job in loaded(path)["jobs"].items():
            for step in job.get("steps", []):
                yield path.name, name, step


def scripts():
    """Yield all that is run by a shell, with GitHub's expressions as words."""
    for _, _, step in steps():
        if "run" in step:
            yield re.sub(r"\$\{\{.*?\}\}", "expression", step["run"])
    for phase in loaded(BUILDSPEC)["phases"].values():
        yield from phase.get("commands", [])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_is_as_github_s_schema_says(path):
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
    ]
    done = subprocess.run([*command, path], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done"), done.stdout


def test_misspelt_workflow_is_found(tmp_path):
    text = WORKFLOWS[0].read_text().replace("runs-on:", "run-on:")
    (tmp_path / "wrong.yml").write_text(text)
    with pytest.raises(AssertionError, match="runs-on"):
        test_workflow_is_as_github_s_schema_says(tmp_path / "wrong.yml")


def test_buildspec_has_what_codebuild_knows():
    spec = loaded(BUILDSPEC)
    assert (spec["version"], set(spec) - TOP) == (0.2, set())
    assert [phase for phase in PHASES if phase in spec["phases"]] == list(spec["phases"])
    assert [set(phase) - PHASE for phase in spec["phases"].values()] == [set()] * 4
    commands = [command for phase in spec["phases"].values() for command in phase.get("commands", [])]
    assert [command for command in commands if not isinstance(command, str)] == []


def test_actions_are_pinned():
    used = [step["uses"] for *_, step in steps() if "uses" in step]
    assert len(used) > 5
    assert [action for action in used if not ACTION.fullmatch(action)] == []


def test_no_key_is_kept_anywhere():
    texts = [path.read_text() for path in [*WORKFLOWS, BUILDSPEC]]
    assert [text for text in texts if re.search(r"secrets\.|AKIA|aws_secret|password:", text)] == []
    assert (
        loaded(HOUSE / ".github/workflows/deploy.yml")["jobs"]["release"]["permissions"]["id-token"]
        == "write"
    )


@pytest.mark.parametrize("script", list(scripts()), ids=lambda script: script.strip().splitlines()[-1][:40])
def test_scripts_are_bash_and_call_what_there_is(script):
    subprocess.run(["bash", "-n"], input=script, check=True, text=True)
    makefile = (HOUSE / "Makefile").read_text()
    for target in re.findall(r"\bmake ([a-z]+)", script):
        assert re.search(rf"(?m)^[a-z ]*\b{target}\b[a-z ]*:", makefile), target
    for program in re.findall(r"\bdeploy/[\w.]+\.sh", script):
        assert (HOUSE / program).stat().st_mode & 0o100, program


FAKE = """#!/bin/sh
echo "${0##*/} $*"
case "${0##*/} $*" in "docker manifest"*) exit 1 ;; "aws ecr"*) echo password ;; esac
"""


@pytest.fixture
def build(tmp_path):
    """build(**environment) runs build and post_build with programs that only say what they do."""
    (tmp_path / "deploy").mkdir()
    for name in ("make", "aws", "docker", "deploy/release.sh"):
        (tmp_path / name).write_text(FAKE)
        (tmp_path / name).chmod(0o755)

    def run(**environment):
        phases = loaded(BUILDSPEC)["phases"]
        script = "\n".join(phases["build"]["commands"] + phases["post_build"]["commands"])
        known = {"ARTIFACTS_BUCKET": "artifacts", "CODEBUILD_RESOLVED_SOURCE_VERSION": "abc123"}
        known |= {"PATH": f"{tmp_path}:/usr/bin:/bin", "CODEBUILD_BUILD_SUCCEEDING": "1"}
        known["REPOSITORY"] = "registry.example.org/weather"
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        done = subprocess.run(["bash", "-ec", script], cwd=tmp_path, env=known | environment, **pipes)
        return done.returncode, done.stdout.splitlines()

    return run


def test_buildspec_releases_a_bundle(build):
    assert build(TARGET="beanstalk") == (
        0,
        [
            "make bundle",
            "aws s3 cp bundle.zip s3://artifacts/bundles/abc123.zip",
            "release.sh beanstalk bundles/abc123.zip",
        ],
    )


@pytest.mark.parametrize("target", ["ecs", "lambda"])
def test_buildspec_releases_an_image(build, target):
    code, said = build(TARGET=target)
    image = "registry.example.org/weather:abc123"
    assert (code, said[0]) == (0, "docker login --username AWS --password-stdin registry.example.org")
    assert said[1:] == [f"make image IMAGE={image}", f"docker push {image}", f"release.sh {target} {image}"]


def test_nothing_is_released_after_a_failed_build_or_to_an_unknown_target(build):
    assert build(TARGET="beanstalk", CODEBUILD_BUILD_SUCCEEDING="0")[0] == 1
    assert build(TARGET="moon") == (1, ["TARGET: expected beanstalk, ecs or lambda, got 'moon'"])
