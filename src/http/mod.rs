//! HTTP: routes, middleware, and the connections under them.

mod access_log;
mod account;
mod activity;
mod arrived;
pub mod audit;
mod bundle;
mod client;
mod connection;
mod console;
mod cookie;
mod credentials;
mod export;
mod exports;
mod health;
mod import;
mod media;
mod message;
mod middleware;
mod oidc;
mod origin;
mod page;
mod query;
mod read_after;
mod readiness;
mod scrape;
pub mod server;
mod service;
mod shared;
mod sockets;
mod stop;
mod streams;
mod transport;
mod unread;
mod watched;

pub(crate) use bundle::{BundledPage, documents};
pub use cookie::SessionCookie;
pub use exports::Exports;
pub use readiness::Readiness;
pub use scrape::Looks;
pub use service::Service;
pub use shared::Shared;
pub use sockets::Sockets;

use std::sync::Arc;

use axum::{Router, routing};

/// Builds the application over all its routes.
pub fn service(shared: Arc<Shared>) -> Service {
    let router = Router::new()
        .route("/healthz", routing::get(health::live))
        .route("/readyz", routing::get(health::ready))
        .route("/audit", routing::get(audit::list))
        .route("/export", routing::get(export::download))
        .route(scrape::PATH, routing::get(scrape::beside_api))
        .merge(account::routes())
        .merge(console::routes())
        .merge(import::routes())
        .merge(oidc::routes())
        .fallback(middleware::not_found)
        .with_state(Arc::clone(&shared));
    Service::new(shared, router)
}

/// Builds an application of the metrics alone.
pub(crate) fn metrics_service(shared: Arc<Shared>) -> Service {
    let router = Router::new().route(scrape::PATH, routing::get(scrape::get)).fallback(middleware::not_found);
    Service::without_api(Arc::clone(&shared), router.with_state(shared))
}
