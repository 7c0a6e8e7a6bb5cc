//! Application as one service: the middleware of every request, and the routes within.
//!
//! It is written by hand instead of axum's layers, because each layer is boxed and cloned for every request. That took
//! longer than answering the request.

use std::{
    convert::Infallible,
    future::ready,
    panic::AssertUnwindSafe,
    sync::{Arc, LazyLock},
    task::{Context, Poll},
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::{FutureExt, future::BoxFuture};
use metrics::{Counter, counter};
use tower::{Layer, Service as _, ServiceExt, service_fn};
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
    cors::CorsLayer,
};
use tracing::{Instrument, field};

use super::{
    Shared,
    access_log::AccessLine,
    middleware::{self, RequestId},
    transport,
};
use crate::telemetry::{
    self,
    trace::{self, Trace},
};

/// Smallest answer that is compressed. Compressing a shorter one takes longer than sending it.
const COMPRESS_ABOVE_BYTES: u64 = 1024;

/// Responses by class of status, from 1xx on.
static RESPONSES: LazyLock<[Counter; 5]> = LazyLock::new(|| {
    ["1xx", "2xx", "3xx", "4xx", "5xx"].map(|class| counter!("liaison_http_responses_total", "class" => class))
});

fn count(status: StatusCode) {
    if let Some(class) = RESPONSES.get(usize::from(status.as_u16() / 100).wrapping_sub(1)) {
        class.increment(1);
    }
}

type Answering = BoxFuture<'static, Result<Response, Infallible>>;

/// Answers all requests.
#[derive(Clone)]
pub struct Service {
    routes: Routes,
    cors: Arc<CorsLayer>,
}

impl Service {
    pub(super) fn new(shared: Arc<Shared>, router: Router) -> Self {
        let cors = Arc::new(middleware::cors(&shared.http));
        Self { routes: Routes { shared, router, api: Some(transport::PATH) }, cors }
    }

    /// Builds a service that does not answer the API.
    pub(super) fn without_api(shared: Arc<Shared>, router: Router) -> Self {
        let mut service = Self::new(shared, router);
        service.routes.api = None;
        service
    }

    /// Answers a request, without the headers that every answer has.
    fn answer(&mut self, request: Request) -> Answering {
        // Only web pages send an origin, and only they need the CORS headers.
        if request.headers().contains_key(header::ORIGIN) {
            self.cors.layer(self.routes.clone()).call(request).boxed()
        } else {
            self.routes.call(request)
        }
    }
}

impl tower::Service<Request> for Service {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    /// Gives the request an id, or takes a proxy's, and adds it to every log line and to the answer.
    fn call(&mut self, mut request: Request) -> Answering {
        let id = RequestId::of(&request, &self.routes.shared.domain.clock);
        request.extensions_mut().insert(id.clone());
        let span = tracing::info_span!("request", request.id = %id.0, trace.id = field::Empty);
        let trace = telemetry::join(&span, Trace::of(request.headers()));
        let encodings = request.headers().get_all(header::ACCEPT_ENCODING).iter().cloned().collect();
        let line = AccessLine::begin(&self.routes.shared, &mut request, &id, trace);
        let answering = span.in_scope(|| self.answer(request));
        let answer = async move {
            let mut response = compressed(answering.await?, encodings).await;
            middleware::complete(&mut response, &id, trace);
            Ok::<_, Infallible>(response)
        };
        let answer = answer.instrument(span);
        // Outside the span, because the line has its own id.
        let logged = async move {
            let response = answer.await?;
            count(response.status());
            if let Some(line) = line {
                line.answered(&response);
            }
            Ok(response)
        };
        match trace {
            None => logged.boxed(),
            trace => trace::within(trace, logged).boxed(),
        }
    }
}

/// Compresses an answer that is long enough.
///
/// The layer gets a made-up request, with the client's encodings as its headers and the answer as its body. A layer
/// around the routes would need none, but it makes a short answer 0.2 to 0.3 µs slower. The reason is that every body
/// out of the layer has space for an encoder's state, which is 6 KB.
async fn compressed(response: Response, encodings: Vec<HeaderValue>) -> Response {
    let is_short = response.body().size_hint().exact().is_some_and(|bytes| bytes < COMPRESS_ABOVE_BYTES);
    if is_short {
        return response;
    }
    let mut answered = Request::new(response);
    answered.headers_mut().extend(encodings.into_iter().map(|encodings| (header::ACCEPT_ENCODING, encodings)));
    let answer = service_fn(|answered: Request<Response>| ready(Ok::<_, Infallible>(answered.into_body())));
    // Events are not compressed, because the encoder would buffer them.
    let predicate = SizeAbove::new(COMPRESS_ABOVE_BYTES).and(NotForContentType::SSE);
    let mut compression = CompressionLayer::new().compress_when(predicate).layer(answer);
    // Boxed, so that the futures of short answers stay small.
    let Ok(response) = Box::pin(compression.call(answered)).await;
    // A body without an encoder needs no box.
    let may_be_encoded = response.headers().contains_key(header::CONTENT_ENCODING);
    response.map(|body| if may_be_encoded { Body::new(body) } else { body.into_inner() })
}

/// Routes. A panic in one ends its request and nothing else.
#[derive(Clone)]
struct Routes {
    shared: Arc<Shared>,
    router: Router,
    /// Path of the API, where it is answered.
    api: Option<&'static str>,
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
        // The one path that matters for speed bypasses the router.
        let router = (Some(request.uri().path()) != self.api).then(|| self.router.clone());
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
