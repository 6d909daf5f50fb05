//! Connections to the one of several hosts that accepts writes.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_postgres::Connect;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, Connection, Error, Socket};

use super::tls::{Stream, Tls};

/// The hosts of an address. The one that was the primary is tried first. A host that does not answer at all, as when its
/// computer is gone, takes no more than its share of the time.
pub struct Hosts {
    tls: Tls,
    /// One configuration for each.
    hosts: Vec<Config>,
    last: AtomicUsize,
    share: Duration,
}

impl Hosts {
    /// Of a configuration with at least one host, for connections that are made in this time.
    pub fn new(config: &Config, tls: Tls, time: Duration) -> Self {
        let count = config.get_hosts().len().max(config.get_hostaddrs().len());
        let hosts: Vec<_> = (0..count).map(|at| only(config, at)).collect();
        let share = time / u32::try_from(count + 1).unwrap_or(u32::MAX);
        Self { tls, hosts, last: AtomicUsize::new(0), share }
    }

    /// Connects.
    ///
    /// # Errors
    /// That of the host that was tried last. It has all the time that the caller waits.
    pub async fn connect(&self) -> Result<(Client, Connection<Socket, Stream<Socket>>), Error> {
        let first = self.last.load(Ordering::Relaxed);
        let order = (0..self.hosts.len()).map(|offset| (first + offset) % self.hosts.len());
        let mut order = order.filter_map(|at| Some((at, self.hosts.get(at)?))).peekable();
        loop {
            let Some((at, host)) = order.next() else { return Config::new().connect(self.tls.clone()).await };
            let connect = host.connect(self.tls.clone());
            let connected = match order.peek() {
                None => connect.await?,
                Some(_) => match timeout(self.share, connect).await {
                    Ok(Ok(connected)) => connected,
                    Ok(Err(_)) | Err(_) => continue,
                },
            };
            self.last.store(at, Ordering::Relaxed);
            return Ok(connected);
        }
    }
}

impl Connect for Hosts {
    fn connect(&self, _: &Config) -> Connecting<'_> {
        Box::pin(async {
            let (client, connection) = self.connect().await?;
            let connection = tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::warn!(%error, "a connection to the database has ended");
                }
            });
            Ok((client, connection))
        })
    }
}

type Connecting<'a> = Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

/// The same for one of its hosts.
fn only(config: &Config, at: usize) -> Config {
    let mut only = Config::new();
    match config.get_hosts().get(at) {
        Some(Host::Tcp(name)) => drop(only.host(name)),
        Some(Host::Unix(path)) => drop(only.host_path(path)),
        None => {}
    }
    config.get_hostaddrs().get(at).map(|address| only.hostaddr(*address));
    let ports = config.get_ports();
    ports.get(at).or(ports.first()).map(|port| only.port(*port));
    config.get_user().map(|user| only.user(user));
    config.get_password().map(|password| only.password(password));
    config.get_dbname().map(|name| only.dbname(name));
    config.get_options().map(|options| only.options(options));
    config.get_application_name().map(|name| only.application_name(name));
    config.get_connect_timeout().map(|time| only.connect_timeout(*time));
    config.get_tcp_user_timeout().map(|time| only.tcp_user_timeout(*time));
    config.get_keepalives_interval().map(|time| only.keepalives_interval(time));
    config.get_keepalives_retries().map(|count| only.keepalives_retries(count));
    only.keepalives(config.get_keepalives()).keepalives_idle(config.get_keepalives_idle());
    only.ssl_mode(config.get_ssl_mode()).ssl_negotiation(config.get_ssl_negotiation());
    only.target_session_attrs(config.get_target_session_attrs());
    only.channel_binding(config.get_channel_binding()).load_balance_hosts(config.get_load_balance_hosts());
    only
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_of_one_host_equals_that_of_it_alone() {
        let parameters = "application_name=a&options=-c%20b%3Dc&connect_timeout=1&tcp_user_timeout=2&keepalives=0\
                          &keepalives_idle=3&keepalives_interval=4&keepalives_retries=5&sslmode=require\
                          &sslnegotiation=direct&target_session_attrs=read-write&channel_binding=require\
                          &load_balance_hosts=random";
        let parse = |hosts: &str, more: &str| -> Config {
            format!("postgres://a:b@{hosts}/x?{parameters}{more}").parse().unwrap()
        };
        let several = parse("one.test:7,two.test:8", "&hostaddr=10.0.0.1,10.0.0.2");
        assert_eq!(only(&several, 0), parse("one.test:7", "&hostaddr=10.0.0.1"));
        assert_eq!(only(&several, 1), parse("two.test:8", "&hostaddr=10.0.0.2"));
        assert_eq!(only(&parse("one.test,%2Frun%2Fdb", ""), 1), parse("%2Frun%2Fdb", ""));
    }
}
