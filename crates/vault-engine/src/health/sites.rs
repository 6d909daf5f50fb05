//! Built-in knowledge about sites; no site is contacted.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::item::host;

/// Domains of sites that support one-time codes, one per line, sorted. Compiled by hand from the sites' help pages; a
/// missing site only means no finding.
const WITH_CODES: &str = include_str!("sites.txt");

/// Domain suffixes for which no certificates are issued.
const LOCAL: [&str; 7] = ["localhost", "local", "lan", "internal", "home.arpa", "test", "onion"];

/// Returns whether a host supports one-time codes.
pub(super) fn offers_codes(host: &str) -> bool {
    let known = |domain: &str| sites().any(|site| site == domain);
    // The host itself and every parent domain.
    std::iter::successors(Some(host), |rest| rest.split_once('.').map(|(_, rest)| rest)).any(known)
}

fn sites() -> impl Iterator<Item = &'static str> {
    WITH_CODES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Returns whether an address uses plain HTTP on a host that could have a certificate.
pub(super) fn is_unencrypted(url: &str) -> bool {
    let plain = url.trim().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    plain && host(url).is_some_and(|host| !is_local(&host))
}

fn is_local(host: &str) -> bool {
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_private() || address.is_loopback() || address.is_link_local();
    }
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local();
    }
    let ends =
        |ending: &&str| host.strip_suffix(*ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !host.contains('.') || LOCAL.iter().any(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_sorted_plain_domains() {
        let list: Vec<&str> = sites().collect();
        assert!(list.is_sorted() && list.len() > 50);
        for site in list {
            assert_eq!(host(&format!("https://{site}/")).as_deref(), Some(site));
            assert!(site.contains('.'));
        }
    }

    #[test]
    fn hosts_and_their_subdomains_are_known() {
        for known in ["github.com", "gist.github.com", "a.b.github.com"] {
            assert!(offers_codes(known), "{known}");
        }
        for unknown in ["com", "notgithub.com", "github.com.example.org", "", "example.org"] {
            assert!(!offers_codes(unknown), "{unknown}");
        }
    }

    #[test]
    fn only_addresses_that_could_be_encrypted_are_reported() {
        for url in
            ["http://example.org", "HTTP://Example.org/x", " http://8.8.8.8:80/", "http://[2001:db8::1]/"]
        {
            assert!(is_unencrypted(url), "{url}");
        }
        for url in [
            "https://example.org",
            "example.org",
            "http://localhost:8080",
            "http://router/",
            "http://nas.local",
            "http://192.168.1.1",
            "http://10.0.0.1:9000",
            "http://127.0.0.1",
            "http://[::1]/",
            "http://[fe80::1]/",
            "http://abc.onion/",
            "http://",
            "httpé://x.y",
        ] {
            assert!(!is_unencrypted(url), "{url}");
        }
    }
}
