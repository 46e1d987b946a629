"""deploy/release.sh, with an `aws` that answers as told and writes down what it was asked."""

import os
import subprocess

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

HOUSE = settings.BASE_DIR
AWS = r"""#!/bin/bash
echo "$*" >>"$ASKED"
case "$*" in
*"$FAILS"*) echo "An error occurred: $FAILS" >&2; exit 255 ;;
*get-caller-identity*) echo 123456789012 ;;
*Parameters*) printf 'Archive\nHost\n' ;;
*PrivateSubnets*) echo subnet-1,subnet-2 ;;
*JobGroup*) echo sg-1 ;;
*StackStatus*) echo UPDATE_ROLLBACK_COMPLETE ;;
*run-task*) echo arn:task ;;
*exitCode*) echo "${CODE:-0}" ;;
*"lambda invoke"*) echo "told why" >"${@: -1}"; echo "${ERROR:-None}" ;;
esac
"""
VERSION = "123456789012.dkr.ecr.us-east-1.amazonaws.com/weather:2"


@pytest.fixture
def release(tmp_path):
    """Return release(*words, **what aws answers) -> (exit code, stderr, updated stacks, everything asked)."""
    (tmp_path / "aws").write_text(AWS)
    (tmp_path / "aws").chmod(0o755)
    asked = tmp_path / "asked"

    def run(*words, **answers):
        asked.write_text("")
        told = {"ASKED": str(asked), "FAILS": "nothing fails", "AWS_REGION": "us-east-1", **answers}
        environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"} | told
        ended = subprocess.run(
            [HOUSE / "deploy/release.sh", *words], env=environment, text=True, capture_output=True
        )
        lines = asked.read_text().splitlines()
        updated = [line.split("--stack-name ")[1].split()[0] for line in lines if "update-stack" in line]
        return ended.returncode, ended.stderr, updated, lines

    return run


def test_beanstalk_gets_another_bundle_and_keeps_the_rest(release):
    code, _, updated, asked = release("beanstalk", "bundles/2.zip")
    assert (code, updated) == (0, ["weather-beanstalk"])
    (update,) = [line for line in asked if "update-stack" in line]
    assert "--use-previous-template --role-arn arn:aws:iam::123456789012:role/weather-stacks" in update
    assert update.endswith(
        "--parameters ParameterKey=Bundle,ParameterValue=bundles/2.zip "
        "ParameterKey=Archive,UsePreviousValue=true ParameterKey=Host,UsePreviousValue=true"
    )


def test_ecs_migrates_before_it_serves(release):
    code, _, updated, asked = release("ecs", VERSION)
    assert (code, updated) == (
        0,
        ["weather-ecs-cluster", "weather-ecs-web", "weather-ecs-workers", "weather-ecs-ingest"],
    )
    order = [word for line in asked for word in ("run-task", "weather-ecs-web") if word in line]
    assert order[0] == "run-task"
    (task,) = [line for line in asked if "run-task" in line]
    assert "subnets=[subnet-1,subnet-2],securityGroups=[sg-1],assignPublicIp=DISABLED" in task


def test_ecs_updates_the_stacks_that_there_are(release):
    assert release("ecs", VERSION, FAILS="--stack-name weather-ecs-ingest")[2] == [
        "weather-ecs-cluster",
        "weather-ecs-web",
        "weather-ecs-workers",
    ]


@pytest.mark.parametrize(
    ("target", "answers", "said", "updated"),
    [
        (
            "ecs",
            {"CODE": "1"},
            "The migration ended with 1; the old version goes on",
            ["weather-ecs-cluster"],
        ),
        (
            "lambda",
            {"ERROR": "Unhandled"},
            "The old version goes on. It says: told why",
            ["weather-lambda-migrate"],
        ),
    ],
)
def test_after_a_failed_migration_the_old_version_goes_on(release, target, answers, said, updated):
    code, error, found, _ = release(target, VERSION, **answers)
    assert (code, found) == (1, updated)
    assert said.lower() in error.lower().replace("failed; ", "", 1) or said in error


def test_what_cloudformation_takes_back_is_told(release):
    code, error, *_ = release("beanstalk", "bundles/2.zip", FAILS="wait stack-update-complete")
    assert code == 1
    assert "weather-beanstalk: UPDATE_ROLLBACK_COMPLETE; the old version goes on" in error


def test_the_same_version_again_is_no_error(release):
    (code, *_) = release("lambda", VERSION, FAILS="update-stack")
    assert code == 1  # any other error is one
    again = release("lambda", VERSION, FAILS="No updates are to be performed")
    assert again[0] == 0


@pytest.mark.parametrize("words", [(), ("ecs",), ("azure", VERSION)])
def test_wrong_words_are_answered_with_the_right_ones(release, words):
    code, error, updated, _ = release(*words)
    assert (code, updated) == (2, [])
    assert error.startswith("Release a version: deploy/release.sh beanstalk bundles/NAME.zip")


def test_a_missing_region_is_named(release):
    code, error, *_ = release("beanstalk", "bundles/2.zip", AWS_REGION="", AWS_DEFAULT_REGION="")
    assert code == 1
    assert "the region, such as us-east-1" in error
