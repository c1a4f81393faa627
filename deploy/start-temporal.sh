#!/bin/sh
# The server's own entry point wants its password in the environment; here it comes from a secret file.
set -eu
POSTGRES_PWD="$(cat /run/secrets/temporal_db_password)"
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
