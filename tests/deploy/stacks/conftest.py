"""Every template made on loopback, once for all the tests of this folder."""

import pytest

from tests.deploy import cloud_types
from tests.deploy.cloud import ACCOUNT, aws, client, create_stack

assert cloud_types
HOST = "weather.example.org"
IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/weather:1"
BUNDLE = {
    "Host": HOST,
    "Bundle": "bundles/1.zip",
    "Platform": "64bit Amazon Linux 2023 v4.7.2 running Python 3.13",
}


@pytest.fixture(scope="package")
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
