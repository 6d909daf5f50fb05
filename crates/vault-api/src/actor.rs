//! The thread that owns the open profile: it runs calls one after the other and sends their results back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::error::{ErrorCode, ErrorView, Result};

type Call<S> = Box<dyn FnOnce(&mut S) + Send>;

/// A handle to a thread that owns a value of type `S`. The thread ends when the last handle is dropped.
pub(crate) struct Actor<S> {
    calls: mpsc::Sender<Call<S>>,
}

impl<S> Clone for Actor<S> {
    fn clone(&self) -> Self {
        Self { calls: self.calls.clone() }
    }
}

impl<S: Send + 'static> Actor<S> {
    /// Starts the thread. `after` runs after each call; after one that panicked, `recover` must bring the value into a
    /// state that is safe to continue with.
    pub(crate) fn start(
        name: &str,
        mut value: S,
        after: fn(&mut S),
        recover: fn(&mut S),
    ) -> std::io::Result<Self> {
        let (calls, queue) = mpsc::channel::<Call<S>>();
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            for call in queue {
                if catch_unwind(AssertUnwindSafe(|| {
                    call(&mut value);
                    after(&mut value);
                }))
                .is_err()
                {
                    recover(&mut value);
                }
            }
        })?;
        Ok(Self { calls })
    }

    /// Runs `work` on the thread and waits for its result without blocking the caller's thread.
    pub(crate) async fn call<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut S) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.send(work)?.await.unwrap_or_else(|_| Err(ErrorView::of(ErrorCode::Internal)))
    }

    /// Runs `work` on the thread and blocks until its result is there; for worker threads only.
    pub(crate) fn call_blocking<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut S) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.send(work)?.blocking_recv().unwrap_or_else(|_| Err(ErrorView::of(ErrorCode::Internal)))
    }

    /// Queues `work`. Its result comes through the channel, which closes if `work` panics.
    fn send<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut S) -> Result<R> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<R>>> {
        let (result, receiver) = oneshot::channel();
        let call: Call<S> = Box::new(move |value| {
            // Fails if the caller was dropped; the work is done all the same.
            let _ = result.send(work(value));
        });
        self.calls.send(call).map_err(|_| ErrorView::of(ErrorCode::Internal))?;
        Ok(receiver)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn calls_run_in_order() {
        let actor = Actor::start("test", Vec::new(), |_| {}, |_| {}).unwrap();
        for n in 0..100 {
            let push = move |seen: &mut Vec<i32>| {
                seen.push(n);
                Ok(())
            };
            actor.call(push).await.unwrap();
        }
        let seen = actor.call(|seen| Ok(seen.clone())).await.unwrap();
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn after_a_panic_the_call_fails_and_the_thread_recovers() {
        let actor = Actor::start("test", 1, |_| {}, |value| *value = 7).unwrap();
        let failed: Result<()> = actor.call(|_| panic!("on purpose")).await;
        assert_eq!(failed.unwrap_err().code, ErrorCode::Internal);
        assert_eq!(actor.call(|value| Ok(*value)).await.unwrap(), 7);
    }
}
