//! Writing and sending mails.

use std::sync::Arc;
use std::time::Duration;

use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use tokio::time::sleep;
use url::{Host, Url};
use vault_wire::AccountId;
use vault_wire::message::{LoginName, Origin};
use zeroize::Zeroizing;

use super::language::Language;
use super::queue::{Order, Orders};
use super::text::{self, Text};
use crate::account::{name, registration, sign_up};
use crate::clock::Clock;
use crate::failure::Failure;
use crate::metrics::{MailResult, Metrics};
use crate::store::Store;

/// The time for a mail.
const TIME: Duration = Duration::from_secs(30);
/// How often sending is tried, and the pause after the first failure, which doubles.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// The mail server cannot be used. The error does not quote its address, which may have a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The address has another form.
    #[error("the address of the mail server is not smtps://… or smtp://…?tls=required")]
    Address,
    /// Mails would travel unencrypted.
    #[error(
        "the mail server must be used with TLS, unless it is on this computer: smtps://… or smtp://…?tls=required"
    )]
    Unencrypted,
    /// The sender's address has another form.
    #[error("mail_from is not a mail address")]
    From,
}

/// The mail server, and who mails are from.
#[derive(Clone)]
pub struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Sender {
    /// Sends by the server of an address, from this sender.
    ///
    /// # Errors
    /// See [`MailError`].
    pub fn new(address: &Zeroizing<String>, from: &str) -> Result<Self, MailError> {
        let address = address.trim();
        let url = Url::parse(address).map_err(|_| MailError::Address)?;
        let encrypted = url.scheme() == "smtps" || url.query() == Some("tls=required");
        let local = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback()),
            None => return Err(MailError::Address),
        };
        if !encrypted && !local {
            return Err(MailError::Unencrypted);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(address);
        let transport = builder.map_err(|_| MailError::Address)?.timeout(Some(TIME)).build();
        Ok(Self { transport, from: from.parse().map_err(|_| MailError::From)? })
    }

    /// Sends a mail, trying again some times.
    async fn send(&self, to: &LoginName, Text { subject, body }: Text) -> bool {
        // A login that is no mail address gets none.
        let Ok(to) = to.as_str().parse::<Address>() else { return false };
        let message = Message::builder().from(self.from.clone()).to(to.into()).subject(subject);
        let Ok(message) = message.singlepart(SinglePart::plain(body)) else { return false };
        let mut pause = PAUSE;
        for attempt in 1..=TRIES {
            match self.transport.send(message.clone()).await {
                Ok(_) => return true,
                // Its text may quote the address that the mail is for.
                Err(error) if error.is_permanent() => break,
                Err(_) if attempt < TRIES => sleep(pause).await,
                Err(_) => {}
            }
            pause *= 2;
        }
        tracing::warn!("a mail was not sent");
        false
    }
}

/// Writes mails to order.
pub struct Mailer {
    /// The mail server.
    pub sender: Sender,
    /// The language.
    pub language: Language,
    /// The server's identity.
    pub issuer: Origin,
    /// The database.
    pub store: Store,
    /// Counts mails.
    pub metrics: Arc<Metrics>,
    /// The time.
    pub clock: Clock,
}

impl Mailer {
    /// Writes and sends what is ordered, until no order can come.
    pub async fn run(self, mut orders: Orders) {
        while let Some(order) = orders.next().await {
            let sent = match self.write(order).await {
                Ok(Some((to, text))) => self.sender.send(&to, text).await,
                Ok(None) => continue,
                Err(_) => false,
            };
            self.metrics.mail(if sent { MailResult::Sent } else { MailResult::Failed });
        }
    }

    async fn write(&self, order: Order) -> Result<Option<(LoginName, Text)>, Failure> {
        let (language, server) = (self.language, self.issuer.as_str());
        Ok(match order {
            Order::Code(login) if name::is_taken(&self.store, &login).await? => {
                Some((login, text::taken(language, server)))
            }
            Order::Code(login) => {
                let code = sign_up::issue(&self.store, Some(&login), self.clock.now()).await?;
                Some((login, text::code(language, server, code.expose())))
            }
            Order::Notice(account, notice) => {
                self.login(account).await?.map(|login| (login, notice.text(language, server)))
            }
            Order::Former(login, notice) => Some((login, notice.text(language, server))),
        })
    }

    async fn login(&self, account: AccountId) -> Result<Option<LoginName>, Failure> {
        let read = self.store.account(account);
        let stored = read.read(|view| async move { registration::Stored::read(&view).await }).await?;
        Ok(stored.and_then(|stored| LoginName::new(&stored.login).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(address: &str) -> Option<MailError> {
        Sender::new(&Zeroizing::new(address.to_owned()), "coffer@a.test").map(drop).err()
    }

    #[test]
    fn mails_travel_encrypted_unless_the_server_is_on_this_computer() {
        assert_eq!(error("smtps://user:secret@mail.test"), None);
        assert_eq!(error("smtp://mail.test:587?tls=required\n"), None);
        assert_eq!(error("smtp://127.0.0.1:25"), None);
        assert_eq!(error("smtp://[::1]:25"), None);
        for address in
            ["smtp://mail.test", "smtp://mail.test?tls=opportunistic", "smtp://192.0.2.1", "smtp://localhost"]
        {
            assert_eq!(error(address), Some(MailError::Unencrypted), "{address}");
        }
        for address in ["", "mail.test", "smtps:", "http://127.0.0.1"] {
            assert_eq!(error(address), Some(MailError::Address), "{address}");
        }
        let address = Zeroizing::new("smtps://mail.test".to_owned());
        assert_eq!(Sender::new(&address, "nobody").map(drop), Err(MailError::From));
    }
}
