//! The address of a client.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::App;
use crate::setup::Network;

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The address that the request is from: the peer, or what trusted proxies say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0);
        Ok(Self(client(peer, &parts.headers, &app.config.trusted_proxies)))
    }
}

/// Walks the header `X-Forwarded-For` from the right, as long as those who wrote it are trusted.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut forwarded = forwarded(headers);
    let mut address = peer;
    while trusts(address) {
        let Some(Ok(next)) = forwarded.next().map(str::parse) else { break };
        address = next;
    }
    address
}

/// The addresses in the header, from the right.
pub fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all("x-forwarded-for").into_iter().rev();
    lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use rand_core::Rng as _;
    use vault_testkit::FixedRng;

    use super::*;

    fn address(peer: &str, lines: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let lines = lines.iter().map(|line| ("x-forwarded-for".parse().unwrap(), line.parse().unwrap()));
        client(peer.parse().unwrap(), &lines.collect(), &trusted).to_string()
    }

    /// Whatever clients write, an untrusted peer counts as itself, and behind a proxy what it added last.
    #[test]
    fn t55_what_clients_write_into_the_header_never_counts() {
        const WORDS: [&str; 12] = [
            "10.0.0.9",
            "fd00::7",
            "198.51.100.7",
            "",
            " ",
            ",",
            "[::1]",
            "1.2.3.4:5",
            "::ffff:10.0.0.3",
            "%",
            "x",
            "10.0.0.1, 10.0.0.2",
        ];
        let rng = &mut FixedRng::new(1);
        for _ in 0..5000 {
            let mut draw = |most: usize| usize::try_from(rng.next_u64()).unwrap() % most;
            let mut lines: Vec<_> = (0..draw(4))
                .map(|_| (0..draw(4)).map(|_| WORDS[draw(WORDS.len())]).collect::<Vec<_>>().join(", "))
                .collect();
            let text: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(address("192.0.2.1", &text), "192.0.2.1");
            // Some proxies continue the last line, others add one.
            let more = "203.0.113.9, 10.0.0.2";
            match lines.last_mut().filter(|_| draw(2) == 0) {
                Some(last) => *last = [last.as_str(), ",", more].concat(),
                None => lines.push(more.to_owned()),
            }
            let text: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(address("10.0.0.1", &text), "203.0.113.9", "{text:?}");
        }
    }

    #[test]
    fn the_header_counts_only_from_trusted_proxies_and_only_as_far_as_they_wrote_it() {
        assert_eq!(address("192.0.2.1", &["198.51.100.1"]), "192.0.2.1");
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &["203.0.113.9, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &["203.0.113.9", "198.51.100.1", "fd00::1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &["203.0.113.9, x"]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &["203.0.113.9, 10.0.0.3"]), "203.0.113.9");
    }
}
