//! `POST /import` takes a file of any size and makes an import of it; `GET /import/ID/failures.csv` has the rows that
//! failed, with their original columns.

mod parameters;
mod upload;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;
use tokio::sync::oneshot;

use super::{Shared, credentials::Credentials, message::error_response};
use crate::{
    card::csv::{REPORT_COLUMNS, escape},
    domain::{
        self, Actor,
        imports::{self, Kind, ReportRow},
        page::PageRequest,
        parse_id,
    },
    entity::{
        import_job::{ImportState, Model},
        role::Role,
    },
    graphql::error::{ApiError, ErrorCode},
};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/import", post(import)).route("/import/{id}/failures.csv", get(failures))
}

/// The caller, who must have a role.
async fn admit(shared: &Shared, credentials: &Credentials, role: Role) -> Result<Actor, Response> {
    let actor = credentials.admit(shared).await.map_err(|refused| refused.response(None))?;
    match actor.role {
        Some(own) if own >= role => Ok(actor),
        Some(_) => {
            let message = format!("This needs the role {}.", crate::engine::checks::access::role_name(role));
            Err(error_response(StatusCode::FORBIDDEN, &ApiError::new(ErrorCode::Forbidden, message), None))
        }
        None => {
            let message = "Sign in first. With the session cookie, send the header liaison-csrf too.";
            let error = ApiError::new(ErrorCode::Unauthenticated, message);
            Err(error_response(StatusCode::UNAUTHORIZED, &error, None))
        }
    }
}

/// Reads a file and answers with the import's id as soon as all of the file is there; its rows are written afterwards.
async fn import(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let credentials = Credentials::of_upload(&shared, &request);
    let actor = match admit(&shared, &credentials, Role::Member).await {
        Ok(actor) => actor,
        Err(refused) => return refused,
    };
    let new = match parameters::read(&request) {
        Ok(new) => new,
        Err((status, message)) => return error_response(status, &ApiError::bad_input(message), None),
    };
    let ctx = domain::Context { actor, ..shared.domain.clone() };
    let job = match imports::create(&ctx, new).await {
        Ok(job) => job,
        Err(domain::Error::Rejected(errors)) => {
            let message: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            return error_response(StatusCode::CONFLICT, &ApiError::bad_input(message.join(" ")), None);
        }
        Err(error) => return error_response(StatusCode::SERVICE_UNAVAILABLE, &error.into(), None),
    };
    let (input, uploading) = upload::begin(request.into_body(), &shared.http);
    let (read, is_read) = oneshot::channel();
    // In a task of its own, because the rows are written after the answer, and what a client has sent is not given up
    // halfway.
    tokio::spawn(run(ctx, job, input, read));
    let uploaded = uploading.await;
    match (uploaded, is_read.await) {
        (Err(refused), _) => {
            let mut response =
                error_response(refused.status(), &ApiError::bad_input(refused.message(&shared.http)), None);
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
        (Ok(()), Ok(job)) if job.state == ImportState::Failed => {
            let message = job.error.unwrap_or_default();
            error_response(StatusCode::UNPROCESSABLE_ENTITY, &ApiError::bad_input(message), None)
        }
        (Ok(()), Ok(job)) => {
            let answer = Json(json!({ "id": job.id }));
            (StatusCode::ACCEPTED, [(header::CACHE_CONTROL, "no-store")], answer).into_response()
        }
        (Ok(()), Err(_ended)) => {
            let message = "The import stopped; look at its state later.";
            let error = ApiError::new(ErrorCode::ServiceUnavailable, message);
            error_response(StatusCode::SERVICE_UNAVAILABLE, &error, None)
        }
    }
}

/// Runs an import, and says when its file is read.
async fn run(ctx: domain::Context, job: Model, input: upload::Received, read: oneshot::Sender<Model>) {
    let id = job.id;
    let read = std::sync::Mutex::new(Some(read));
    let tell = |job: &Model| {
        if job.state != ImportState::Reading
            && let Some(read) = read.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
        {
            drop(read.send(job.clone()));
        }
    };
    match imports::run(&ctx, job, input, tell).await {
        // One that was cancelled has said nothing.
        Ok(job) => tell(&job),
        Err(error) => tracing::warn!(import.id = %id, %error, "An import was cut off; it is taken up later"),
    }
}

/// The rows of an import that failed, as a table: the original columns, the line, and what is wrong.
async fn failures(State(shared): State<Arc<Shared>>, Path(id): Path<String>, request: Request) -> Response {
    let credentials = Credentials::of(&shared, &request);
    if let Err(refused) = admit(&shared, &credentials, Role::Viewer).await {
        return refused;
    }
    let job = match parse_id(&id) {
        Some(id) => imports::get(&shared.domain.db, id).await,
        None => Ok(None),
    };
    match job {
        Ok(Some(job)) => match table(&shared, &job).await {
            Ok(table) => (
                [
                    (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                    (header::CONTENT_DISPOSITION, "attachment; filename=\"failures.csv\""),
                    (header::CACHE_CONTROL, "no-store"),
                ],
                table,
            )
                .into_response(),
            Err(error) => error_response(StatusCode::SERVICE_UNAVAILABLE, &error.into(), None),
        },
        Ok(None) => error_response(StatusCode::NOT_FOUND, &ApiError::bad_input("There is no such import."), None),
        Err(error) => error_response(StatusCode::SERVICE_UNAVAILABLE, &error.into(), None),
    }
}

/// Rows of the report that are read at once.
const ROWS_PER_READ: u64 = 1000;

async fn table(shared: &Shared, job: &Model) -> domain::Result<Vec<u8>> {
    let columns: Vec<imports::ImportColumn> = serde_json::from_value(job.mapping.clone()).unwrap_or_default();
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let header = columns.iter().map(|column| harmless(column.column.clone()));
    let header = header.chain(REPORT_COLUMNS.map(str::to_owned));
    write(&mut out, header)?;
    let mut page = PageRequest::first(ROWS_PER_READ);
    loop {
        let rows = imports::rows(&shared.domain.db, job.id, Kind::Failures, &page).await?;
        for row in &rows.rows {
            let row = ReportRow::of(row, Kind::Failures);
            let mut cells = row.cells;
            cells.resize(columns.len().max(cells.len()), String::new());
            let faults = row.faults.into_iter().map(|fault| format!("{}: {}", fault.code, fault.message));
            let faults = faults.collect::<Vec<_>>().join(" ");
            write(&mut out, cells.into_iter().map(harmless).chain([row.line.to_string(), faults]))?;
        }
        match rows.rows.last() {
            Some(last) if rows.has_next => page.after = Some(rows.cursor(last)),
            _ => break,
        }
    }
    Ok(out.into_inner().unwrap_or_default())
}

fn write(out: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = String>) -> domain::Result<()> {
    // Writing to memory does not fail.
    out.write_record(cells).map_err(|cause| domain::Error::Internal(sea_orm::DbErr::Custom(cause.to_string())))
}

/// A cell that no spreadsheet takes for a formula, as an export has them too. An import of the table undoes it.
fn harmless(cell: String) -> String {
    escape(&cell).unwrap_or(cell)
}
