"""What the roles of the templates may do: by name, but for what is listed here with its reason."""

import pytest

from tests.deploy.templates import inside, resources

pytestmark = pytest.mark.once

ANY_RESOURCE = {
    "ecr:GetAuthorizationToken": "a token is of the account, not of a repository",
    "ecs:RegisterTaskDefinition": "ECS knows no resource for it",
    "ecs:DeregisterTaskDefinition": "ECS knows no resource for it",
    "ecs:DescribeTaskDefinition": "ECS knows no resource for it",
    **dict.fromkeys(
        (
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
        ),
        "X-Ray knows no resources",
    ),
    **dict.fromkeys(
        (
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:CreateTags",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeRouteTables",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcAttribute",
            "ec2:DescribeVpcEndpoints",
        ),
        "Glue's interfaces have no name beforehand, and descriptions have no resources",
    ),
}
OF_AWS = {
    "AWSElasticBeanstalkWebTier": "logs and health of Beanstalk's instances",
    "AmazonSSMManagedInstanceCore": "a shell on an instance, without a port or a key",
    "AWSElasticBeanstalkEnhancedHealth": "Beanstalk's own work",
    "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy": "Beanstalk's own work",
    "AWSLambdaVPCAccessExecutionRole": "a function's logs and interfaces",
    "AmazonECSInfrastructureRolePolicyForLoadBalancers": "ECS turns over from blue to green",
    "AdministratorAccess-AWSElasticBeanstalk": "Beanstalk works with the rights of who asks",
}


def policies():
    """Yield (where, statement) of every policy that a role is given."""
    for name, logical, found in resources(
        "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"
    ):
        properties = found["Properties"]
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", ())]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        for document in documents:
            for value in document["Statement"]:
                yield from ((f"{name} {logical}", statement) for statement in statements(value))


def statements(found):
    """Yield the statements of one, or of both ways of an If."""
    if "Fn::If" in found:
        for value in found["Fn::If"][1:]:
            yield from statements(value)
    elif "Effect" in found:
        yield found


def listed(found):
    return found if isinstance(found, list) else [found]


def test_there_are_policies_to_look_at():
    assert len(list(policies())) > 30


def test_no_action_is_a_pattern():
    found = [(where, action) for where, s in policies() for action in listed(s["Action"]) if "*" in action]
    assert found == []


def test_actions_on_anything_are_those_listed():
    anywhere = {a for _, s in policies() if "*" in listed(s["Resource"]) for a in listed(s["Action"])}
    assert anywhere == set(ANY_RESOURCE)


def test_policies_of_aws_are_those_listed():
    texts = [
        t
        for _, _, role in resources("AWS::IAM::Role")
        for t in inside(role["Properties"].get("ManagedPolicyArns"))
    ]
    names = {text.rpartition("/")[2] for text in texts if isinstance(text, str) and ":policy/" in text}
    assert names == set(OF_AWS)


def test_roles_are_passed_to_named_services_only():
    passing = [s for _, s in policies() if "iam:PassRole" in listed(s["Action"])]
    assert passing
    assert [s for s in passing if "iam:PassedToService" not in s["Condition"]["StringEquals"]] == []


def test_raw_files_are_read_and_not_written():
    written = set()
    for _, statement in policies():
        if {"s3:PutObject", "s3:DeleteObject"} & set(listed(statement["Action"])):
            written |= {value for value in inside(statement["Resource"]) if isinstance(value, str)}
    assert [text for text in written if "/raw/" in text or text.endswith("${Bucket}/*")] == []
    assert [text for text in written if "${Bucket}/read/*" in text]


def test_who_may_take_a_role_is_a_service_or_githubs_subject():
    for name, logical, role in resources("AWS::IAM::Role"):
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
            (kind,) = statement["Principal"]
            assert kind == "Service" or "Condition" in statement, f"{name} {logical}"
            assert "*" not in listed(statement["Principal"][kind])


def test_only_denials_are_for_everybody():
    buckets = [found["Properties"]["PolicyDocument"] for _, _, found in resources("AWS::S3::BucketPolicy")]
    assert {(s["Effect"], s["Principal"]) for document in buckets for s in document["Statement"]} == {
        ("Deny", "*")
    }
