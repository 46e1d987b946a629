"""What can be said of the templates without making anything of them."""

import json
import re
import subprocess
import sys

import pytest
import yaml
from django.conf import settings

from tests.deploy.beanstalk_options import complaint
from tests.deploy.templates import FOLDER, NAMES, inside, resources, template, texts
from tests.test_project import environment_of_settings
from weather.emf import line, line_of_queue

pytestmark = pytest.mark.once

HOUSE = settings.BASE_DIR
OF_BOTO = {"AWS_DEFAULT_REGION"}
"""Variables that boto3 reads."""


def complaints(*paths):
    """Return what cfn-lint says of files."""
    command = [
        sys.executable,
        "-c",
        "from cfnlint.runner import main; main()",
        "--format",
        "parseable",
        *paths,
    ]
    ended = subprocess.run(command, text=True, capture_output=True)
    assert ended.stderr == ""
    return ended.stdout.splitlines()


def test_templates_are_as_cloudformation_wants_them():
    assert len(NAMES) > 20
    assert complaints(*FOLDER.glob("*.yaml")) == []


def test_a_wrong_template_is_complained_of(tmp_path):
    path = tmp_path / "registry.yaml"
    path.write_text((FOLDER / "registry.yaml").read_text().replace("ImageTagMutability", "ImageTags"))
    assert ["ImageTags" in line for line in complaints(path)] == [True]


def test_resources_of_ebextensions_are_as_cloudformation_wants_them(tmp_path):
    found = {}
    for path in sorted((HOUSE / ".ebextensions").glob("*.config")):
        found |= yaml.safe_load(path.read_text()).get("Resources", {})
    assert found
    whole = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": found}
    path = tmp_path / "ebextensions.json"
    path.write_text(json.dumps(whole))
    assert [line for line in complaints(path) if "AWSEB" not in line] == []


# --- They fit together -----------------------------------------------------------------------


def named(found):
    """Return a name of an export without the archive's."""
    return found["Fn::Sub"].removeprefix("${Archive}-")


def exports():
    outputs = [output for name in NAMES for output in template(name).get("Outputs", {}).values()]
    return [named(output["Export"]["Name"]) for output in outputs if "Export" in output]


def imports():
    wanted = [
        value["Fn::ImportValue"] for name in NAMES for value in inside(template(name)) if is_import(value)
    ]
    return {named(name) for name in wanted}


def is_import(found):
    return isinstance(found, dict) and "Fn::ImportValue" in found


def test_whatever_is_imported_is_exported_once():
    found = [name.replace("${Scope}", scope) for name in exports() for scope in ("REGIONAL", "CLOUDFRONT")]
    assert imports() - set(found) == set()
    assert len(exports()) == len(set(exports()))


def test_whatever_is_exported_is_used():
    used = {name.replace("REGIONAL", "${Scope}") for name in imports()}
    unused = {"repository"}  # it is typed, as a part of an image's name
    assert set(exports()) - used == unused


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_used_and_has_a_short_name_for_the_archive(name):
    found = template(name)
    rest = [found.get("Conditions", {}), found["Resources"], found.get("Outputs", {})]
    said = texts(rest)
    for parameter in found["Parameters"]:
        assert parameter in said or any(f"${{{parameter}}}" in text for text in said), parameter
    assert found["Parameters"]["Archive"]["Default"] == "weather"


# --- They fit the application ----------------------------------------------------------------


def environments():
    """Yield (where, {variable: value}) of everything that is handed an environment."""
    for name, logical, found in resources("AWS::ECS::TaskDefinition"):
        for container in found["Properties"]["ContainerDefinitions"]:
            if "Environment" in container:
                pairs = {entry["Name"]: entry["Value"] for entry in container["Environment"]}
                yield f"{name} {logical} {container['Name']}", pairs
    for name, logical, found in resources("AWS::Lambda::Function"):
        if found["Properties"].get("PackageType") == "Image":
            yield f"{name} {logical}", found["Properties"]["Environment"]["Variables"]
    for name, logical, found in resources("AWS::ElasticBeanstalk::Environment"):
        options = found["Properties"]["OptionSettings"]
        namespace = "aws:elasticbeanstalk:application:environment"
        pairs = {o["OptionName"]: o["Value"] for o in options if o["Namespace"] == namespace}
        yield f"{name} {logical}", pairs


@pytest.mark.parametrize(("where", "variables"), list(environments()))
def test_variables_are_those_that_settings_read(where, variables):
    assert set(variables) - environment_of_settings() - OF_BOTO == set()
    assert variables.keys() >= {"SECRETS_FROM", "DATABASE_SECRET", "DATABASE_URL", "LOG_FORMAT"}


def test_glue_is_given_settings_by_their_names():
    ((_, _, job),) = resources("AWS::Glue::Job")
    given = {name[2:] for name in job["Properties"]["DefaultArguments"] if name[2:].isupper()}
    assert given - environment_of_settings() - OF_BOTO == set()


def test_no_password_is_written_anywhere():
    for name in NAMES:
        words = re.findall(
            r"(?i)^ *(\w*password\w*|secret_?key): *(.+)$", (FOLDER / f"{name}.yaml").read_text(), re.M
        )
        assert [
            value for _, value in words if "resolve:secretsmanager" not in value and not value.isdigit()
        ] == []


def test_health_is_asked_where_the_application_answers(client, db):
    paths = [
        group["Properties"]["HealthCheckPath"]
        for _, _, group in resources("AWS::ElasticLoadBalancingV2::TargetGroup")
    ]
    assert {client.get(path).status_code for path in paths} == {200}


def emitted():
    """Return the metrics that the application writes: {name: dimensions}."""
    from django.utils import timezone

    from tests.factories import make_run

    found = {}
    for written in (line(make_run()), line_of_queue(timezone.now())):
        (about,) = json.loads(written)["_aws"]["CloudWatchMetrics"]
        found |= {metric["Name"]: about["Dimensions"][0] for metric in about["Metrics"]}
    return found


def test_alarms_and_dashboards_know_the_metrics_that_are_written(db):
    written = emitted()
    ours = [found["Properties"] for _, _, found in resources("AWS::CloudWatch::Alarm")]
    asked = [
        (a["MetricName"], [d["Name"] for d in a.get("Dimensions", ())])
        for a in ours
        if a.get("Namespace") == "Weather"
    ]
    for _, _, dashboard in resources("AWS::CloudWatch::Dashboard"):
        body = "".join(texts(dashboard["Properties"]["DashboardBody"]))
        asked += [
            (name, [d] if d else []) for name, d in re.findall(r'\["Weather", "(\w+)"(?:, "(\w+)")?', body)
        ]
    assert len(asked) > 10
    assert [(name, dimensions) for name, dimensions in asked if written.get(name) != dimensions] == []


@pytest.mark.parametrize("where", ["Ingest", "Database", "Application", "Functions"])
def test_dashboards_are_json(where):
    body = template("dashboard")["Resources"][where]["Properties"]["DashboardBody"]["Fn::Sub"]
    text = body if isinstance(body, str) else body[0]
    assert len(json.loads(text)["widgets"]) == 4


def test_options_of_beanstalk_are_options_of_aws():
    ((_, _, environment),) = resources("AWS::ElasticBeanstalk::Environment")
    options = environment["Properties"]["OptionSettings"]
    said = [
        complaint(o["Namespace"], o["OptionName"], o["Value"]) for o in options if isinstance(o["Value"], str)
    ]
    said += [
        complaint(o["Namespace"], o["OptionName"], None) for o in options if not isinstance(o["Value"], str)
    ]
    assert [text for text in said if text] == []
