"""Secrets from AWS Secrets Manager, for what the environment does not say."""

import json

from django.core.exceptions import ImproperlyConfigured


def secrets_of(name):
    """Return {variable: text} of a secret by its name or ARN; nothing without a name.

    The secret is a JSON object. Raise ImproperlyConfigured where it cannot be had.
    """
    if not name:
        return {}
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        region = name.split(":")[3] if name.startswith("arn:") else None
        answer = boto3.client("secretsmanager", region_name=region).get_secret_value(SecretId=name)
        secrets = json.loads(answer["SecretString"])
    except (BotoCoreError, ClientError) as error:
        raise ImproperlyConfigured(f"SECRETS_FROM={name} cannot be read: {error}") from None
    except (KeyError, ValueError):
        secrets = None  # what it is instead is not to be told
    if not isinstance(secrets, dict):
        raise ImproperlyConfigured(f"SECRETS_FROM={name} is no JSON object of names and values")
    return {variable: str(value) for variable, value in secrets.items()}
