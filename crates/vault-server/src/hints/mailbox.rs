//! What waits for one stream.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use vault_wire::VaultId;

/// The most events in one piece.
const AT_ONCE: usize = 64;

/// What waits for one stream: of each vault the newest head.
#[derive(Default)]
pub struct Mailbox(Mutex<Contents>);

#[derive(Default)]
struct Contents {
    /// What the reader is to be told first: how long to wait before it opens another stream, in milliseconds.
    retry: Option<u32>,
    heads: Vec<(VaultId, u64)>,
    comment: bool,
    ended: bool,
    reader: Option<Waker>,
}

impl Mailbox {
    /// An empty one, whose reader is first told how long to wait before it opens another stream.
    #[must_use]
    pub fn new(retry: u32) -> Self {
        Self(Mutex::new(Contents { retry: Some(retry), ..Contents::default() }))
    }

    /// Puts the newest head of a vault in place of an older one.
    pub fn put(&self, vault: VaultId, head: u64) {
        let mut contents = self.lock();
        match contents.heads.iter_mut().find(|(other, _)| *other == vault) {
            Some((_, old)) => *old = head,
            None => contents.heads.push((vault, head)),
        }
        contents.wake();
    }

    /// Takes a vault out.
    pub fn forget(&self, vault: VaultId) {
        self.lock().heads.retain(|(other, _)| *other != vault);
    }

    /// Puts a comment. Returns false if the one before was not taken yet: the reader is slow.
    pub fn comment(&self) -> bool {
        let mut contents = self.lock();
        let taken = !std::mem::replace(&mut contents.comment, true);
        contents.wake();
        taken
    }

    /// Ends the stream. What waits is dropped.
    pub fn end(&self) {
        self.end_with(None);
    }

    /// Ends the stream after a last event. What else waits is dropped.
    pub fn end_with(&self, last: Option<(VaultId, u64)>) {
        let mut contents = self.lock();
        if !std::mem::replace(&mut contents.ended, true) {
            contents.heads = last.into_iter().collect();
        }
        contents.wake();
    }

    /// Takes the next piece of the stream; `None` at its end.
    pub fn poll_take(&self, cx: &Context<'_>) -> Poll<Option<String>> {
        let mut contents = self.lock();
        if contents.ended && contents.heads.is_empty() {
            return Poll::Ready(None);
        }
        let mut text = String::new();
        if let Some(retry) = contents.retry.take() {
            text = format!("retry: {retry}\n\n");
        }
        if std::mem::take(&mut contents.comment) {
            text.push_str(":\n\n");
        }
        let events = contents.heads.len().min(AT_ONCE);
        for (vault, head) in contents.heads.drain(..events) {
            text.push_str(&format!("data: {{\"vault\":\"{vault}\",\"head\":{head}}}\n\n"));
        }
        if contents.heads.is_empty() {
            contents.heads = Vec::new();
        }
        if text.is_empty() {
            contents.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Some(text))
    }

    /// Waits for the end of the stream, while its reader takes nothing.
    pub fn poll_end(&self, cx: &Context<'_>) -> Poll<()> {
        let mut contents = self.lock();
        if contents.ended {
            return Poll::Ready(());
        }
        contents.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(mailbox: &Mailbox) -> Option<String> {
        match mailbox.poll_take(&Context::from_waker(Waker::noop())) {
            Poll::Ready(piece) => piece,
            Poll::Pending => Some(String::new()),
        }
    }

    #[test]
    fn of_each_vault_only_the_newest_head_waits() {
        let mailbox = Mailbox::new(7000);
        let (one, two) = (VaultId::from_bytes([1; 16]), VaultId::from_bytes([2; 16]));
        assert_eq!(take(&mailbox).unwrap(), "retry: 7000\n\n");
        (1..=1000).for_each(|head| mailbox.put(one, head));
        mailbox.put(two, u64::MAX);
        let event =
            |vault: VaultId, head: u64| format!("data: {{\"vault\":\"{vault}\",\"head\":{head}}}\n\n");
        let longest = event(two, u64::MAX);
        assert_eq!(take(&mailbox).unwrap(), [event(one, 1000), longest.clone()].concat());
        assert!(longest.trim().strip_prefix("data: ").unwrap().len() <= 128);
        assert_eq!(take(&mailbox).unwrap(), "");
    }

    #[test]
    fn a_reader_that_does_not_take_comments_is_slow_and_an_ended_stream_gives_nothing() {
        let mailbox = Mailbox::new(1);
        assert!(mailbox.comment());
        assert!(!mailbox.comment());
        assert_eq!(take(&mailbox).unwrap(), "retry: 1\n\n:\n\n");
        assert!(mailbox.comment());
        mailbox.put(VaultId::from_bytes([1; 16]), 1);
        mailbox.end();
        assert_eq!(take(&mailbox), None);
    }

    #[test]
    fn last_event_is_taken_before_the_end() {
        let mailbox = Mailbox::new(1);
        take(&mailbox);
        let (one, two) = (VaultId::from_bytes([1; 16]), VaultId::from_bytes([2; 16]));
        mailbox.put(one, 7);
        mailbox.end_with(Some((two, 3)));
        mailbox.end();
        assert_eq!(take(&mailbox).unwrap(), format!("data: {{\"vault\":\"{two}\",\"head\":3}}\n\n"));
        assert_eq!(take(&mailbox), None);
    }
}
