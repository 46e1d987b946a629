"""The types that hold data: buckets, secrets, databases, cache."""

import json
import re

from tests.deploy.cloud import client, keep, teach, without


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
