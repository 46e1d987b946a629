"""docs/deploy.md, followed in a shell where `aws` writes down what it was asked."""

import os
import re
import subprocess
from functools import cache

import pytest
from awscli.clidriver import create_clidriver
from django.conf import settings

from tests.deploy.templates import NAMES, inside, template

pytestmark = pytest.mark.once

HOUSE = settings.BASE_DIR
PAGE = (HOUSE / "docs/deploy.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
AWS = r"""#!/bin/bash
printf '%s\x1f' "$@" >>"$ASKED"
printf '\x1e' >>"$ASKED"
echo answer-of-the-aws-cli
"""


def follow(folder, blocks):
    """Run blocks of the page; return what `aws` was asked for."""
    programs = folder / "programs"
    programs.mkdir()
    (programs / "aws").write_text(AWS)
    for name in ("docker", "make", "curl"):
        (programs / name).write_text("#!/bin/sh\ncat >/dev/null\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    asked = folder / "asked"
    # What releases has a test of its own.
    script = "\n".join(["set -euo pipefail", *blocks]).replace("deploy/release.sh ", "true ")
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "ASKED": str(asked)}
    ended = subprocess.run(
        ["bash", "-c", script],
        env=environment,
        cwd=HOUSE,
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
    )
    assert ended.returncode == 0, ended.stderr
    return [line.split("\x1f")[:-1] for line in asked.read_text().split("\x1e")[:-1]]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    return follow(tmp_path_factory.mktemp("page"), BLOCKS)


def option(words, name):
    """Return the words behind an option."""
    behind = words[words.index(name) + 1 :]
    end = next((i for i, word in enumerate(behind) if word.startswith("--")), len(behind))
    return behind[:end]


def deployed(asked):
    """Return (stack, template, {parameter: value}) of what is deployed, in order."""
    return [
        (
            option(words, "--stack-name")[0].removeprefix("weather-"),
            re.search(r"([\w-]+)[.]yaml", option(words, "--template-file")[0])[1],
            dict(word.split("=", 1) for word in option(words, "--parameter-overrides")),
        )
        for words in asked
        if words[:2] == ["cloudformation", "deploy"]
    ]


@cache
def driver():
    return create_clidriver()


def try_out(words, monkeypatch, capsys):
    """Give words to the AWS CLI, with nobody there to answer; return its exit code and what it says."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    try:
        code = driver().main(words)
    except SystemExit as end:
        code = end.code
    return code, "".join(capsys.readouterr())


def test_commands_are_commands_of_the_aws_cli(asked, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("bundle.zip", "deploy/glue/load.py", "requirements/prod.txt", "wx_data/a.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "deploy/cloudformation").symlink_to(HOUSE / "deploy/cloudformation")
    different = {tuple(words[:3]): words for words in asked}.values()
    assert len(different) > 20
    for words in different:
        if words[0] == "ssm":
            continue  # start-session asks for its plugin first
        said = try_out(words, monkeypatch, capsys)[1]
        assert "Could not connect" in said or "upload failed" in said or "Connection" in said, (words, said)


def test_a_wrong_option_is_found(monkeypatch, capsys):
    code, said = try_out(
        ["acm", "request-certificate", "--domain-name", "a", "--nothing", "b"], monkeypatch, capsys
    )
    assert code
    assert "--nothing" in said


def test_every_template_is_deployed_with_parameters_that_it_has(asked):
    made = deployed(asked)
    given = {}
    for stack, name, parameters in made:
        known = template(name)["Parameters"]
        assert set(parameters) - set(known) == set(), name
        given.setdefault((stack, name), {}).update(parameters)
        needed = {parameter for parameter, about in known.items() if "Default" not in about}
        assert needed - set(given[stack, name]) == set(), name
    assert {name for _, name, _ in made} == set(NAMES) - {"endpoints", "ecs-ingest"}  # in place of others


def exports(name):
    outputs = template(name).get("Outputs", {}).values()
    return {output["Export"]["Name"]["Fn::Sub"] for output in outputs if "Export" in output}


def imports(name):
    found = [
        value for value in inside(template(name)) if isinstance(value, dict) and "Fn::ImportValue" in value
    ]
    return {value["Fn::ImportValue"]["Fn::Sub"] for value in found}


def needs(name):
    """Return the templates whose exports one imports."""
    wanted = {
        text.replace("REGIONAL", "${Scope}").replace("CLOUDFRONT", "${Scope}") for text in imports(name)
    }
    return {other for other in NAMES if exports(other) & wanted}


def test_stacks_come_after_what_they_need(asked):
    there = set()
    for _, name, parameters in deployed(asked):
        optional = {"balancer"} if (name, parameters.get("Way")) == ("dashboard", "lambda") else set()
        assert needs(name) - there - optional == set(), name
        there.add(name)


def test_stacks_go_before_what_they_need(asked):
    gone = [option(w, "--stack-name")[0].removeprefix("weather-") for w in asked if "delete-stack" in w]
    assert set(gone) == set(NAMES) | {"firewall-cloudfront"}
    for place, name in enumerate(gone):
        if name != "firewall-cloudfront":
            assert needs(name) & set(gone[:place]) == set(), name
