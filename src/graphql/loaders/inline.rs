//! Dataloading without waiting: loads run on the request's own task, as soon as its execution can go no further.
//!
//! A dataloader that spawns and sleeps costs more than two milliseconds a level and, on several threads, splits its
//! batches. Here the execution is polled first; when it waits, every resolver that could ask has asked, and the loads
//! that they queued are polled. So each level is exactly one load, and loads end with their request.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use async_graphql::runtime::Timer;
use futures_util::{
    FutureExt, Stream,
    future::{self, BoxFuture},
    stream::FuturesUnordered,
    task::{FutureObj, Spawn, SpawnError},
};

/// The queue of a request's loads.
#[derive(Clone, Debug, Default)]
pub struct Inline {
    queued: Arc<Mutex<Vec<FutureObj<'static, ()>>>>,
}

impl Inline {
    pub(crate) fn spawner(&self) -> impl Spawn + Send + Sync + 'static {
        Queue(self.clone())
    }

    #[expect(clippy::unused_self, reason = "the timer belongs to the queue: it is right only because the queue waits")]
    pub(crate) fn timer(&self) -> impl Timer {
        Now
    }

    /// Runs the execution and the loads that it queues.
    pub async fn run<T>(&self, execution: impl Future<Output = T>) -> T {
        let mut execution = pin!(execution);
        let mut loads = FuturesUnordered::new();
        future::poll_fn(move |cx| self.poll(cx, execution.as_mut(), &mut loads)).await
    }

    fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        mut execution: Pin<&mut impl Future<Output = T>>,
        loads: &mut FuturesUnordered<FutureObj<'static, ()>>,
    ) -> Poll<T> {
        loop {
            if let Poll::Ready(value) = execution.as_mut().poll(cx) {
                return Poll::Ready(value);
            }
            loads.extend(self.take());
            // A finished load lets the execution go on, so it is polled again before the next load is looked at.
            match Pin::new(&mut *loads).poll_next(cx) {
                Poll::Ready(Some(())) => {}
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn take(&self) -> Vec<FutureObj<'static, ()>> {
        std::mem::take(&mut *self.queued.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Queue(Inline);

impl Spawn for Queue {
    fn spawn_obj(&self, load: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0.queued.lock().unwrap_or_else(PoisonError::into_inner).push(load);
        Ok(())
    }
}

/// Ready at once: what a timer would wait for has already happened when a queued load is polled.
struct Now;

impl Timer for Now {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        future::ready(()).boxed()
    }
}
