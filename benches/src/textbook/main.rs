//! The textbook server: the same answers from async-graphql, async-graphql-axum, sea-orm and data loaders, put together as
//! their documentation shows. It has no limits, no login and no record of changes. Each run
//! measures Liaison beside it, and so shows the gain of Liaison's own paths.

mod entity;
mod graphql;
mod loaders;

use std::net::SocketAddr;

use anyhow::Result;
use async_graphql::{
    EmptySubscription,
    dataloader::DataLoader,
    runtime::{TokioSpawner, TokioTimer},
};
use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::{Router, extract::State, routing::post, serve::ListenerExt};
use clap::Parser;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use tokio::net::TcpListener;

use self::{
    graphql::{Mutation, Query},
    loaders::Loaders,
};

#[derive(Parser)]
struct Args {
    #[arg(long)]
    database_url: String,
    #[arg(long)]
    listen: SocketAddr,
    #[arg(long, default_value_t = 10)]
    pool_size: u32,
}

#[derive(Clone)]
struct App {
    schema: async_graphql::Schema<Query, Mutation, EmptySubscription>,
    db: DatabaseConnection,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let mut options = ConnectOptions::new(args.database_url);
    options.max_connections(args.pool_size);
    let db = Database::connect(options).await?;
    let schema = async_graphql::Schema::build(Query, Mutation, EmptySubscription).data(db.clone()).finish();
    let router = Router::new().route("/graphql", post(answer)).with_state(App { schema, db });
    let listener = TcpListener::bind(args.listen).await?;
    axum::serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), router).await?;
    Ok(())
}

async fn answer(State(app): State<App>, request: GraphQLRequest) -> GraphQLResponse {
    // One set of loaders per request. Shared loaders would give a request the rows that another was allowed to see.
    let loaders = DataLoader::new(Loaders { db: app.db }, TokioSpawner::current(), TokioTimer::default());
    app.schema.execute(request.into_inner().data(loaders)).await.into()
}
