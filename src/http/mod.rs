//! HTTP: routes, middleware, and the connections under them.

mod console;
mod graphql;
mod health;
mod middleware;
pub mod server;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Router, middleware as layer, routing};
use tower_http::compression::{CompressionLayer, predicate::SizeAbove};

use crate::{
    config::{HttpArgs, Limits},
    domain,
    graphql::{Schema, documents::Documents, limits::Costs},
};

/// What all requests share.
pub struct Shared {
    /// The domain's context, without an actor.
    pub domain: domain::Context,
    /// The schema.
    pub schema: Schema,
    /// The schema for documents that were found valid before.
    pub schema_for_valid_documents: Schema,
    /// Those documents.
    pub documents: Documents,
    /// What its fields cost.
    pub costs: Costs,
    /// What one request may ask for.
    pub limits: Limits,
    /// How the server listens and whom it answers.
    pub http: HttpArgs,
    /// False from the moment the server is asked to stop.
    pub is_ready: AtomicBool,
}

impl Shared {
    /// Turns readiness off, so that a load balancer sends no more.
    pub fn drain(&self) {
        self.is_ready.store(false, Ordering::Relaxed);
    }
}

/// Answers shorter than this are sent as they are: compressing them takes longer than sending them.
const COMPRESS_ABOVE_BYTES: u64 = 1024;

/// All routes with their middleware.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/graphql", routing::any(graphql::handle))
        .route("/healthz", routing::get(health::live))
        .route("/readyz", routing::get(health::ready))
        .merge(console::routes())
        .fallback(middleware::not_found)
        // The first is the outermost. In one call, because each would otherwise be boxed and cloned for each request.
        .layer((
            layer::from_fn_with_state(Arc::clone(&shared), middleware::around),
            tower_http::catch_panic::CatchPanicLayer::custom(middleware::panicked),
            layer::from_fn(middleware::loopback_host),
            CompressionLayer::new().compress_when(SizeAbove::new(COMPRESS_ABOVE_BYTES)),
            middleware::cors(&shared.http),
        ))
        .with_state(shared)
}
