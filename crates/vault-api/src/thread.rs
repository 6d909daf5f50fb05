//! The one thread that owns the open profile: calls are sent to it and answered in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::error::Outcome;
use crate::views::{ErrorCode, ErrorView};

type Call<S> = Box<dyn FnOnce(&mut S) + Send>;

/// A handle on a thread that owns a value of type `S`; the thread ends when the last handle is gone.
pub(crate) struct Owner<S> {
    calls: mpsc::Sender<Call<S>>,
}

impl<S> Clone for Owner<S> {
    fn clone(&self) -> Self {
        Self { calls: self.calls.clone() }
    }
}

impl<S: Send + 'static> Owner<S> {
    /// Starts the thread. After a call that panicked the value is handed to `recover`, which must leave it
    /// in a state that is safe to go on with.
    pub(crate) fn start(name: &str, mut value: S, recover: fn(&mut S)) -> std::io::Result<Self> {
        let (calls, queue) = mpsc::channel::<Call<S>>();
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            for call in queue {
                if catch_unwind(AssertUnwindSafe(|| call(&mut value))).is_err() {
                    recover(&mut value);
                }
            }
        })?;
        Ok(Self { calls })
    }

    /// Runs `work` on the thread and waits for its answer without blocking the caller's thread.
    pub(crate) async fn call<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut S) -> Outcome<R> + Send + 'static,
    ) -> Outcome<R> {
        self.send(work)?.await.unwrap_or_else(|_| Err(ErrorView::of(ErrorCode::Internal)))
    }

    /// Runs `work` on the thread and blocks until it is answered; for worker threads only.
    pub(crate) fn call_blocking<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut S) -> Outcome<R> + Send + 'static,
    ) -> Outcome<R> {
        self.send(work)?.blocking_recv().unwrap_or_else(|_| Err(ErrorView::of(ErrorCode::Internal)))
    }

    /// Queues `work`; its answer comes through the channel, which is cut if `work` panics.
    fn send<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut S) -> Outcome<R> + Send + 'static,
    ) -> Outcome<oneshot::Receiver<Outcome<R>>> {
        let (answer, answered) = oneshot::channel();
        let call: Call<S> = Box::new(move |value| {
            // Nobody listens any more when the caller was dropped; the work is done all the same.
            let _ = answer.send(work(value));
        });
        self.calls.send(call).map_err(|_| ErrorView::of(ErrorCode::Internal))?;
        Ok(answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn calls_are_answered_in_order() {
        let owner = Owner::start("test", Vec::new(), |_| {}).unwrap();
        for n in 0..100 {
            let push = move |seen: &mut Vec<i32>| {
                seen.push(n);
                Ok(())
            };
            owner.call(push).await.unwrap();
        }
        let seen = owner.call(|seen| Ok(seen.clone())).await.unwrap();
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_panic_becomes_an_error_and_the_thread_goes_on_recovered() {
        let owner = Owner::start("test", 1, |value| *value = 7).unwrap();
        let failed: Outcome<()> = owner.call(|_| panic!("on purpose")).await;
        assert_eq!(failed.unwrap_err().code, ErrorCode::Internal);
        assert_eq!(owner.call(|value| Ok(*value)).await.unwrap(), 7);
    }
}
