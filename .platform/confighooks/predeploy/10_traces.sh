#!/bin/bash
# As after a deployment, when only properties of the environment have changed.
set -euo pipefail
exec .platform/hooks/predeploy/10_traces.sh
