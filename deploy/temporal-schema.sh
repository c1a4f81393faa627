#!/bin/sh
# Brings Temporal's two databases to the schema of this image. Safe to repeat: the tool skips what is applied.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal_db_password)"
export SQL_PASSWORD

bring_up() {
  temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db "$1" setup-schema -v 0.0
  temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db "$1" \
    update-schema -d "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

bring_up temporal temporal
bring_up temporal_visibility visibility
