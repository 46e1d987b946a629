"""Secrets from AWS: what the environment does not say (SECRETS_FROM), and who to log in as (DATABASE_SECRET).

A name or ARN is one of Secrets Manager, `ssm:` before a name, or an ARN that says so, one of the Parameter
Store. What is kept there is a JSON object.
"""

import json
import logging
import threading
import time

from django.core.exceptions import ImproperlyConfigured

log = logging.getLogger(__name__)

PAUSE = 1
"""Seconds in which a secret is not looked up again: who is refused asks as often as there are requests."""

ENGINES = {"postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql"}
"""What RDS calls a database, and how its URL begins."""

NOT_THERE = "is it named right, and is that its region?"
NO_WAY = "has the network a way there, by an endpoint of its VPC or by NAT?"
HINTS = {
    "ResourceNotFoundException": NOT_THERE,
    "ParameterNotFound": NOT_THERE,
    "AccessDeniedException": "the role of this process may not read it, or not use the key that encrypts it",
    "NoRegionError": "name it by its ARN, or set AWS_DEFAULT_REGION",
    "NoCredentialsError": "this process has no role",
    "EndpointConnectionError": NO_WAY,
    "ConnectTimeoutError": NO_WAY,
}


def secrets_of(name, variable="SECRETS_FROM"):
    """Return {name: text} of a secret; nothing without a name.

    Raise ImproperlyConfigured where it cannot be had: `variable` has named it.
    """
    if not name:
        return {}
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        secrets = json.loads(fetch(name))
    except (BotoCoreError, ClientError) as error:
        raise ImproperlyConfigured(f"{variable}={name} cannot be read: {error}{hint(error)}") from None
    except (KeyError, ValueError):
        secrets = None  # what it is instead is not to be told
    if not isinstance(secrets, dict):
        raise ImproperlyConfigured(f"{variable}={name} is no JSON object of names and values")
    return {key: str(value) for key, value in secrets.items()}


def fetch(name):
    """Return the text that is kept under a name."""
    arn = name.split(":") if name.startswith("arn:") else []
    region = arn[3] if len(arn) > 5 else None
    if name.startswith("ssm:") or arn[2:3] == ["ssm"]:
        name = name.removeprefix("ssm:")
        return client("ssm", region).get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    return client("secretsmanager", region).get_secret_value(SecretId=name)["SecretString"]


def client(service, region):
    import boto3
    from botocore.config import Config

    # Who has no way there is to learn it soon, not after minutes.
    patience = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 3})
    return boto3.session.Session().client(service, region_name=region, config=patience)


def hint(error):
    kind = getattr(error, "response", {}).get("Error", {}).get("Code") or type(error).__name__
    return f" ({HINTS[kind]})" if kind in HINTS else ""


class Login:
    """Who a process logs in to the database as: read from a secret once, and again when that is refused.

    The secret is as RDS keeps it: username and password, and, where they are known, engine, host, port and
    dbname. Raise ImproperlyConfigured where it is not.
    """

    def __init__(self, name):
        self.name, self.lock, self.asked = name, threading.Lock(), time.monotonic()
        self.secret = self.read()

    def read(self):
        secret = secrets_of(self.name, "DATABASE_SECRET")
        if missing := {"username", "password"} - secret.keys():
            told = " and ".join(sorted(missing))
            raise ImproperlyConfigured(f"DATABASE_SECRET={self.name} has no {told}")
        return secret

    def url(self):
        """Return the URL, without user and password, of the database that the secret speaks of."""
        engine = ENGINES.get(self.secret.get("engine", ""))
        if not engine or not self.secret.get("host"):
            text = f"DATABASE_SECRET={self.name} does not say where the database is"
            raise ImproperlyConfigured(f"{text}: set DATABASE_URL, such as postgres://host:5432/name")
        port = self.secret.get("port", "")
        return f"{engine}://{self.secret['host']}{port and ':' + port}/{self.secret.get('dbname', '')}"

    def params(self):
        return {"user": self.secret["username"], "password": self.secret["password"]}

    def renew(self, refused):
        """Look the secret up after this password was `refused`; say whether there is another one by now."""
        with self.lock:
            if self.secret["password"] == refused and time.monotonic() > self.asked + PAUSE:
                self.asked = time.monotonic()
                try:
                    self.secret = self.read()
                except ImproperlyConfigured as error:
                    log.warning("%s", error)
            return self.secret["password"] != refused


class Refreshed:
    """Part of a database backend: who is not let in asks whether the password is another one by now.

    Whatever the database says is a reason to ask: what it says when it refuses differs by language.
    """

    def get_connection_params(self):
        login = self.settings_dict.get("LOGIN")
        return super().get_connection_params() | (login.params() if login else {})

    def get_new_connection(self, params):
        try:
            return super().get_new_connection(params)
        except self.Database.OperationalError:
            login = self.settings_dict.get("LOGIN")
            if not login or not login.renew(params["password"]):
                raise
        log.info("the database is asked again: its password has changed")
        return super().get_new_connection(params | login.params())
