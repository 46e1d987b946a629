"""The network as AWS describes it: subnets, groups, endpoints; before it load balancer, firewall, CDN."""

import pytest

from tests.deploy.cloud import client, kept
from tests.deploy.stacks.conftest import HOST

pytestmark = pytest.mark.once


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
    assert set(key["HeadersConfig"]["Headers"]) == {"Accept", "Authorization", "Origin", "X-API-Key"}
    assert (policy["MinTTL"], policy["MaxTTL"]) == (10, 10)
    distribution = kept["AWS::CloudFront::Distribution", "Distribution"]["DistributionConfig"]
    behaviors = {behavior["PathPattern"]: behavior for behavior in distribution["CacheBehaviors"]}
    assert behaviors["/api/*"]["CachePolicyId"] == "Answers"
    assert ":global/webacl/" in distribution["WebACLId"]
