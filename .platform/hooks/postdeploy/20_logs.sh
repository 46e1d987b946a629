#!/bin/bash
# Log lines as our processes write them: behind rsyslog's prefix ("Mar  1 06:00:00 ip web[123]:") CloudWatch sees neither
# JSON nor metrics (EMF). And where the instance streams logs, those of worker and beat, too.
set -euo pipefail
rsyslog=${RSYSLOG:-/etc/rsyslog.d}
agent=/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl

echo 'template(name="AsWritten" type="string" string="%msg:2:$%\n")' >"$rsyslog/00-as-written.conf"
for process in web worker beat; do
    if [ -e "$rsyslog/$process.conf" ]; then
        sed -i -E 's#(/var/log/[a-z]+\.std(out|err)\.log)[[:space:]]*$#\1;AsWritten#' "$rsyslog/$process.conf"
    fi
done
systemctl restart rsyslog

if [ -x "$agent" ]; then
    name=$(/opt/elasticbeanstalk/bin/get-config container -k environment_name)
    sed "s#ENVIRONMENT#$name#" .platform/logs.json >/opt/aws/amazon-cloudwatch-agent/etc/weather-logs.json
    "$agent" -a append-config -m ec2 -s -c file:/opt/aws/amazon-cloudwatch-agent/etc/weather-logs.json
fi
