//! Server-Sent Events, for clients behind proxies that break WebSockets: the distinct connections mode of the
//! graphql-sse protocol.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt, stream};

use super::{
    open::{Opened, open},
    plain::{method_not_allowed, read_request},
};
use crate::{
    engine::Answer,
    entity::role::Role,
    http::{
        Shared,
        credentials::Credentials,
        media::MediaType,
        message::{answer_response, no_room},
        middleware::RequestId,
        stop::stopped,
    },
};

/// How often something is sent, if only to show that the connection stands: proxies end those that are silent.
const KEEP_ALIVE: Duration = Duration::from_secs(12);
/// How often the session is asked whether it still holds.
const CHECK_EVERY: Duration = Duration::from_secs(10);
/// Tells nginx to pass on what comes, as it comes.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Answers a request with a stream of events.
pub(super) async fn answer(shared: Arc<Shared>, request: Request) -> Response {
    let request_id = request.extensions().get::<RequestId>().cloned();
    let is_get = request.method() == Method::GET;
    let credentials = Credentials::of(&shared, &request);
    let actor = match credentials.admit(&shared).await {
        Ok(actor) => actor,
        Err(refused) => return refused.response(None),
    };
    let graphql = match read_request(&shared, request, MediaType::Json).await {
        Ok(graphql) => graphql,
        Err(response) => return response,
    };
    let (Some(place), Some(permit)) = (shared.sockets.place(), shared.sockets.acquire(&actor)) else {
        return no_room();
    };
    let events = match open(&shared, graphql, actor, is_get, request_id.as_ref()).await {
        Opened::Refused(StatusCode::METHOD_NOT_ALLOWED, _) => {
            return method_not_allowed("POST", "Mutations must be sent by POST.", MediaType::Json);
        }
        // Clients take these for what they are only as an answer of its own.
        Opened::Refused(status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), answer) => {
            return answer_response(answer, MediaType::Json, status);
        }
        Opened::Refused(_, answer) | Opened::Answer(answer) => stream::iter(whole(&answer)).left_stream(),
        Opened::Answers(answers) => {
            let ended = ended(Arc::clone(&shared), credentials, actor.role);
            let events = answers.flat_map(|answer| match answer {
                Ok(body) => stream::iter(vec![next(&body)]),
                Err(refused) => stream::iter(whole(&refused)),
            });
            events.take_until(ended).right_stream()
        }
    };
    let events = events.map(move |event| {
        let _permits = (&place, &permit);
        Ok::<_, Infallible>(event)
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    response.headers_mut().insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// All that is to be said of an operation with one answer, or with one last.
fn whole(reply: &Answer) -> Vec<Event> {
    vec![next(&reply.body), Event::default().event("complete").data("")]
}

fn next(body: &[u8]) -> Event {
    Event::default().event("next").data(String::from_utf8_lossy(body))
}

/// Returns when the server stops, or the caller is no longer who it was. Without a last event, so that clients connect
/// again.
async fn ended(shared: Arc<Shared>, credentials: Credentials, role: Option<Role>) {
    let mut stopping = shared.stopping.subscribe();
    let has_left = async {
        loop {
            tokio::time::sleep(CHECK_EVERY).await;
            if !matches!(credentials.identify(&shared).await, Ok(actor) if actor.role == role) {
                return;
            }
        }
    };
    tokio::select! {
        () = has_left => {}
        () = stopped(&mut stopping) => {}
    }
}
