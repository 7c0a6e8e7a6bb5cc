//! The floor: the least that a server must do for each workload. It has one tuned statement per request, JSON by hand,
//! no GraphQL, no limits and no checks. It is the reference for Liaison, and nobody would want to maintain it.

mod json;
mod postgres;
mod sqlite;

use std::{net::SocketAddr, sync::Arc};

use anyhow::Result;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use clap::Parser;
use serde::Deserialize;
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Args {
    #[arg(long)]
    database_url: String,
    #[arg(long)]
    listen: SocketAddr,
    #[arg(long, default_value_t = 10)]
    pool_size: usize,
}

/// Variables of a workload's requests.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Variables {
    id: Uuid,
    ids: Vec<Uuid>,
    after: Option<String>,
    term: String,
    phone: String,
}

impl Variables {
    /// Reads the name key and id in a cursor.
    fn position(&self) -> Option<(String, Uuid)> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(self.after.as_ref()?).ok()?;
        let (_, name_key, id): (String, String, Uuid) = serde_json::from_slice(&bytes).ok()?;
        Some((name_key, id))
    }
}

/// Makes the cursor of a contact in the order by name.
fn cursor(name_key: &str, id: Uuid) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::json!(["name+id+", name_key, id]).to_string())
}

enum Store {
    Postgres(postgres::Postgres),
    Sqlite(sqlite::Sqlite),
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let store = if args.database_url.starts_with("sqlite:") {
        Store::Sqlite(sqlite::Sqlite::open(&args.database_url, args.pool_size)?)
    } else {
        Store::Postgres(postgres::Postgres::open(&args.database_url, args.pool_size)?)
    };
    let router = Router::new().route("/{workload}", post(answer)).with_state(Arc::new(store));
    let listener = tokio::net::TcpListener::bind(args.listen).await?;
    axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), router).await?;
    Ok(())
}

async fn answer(
    State(store): State<Arc<Store>>,
    Path(workload): Path<String>,
    Json(variables): Json<Variables>,
) -> Response {
    let body = match &*store {
        Store::Postgres(postgres) => postgres.answer(&workload, &variables).await,
        Store::Sqlite(sqlite) => sqlite.answer(workload, variables).await,
    };
    match body {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], Bytes::from(body)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
    }
}
