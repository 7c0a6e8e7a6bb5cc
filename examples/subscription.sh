#!/usr/bin/env bash
# Follows the changes of contacts with curl, as Server-Sent Events, until it is interrupted.
# Runs as it is against `liaison serve --dev`; elsewhere give LIAISON_URL, and an API key as LIAISON_TOKEN. Give the cursor of
# the last change as the first argument to go on from there.
set -euo pipefail
url="${LIAISON_URL:-http://127.0.0.1:4000/graphql}"
after="${1:-}"

# The header with the token, if there is one. As an argument of curl, everybody on the machine could read it.
authorization() { [ -z "${LIAISON_TOKEN:-}" ] || echo "authorization: Bearer $LIAISON_TOKEN"; }

# `--no-buffer` shows each event as it comes. An event `next` has a change; a line that begins with a colon keeps proxies from
# ending a silent stream.
exec curl --silent --show-error --fail-with-body --no-buffer "$url" \
  --header 'content-type: application/json' \
  --header 'accept: text/event-stream' \
  --header @<(authorization) \
  --data-binary '{
    "query": "subscription Changes($after: String) { changes(after: $after, subjectTypes: [CONTACT]) { cursor node { type at subject { id ... on Contact { name version } } } } }",
    "variables": { "after": '"$([ -z "$after" ] && echo null || echo "\"$after\"")"' }
  }'
