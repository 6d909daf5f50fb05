//! Messages over NATS.

use std::future::poll_fn;
use std::net::IpAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use async_nats::{Client, ConnectOptions, Event, ServerAddr, Subscriber};
use futures_core::Stream as _;
use rustls::ClientConfig;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::link::{Link, LinkError, Receiver, Sender};
use crate::peer_tls;

/// The messages of others that wait here at most. Further ones are lost.
const WAITING: usize = 64;

/// NATS servers, and as whom the nodes of one server meet there. It prints nothing.
pub struct Nats {
    servers: Vec<ServerAddr>,
    login: Login,
    tls: ClientConfig,
    subject: String,
}

enum Login {
    Nobody,
    Token(Zeroizing<String>),
    User(Zeroizing<String>, Zeroizing<String>),
}

/// The address cannot be used. The words do not quote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NatsError {
    /// It has another form.
    #[error("not of the form tls://user:password@host:4222, or several with commas between")]
    Malformed,
    /// The connection would not be encrypted.
    #[error("nats:// is for this computer by its number; else tls://")]
    NotEncrypted,
    /// There are no usable certificates of authorities.
    #[error("the certificates of the authorities cannot be read")]
    Authorities,
}

impl Nats {
    /// Parses addresses: `tls://user:password@host:port`, `tls://token@host`, `nats://127.0.0.1`. User, password and token are
    /// those of the first, as they are. `ca` is a file with the certificates that vouch for the servers'; else those of the
    /// system count. Nodes of the same issuer meet.
    ///
    /// # Errors
    /// See [`NatsError`].
    pub fn new(text: &str, ca: Option<&Path>, issuer: &str) -> Result<Self, NatsError> {
        let mut login = None;
        let mut servers = Vec::new();
        for address in text.split(',').map(str::trim) {
            let (scheme, rest) = address.split_once("://").ok_or(NatsError::Malformed)?;
            let (user, host) = rest.rsplit_once('@').map_or((None, rest), |(user, host)| (Some(user), host));
            login.get_or_insert_with(|| Login::parse(user));
            let url = Url::parse(&[scheme, "://", host].concat()).map_err(|_| NatsError::Malformed)?;
            match (scheme, url.host()) {
                ("tls", Some(_)) => {}
                ("nats", Some(host)) if is_this_computer(&host) => {}
                ("nats", Some(_)) => return Err(NatsError::NotEncrypted),
                _ => return Err(NatsError::Malformed),
            }
            servers.push(ServerAddr::from_url(url).map_err(|_| NatsError::Malformed)?);
        }
        let tls = peer_tls::client(ca).map_err(|_| NatsError::Authorities)?;
        let hash = Sha256::digest(issuer);
        let name: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let subject = ["coffer.changes.", &name].concat();
        Ok(Self { servers, login: login.unwrap_or(Login::Nobody), tls, subject })
    }
}

impl Login {
    fn parse(text: Option<&str>) -> Self {
        let own = |text: &str| Zeroizing::new(text.to_owned());
        match text.map(|text| (text, text.split_once(':'))) {
            None => Self::Nobody,
            Some((token, None)) => Self::Token(own(token)),
            Some((_, Some((user, password)))) => Self::User(own(user), own(password)),
        }
    }
}

/// A host of an address whose scheme the standard does not know is a text.
fn is_this_computer(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// The side that sends.
pub struct NatsSender {
    client: Client,
    subject: String,
}

/// The side that receives.
pub struct NatsReceiver {
    messages: Subscriber,
    cut: Arc<Notify>,
}

impl Link for Nats {
    type Sender = NatsSender;
    type Receiver = NatsReceiver;

    async fn connect(&self) -> Result<(NatsSender, NatsReceiver), LinkError> {
        let cut = Arc::new(Notify::new());
        let on_event = cut.clone();
        let options = ConnectOptions::new()
            .tls_client_config(self.tls.clone())
            .ignore_discovered_servers()
            .subscription_capacity(WAITING)
            .max_reconnects(1)
            .event_callback(move |event| {
                if matches!(event, Event::Disconnected | Event::Closed) {
                    on_event.notify_one();
                }
                std::future::ready(())
            });
        let options = match &self.login {
            Login::Nobody => options,
            Login::Token(token) => options.token(token.to_string()),
            Login::User(user, password) => options.user_and_password(user.to_string(), password.to_string()),
        };
        let client = options.connect(&self.servers[..]).await.map_err(|_| LinkError::Refused)?;
        let messages = client.subscribe(self.subject.clone()).await.map_err(|_| LinkError::Refused)?;
        Ok((NatsSender { client, subject: self.subject.clone() }, NatsReceiver { messages, cut }))
    }
}

impl Sender for NatsSender {
    async fn send(&self, message: String) -> Result<(), LinkError> {
        self.client.publish(self.subject.clone(), message.into()).await.map_err(|_| LinkError::Cut)?;
        self.client.flush().await.map_err(|_| LinkError::Cut)
    }
}

impl Receiver for NatsReceiver {
    async fn next(&mut self) -> Result<Vec<u8>, LinkError> {
        let messages = &mut self.messages;
        let next = poll_fn(|context| Pin::new(&mut *messages).poll_next(context));
        tokio::select! {
            message = next => message.map(|message| message.payload.to_vec()).ok_or(LinkError::Cut),
            () = self.cut.notified() => Err(LinkError::Cut),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Nats, NatsError> {
        Nats::new(text, None, "https://a")
    }

    #[test]
    fn only_connections_within_this_computer_may_be_plain() {
        for text in ["nats://127.0.0.1", "nats://a:b@[::1]:5", "tls://a:b@nats.test:4222,tls://other.test"] {
            assert!(parse(text).is_ok(), "{text}");
        }
        for text in ["nats://a:b@nats.test", "nats://localhost", "tls://a.test, nats://10.0.0.1"] {
            assert_eq!(parse(text).map(drop), Err(NatsError::NotEncrypted), "{text}");
        }
        for text in
            ["", "nats.test", "http://127.0.0.1", "ws://127.0.0.1", "tls://", "tls://a.test,", "tls://a:x"]
        {
            assert_eq!(parse(text).map(drop), Err(NatsError::Malformed), "{text}");
        }
    }

    #[test]
    fn user_and_password_are_taken_as_they_are() {
        let of = |text| match parse(text).unwrap().login {
            Login::Nobody => String::new(),
            Login::Token(token) => token.to_string(),
            Login::User(user, password) => [&*user, "|", &*password].concat(),
        };
        assert_eq!(of("tls://a.test"), "");
        assert_eq!(of("tls://to%20ken@a.test"), "to%20ken");
        assert_eq!(of("tls://user:p@ss:/word@a.test,tls://b.test"), "user|p@ss:/word");
    }

    #[test]
    fn servers_of_different_issuers_do_not_meet() {
        let subject = |issuer| Nats::new("nats://127.0.0.1", None, issuer).unwrap().subject;
        assert_eq!(subject("https://a"), subject("https://a"));
        assert_ne!(subject("https://a"), subject("https://b"));
    }
}
