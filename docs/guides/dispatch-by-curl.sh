#!/usr/bin/env bash
# The commands of dispatch-by-curl.md. A test runs them.
set -euo pipefail

# #region start
PATH=$PWD/node_modules/.bin:$PATH # Node.js 24, which `npm ci` has brought
DATA=${DATA:-.cache/controller} PORT=${PORT:-8080}
URL=http://127.0.0.1:$PORT/v1/orgs/acme
mkdir -p "$DATA"

start() {
  node controller/main.ts --fleet docs/guides/fleet.json --data "$DATA" --port "$PORT" > "$DATA.log" 2>&1 &
  PID=$!
  until curl -sf "http://127.0.0.1:$PORT/readyz" > /dev/null; do kill -0 $PID; sleep 0.2; done
}
start
# #endregion

# #region admin
ADMIN=$(sed -n 's/.*"acme": "\(.*\)".*/\1/p' "$DATA/admin-tokens.json")

call() { curl -sS --fail-with-body -H "Authorization: Bearer $1" -H 'Content-Type: application/json' "${@:2}"; echo; }
# #endregion

# #region tokens
call $ADMIN $URL/tokens -d '{ "name": "the factory", "role": "operator" }' | tee "$DATA/answer"
OPERATOR=$(sed 's/.*"token":"\([^"]*\)".*/\1/' "$DATA/answer")

call $ADMIN $URL/tokens -d '{ "name": "worker 1", "role": "worker", "agents": ["coder"] }' > "$DATA/answer"
WORKER=$(sed 's/.*"token":"\([^"]*\)".*/\1/' "$DATA/answer")
# #endregion

# #region schedule
call $OPERATOR $URL/tasks -d '{ "tasks": [{ "agent": "coder", "title": "Fix issue 7", "key": "issue-7", "input": { "issue": 7 } }] }'
call $OPERATOR $URL/tasks -d '{ "tasks": [{ "agent": "coder", "title": "Fix issue 7", "key": "issue-7", "input": { "issue": 7 } }] }'
# #endregion

# #region claim
call $WORKER $URL/claims -d '{ "agents": ["coder"], "waitSeconds": 10 }' > "$DATA/claim"
FENCE=$(grep -o '"fence":{[^}]*}' "$DATA/claim" | sed 's/"fence"://')
TASK=$(echo "$FENCE" | sed 's/.*"task":"\([^"]*\)".*/\1/')

call $WORKER $URL/tasks/$TASK/start -d "{ \"fence\": $FENCE }"
call $WORKER $URL/tasks/$TASK/log -d "{ \"fence\": $FENCE, \"chunks\": [{ \"seq\": 0, \"stream\": \"stdout\", \"text\": \"Reading the issue.\" }] }"
# #endregion

# #region kill
kill -9 $PID
wait $PID || true
start
# #endregion

# #region after
call $WORKER $URL/heartbeats -d "{ \"heartbeats\": [{ \"fence\": $FENCE }] }"
call $OPERATOR $URL/tasks/$TASK/log
# #endregion

# #region stream
call $OPERATOR $URL/tasks/$TASK/events -H 'Accept: text/event-stream' --max-time 1 2> /dev/null || true
# #endregion

# #region complete
call $WORKER $URL/completions -d "{ \"completions\": [{ \"fence\": $FENCE, \"outcome\": \"succeeded\", \"result\": { \"pullRequest\": 8 } }] }"
call $WORKER $URL/completions -d "{ \"completions\": [{ \"fence\": $FENCE, \"outcome\": \"failed\", \"reason\": \"Too late\" }] }"
# #endregion

# #region audit
call $ADMIN "$URL/audit?limit=1"
kill $PID
wait $PID
# #endregion

# #region refused
start
curl -sS -H "Authorization: Bearer $OPERATOR" -H 'Content-Type: application/json' $URL/tasks -d '{ "tasks": [{ "agent": "coder", "titel": "A task" }] }' | grep -o '"detail.*","requestId'
kill $PID
wait $PID
# #endregion
