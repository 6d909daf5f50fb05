//! Mails that wait.

use tokio::sync::mpsc::{Receiver, Sender, channel};
use vault_wire::AccountId;
use vault_wire::message::LoginName;

/// The most orders that wait. More are dropped.
const WAITING: usize = 1000;

/// Something that happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A device was added.
    DeviceAdded,
    /// The password was changed.
    PasswordChanged,
    /// A registration without a session waits.
    ReenrolWaiting,
    /// A registration without a session was stored.
    Reenrolled,
    /// The login was changed.
    LoginChanged,
}

/// A mail to be written.
#[derive(Clone, Debug)]
pub enum Order {
    /// A code for a login, or a note that it is taken.
    Code(LoginName),
    /// A notice to an account.
    Notice(AccountId, Notice),
    /// A notice to a login that the account does not have any more.
    Former(LoginName, Notice),
}

/// Where mails are ordered. A clone is another handle.
#[derive(Clone, Debug)]
pub struct Mail(Option<Sender<Order>>);

/// The orders.
#[derive(Debug)]
pub struct Orders(Receiver<Order>);

impl Mail {
    /// A queue with its end.
    #[must_use]
    pub fn new() -> (Self, Orders) {
        let (sender, receiver) = channel(WAITING);
        (Self(Some(sender)), Orders(receiver))
    }

    /// No mails are sent.
    #[must_use]
    pub const fn off() -> Self {
        Self(None)
    }

    /// Orders a mail; it does not wait. Returns false if too many wait, and it is dropped.
    pub fn order(&self, order: Order) -> bool {
        self.0.as_ref().is_none_or(|queue| queue.try_send(order).is_ok())
    }
}

impl Orders {
    /// The next order; `None` when none can come any more.
    pub async fn next(&mut self) -> Option<Order> {
        self.0.recv().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_that_wait_are_bounded_and_further_ones_are_dropped() {
        let (mail, mut orders) = Mail::new();
        let order = || Order::Notice(AccountId::from_bytes([1; 16]), Notice::DeviceAdded);
        assert_eq!((0..2 * WAITING).filter(|_| mail.order(order())).count(), WAITING);
        assert!(orders.0.try_recv().is_ok() && mail.order(order()) && !mail.order(order()));
        assert!(Mail::off().order(order()), "without a mail server nothing is dropped");
    }
}
