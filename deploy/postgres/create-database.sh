#!/bin/sh
# Runs once, when the PostgreSQL image has made its data folder: a database whose owner is no superuser.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$(cat "${DATABASE_PASSWORD_FILE:-/run/secrets/database_password}")" \
  --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" <<'SQL'
CREATE ROLE tahan LOGIN PASSWORD :'password';
CREATE DATABASE tahan OWNER tahan ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE tahan FROM PUBLIC;
SQL
