#!/bin/sh
# Runs once, when the InfluxDB image has set itself up: a login for Grafana that may read the bucket and nothing else.
set -eu
influx v1 auth create \
  --username reader \
  --password "$(cat /run/secrets/influx_reader_password)" \
  --read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID" \
  --org "$DOCKER_INFLUXDB_INIT_ORG" >/dev/null
echo "made the login reader"
