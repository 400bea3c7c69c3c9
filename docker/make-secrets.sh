#!/bin/sh
# Makes random passwords for the database roles, in the directory `secrets` beside this file, and the directory `keys`. Replaces nothing.
set -euC
umask 077
cd "$(dirname "$0")"
mkdir -p secrets keys

random() {
  head -c 24 /dev/urandom | base64 | tr '+/' '-_'
}

random > secrets/postgres_password
for role in owner app auth audit jobs; do
  echo "postgresql://sinduk_$role:$(random)@postgres:5432/sinduk" > "secrets/database_${role}_url"
done
