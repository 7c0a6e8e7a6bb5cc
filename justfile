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

# Build the site of the documentation into target/site
site:
    cd web && npm ci
    docs/site/build

# Refresh the schema's snapshot
schema:
    cargo run --quiet -- schema > schema.graphql

# Bundle the console and GraphiQL, to be embedded by the next build, and check the console
web:
    cd web && npm ci && npm run build && npm run size && npm run check

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

# Have a collector receive spans from the debug build, and check whose trace they are of
ops-otlp:
    cargo build -p liaison --features otlp
    tests/ops/otlp

dev:
    cargo run -- serve --dev

# Time imports and exports of a table of CONTACTS, on a new SQLite file or on the (empty) database of a URL
bench-import contacts="100000" url="":
    cargo build --release -p liaison
    python3 benches/import.py target/release/liaison {{contacts}} {{url}}

# Measure the budgets of the console on a database that `liaison demo` has filled; needs Chromium. `--scroll 60` for a million contacts
bench-console binary url=("sqlite://" + justfile_directory() + "/liaison.db") *arguments:
    cd tests/clients && npm ci && node console-bench.mjs {{absolute_path(binary)}} {{url}} {{arguments}}

# Measure duplicates among CONTACTS synthetic contacts: how many are found, and the scan's processor time and memory
duplicates contacts="1000000":
    SYNTHETIC_CONTACTS={{contacts}} cargo test --release --workspace --test it -- duplicate_scores::synthetic --nocapture --test-threads 1

# Measure two scans of CONTACTS contacts of the demo in a SQLite file, the first one and another: processor time and peak memory
scan contacts="1000000":
    #!/usr/bin/env bash
    set -euo pipefail
    cargo build --release --locked
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    export DATABASE_URL="sqlite://$folder/scan.db"
    target/release/liaison demo --contacts {{contacts}}
    for _ in first another; do
        command time -f "%U s + %S s of processor time, %e s, %M KiB" target/release/liaison duplicates --scan --limit 1
    done

# Make dist/liaison-VERSION-TARGET.tar.gz; needs musl-gcc and cargo-cyclonedx, for another architecture also zig, cargo-zigbuild and qemu
release target="": web
    packaging/release {{target}}

# Build the archive of HEAD twice, in two folders, and compare
reproducible target="":
    packaging/reproducible {{target}}

# Build the image from the archive's binary, and run that out of it with the README's first query
image: release
    tests/ops/image

# Check for arm64, its C included; needs zig and cargo-zigbuild (`pip install ziglang cargo-zigbuild`)
check-arm64:
    cargo-zigbuild check --locked --package liaison --target aarch64-unknown-linux-musl

# Run what is packaged: image, units, compose.yml, an upgrade beside the last release. `just ops systemd` for one of them
ops *names:
    tests/ops/run {{names}}

# Serve with the last release's binary beside this one: `just ops-upgrade [BINARY or COMMIT]`
ops-upgrade *old:
    cargo build --release --locked --package liaison
    tests/ops/upgrade {{old}}

# Fail three PostgreSQL under Patroni under load: `just ops-failover [BINARY]`; needs patroni, etcd and haproxy
ops-failover *binary:
    cargo build --release --locked --package liaison
    tests/ops/failover {{binary}}

# Known vulnerabilities, licences, sources; needs cargo-deny and the advisory database
deny:
    cargo deny check

# The same vulnerabilities by another program; ADVISORY_DB names a dated copy of the database, where the newest cannot be had
audit:
    cargo audit ${ADVISORY_DB:+--db "$ADVISORY_DB" --no-fetch --stale}

# Feed the fuzz targets for some seconds each: `just fuzz 600 csv`; needs cargo-fuzz
fuzz seconds="60" *targets:
    fuzz/run {{seconds}} {{targets}}
