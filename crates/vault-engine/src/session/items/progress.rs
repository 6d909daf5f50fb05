//! Progress of work on many items.

use std::ops::ControlFlow;

/// Receives the number of finished items and may cancel; then nothing is changed.
pub type ItemProgress<'a> = &'a mut dyn FnMut(usize) -> ControlFlow<()>;

/// Progress of calls that cannot be cancelled.
pub(crate) fn go_on(_: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
