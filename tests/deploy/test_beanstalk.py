"""What Elastic Beanstalk reads beside the code: options by AWS's list, hooks, processes that stay."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from deploy.background import NICE
from tests.deploy.beanstalk_options import complaint
from tests.served import wait_until
from tests.services import ENVIRONMENT, free_port

pytestmark = pytest.mark.once

HOUSE = settings.BASE_DIR
CONFIGS = sorted((HOUSE / ".ebextensions").glob("*.config"))
KEYS = {"option_settings", "container_commands", "Resources"}
HOOKS = sorted((HOUSE / ".platform").rglob("*.sh"))
TRACES = [path for path in HOOKS if path.name == "10_traces.sh"]
RSYSLOG = """if $programname  == 'web' then {
  *.=warning;*.=err;*.=crit;*.=alert;*.=emerg /var/log/web.stderr.log
  *.=info;*.=notice /var/log/web.stdout.log
}
"""


def options():
    """Yield (namespace, option, value) of all configuration files."""
    for path in CONFIGS:
        for namespace, values in yaml.safe_load(path.read_text()).get("option_settings", {}).items():
            for option, value in values.items():
                yield namespace, option, value


def test_options_are_those_of_aws():
    assert [wrong for option in options() if (wrong := complaint(*option))] == []


def test_values_are_texts_and_no_option_is_set_twice():
    every = list(options())
    assert [option for option in every if not isinstance(option[2], str)] == []
    assert len({option[:2] for option in every}) == len(every) > 30


@pytest.mark.parametrize(
    ("option", "wrong"),
    [
        (("aws:autoscaling:triger", "Unit", "Percent"), "aws:autoscaling:triger is no namespace"),
        (("aws:autoscaling:asg", "Minsize", "1"), "aws:autoscaling:asg has no option 'Minsize'"),
        (("aws:autoscaling:asg", "MinSize", "two"), r"aws:autoscaling:asg MinSize: expected \d+, got 'two'"),
        (("aws:autoscaling:asg", "MinSize", "2"), None),
    ],
)
def test_misspelt_option_is_found(option, wrong):
    assert complaint(*option) == wrong


def test_configuration_files_have_no_other_parts():
    found = {path.name: set(yaml.safe_load(path.read_text())) for path in CONFIGS}
    assert {name: keys - KEYS for name, keys in found.items() if keys - KEYS} == {}


def test_triggers_agree():
    """Or Elastic Beanstalk changes one of them itself."""
    trigger = {option: value for namespace, option, value in options() if namespace.endswith(":trigger")}
    assert int(trigger["BreachDuration"]) == int(trigger["Period"]) * int(trigger["EvaluationPeriods"])


@pytest.mark.parametrize("hook", HOOKS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_hooks_may_be_executed(hook):
    assert hook.stat().st_mode & stat.S_IXUSR
    subprocess.run(["bash", "-n", hook], check=True)


@pytest.mark.parametrize("hook", TRACES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_hooks_for_traces_do_nothing_where_there_are_none(hook):
    environment = {"PATH": os.defpath}
    done = subprocess.run([hook], cwd=HOUSE, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_hook_installs_what_traces_need(tmp_path):
    """With programs in place of pip, dnf and the agent that say what they are asked."""
    for name in ("pip", "dnf"):
        (tmp_path / name).write_text('#!/bin/sh\necho "${0##*/} $*"\n')
        (tmp_path / name).chmod(0o755)
    (tmp_path / "activate").write_text("")
    environment = {"PATH": f"{tmp_path}:{os.defpath}", "PYTHONPATH": str(tmp_path)}
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://collector.example.org:4318"
    hook = HOUSE / ".platform/hooks/predeploy/10_traces.sh"
    said = subprocess.check_output([hook], cwd=HOUSE, env=environment, text=True)
    assert said == "pip install --quiet --require-hashes -r requirements/otel.txt\n"


def test_log_lines_come_without_a_prefix(tmp_path):
    (tmp_path / "systemctl").write_text("#!/bin/sh\necho systemctl $*\n")
    (tmp_path / "systemctl").chmod(0o755)
    (tmp_path / "web.conf").write_text(RSYSLOG)
    environment = {"PATH": f"{tmp_path}:{os.defpath}", "RSYSLOG": str(tmp_path)}
    for _ in range(2):  # a deployment follows the other
        hook = HOUSE / ".platform/hooks/postdeploy/20_logs.sh"
        said = subprocess.check_output([hook], cwd=HOUSE, env=environment, text=True)
        assert said == "systemctl restart rsyslog\n"
    as_written = RSYSLOG.replace(".log\n", ".log;AsWritten\n")
    assert (tmp_path / "web.conf").read_text() == as_written
    assert 'name="AsWritten"' in (tmp_path / "00-as-written.conf").read_text()


def test_collector_takes_what_the_application_sends():
    traces = json.loads((HOUSE / ".platform/traces.json").read_text())["traces"]
    assert traces["traces_collected"] == {"otlp": {"http_endpoint": "127.0.0.1:4318"}}


def processes():
    lines = (HOUSE / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)


@pytest.mark.parametrize(
    ("name", "environment", "reason"),
    [
        ("worker", {}, "No worker here: REDIS_URL is empty\n"),
        ("beat", {}, "No beat here: REDIS_URL is empty\n"),
        (
            "worker",
            {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0", "WORKER_CONCURRENCY": "0"},
            "No worker here: WORKER_CONCURRENCY is 0\n",
        ),
    ],
)
def test_process_that_has_nothing_to_do_waits_until_it_is_told_to_end(tmp_path, name, environment, reason):
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"} | environment
    with (tmp_path / "log").open("w+") as log:
        command = ["/bin/sh", "-c", processes()[name]]
        environment = os.environ | ENVIRONMENT | {"DATABASE_URL": "sqlite:///:memory:"} | environment
        process = subprocess.Popen(command, cwd=HOUSE, env=environment, stderr=log)
        wait_until(lambda: (tmp_path / "log").read_text())
        wait_until(lambda: b"sleep" in Path(f"/proc/{process.pid}/cmdline").read_bytes())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == -signal.SIGTERM
    assert (tmp_path / "log").read_text() == reason


def test_worker_stands_back_behind_requests():
    environment = os.environ | ENVIRONMENT | {"DATABASE_URL": "sqlite:///:memory:"}
    environment |= {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    command = [sys.executable, "-m", "deploy.background", "worker", "--loglevel", "CRITICAL"]
    with subprocess.Popen(command, cwd=HOUSE, env=environment) as process:
        wait_until(lambda: b"celery" in Path(f"/proc/{process.pid}/cmdline").read_bytes())
        nice = os.getpriority(os.PRIO_PROCESS, process.pid)
        process.kill()
    assert nice == os.nice(0) + NICE
