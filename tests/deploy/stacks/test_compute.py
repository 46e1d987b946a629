"""What runs, as AWS describes it: Beanstalk, ECS, Lambda and its gateway, Glue; and what starts it."""

import importlib
import json

import pytest

from tests.deploy.cloud import client, kept
from tests.deploy.stacks.conftest import HOST, IMAGE

pytestmark = pytest.mark.once


def test_beanstalk_has_network_roles_and_shared_balancer(stacks):
    options = {}
    for option in kept["AWS::ElasticBeanstalk::Environment", "weather-web"]["OptionSettings"]:
        options.setdefault(option["Namespace"], {})[option["OptionName"]] = option["Value"]
    network = stacks["network"]
    assert options["aws:ec2:vpc"]["Subnets"] == network["PrivateSubnets"]
    assert options["aws:autoscaling:launchconfiguration"]["SecurityGroups"] == network["ApplicationGroup"]
    assert options["aws:elbv2:loadbalancer"] == {"SharedLoadBalancer": stacks["balancer"]["Arn"]}
    assert options["aws:elbv2:listenerrule:archive"]["HostHeaders"] == HOST
    settings = options["aws:elasticbeanstalk:application:environment"]
    assert settings["TRUSTED_PROXIES"] == "3"
    assert settings["DATABASE_REPLICA_URL"] == stacks["database"]["ReplicaUrl"]


def test_ecs_web_turns_over_at_once_and_goes_back_by_alarm(stacks):
    configuration = kept["AWS::ECS::Service", "weather-web"]["deploymentConfiguration"]
    assert configuration["strategy"] == "BLUE_GREEN"
    assert configuration["alarms"] == {"alarmNames": ["weather-errors"], "enable": True, "rollback": True}
    alarms = client("cloudwatch").describe_alarms(AlarmNames=["weather-errors"])["MetricAlarms"]
    assert len(alarms) == 1


def test_ecs_workers_run_on_spot(stacks):
    workers = kept["AWS::ECS::Service", "weather-worker"]
    assert workers["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    network = workers["networkConfiguration"]["awsvpcConfiguration"]
    assert network["securityGroups"] == [stacks["network"]["JobGroup"]]


@pytest.mark.parametrize(
    ("family", "containers"),
    [
        ("web", {"web": ["web"], "collector": ["--config=/etc/ecs/ecs-default-config.yaml"]}),
        ("worker", {"worker": ["worker"], "beat": ["beat"]}),
        ("ingest", {"ingest": ["ingest"]}),
        ("migrate", {"migrate": ["migrate"]}),
    ],
)
def test_ecs_tasks_are_one_image_with_a_command_each(stacks, family, containers):
    task = client("ecs").describe_task_definition(taskDefinition=f"weather-{family}")["taskDefinition"]
    assert {c["name"]: c["command"] for c in task["containerDefinitions"]} == containers
    assert {c["image"] for c in task["containerDefinitions"] if c["name"] != "collector"} == {IMAGE}
    assert task["networkMode"] == "awsvpc"


def test_ecs_web_grows_by_cpu_and_by_requests(stacks):
    scaling = client("application-autoscaling")
    (target,) = scaling.describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=["service/weather/weather-web"]
    )["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 8)
    names = {
        policy["PolicyName"]
        for policy in scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    }
    assert names == {"weather-web-cpu", "weather-web-requests", "weather-worker-cpu"}


def test_ingest_task_is_started_at_six(stacks):
    schedule = client("scheduler").get_schedule(Name="weather-ingest")
    assert schedule["ScheduleExpression"] == "cron(0 6 * * ? *)"
    task = schedule["Target"]["EcsParameters"]
    assert ":task-definition/weather-ingest:" in task["TaskDefinitionArn"]
    assert task["NetworkConfiguration"]["awsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"


@pytest.mark.parametrize(
    ("name", "handler", "most"),
    [("api", "lambda_api", 20), ("ingest", "lambda_ingest", 4), ("migrate", "lambda_migrate", 1)],
)
def test_functions_lie_in_the_network_and_have_a_limit(stacks, name, handler, most):
    functions = client("lambda")
    made = functions.get_function(FunctionName=f"weather-{name}")
    assert made["Code"]["ImageUri"] == IMAGE
    assert made["Concurrency"] == {"ReservedConcurrentExecutions": most}
    assert made["Configuration"]["VpcConfig"]["SecurityGroupIds"] == [stacks["network"]["JobGroup"]]
    assert kept["AWS::Lambda::Function", f"weather-{name}"]["ImageConfig"]["Command"] == [
        f"deploy.{handler}.handler"
    ]
    assert callable(importlib.import_module(f"deploy.{handler}").handler)


def test_ingest_function_is_called_daily_and_by_each_object(stacks):
    rules = {rule["Name"]: rule for rule in client("events").list_rules()["Rules"]}
    assert rules["weather-daily"]["ScheduleExpression"] == "cron(0 6 * * ? *)"
    pattern = json.loads(rules["weather-arrival"]["EventPattern"])
    assert pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["bucket"] == {"name": [stacks["storage"]["RawBucket"]]}
    for name in ("weather-daily", "weather-arrival"):
        (target,) = client("events").list_targets_by_rule(Rule=name)["Targets"]
        assert target["Arn"].endswith(":function:weather-ingest")


def test_what_the_ingest_function_gives_up_lies_in_a_queue(stacks):
    invocation = kept["AWS::Lambda::EventInvokeConfig", "Invocation"]
    assert invocation["DestinationConfig"]["OnFailure"]["Destination"].endswith(":weather-failed")
    assert invocation["MaximumRetryAttempts"] == 2


def test_gateway_hands_every_request_to_the_function(stacks):
    gateway = client("apigatewayv2")
    (api,) = gateway.get_apis()["Items"]
    (route,) = gateway.get_routes(ApiId=api["ApiId"])["Items"]
    (integration,) = gateway.get_integrations(ApiId=api["ApiId"])["Items"]
    assert (route["RouteKey"], integration["PayloadFormatVersion"]) == ("$default", "2.0")
    assert integration["IntegrationUri"].endswith(":function:weather-api")


def test_glue_job_has_its_place_and_its_trigger(stacks):
    glue = client("glue")
    job = glue.get_job(JobName="weather-load")["Job"]
    assert job["Command"]["ScriptLocation"] == f"s3://{stacks['storage']['ArtifactsBucket']}/glue/load.py"
    assert job["Connections"] == {"Connections": ["weather-database"]}
    started = json.loads(client("scheduler").get_schedule(Name="weather-load")["Target"]["Input"])
    prepared = f"s3://{stacks['storage']['RawBucket']}/prepared/<aws.scheduler.execution-id>"
    assert started == {"JobName": "weather-load", "Arguments": {"--prepared": prepared}}
