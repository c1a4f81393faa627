#!/bin/sh
# Runs once, when the volume is empty: one role per tenant of this server, each with its own databases.
set -eu

make_tenant() {
  role=$1
  shift
  psql --set=ON_ERROR_STOP=1 --set=role="$role" --username "$POSTGRES_USER" --dbname postgres <<SQL
\\set password \`cat /run/secrets/${role}_db_password\`
CREATE ROLE :"role" LOGIN PASSWORD :'password';
SQL
  for database in "$@"; do
    createdb --username "$POSTGRES_USER" --owner "$role" --template template0 --encoding UTF8 "$database"
    psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
      --command "REVOKE CONNECT ON DATABASE $database FROM PUBLIC"
  done
}

make_tenant temporal temporal temporal_visibility
make_tenant register register
