#!/usr/bin/env bash
# The commands of pipelines-and-triggers.md. A test runs them, with FLEET as synth writes it.
set -euo pipefail

# #region start
PATH=$PWD/node_modules/.bin:$PATH # Node.js 24, which `npm ci` has brought
DATA=${DATA:-.cache/controller} PORT=${PORT:-8080} FLEET=${FLEET:-rendered/dev/fleet.json}
ORG=pipelines-and-triggers
URL=http://127.0.0.1:$PORT

SECRET=$(openssl rand -hex 32)
mkdir -p "$DATA/hooks/$ORG"
echo "$SECRET" > "$DATA/hooks/$ORG/issues"

node controller/main.ts --fleet "$FLEET" --data "$DATA" --hooks "$DATA/hooks" --port "$PORT" > "$DATA.log" 2>&1 &
until curl -sf "$URL/readyz" > /dev/null; do kill -0 $!; sleep 0.2; done
ADMIN=$(sed -n 's/.*"'$ORG'": "\(.*\)".*/\1/p' "$DATA/admin-tokens.json")

call() { curl -sS --fail-with-body -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/json' "$@"; echo; }
# #endregion

# #region run
call $URL/v1/orgs/$ORG/pipelines/idea/runs -d '{ "title": "A login page", "input": { "idea": "people log in" }, "key": "idea-1" }' > "$DATA/run"
RUN=$(sed 's/.*"run":"\([^"]*\)".*/\1/' "$DATA/run")
call $URL/v1/orgs/$ORG/runs/$RUN | grep -o '"step":[^}]*'
# #endregion

# #region hook
BODY='{"action":"labeled","label":{"name":"agents"},"issue":{"number":5,"title":"Log in","state":"open"}}'
SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //')

knock() {
  curl -sS $URL/hooks/$ORG/issues -H 'Content-Type: application/json' -H 'X-GitHub-Event: issues' -H 'X-GitHub-Delivery: 72d3162e' \
    -H "X-Hub-Signature-256: sha256=$1" -d "$BODY"
  echo
}
knock $SIGNATURE | grep -o '"outcome":"[^"]*"'
knock $SIGNATURE | grep -o '"outcome":"[^"]*"'
knock 0000 | grep -o '"detail":"[^"]*"'
# #endregion

# #region event
curl -sS $URL/v1/orgs/$ORG/events -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/cloudevents+json' \
  -d '{ "specversion": "1.0", "id": "1", "source": "/ci", "type": "com.example.release", "data": { "version": "2.0" } }'
echo
# #endregion

# #region deliveries
call $URL/v1/orgs/$ORG/triggers/issues/deliveries
kill $!
wait $!
# #endregion
