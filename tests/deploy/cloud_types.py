"""The types of our templates that moto does not make, or not whole, each with the call that makes it."""

import io
import json
import re
import zipfile

from tests.deploy.cloud import ACCOUNT, REGION, check, client, keep, lower, teach


def document(name):
    """Return a function that gives a policy as text."""
    return lambda properties: properties | {name: json.dumps(properties[name])}


def without(*names):
    return lambda properties: {name: value for name, value in properties.items() if name not in names}


# --- Network, data ---------------------------------------------------------------------------


def egress(properties):
    group = properties.get("DestinationSecurityGroupId")
    permission = {
        "IpProtocol": properties["IpProtocol"],
        "FromPort": properties["FromPort"],
        "ToPort": properties["ToPort"],
        "UserIdGroupPairs": [{"GroupId": group}],
    }
    return {"GroupId": properties["GroupId"], "IpPermissions": [permission]}


def open_ports(properties, id):
    """Add a group's rules, in place of the way to everywhere that each group begins with."""
    ec2 = client("ec2")
    everywhere = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=id, IpPermissions=everywhere)
    for name, add in (
        ("Ingress", ec2.authorize_security_group_ingress),
        ("Egress", ec2.authorize_security_group_egress),
    ):
        if rules := properties.get(f"SecurityGroup{name}"):
            add(GroupId=id, IpPermissions=[permission(rule) for rule in rules])


def permission(rule):
    made = {
        "IpProtocol": rule["IpProtocol"],
        "FromPort": int(rule["FromPort"]),
        "ToPort": int(rule["ToPort"]),
    }
    if "CidrIp" in rule:
        return made | {"IpRanges": [{"CidrIp": rule["CidrIp"]}]}
    if "SourcePrefixListId" in rule:
        return made | {"PrefixListIds": [{"PrefixListId": rule["SourcePrefixListId"]}]}
    return made | {"UserIdGroupPairs": [{"GroupId": rule["SourceSecurityGroupId"]}]}


def bucket(properties):
    """Make a bucket; its properties are a call each. Return the last."""
    s3 = client("s3")
    name = f"bucket-{len(s3.list_buckets()['Buckets'])}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
    rules = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    encryption = {
        "Rules": [{"ApplyServerSideEncryptionByDefault": r["ServerSideEncryptionByDefault"]} for r in rules]
    }
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=encryption)
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=properties["OwnershipControls"])
    if "NotificationConfiguration" in properties:
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
    rules = [lifecycle(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    blocked = properties["PublicAccessBlockConfiguration"]
    return {"Bucket": name, "PublicAccessBlockConfiguration": blocked}


def lifecycle(rule):
    """Return a rule by the names that S3 has for CloudFormation's."""
    made = {"ID": rule["Id"], "Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    for transition in rule.get("Transitions", ()):
        days = int(transition["TransitionInDays"])
        made["Transitions"] = [{"StorageClass": transition["StorageClass"], "Days": days}]
    if "ExpirationInDays" in rule:
        made["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if name in rule:
            made[name] = {key: int(days) for key, days in rule[name].items()}
    return made


def secret(properties):
    """Return a secret with what Secrets Manager is asked to generate."""
    wanted = dict(properties["GenerateSecretString"])
    made, key = json.loads(wanted.pop("SecretStringTemplate")), wanted.pop("GenerateStringKey")
    asked = {
        name: value in (True, "true") if name[0] == "E" else int(value) for name, value in wanted.items()
    }
    made[key] = client("secretsmanager").get_random_password(**asked)["RandomPassword"]
    return without("GenerateSecretString")(properties) | {"SecretString": json.dumps(made)}


def schedule(properties):
    """Return a schedule; where a task runs is written as ECS does."""
    target = properties["Target"]
    if task := target.get("EcsParameters"):
        network = {"awsvpcConfiguration": task["NetworkConfiguration"]["AwsvpcConfiguration"]}
        written = {"CapacityProviderStrategy": lower(task["CapacityProviderStrategy"])}
        target = target | {"EcsParameters": task | written | {"NetworkConfiguration": network}}
    return properties | {"Target": target}


def function(properties):
    """Return a function whose code moto need not fetch."""
    made = without("ReservedConcurrentExecutions")(properties)
    code = made["Code"].get("ZipFile")
    return made | ({"Code": {"ZipFile": zipped(code)}} if code else {})


def zipped(code):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("index.py", code)
    return data.getvalue()


def reserve(properties, name):
    if most := properties.get("ReservedConcurrentExecutions"):
        client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(most))


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


def parameter_group(properties):
    """Make a group of parameters; return the call that sets them."""
    name = f"group-{properties['Family']}"
    client("rds").create_db_parameter_group(
        DBParameterGroupName=name,
        DBParameterGroupFamily=properties["Family"],
        Description=properties["Description"],
    )
    values = [
        {"ParameterName": key, "ParameterValue": value, "ApplyMethod": "pending-reboot"}
        for key, value in properties["Parameters"].items()
    ]
    return {"DBParameterGroupName": name, "Parameters": values}


def instance(properties):
    """Return a database by the names that RDS has, with user and password from the secret."""
    made = without("VPCSecurityGroups", "DeleteAutomatedBackups")(properties)
    made["VpcSecurityGroupIds"] = properties["VPCSecurityGroups"]
    return {name: from_secret(value) for name, value in made.items()}


def from_secret(value):
    """Resolve {{resolve:secretsmanager:ARN:SecretString:key}}, as CloudFormation does."""
    found = re.fullmatch(r"{{resolve:secretsmanager:(arn:.*):SecretString:(\w+)}}", str(value))
    if not found:
        return value
    text = client("secretsmanager").get_secret_value(SecretId=found[1])["SecretString"]
    return json.loads(text)[found[2]]


teach(
    "AWS::EC2::SecurityGroup",
    "ec2.create_security_group",
    lambda properties: {
        "GroupName": properties["GroupDescription"],
        "Description": properties["GroupDescription"],
        "VpcId": properties["VpcId"],
    },
    lambda _, answer: answer["GroupId"],
    then=open_ports,
)
teach("AWS::EC2::Route", "ec2.create_route")
teach("AWS::EC2::SubnetRouteTableAssociation", "ec2.associate_route_table")
teach("AWS::EC2::SecurityGroupEgress", "ec2.authorize_security_group_egress", egress)
teach(
    "AWS::S3::Bucket",
    "s3.put_public_access_block",
    bucket,
    lambda given, _: given["Bucket"],
    lambda given, _, name: {"Arn": f"arn:aws:s3:::{given['Bucket']}"}[name],
)
teach(
    "AWS::S3::BucketPolicy",
    "s3.put_bucket_policy",
    lambda properties: {"Bucket": properties["Bucket"], "Policy": json.dumps(properties["PolicyDocument"])},
)
teach("AWS::SecretsManager::Secret", "secretsmanager.create_secret", secret, lambda _, answer: answer["ARN"])
teach(
    "AWS::SecretsManager::SecretTargetAttachment",
    "secretsmanager.describe_secret",
    lambda properties: {"SecretId": properties["SecretId"]},
)
keep("AWS::SecretsManager::RotationSchedule")
teach(
    "AWS::RDS::DBParameterGroup",
    "rds.modify_db_parameter_group",
    parameter_group,
    lambda given, _: given["DBParameterGroupName"],
)
teach(
    "AWS::RDS::DBSubnetGroup",
    "rds.create_db_subnet_group",
    lambda properties: properties | {"DBSubnetGroupName": "database"},
    lambda given, _: given["DBSubnetGroupName"],
)
teach(
    "AWS::RDS::DBInstance",
    lambda given: (
        "rds.create_db_instance" + ("_read_replica" if "SourceDBInstanceIdentifier" in given else "")
    ),
    instance,
    lambda given, _: given["DBInstanceIdentifier"],
    lambda _, answer, name: str(answer["DBInstance"]["Endpoint"][name.removeprefix("Endpoint.")]),
)
teach(
    "AWS::ElastiCache::SubnetGroup",
    "elasticache.create_cache_subnet_group",
    lambda properties: {
        "CacheSubnetGroupName": "cache",
        "CacheSubnetGroupDescription": properties["Description"],
        "SubnetIds": properties["SubnetIds"],
    },
    lambda given, _: given["CacheSubnetGroupName"],
)
teach(
    "AWS::ElastiCache::ReplicationGroup",
    "elasticache.create_replication_group",
    dict,
    lambda given, _: given["ReplicationGroupId"],
    lambda given, _, name: {"PrimaryEndPoint.Address": "cache.example.org", "PrimaryEndPoint.Port": "6379"}[
        name
    ],
)

# --- Identity, edge, watching ----------------------------------------------------------------


def of_balancer(given, answer, name):
    (balancer,) = answer["LoadBalancers"]
    full_name = balancer["LoadBalancerArn"].partition("loadbalancer/")[2]
    own = {"LoadBalancerFullName": full_name, "CanonicalHostedZoneID": balancer["CanonicalHostedZoneId"]}
    return (balancer | own)[name]


def balancer_attributes(properties, arn):
    client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=properties["LoadBalancerAttributes"]
    )


teach("AWS::IAM::RolePolicy", "iam.put_role_policy", document("PolicyDocument"))
teach(
    "AWS::IAM::OIDCProvider",
    "iam.create_open_id_connect_provider",
    lambda properties: {"Url": properties["Url"], "ClientIDList": properties["ClientIdList"]},
    lambda _, answer: answer["OpenIDConnectProviderArn"],
)
teach(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elbv2.create_load_balancer",
    without("LoadBalancerAttributes"),
    lambda _, answer: answer["LoadBalancers"][0]["LoadBalancerArn"],
    of_balancer,
    then=balancer_attributes,
)
teach(
    "AWS::WAFv2::WebACL",
    "wafv2.create_web_acl",
    dict,
    lambda given, _: given["Name"],
    lambda _, answer, name: {"Arn": answer["Summary"]["ARN"]}[name],
)
teach("AWS::WAFv2::WebACLAssociation", "wafv2.associate_web_acl")
keep("AWS::CloudFront::CachePolicy")
keep("AWS::CloudFront::Distribution")
keep("AWS::Shield::Protection")
teach("AWS::CloudWatch::Alarm", "cloudwatch.put_metric_alarm", dict, lambda given, _: given["AlarmName"])

# --- What runs -------------------------------------------------------------------------------

teach(
    "AWS::ElasticBeanstalk::Application",
    "elasticbeanstalk.create_application",
    dict,
    lambda given, _: given["ApplicationName"],
)
check(
    "AWS::ElasticBeanstalk::ApplicationVersion",
    "elasticbeanstalk.create_application_version",
    lambda properties: properties | {"VersionLabel": properties["SourceBundle"]["S3Key"]},
    lambda given, _: given["VersionLabel"],
)
check(
    "AWS::ElasticBeanstalk::Environment",
    "elasticbeanstalk.create_environment",
    dict,
    lambda given, _: given["EnvironmentName"],
)
teach(
    "AWS::ECS::TaskDefinition",
    "ecs.register_task_definition",
    lower,
    lambda _, answer: answer["taskDefinition"]["taskDefinitionArn"],
)
teach(
    "AWS::ECS::Service",
    "ecs.create_service",
    lower,
    lambda _, answer: answer["service"]["serviceArn"],
    lambda given, _, name: {"Name": given["serviceName"]}[name],
)
teach(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "application-autoscaling.register_scalable_target",
    without("ScheduledActions"),
    lambda given, _: "|".join([given["ResourceId"], given["ScalableDimension"], given["ServiceNamespace"]]),
)
teach(
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "application-autoscaling.put_scaling_policy",
    lambda properties: (
        without("ScalingTargetId")(properties)
        | dict(
            zip(
                ("ResourceId", "ScalableDimension", "ServiceNamespace"),
                properties["ScalingTargetId"].split("|"),
                strict=True,
            )
        )
    ),
)
teach("AWS::Scheduler::Schedule", "scheduler.create_schedule", schedule)
teach(
    "AWS::Lambda::Function",
    "lambda.create_function",
    function,
    lambda given, _: given["FunctionName"],
    lambda _, answer, name: {"Arn": answer["FunctionArn"]}[name],
    then=reserve,
)
teach("AWS::Lambda::EventInvokeConfig", "lambda.put_function_event_invoke_config")
teach(
    "AWS::ApiGatewayV2::Api",
    "apigatewayv2.create_api",
    dict,
    lambda _, answer: answer["ApiId"],
    lambda _, answer, name: {"ApiEndpoint": answer["ApiEndpoint"]}[name],
)
teach(
    "AWS::ApiGatewayV2::Integration",
    "apigatewayv2.create_integration",
    dict,
    lambda _, answer: answer["IntegrationId"],
)
teach("AWS::ApiGatewayV2::Route", "apigatewayv2.create_route")
teach("AWS::ApiGatewayV2::Stage", "apigatewayv2.create_stage", dict, lambda given, _: given["StageName"])
teach(
    "AWS::ApiGatewayV2::DomainName",
    "apigatewayv2.create_domain_name",
    dict,
    lambda given, _: given["DomainName"],
)
teach("AWS::ApiGatewayV2::ApiMapping", "apigatewayv2.create_api_mapping")
teach(
    "AWS::Glue::Connection", "glue.create_connection", dict, lambda given, _: given["ConnectionInput"]["Name"]
)
teach("AWS::Glue::Job", "glue.create_job", dict, lambda given, _: given["Name"])
teach("AWS::Glue::Trigger", "glue.create_trigger", dict, lambda given, _: given["Name"])
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
