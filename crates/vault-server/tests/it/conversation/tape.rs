//! Recording and replaying.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::exchange::Exchange;
use crate::support::tap::{Sent, Step, Tap};
use crate::support::{Answer, Client};

/// Remembers everything that is said.
#[derive(Default)]
pub struct Recorder(Mutex<Vec<Exchange>>);

impl Recorder {
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.0.lock().unwrap().clone()
    }
}

impl Tap for Recorder {
    fn before<'a>(&'a self, _: &'a Client, _: &'a mut Sent) -> Step<'a> {
        Box::pin(async {})
    }

    fn after(&self, sent: &Sent, answer: &Answer) {
        self.0.lock().unwrap().push(Exchange::new(sent, answer));
    }
}

/// Has clients say what was recorded, and compares the answers.
pub struct Player(Mutex<VecDeque<Exchange>>);

impl Player {
    pub fn new(exchanges: Vec<Exchange>) -> Self {
        Self(Mutex::new(exchanges.into()))
    }

    /// The number of exchanges that were not played.
    pub fn left(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Tap for Player {
    fn before<'a>(&'a self, _: &'a Client, sent: &'a mut Sent) -> Step<'a> {
        // What programs say since then comes after what was recorded.
        if let Some(recorded) = self.0.lock().unwrap().front() {
            assert_eq!((sent.method.as_str(), &sent.path), (recorded.method.as_str(), &recorded.path));
            sent.body = recorded.request_like(&sent.body);
            sent.media_type.clone_from(&recorded.media_type);
        }
        Box::pin(async {})
    }

    fn after(&self, sent: &Sent, answer: &Answer) {
        if let Some(recorded) = self.0.lock().unwrap().pop_front() {
            recorded.assert_answered(&Exchange::new(sent, answer));
        }
    }
}
