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
    cd tests/clients && npm ci && for client in access pages live audit apollo websocket graphiql gql ariadne relay codegen; do npm run $client || exit 1; done

# Measure Liaison beside the floor and the textbook server; needs wrk and PostgreSQL. `just bench --contacts 1000000` for the largest
bench *arguments:
    cargo build --release --workspace
    target/release/bench {{arguments}}

dev:
    cargo run -- serve --dev
