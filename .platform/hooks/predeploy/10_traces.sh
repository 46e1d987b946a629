#!/bin/bash
# Traces, where OTEL_EXPORTER_OTLP_ENDPOINT is set: what the application needs for them and, where it names this
# machine, a collector that hands them to X-Ray. Nothing otherwise.
set -euo pipefail
test -n "${OTEL_EXPORTER_OTLP_ENDPOINT:-}" || exit 0

source "$PYTHONPATH/activate"
pip install --quiet --require-hashes -r requirements/otel.txt
case $OTEL_EXPORTER_OTLP_ENDPOINT in
    http://localhost:4318* | http://127.0.0.1:4318*)
        dnf install -q -y amazon-cloudwatch-agent
        # Beside what Elastic Beanstalk has the agent do: it streams logs.
        /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a append-config -m ec2 -s \
            -c "file:$PWD/.platform/traces.json"
        ;;
esac
