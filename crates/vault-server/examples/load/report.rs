//! The table that is printed.

use std::time::{Duration, Instant};

use crate::program::{Program, processor};

/// A row as it is measured: what, the figure, what it is compared with, and the ratio.
pub fn row(what: &str, figure: &str, beside: Option<(&str, f64)>) {
    match beside {
        Some((beside, ratio)) => println!("| {what} | {figure} | {beside} | {ratio:.2} |"),
        None => println!("| {what} | {figure} | – | – |"),
    }
}

pub fn head() {
    println!("| measured | figure | compared with, in the same run | ratio |\n|---|---|---|---|");
}

/// Many equal requests: how many, how long they took, and the processor time of the server and of its clients.
#[derive(Clone, Copy)]
pub struct Load {
    pub count: usize,
    pub wall: Duration,
    pub processor: Duration,
    pub clients: Duration,
}

impl Load {
    /// Measures work that returns how many requests it sent.
    pub async fn of(program: &Program, work: impl Future<Output = usize>) -> Self {
        let (begun, before, own) = (Instant::now(), program.processor(), processor("self"));
        let count = work.await;
        let (wall, clients) = (begun.elapsed(), processor("self") - own);
        Self { count, wall, processor: program.processor() - before, clients }
    }

    #[expect(clippy::cast_precision_loss, reason = "a rounded figure")]
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.wall.as_secs_f64()
    }

    /// The server's processor time for each.
    pub fn milliseconds(&self) -> f64 {
        self.each(self.processor)
    }

    #[expect(clippy::cast_precision_loss, reason = "a rounded figure")]
    fn each(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1e3 / self.count as f64
    }
}

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (server, clients) = (self.milliseconds(), self.each(self.clients));
        write!(
            f,
            "{:.0}/s, {server:.2} ms CPU of the server each, {clients:.2} ms of the clients",
            self.per_second()
        )
    }
}

/// The one of several rounds with the median rate.
pub fn median(mut rounds: Vec<Load>) -> Load {
    rounds.sort_by(|a, b| a.per_second().total_cmp(&b.per_second()));
    rounds[rounds.len() / 2]
}

/// The duration that this share of them, from 0 to 100, did not exceed.
pub fn percentile(mut durations: Vec<Duration>, share: usize) -> Duration {
    durations.sort_unstable();
    durations[(durations.len() - 1) * share / 100]
}
