//! A request's body as a file that a thread reads while it arrives.

use std::{
    io::{self, Read},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::StatusCode,
};
use http_body_util::BodyExt;
use tokio::{sync::mpsc, time::timeout};

use crate::config::HttpArgs;

/// Parts of a body that wait to be read.
const PARTS_AHEAD: usize = 8;

/// Reason why a file was not received to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is longer than allowed.
    TooLarge,
    /// Nothing arrived for too long.
    Idle,
    /// The client gave up, or sent something malformed.
    Broken,
}

impl Refused {
    /// The status of the answer.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Idle => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }

    /// A sentence for the caller.
    pub(super) fn message(self, settings: &HttpArgs) -> String {
        match self {
            Self::TooLarge => format!("An import has at most {} bytes.", settings.import_bytes_max),
            Self::Idle => "The file did not go on arriving.".to_owned(),
            Self::Broken => "The file was cut off.".to_owned(),
        }
    }
}

/// The file as it arrives.
pub(super) struct Received {
    parts: mpsc::Receiver<Result<Bytes, Refused>>,
    part: Bytes,
}

impl Read for Received {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.parts.blocking_recv() {
                Some(Ok(part)) => self.part = part,
                Some(Err(refused)) => return Err(io::Error::other(format!("{refused:?}"))),
                None => return Ok(0),
            }
        }
        let taken = self.part.split_to(self.part.len().min(buffer.len()));
        if let Some(target) = buffer.get_mut(..taken.len()) {
            target.copy_from_slice(&taken);
        }
        Ok(taken.len())
    }
}

/// Begins to receive a body. The future ends when all of it is received, or its reader has no use for more.
pub(super) fn begin(
    body: Body,
    settings: &HttpArgs,
) -> (Received, impl Future<Output = Result<(), Refused>> + Send + use<>) {
    let (sender, parts) = mpsc::channel(PARTS_AHEAD);
    let (bytes_max, idle) = (settings.import_bytes_max, Duration::from_millis(settings.import_idle_timeout_ms));
    let receiving = async move {
        let outcome = receive(body, bytes_max, idle, &sender).await;
        if let Err(refused) = outcome {
            drop(sender.send(Err(refused)).await);
        }
        outcome
    };
    (Received { parts, part: Bytes::new() }, receiving)
}

async fn receive(
    mut body: Body,
    mut bytes_left: u64,
    idle: Duration,
    parts: &mpsc::Sender<Result<Bytes, Refused>>,
) -> Result<(), Refused> {
    loop {
        let frame = timeout(idle, body.frame()).await.map_err(|_elapsed| Refused::Idle)?;
        let Some(frame) = frame else { return Ok(()) };
        let Ok(part) = frame.map_err(|_cause| Refused::Broken)?.into_data() else { continue };
        bytes_left = bytes_left.checked_sub(part.len() as u64).ok_or(Refused::TooLarge)?;
        if parts.send(Ok(part)).await.is_err() {
            return Ok(());
        }
    }
}
