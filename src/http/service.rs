//! The whole application as one service: what surrounds every request, and the routes within.
//!
//! Written by hand where axum's layers would do, because each of those is boxed and cloned for every request, which took
//! longer than answering it.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{Router, body::Body, extract::Request, http::header, response::Response};
use futures_util::{FutureExt, future::BoxFuture};
use tower::{Layer, ServiceExt};
use tower_http::{
    compression::{
        Compression, CompressionBody, CompressionLayer,
        predicate::{And, NotForContentType, Predicate, SizeAbove},
    },
    cors::CorsLayer,
};
use tracing::Instrument;

use super::{
    Shared,
    access_log::AccessLine,
    middleware::{self, RequestId},
    transport,
};

/// Answers shorter than this are sent as they are: compressing them takes longer than sending them.
const COMPRESS_ABOVE_BYTES: u64 = 1024;

type Answering = BoxFuture<'static, Result<Response, Infallible>>;

/// Answers all requests.
#[derive(Clone)]
pub struct Service {
    shared: Arc<Shared>,
    answers: Compression<Answers, And<SizeAbove, NotForContentType>>,
}

impl Service {
    pub(super) fn new(shared: Arc<Shared>, router: Router) -> Self {
        let cors = Arc::new(middleware::cors(&shared.http));
        let answers = Answers { routes: Routes { shared: Arc::clone(&shared), router }, cors };
        // Events are not compressed, because they would wait in the compressor until there are enough of them.
        let predicate = SizeAbove::new(COMPRESS_ABOVE_BYTES).and(NotForContentType::SSE);
        Self { shared, answers: CompressionLayer::new().compress_when(predicate).layer(answers) }
    }
}

impl tower::Service<Request> for Service {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    /// Gives the request an id, or takes a proxy's, and puts it on every log line and on the answer.
    fn call(&mut self, mut request: Request) -> Answering {
        let id = RequestId::of(&request, &self.shared.domain.clock);
        request.extensions_mut().insert(id.clone());
        let span = tracing::info_span!("request", request.id = %id.0);
        let line = AccessLine::begin(&self.shared, &request, &id);
        let answering = span.in_scope(|| self.answers.call(request));
        let answer = async move {
            let mut response = with_plain_body(answering.await?);
            middleware::complete(&mut response, &id);
            Ok::<_, Infallible>(response)
        };
        let answer = answer.instrument(span);
        // Outside the span: the line has the id of its own.
        let logged = async move {
            let response = answer.await?;
            if let Some(line) = line {
                line.answered(response.status());
            }
            Ok(response)
        };
        logged.boxed()
    }
}

/// Takes a body that was not compressed out of the compressor's wrapper, which has room for the compressors' state and
/// would need a box.
fn with_plain_body(response: Response<CompressionBody<Body>>) -> Response {
    let may_be_compressed = response.headers().contains_key(header::CONTENT_ENCODING);
    response.map(|body| if may_be_compressed { Body::new(body) } else { body.into_inner() })
}

/// Routes behind the headers of CORS, which only web pages need.
#[derive(Clone)]
struct Answers {
    routes: Routes,
    cors: Arc<CorsLayer>,
}

impl tower::Service<Request> for Answers {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        // Only web pages have an origin.
        if request.headers().contains_key(header::ORIGIN) {
            self.cors.layer(self.routes.clone()).call(request).boxed()
        } else {
            self.routes.call(request)
        }
    }
}

/// The routes. A panic in one ends its request and nothing else.
#[derive(Clone)]
struct Routes {
    shared: Arc<Shared>,
    router: Router,
}

impl tower::Service<Request> for Routes {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        let shared = Arc::clone(&self.shared);
        // The one path that matters for speed does without a router.
        let router = (request.uri().path() != transport::PATH).then(|| self.router.clone());
        let answer = async move {
            if let Some(refused) = middleware::refused_host(&shared, &request) {
                return refused;
            }
            match router {
                Some(router) => router.oneshot(request).await.unwrap_or_else(|never| match never {}),
                None => transport::handle(shared, request).await,
            }
        };
        AssertUnwindSafe(answer).catch_unwind().map(|answer| Ok(answer.unwrap_or_else(middleware::panicked))).boxed()
    }
}
