"""What releases and what watches, as AWS describes it: pipeline, GitHub's role; alarms, dashboards, logs."""

import pytest

from tests.deploy.cloud import client, kept

pytestmark = pytest.mark.once


def test_pipeline_asks_before_it_tests_and_releases(stacks):
    stages = kept["AWS::CodePipeline::Pipeline", "weather"]["pipeline"]["stages"]
    assert [stage["name"] for stage in stages] == ["Source", "Approval", "Release"]


def test_github_takes_its_role_from_one_environment_of_one_repository(stacks):
    role = client("iam").get_role(RoleName="weather-github")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"]["StringEquals"] == {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:somebody/weather:environment:production",
    }


def test_alarms_tell_the_topic(stacks):
    alarms = client("cloudwatch").describe_alarms(AlarmNamePrefix="weather-")["MetricAlarms"]
    assert len(alarms) == 17
    assert {tuple(alarm["AlarmActions"]) for alarm in alarms} == {(stacks["alarms"]["Topic"],)}
    missing = {
        alarm["AlarmName"].removeprefix("weather-")
        for alarm in alarms
        if alarm["TreatMissingData"] == "breaching"
    }
    assert missing == {"missing-run", "waiting", "database-storage"}


def test_dashboards_show_all_four(stacks):
    dashboards = client("cloudwatch").list_dashboards()["DashboardEntries"]
    assert {dashboard["DashboardName"] for dashboard in dashboards} == {
        "weather-ingest",
        "weather-database",
        "weather-application",
    }


def test_logs_end_some_day(stacks):
    groups = {
        g["logGroupName"]: g.get("retentionInDays") for g in client("logs").describe_log_groups()["logGroups"]
    }
    assert groups.keys() >= {
        "/weather/ecs",
        "/weather/api",
        "/weather/access",
        "/weather/ingest",
        "/weather/build",
    }
    assert None not in groups.values()
