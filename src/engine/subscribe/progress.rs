//! Answers of subscriptions to the progress of a job: the operation is executed from time to time until the job has ended.

use std::{sync::Arc, time::Duration};

use futures_util::stream::{self, BoxStream, StreamExt};
use tokio_util::bytes::Bytes;

use super::{answering::answer_progress, operation::Operation};
use crate::{
    engine::{Answer, Engine},
    quota::Permit,
};

/// Interval of answers: at least two a second.
const INTERVAL: Duration = Duration::from_millis(400);

/// Answers until the job has ended; at once for the first time.
pub(super) fn answers(
    engine: Arc<Engine>,
    operation: Operation,
    permit: Permit,
) -> BoxStream<'static, Result<Bytes, Answer>> {
    let report = |reporting: Option<(Arc<Engine>, Arc<Operation>, Permit, Duration)>| async move {
        let (engine, operation, permit, pause) = reporting?;
        tokio::time::sleep(pause).await;
        let (answer, has_ended) = answer_progress(&engine, &operation).await;
        if has_ended {
            return Some((Err(answer), None));
        }
        Some((Ok(answer.body.into()), Some((engine, operation, permit, INTERVAL))))
    };
    stream::unfold(Some((engine, Arc::new(operation), permit, Duration::ZERO)), report).fuse().boxed()
}
