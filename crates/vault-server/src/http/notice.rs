//! Ordering mails.

use vault_wire::AccountId;

use super::App;
use crate::mail::{Notice, Order};
use crate::metrics::MailResult;

/// Orders a mail; it does not wait.
pub fn order(app: &App, order: Order) {
    if !app.mail.order(order) {
        app.metrics.mail(MailResult::Dropped);
    }
}

/// Orders a notice to an account.
pub fn notify(app: &App, account: AccountId, notice: Notice) {
    order(app, Order::Notice(account, notice));
}
