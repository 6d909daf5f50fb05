//! The address of a database.

use std::net::IpAddr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

/// After so long without a sign of life a connection is examined, so that those to a computer that is gone have ended when
/// another one takes over.
const KEEPALIVE: Duration = Duration::from_secs(10);
/// How long the other end has for its answer.
const KEEPALIVE_ANSWER: Duration = Duration::from_secs(5);

/// Where a database is, and as whom the server signs in there. It prints nothing: the address may have a password in it.
#[derive(Clone)]
pub struct DatabaseUrl(Box<Config>);

/// The address cannot be used. The words do not quote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It has another form.
    #[error("not of the form postgres://user:password@host/database")]
    Malformed,
    /// It leaves open whether the connection is encrypted.
    #[error("sslmode: require, verify-full or disable; the certificate is always verified")]
    SslMode,
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

impl DatabaseUrl {
    /// Parses an address. Unless it has `sslmode=disable`, connections to other computers are encrypted; with `require` or
    /// `verify-full` also those to this one.
    ///
    /// # Errors
    /// See [`UrlError`].
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(UrlError::Malformed);
        }
        let modes: Vec<_> = text.split(['?', '&']).filter_map(|part| part.strip_prefix("sslmode=")).collect();
        if !modes.iter().all(|mode| ["disable", "require", "verify-full"].contains(mode)) {
            return Err(UrlError::SslMode);
        }
        // Certificate and name are verified in any case.
        let text = zeroize::Zeroizing::new(text.replace("sslmode=verify-full", "sslmode=require"));
        let mut config: Config = text.parse().map_err(|_| UrlError::Malformed)?;
        if config.get_hosts().is_empty() {
            return Err(UrlError::Malformed);
        }
        if modes.is_empty() {
            let local = config.get_hosts().iter().all(is_local)
                && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
            config.ssl_mode(if local { SslMode::Disable } else { SslMode::Require });
        }
        // What looked like the parameter was part of something else.
        if config.get_ssl_mode() == SslMode::Prefer {
            return Err(UrlError::SslMode);
        }
        // Of several hosts the primary one.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.keepalives_idle(KEEPALIVE).keepalives_interval(KEEPALIVE_ANSWER);
        if config.get_application_name().is_none() {
            config.application_name("coffer-server");
        }
        Ok(Self(Box::new(config)))
    }

    /// What connections are made with.
    pub(super) fn config(&self, wait: Duration) -> Config {
        let mut config = Config::clone(&self.0);
        config.connect_timeout(wait).tcp_user_timeout(wait);
        config
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        Host::Unix(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use rand_core::Rng as _;
    use vault_testkit::FixedRng;

    use super::*;

    fn mode(text: &str) -> Result<SslMode, UrlError> {
        DatabaseUrl::parse(text).map(|url| url.0.get_ssl_mode())
    }

    #[test]
    fn connections_to_other_computers_are_encrypted_unless_the_address_says_no() {
        assert_eq!(mode("postgres://a:b@db.test/x"), Ok(SslMode::Require));
        assert_eq!(mode("postgres://a:b@127.0.0.1,db.test/x"), Ok(SslMode::Require));
        assert_eq!(mode("postgres://a:b@localhost/x?hostaddr=10.0.0.1"), Ok(SslMode::Require));
        assert_eq!(mode("postgres://a:b@db.test/x?sslmode=disable"), Ok(SslMode::Disable));
        assert_eq!(mode("postgres://a:b@[::1]:5/x"), Ok(SslMode::Disable));
        assert_eq!(mode("postgres://a@%2Frun%2Fpostgresql/x"), Ok(SslMode::Disable));
        assert_eq!(mode("postgres://a:b@localhost/x?sslmode=verify-full"), Ok(SslMode::Require));
        assert_eq!(mode("postgres://a:b@db.test/x?sslmode=prefer"), Err(UrlError::SslMode));
        assert_eq!(mode("postgres://a:b@db.test/x?sslmode=verify-ca"), Err(UrlError::SslMode));
    }

    #[test]
    fn every_address_that_is_accepted_says_whether_it_is_encrypted() {
        const WORDS: [&str; 18] = [
            "postgres://",
            "postgresql://",
            "a",
            ":",
            "p",
            "@",
            "db.test",
            "127.0.0.1",
            "localhost",
            ",",
            "/",
            "?",
            "&",
            "sslmode=require",
            "sslmode=disable",
            "ssl%6Dode=prefer",
            "hostaddr=10.0.0.1",
            "%",
        ];
        assert_eq!(mode("postgres://a:b&sslmode=require@c.test/x"), Err(UrlError::SslMode));
        let rng = &mut FixedRng::new(1);
        let mut accepted = 0;
        for _ in 0..20_000 {
            let mut draw = |most: usize| usize::try_from(rng.next_u64()).unwrap() % most;
            let rest: String = (0..draw(12)).map(|_| WORDS[draw(WORDS.len())]).collect();
            let Ok(url) = DatabaseUrl::parse(&format!("postgres://a:p{rest}")) else { continue };
            accepted += 1;
            let local = url.0.get_hosts().iter().all(is_local)
                && url.0.get_hostaddrs().iter().all(IpAddr::is_loopback);
            match url.0.get_ssl_mode() {
                SslMode::Require => {}
                SslMode::Disable => assert!(local || rest.contains("sslmode=disable"), "{rest}"),
                _ => panic!("{rest}"),
            }
        }
        assert!(accepted > 100, "{accepted}");
    }

    #[test]
    fn other_forms_are_refused_and_nothing_is_printed() {
        for text in ["", "postgres://", "host=db user=a", "mysql://a:secret@b/c", "postgres://a:secret@b:x/c"]
        {
            let error = DatabaseUrl::parse(text).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        let url = DatabaseUrl::parse("postgres://a:secret@db.test/x").unwrap();
        assert!(!format!("{url:?}").contains("secret") && !format!("{url:?}").contains("db.test"));
    }
}
