"""The types of roles, alarms, builds and pipelines."""

import json

from tests.deploy.cloud import ACCOUNT, REGION, check, lower, teach


def document(name):
    """Return a function that gives a policy as text."""
    return lambda properties: properties | {name: json.dumps(properties[name])}


def project(properties):
    made = lower(properties)
    made["source"]["buildspec"] = made["source"].pop("buildSpec")
    return made


def pipeline(properties):
    """Return a pipeline; what an action is configured with keeps its names."""
    made = lower(properties)
    for stage, given in zip(made["stages"], properties["Stages"], strict=True):
        for action, wanted in zip(stage["actions"], given["Actions"], strict=True):
            action["configuration"] = wanted.get("Configuration", {})
    return {"pipeline": made}


teach("AWS::IAM::RolePolicy", "iam.put_role_policy", document("PolicyDocument"))
teach(
    "AWS::IAM::OIDCProvider",
    "iam.create_open_id_connect_provider",
    lambda properties: {"Url": properties["Url"], "ClientIDList": properties["ClientIdList"]},
    lambda _, answer: answer["OpenIDConnectProviderArn"],
)
teach("AWS::CloudWatch::Alarm", "cloudwatch.put_metric_alarm", dict, lambda given, _: given["AlarmName"])
check(
    "AWS::CodeBuild::Project",
    "codebuild.create_project",
    project,
    lambda given, _: given["name"],
    lambda given, _, name: {"Arn": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/{given['name']}"}[name],
)
check(
    "AWS::CodePipeline::Pipeline",
    "codepipeline.create_pipeline",
    pipeline,
    lambda given, _: given["pipeline"]["name"],
)
