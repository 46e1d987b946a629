"""What is promised about the files around the code."""

import ast
import re
import runpy
import subprocess

import pytest
import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands, load_command_class

from tests.services import ENVIRONMENT

pytestmark = pytest.mark.once

HOUSE = settings.BASE_DIR
REQUIREMENTS = HOUSE / "requirements"


def pins(name):
    """Return every `package==version` of a lock file."""
    return set(re.findall(r"^[\w.-]+==[^ ]+", (REQUIREMENTS / name).read_text(), re.MULTILINE))


def environment_of_settings():
    """Return the variables that settings.py reads: the first argument of every env(...) and env.kind(...)."""
    tree = ast.parse((HOUSE / "weatherproj/settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    reads = [call for call in calls if re.fullmatch(r"env(\.(?!read_env)\w+)?", ast.unparse(call.func))]
    return {ast.literal_eval(call.args[0]) for call in reads}


@pytest.mark.parametrize("name", ["base.in", "prod.in", "dev.in", "otel.in", "lambda.in"])
def test_every_requirement_has_a_reason(name):
    lines = (REQUIREMENTS / name).read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith(("#", "-"))]
    assert packages
    assert [line for line in packages if not re.search(r"\S +# \w+", line)] == []


def test_dev_lock_holds_prod_lock():
    assert len(pins("prod.txt")) > 10
    assert pins("prod.txt") - pins("dev.txt") == set()


def test_psycopg_3_is_not_locked():
    assert [pin for pin in pins("dev.txt") if re.match(r"psycopg\b", pin)] == []


def test_env_example_lists_what_settings_read():
    listed = re.findall(r"^([A-Z_]+)=", (HOUSE / ".env.example").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(environment_of_settings())


def test_tests_leave_no_setting_to_the_developer():
    assert set(ENVIRONMENT) == environment_of_settings()


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("RATE_LIMIT_ANONYMOUS", "-1", "RATE_LIMIT_KEY and TRUSTED_PROXIES are 0 or more"),
        ("TRUSTED_PROXIES", "-1", "RATE_LIMIT_KEY and TRUSTED_PROXIES are 0 or more"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL begins with redis://"),
        ("WEATHER_SCHEDULE", "daily", "five fields of cron"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is plain or json, not 'xml'"),
        ("CORS_ALLOWED_ORIGINS", "*,app.example.org", "or \\*, not 'app.example.org'"),
        ("CORS_ALLOWED_ORIGINS", "https://app.example.org/", "https://app.example.org/"),
        ("ALERT_WEBHOOK", "hooks.example.org", "ALERT_WEBHOOK begins with https://"),
    ],
)
def test_settings_refuse_what_cannot_be_meant(monkeypatch, name, value, complaint):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=complaint):
        runpy.run_path(HOUSE / "weatherproj/settings.py")


def test_git_tracks_no_data_log_or_secret():
    tracked = subprocess.check_output(["git", "ls-files"], cwd=HOUSE, text=True)
    unwanted = r"(?m)^.*(?:\.(?:sqlite3?|db|log|pyc|pem|key|p12)|(?:^|/)\.env(?!\.example).*|sqlite3-\w+)$"
    assert "manage.py" in tracked.splitlines()
    assert re.findall(unwanted, tracked) == []


def test_beanstalk_runs_commands_that_there_are():
    config = yaml.safe_load((HOUSE / ".ebextensions/01_application.config").read_text())
    for entry in config["container_commands"].values():
        activate, manage = entry["command"].split(" && python manage.py ")
        assert activate == 'source "$PYTHONPATH/activate"'
        name, *arguments = manage.split()
        command = load_command_class(get_commands()[name], name)
        command.create_parser("manage.py", name).parse_args(arguments)
    assert config["container_commands"]["02_migrate"]["leader_only"] is True


def test_beanstalk_checks_a_page_that_there_is(client, db):
    config = yaml.safe_load((HOUSE / ".ebextensions/01_application.config").read_text())
    process = config["option_settings"]["aws:elasticbeanstalk:environment:process:default"]
    assert client.get(process["HealthCheckPath"]).status_code == int(process["MatcherHTTPCode"])
