//! The pages on which people sign in, set a password and make the first admin, and the one call among them that is not
//! GraphQL: without any user there is nobody whose password a link could set.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use super::{
    Shared,
    console::text,
    credentials::{self, Credentials},
    graphql::{error_response, read_json},
};
use crate::{
    domain::{self, access},
    graphql::{error::ApiError, user_error_code},
};

/// Nothing from elsewhere, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sign-in", get(page))
        .route("/set-password", get(page))
        .route("/setup", get(page).merge(post(set_up)))
        // Browsers ask for it whatever the page says.
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/account.js", get(script))
        .route("/account.css", get(style))
}

/// One page: its script shows what the path asks for.
pub(super) async fn page() -> Response {
    text("text/html; charset=utf-8", POLICY, include_str!("pages/account.html"))
}

async fn script() -> Response {
    text("text/javascript; charset=utf-8", POLICY, include_str!("pages/account.js"))
}

async fn style() -> Response {
    text("text/css; charset=utf-8", POLICY, include_str!("pages/account.css"))
}

/// The link that `serve` prints when there is no admin, and whose account it shall make.
#[derive(Deserialize)]
struct FirstAdmin {
    token: String,
    email: String,
    password: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    user_errors: Vec<Problem>,
}

#[derive(Serialize)]
struct Problem {
    code: String,
    field: Vec<String>,
    message: String,
}

async fn set_up(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let actor = match Credentials::of(&shared, &request).admit(&shared).await {
        Ok(actor) => actor,
        Err(refused) => return refused.response(None),
    };
    if let Err(refused) = shared.throttle.attempt(actor.address) {
        return credentials::Refusal::Throttled(refused).response(None);
    }
    let body = match read_json(&shared, request, None).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let Ok(wanted) = serde_json::from_slice::<FirstAdmin>(&body) else {
        let error = ApiError::bad_input("The body must be a JSON object with `token`, `email` and `password`.");
        return error_response(StatusCode::BAD_REQUEST, &error, None);
    };
    let ctx = domain::Context { actor, ..shared.domain.clone() };
    let FirstAdmin { token, email, password } = wanted;
    let making = async move { access::create_first_admin(&ctx, &token, &email, &password).await };
    match shared.finish(making).await {
        Ok(signed_in) => {
            let mut response = answer(Vec::new());
            credentials::set_cookie(response.headers_mut(), &signed_in, &shared.domain);
            response
        }
        Err(domain::Error::Rejected(errors)) => answer(errors),
        Err(error) => failed(error),
    }
}

fn failed(error: domain::Error) -> Response {
    if !matches!(error, domain::Error::Busy) {
        return error_response(StatusCode::SERVICE_UNAVAILABLE, &error.into(), None);
    }
    let mut response = error_response(StatusCode::TOO_MANY_REQUESTS, &error.into(), None);
    response.headers_mut().insert(header::RETRY_AFTER, domain::error::BUSY_SECONDS.into());
    response
}

fn answer(errors: Vec<domain::UserError>) -> Response {
    let problem = |error: domain::UserError| Problem {
        code: user_error_code(error.code),
        field: error.field,
        message: error.message,
    };
    let outcome = Outcome { user_errors: errors.into_iter().map(problem).collect() };
    ([(header::CACHE_CONTROL, "no-store")], Json(outcome)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::failed;
    use crate::domain::Error;

    #[test]
    fn who_finds_too_many_before_them_is_told_when_to_come_again() {
        let response = failed(Error::Busy);
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "5");
    }
}
