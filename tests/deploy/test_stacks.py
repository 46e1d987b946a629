"""What comes out when every template is made on loopback, as AWS describes it."""

import importlib
import json

import pytest

from tests.deploy import cloud_types
from tests.deploy.cloud import ACCOUNT, aws, client, create_stack, kept

pytestmark = pytest.mark.once

assert cloud_types
HOST = "weather.example.org"
IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/weather:1"
BUNDLE = {
    "Host": HOST,
    "Bundle": "bundles/1.zip",
    "Platform": "64bit Amazon Linux 2023 v4.7.2 running Python 3.13",
}


@pytest.fixture(scope="module")
def stacks():
    """Every template made, in the order of the page; {name: its outputs}."""
    with aws():
        certificate = client("acm").request_certificate(DomainName=HOST)["CertificateArn"]
        connection = f"arn:aws:codeconnections:us-east-1:{ACCOUNT}:connection/1"
        wanted = {
            "network": {"Nat": "each"},
            "endpoints": {},
            "storage": {},
            "database": {"Replica": "true"},
            "cache": {"Nodes": 2},
            "identity": {},
            "registry": {},
            "firewall": {},
            "firewall-us": {"template": "firewall", "Scope": "CLOUDFRONT"},
            "balancer": {"Certificate": certificate, "ShieldAdvanced": "true"},
            "alarms": {"Mail": "people@example.org"},
            "alarms-balancer": {},
            "alarms-lambda": {},
            "dashboard": {},
            "beanstalk": BUNDLE | {"Cdn": "true", "Replica": "true"},
            "ecs-cluster": {"Image": IMAGE},
            "ecs-web": {"Image": IMAGE, "Host": HOST, "Night": "22-5", "Tracing": "true"},
            "ecs-workers": {"Image": IMAGE},
            "ecs-ingest": {"Image": IMAGE},
            "lambda-migrate": {"Image": IMAGE},
            "lambda": {"Image": IMAGE, "Host": "api.example.org", "Certificate": certificate},
            "glue": {"Schedule": "cron(0 3 1 * ? *)"},
            "deployer": {},
            "github": {"Repository": "somebody/weather"},
            "pipeline": {"Connection": connection, "Repository": "somebody/weather"},
            "cdn": {"Host": HOST, "Origin": "origin.example.org", "Certificate": certificate},
        }
        yield {name: create_stack(name, **parameters) for name, parameters in wanted.items()}


def group(id):
    """Return who may ask a security group, and whom it may ask: {(from port, to port): sources}."""
    (found,) = client("ec2").describe_security_groups(GroupIds=[id])["SecurityGroups"]
    return ports(found["IpPermissions"]), ports(found["IpPermissionsEgress"])


def ports(permissions):
    found = {}
    for permission in permissions:
        sources = [source["GroupId"] for source in permission["UserIdGroupPairs"]]
        sources += [source["CidrIp"] for source in permission["IpRanges"]]
        found.setdefault((permission.get("FromPort"), permission.get("ToPort")), set()).update(sources)
    return found


# --- Network ---------------------------------------------------------------------------------


def test_zones_have_a_public_and_a_private_subnet_each(stacks):
    network = stacks["network"]
    subnets = client("ec2").describe_subnets(
        SubnetIds=f"{network['PublicSubnets']},{network['PrivateSubnets']}".split(",")
    )["Subnets"]
    assert sorted(subnet["AvailabilityZone"][-1] for subnet in subnets) == list("aabb")
    assert len({subnet["CidrBlock"] for subnet in subnets}) == 4


@pytest.mark.parametrize(
    ("kind", "way"), [("PublicSubnets", "GatewayId"), ("PrivateSubnets", "NatGatewayId")]
)
def test_subnets_have_their_way_out(stacks, kind, way):
    subnets = set(stacks["network"][kind].split(","))
    tables = client("ec2").describe_route_tables()["RouteTables"]
    ours = [table for table in tables if subnets & {found.get("SubnetId") for found in table["Associations"]}]
    routes = [route for table in ours for route in table["Routes"]]
    ways = [route[way] for route in routes if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
    assert len(ways) == (1 if kind == "PublicSubnets" else 2)
    assert len(set(ways)) == len(ways)  # a NAT gateway of its own for each


def test_the_world_reaches_the_load_balancer_alone(stacks):
    network = stacks["network"]
    asked = group(network["BalancerGroup"])[0]
    assert asked == {(443, 443): {"0.0.0.0/0"}, (80, 80): {"0.0.0.0/0"}}
    assert group(network["ApplicationGroup"])[0] == {
        (80, 80): {network["BalancerGroup"]},
        (8000, 8000): {network["BalancerGroup"]},
    }
    assert group(network["JobGroup"])[0] == {}


def test_application_and_jobs_alone_reach_database_and_cache(stacks):
    network = stacks["network"]
    both = {network["ApplicationGroup"], network["JobGroup"]}
    (cache,) = client("ec2").describe_security_groups(
        Filters=[{"Name": "description", "Values": ["Cache, *"]}]
    )["SecurityGroups"]
    assert group(stacks["database"]["Group"])[0] == {(5432, 5432): both}
    assert group(cache["GroupId"])[0] == {(6379, 6379): both}
    for asking in both:
        ways = group(asking)[1]
        assert ways[5432, 5432] == {stacks["database"]["Group"]}
        assert ways[6379, 6379] == {cache["GroupId"]}
        world = {port for port, sources in ways.items() if "0.0.0.0/0" in sources}
        assert world == {(443, 443), (587, 587)}


def test_endpoints_keep_what_is_asked_within_the_network(stacks):
    endpoints = client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    names = {endpoint["ServiceName"].partition("us-east-1.")[2]: endpoint for endpoint in endpoints}
    assert set(names) == {"s3", "secretsmanager", "ecr.api", "ecr.dkr", "logs", "xray"}
    assert len(names["s3"]["RouteTableIds"]) == 2


# --- Data ------------------------------------------------------------------------------------


def test_database_is_private_encrypted_and_kept(stacks):
    database, replica = (
        client("rds").describe_db_instances(DBInstanceIdentifier=f"weather-{name}")["DBInstances"][0]
        for name in ("database", "replica")
    )
    wanted = {
        "Engine": "postgres",
        "MultiAZ": True,
        "StorageEncrypted": True,
        "PubliclyAccessible": False,
        "BackupRetentionPeriod": 7,
        "DeletionProtection": True,
        "StorageType": "gp3",
        "AllocatedStorage": 50,
        "MaxAllocatedStorage": 500,
        "DBName": "weather",
        "MasterUsername": "weather",
    }
    assert {name: database[name] for name in wanted} == wanted
    assert [found["VpcSecurityGroupId"] for found in database["VpcSecurityGroups"]] == [
        stacks["database"]["Group"]
    ]
    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == "weather-database"
    assert replica["PubliclyAccessible"] is False


def test_database_takes_tls_only(stacks):
    parameters = client("rds").describe_db_parameters(DBParameterGroupName="group-postgres17")["Parameters"]
    assert {p["ParameterName"]: p["ParameterValue"] for p in parameters}["rds.force_ssl"] == "1"


def test_urls_hold_no_password(stacks):
    database = stacks["database"]
    assert database["Url"].startswith("postgres://weather-database.")
    assert database["Url"].endswith(":5432/weather?sslmode=require")
    assert database["ReplicaUrl"].startswith("postgres://weather-replica.")
    assert stacks["cache"]["Url"] == "rediss://cache.example.org:6379/0"


def test_secrets_are_generated_and_that_of_the_database_is_rotated(stacks):
    secrets = client("secretsmanager")
    login = json.loads(secrets.get_secret_value(SecretId="weather-database")["SecretString"])
    settings = json.loads(secrets.get_secret_value(SecretId="weather-settings")["SecretString"])
    assert (login["username"], len(login["password"])) == ("weather", 40)
    assert [*settings] == ["SECRET_KEY"]
    assert len(settings["SECRET_KEY"]) == 64
    rotation = kept["AWS::SecretsManager::RotationSchedule", "Rotation"]
    assert rotation["SecretId"] == stacks["database"]["Secret"]
    assert rotation["RotationRules"] == {"ScheduleExpression": "rate(30 days)"}


def test_buckets_are_closed_versioned_and_tiered(stacks):
    s3 = client("s3")
    for name in stacks["storage"].values():
        assert set(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values()) == {
            True
        }
        assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
        (encryption,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        (statement,) = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
        assert (statement["Effect"], statement["Condition"]) == (
            "Deny",
            {"Bool": {"aws:SecureTransport": "false"}},
        )
        assert statement["Resource"] == [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=stacks["storage"]["RawBucket"])["Rules"]
    assert {rule["ID"]: rule.get("Transitions") for rule in rules} == {
        "tiering": [{"StorageClass": "INTELLIGENT_TIERING", "Days": 0}],
        "old-versions": None,
        "broken-uploads": None,
    }


def test_cache_is_encrypted_and_survives_a_zone(stacks):
    (cache,) = client("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert cache["TransitEncryptionEnabled"] is True
    assert cache["AtRestEncryptionEnabled"] is True
    assert cache["MultiAZ"] == "enabled"
    assert kept["AWS::ElastiCache::ReplicationGroup", "weather-cache"]["Engine"] == "valkey"


# --- Edge ------------------------------------------------------------------------------------


def test_http_is_redirected_and_unknown_names_are_refused(stacks):
    listeners = client("elbv2").describe_listeners(LoadBalancerArn=stacks["balancer"]["Arn"])["Listeners"]
    actions = {listener["Port"]: listener["DefaultActions"][0] for listener in listeners}
    assert actions[80]["RedirectConfig"]["Protocol"] == "HTTPS"
    assert actions[443]["FixedResponseConfig"]["StatusCode"] == "404"


def test_rules_lead_to_the_web_tasks_and_hide_the_metrics(stacks):
    rules = client("elbv2").describe_rules(ListenerArn=stacks["balancer"]["Https"])["Rules"]
    found = {rule["Priority"]: rule for rule in rules}
    assert found["1"]["Conditions"][0]["PathPatternConfig"]["Values"] == ["/metrics", "/metrics/"]
    assert found["1"]["Actions"][0]["Type"] == "fixed-response"
    assert found["10"]["Conditions"][0]["HostHeaderConfig"]["Values"] == [HOST]
    groups = client("elbv2").describe_target_groups()["TargetGroups"]
    assert {g["TargetGroupName"]: g["HealthCheckPath"] for g in groups} == {
        "weather-blue": "/health/ready",
        "weather-green": "/health/ready",
    }


@pytest.mark.parametrize("scope", ["REGIONAL", "CLOUDFRONT"])
def test_firewall_limits_addresses_and_knows_attacks(stacks, scope):
    (found,) = client("wafv2").list_web_acls(Scope=scope)["WebACLs"]
    about = {name: found[name] for name in ("Name", "Id")}
    rules = client("wafv2").get_web_acl(Scope=scope, **about)["WebACL"]["Rules"]
    assert rules[0]["Statement"]["RateBasedStatement"] == {"Limit": 6000, "AggregateKeyType": "IP"}
    managed = [rule["Statement"]["ManagedRuleGroupStatement"]["Name"] for rule in rules[1:]]
    assert [name.removeprefix("AWSManagedRules") for name in managed] == [
        "AmazonIpReputationList",
        "CommonRuleSet",
        "KnownBadInputsRuleSet",
        "SQLiRuleSet",
    ]


def test_cloudfront_keeps_answers_by_query_accept_and_key(stacks):
    policy = kept["AWS::CloudFront::CachePolicy", "Answers"]["CachePolicyConfig"]
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert set(key["HeadersConfig"]["Headers"]) == {"Accept", "Authorization", "X-API-Key"}
    assert (policy["MinTTL"], policy["MaxTTL"]) == (10, 10)
    distribution = kept["AWS::CloudFront::Distribution", "Distribution"]["DistributionConfig"]
    behaviors = {behavior["PathPattern"]: behavior for behavior in distribution["CacheBehaviors"]}
    assert behaviors["/api/*"]["CachePolicyId"] == "Answers"
    assert ":global/webacl/" in distribution["WebACLId"]


# --- What runs -------------------------------------------------------------------------------


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


# --- Watching --------------------------------------------------------------------------------


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
