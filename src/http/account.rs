//! Pages for signing in, setting a password, creating the first admin and viewing one's account. The call that creates
//! the first admin is not GraphQL, because before it no user could receive a link.

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
    credentials::{self, Credentials},
    message::error_response,
    page::{POLICY, Page, text},
    transport::read_json,
};
use crate::{
    domain::{self, access},
    graphql::{error::ApiError, user_error_code},
};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sign-in", get(async |State(shared): State<Arc<Shared>>| Page::SignIn.response(&shared)))
        .route("/set-password", get(async |State(shared): State<Arc<Shared>>| Page::SetPassword.response(&shared)))
        .route("/setup", get(setup_page).merge(post(set_up)))
        .route("/account", get(account_page))
        // Browsers request this path whatever the page says. Behind a path prefix they would request another server's
        // icon.
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/account.js", get(script))
        .route("/account.css", get(style))
}

async fn setup_page(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if let Err(refused) = Credentials::of_visitor(&shared, &request).admit(&shared).await {
        return refused.response(None);
    }
    match access::needs_first_admin(shared.domain.db.reads()).await {
        Ok(true) => Page::SetUp.response(&shared),
        Ok(false) => Page::IsSetUp.response(&shared),
        Err(error) => failed(error),
    }
}

async fn account_page(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match Credentials::of_visitor(&shared, &request).admit(&shared).await {
        Ok(actor) if actor.role.is_some() => Page::Account.response(&shared),
        Ok(_) => Page::SignIn.response(&shared),
        Err(refused) => refused.response(None),
    }
}

async fn script() -> Response {
    text("text/javascript; charset=utf-8", POLICY, include_str!("pages/account.js"))
}

async fn style() -> Response {
    let style = concat!(include_str!("../../web/src/style/tokens.css"), include_str!("pages/account.css"));
    text("text/css; charset=utf-8", POLICY, style)
}

/// Setup link that `serve` prints when there is no admin, and the account that it creates.
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
    let credentials = Credentials::of(&shared, &request);
    let actor = match credentials.admit(&shared).await {
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
    match shared.engine.finish(making).await {
        Ok(signed_in) => {
            let mut response = answer(Vec::new());
            credentials.begin_session(response.headers_mut(), &signed_in, &shared);
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
