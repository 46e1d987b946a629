"""Where the data lie, as AWS describes it: database, secrets, buckets, cache."""

import json

import pytest

from tests.deploy.cloud import client, kept

pytestmark = pytest.mark.once


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
