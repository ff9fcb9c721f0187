#!/bin/sh
# Writes the secrets that docker-compose.yml asks for into deploy/secrets, once: what is there already stays.
#
# The folder may be entered by its owner alone. The files in it can be read by everybody, because Compose hands each
# service its files as they are, and the services run as users of their own (1000, 999, 472): they could read no file
# with mode 0600 of another user, and nobody else gets past the folder.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
chmod 0700 secrets

# 32 bytes from the kernel, as 64 hexadecimal digits: safe in an address, a line of SQL and a header.
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# keep NAME VALUE: writes the whole file or none of it.
keep() {
  if [ -s "secrets/$1" ]; then
    echo "kept deploy/secrets/$1"
    return
  fi
  printf '%s\n' "$2" >"secrets/.$1.new"
  chmod 0444 "secrets/.$1.new"
  mv -f "secrets/.$1.new" "secrets/$1"
  echo "made deploy/secrets/$1"
}

keep influx_admin_password "$(random)"
keep influx_token "$(random)"
keep influx_reader_password "$(random)"
keep postgres_password "$(random)"
keep database_password "$(random)"
keep database_url "postgres://tahan:$(cat secrets/database_password)@postgres:5432/tahan"
keep grafana_admin_password "$(random)"
