# Everything that CI runs but the client programs
check: fmt lint test

fmt:
    cargo fmt --all

lint:
    cargo clippy --workspace --all-targets -- -D warnings

test:
    cargo test --workspace

doc:
    cargo doc --workspace --no-deps

# Refresh the schema's snapshot
schema:
    cargo run --quiet -- schema > schema.graphql

# Bundle GraphiQL, to be embedded by the next build
web:
    cd web && npm ci && npm run build

# Run the client programs against a server that is already running
clients:
    cd examples/react && npm ci && npm run build
    cd examples/graphql-ws && npm ci
    cd tests/clients && npm ci && for client in access pages live audit apollo websocket reference graphiql gql ariadne relay codegen trusted webhooks examples; do npm run $client || exit 1; done

# Compare the answers of two builds, byte for byte: `just replay OLD NEW [requests] [seed]`
replay old new *arguments:
    node tests/clients/replay.mjs {{old}} {{new}} {{arguments}}

# Measure Liaison beside the floor and the textbook server; needs wrk and PostgreSQL. `just bench --contacts 1000000` for the largest
bench *arguments:
    cargo build --release --workspace
    target/release/bench {{arguments}}

# Have Prometheus scrape the debug build, and check that every documented metric is there and moves
ops-prometheus:
    cargo build -p liaison
    tests/ops/prometheus

dev:
    cargo run -- serve --dev

# Time imports and exports of a table of CONTACTS, on a new SQLite file or on the (empty) database of a URL
bench-import contacts="100000" url="":
    cargo build --release -p liaison
    python3 benches/import.py target/release/liaison {{contacts}} {{url}}

# Measure duplicates among CONTACTS synthetic contacts: how many are found, and the scan's processor time and memory
duplicates contacts="1000000":
    SYNTHETIC_CONTACTS={{contacts}} cargo test --release --workspace --test it -- duplicate_scores::synthetic --nocapture --test-threads 1
