#!/usr/bin/env bash
# Three requests with curl: create a contact at a company, find it, and list the company's people.
# Runs as it is against `liaison serve --dev`; elsewhere give LIAISON_URL, and an API key as LIAISON_TOKEN.
set -euo pipefail
url="${LIAISON_URL:-http://127.0.0.1:4000/graphql}"

# The header with the token, if there is one. As an argument of curl, everybody on the machine could read it.
authorization() { [ -z "${LIAISON_TOKEN:-}" ] || echo "authorization: Bearer $LIAISON_TOKEN"; }

# ask BODY: sends one GraphQL request. `--fail-with-body` ends the script when the server refuses it.
ask() {
  curl --silent --show-error --fail-with-body "$url" \
    --header 'content-type: application/json' \
    --header 'accept: application/graphql-response+json' \
    --header @<(authorization) \
    --data-binary "$1"
  echo
}

echo '1. Create a contact, and its company where there is none of that name.'
ask '{
  "query": "mutation Create($input: ContactInput!, $membership: PrimaryCompanyInput!) { createContact(input: $input, primaryCompany: $membership) { contact { id name version } userErrors { code field message } } }",
  "variables": {
    "input": { "name": "Grace Hopper", "email": "grace@example.com" },
    "membership": { "company": { "findOrCreateByName": "Compilers" }, "role": "Rear admiral" }
  }
}'

echo '2. Find contacts by a part of the name or the address, whatever its case and accents.'
ask '{
  "query": "query Find($text: String!) { searchContacts(query: $text, limit: 5) { id name email } }",
  "variables": { "text": "HÖPPER" }
}'

echo "3. List the company's people, most recently created first. Ask for the next page with \"after\": endCursor."
ask '{
  "query": "query People($company: String!, $after: String) { contacts(first: 10, after: $after, filter: { membership: { companyName: { eq: $company } } }, orderBy: [{ field: CREATED_AT, direction: DESC }]) { nodes { name primaryMembership { role company { name } } } pageInfo { hasNextPage endCursor } totalCount } }",
  "variables": { "company": "Compilers" }
}'
