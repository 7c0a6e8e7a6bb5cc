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
    engine::{Answer, Transport},
    entity::role::Role,
    http::{
        Shared,
        credentials::{Credentials, checked},
        media::MediaType,
        message::{answer_response, quota_exceeded},
        middleware::RequestId,
        read_after,
        stop::wait_until_stopped,
    },
};

/// Interval between keep-alive comments, because proxies close silent connections.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(12);
/// Interval between checks that the server can still tell whether the session is valid.
const CHECK_INTERVAL: Duration = Duration::from_secs(10);
/// Tells nginx not to buffer the events.
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
    let position = read_after::sent(&shared, request.headers());
    let graphql = match read_request(&shared, request, MediaType::Json).await {
        Ok(graphql) => graphql.by(Transport::Events).after(position),
        Err(response) => return response,
    };
    let (Some(total_permit), Some(caller_permit)) = (shared.sockets.permit("events"), shared.sockets.acquire(&actor))
    else {
        return quota_exceeded();
    };
    let mut told = None;
    let events = match open(&shared, graphql, actor, is_get, request_id.as_ref(), credentials.notes.as_ref()).await {
        Opened::Refused(StatusCode::METHOD_NOT_ALLOWED, _) => {
            return method_not_allowed("POST", "Mutations must be sent by POST.", MediaType::Json);
        }
        // Clients recognise these only as the status of the response.
        Opened::Refused(status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), answer) => {
            return answer_response(answer, MediaType::Json, status);
        }
        Opened::Refused(_, answer) => stream::iter(whole(&answer)).left_stream(),
        Opened::Answer(answer, position) => {
            told = position;
            stream::iter(whole(&answer)).left_stream()
        }
        Opened::Answers(answers) => {
            let end = session_ended(Arc::clone(&shared), credentials, actor.role);
            let events = answers.flat_map(|answer| match answer {
                Ok(body) => stream::iter(vec![next(&body)]),
                Err(last) => stream::iter(whole(&last)),
            });
            events.take_until(end).right_stream()
        }
    };
    let events = events.map(move |event| {
        let _permits = (&total_permit, &caller_permit);
        Ok::<_, Infallible>(event)
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE_INTERVAL)).into_response();
    response.headers_mut().insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    if let Some(position) = told {
        read_after::write(response.headers_mut(), position, &shared);
    }
    response
}

/// Returns all events of an operation that has one answer, or one last answer.
fn whole(reply: &Answer) -> Vec<Event> {
    vec![next(&reply.body), Event::default().event("complete").data("")]
}

fn next(body: &[u8]) -> Event {
    Event::default().event("next").data(String::from_utf8_lossy(body))
}

/// Waits until the server stops, or the caller's role or session has changed. The stream then ends without a last
/// event, so that clients reconnect.
async fn session_ended(shared: Arc<Shared>, credentials: Credentials, role: Option<Role>) {
    let mut stopping = shared.stopping.subscribe();
    let mut login = credentials.open_login(&shared);
    let caller_changed = async {
        loop {
            tokio::select! {
                () = checked(&mut login) => {}
                () = tokio::time::sleep(CHECK_INTERVAL) => {}
            }
            if !matches!(credentials.identify(&shared).await, Ok(actor) if actor.role == role) {
                return;
            }
        }
    };
    tokio::select! {
        () = caller_changed => {}
        () = wait_until_stopped(&mut stopping) => {}
    }
}
