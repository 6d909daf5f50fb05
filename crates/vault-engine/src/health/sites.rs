//! What is known of sites without asking any of them.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::item::host;

/// Sites that offer one-time codes from an application, one domain a line, sorted. Put together by hand from the sites'
/// own help pages; a site that is missing is only not mentioned.
const WITH_CODES: &str = include_str!("sites.txt");

/// Endings of names that no certificate is issued for.
const LOCAL: [&str; 7] = ["localhost", "local", "lan", "internal", "home.arpa", "test", "onion"];

/// Whether signing in to a host can be protected by one-time codes.
pub(super) fn offers_codes(host: &str) -> bool {
    let known = |domain: &str| sites().any(|site| site == domain);
    // The host itself, and every domain that it lies in.
    std::iter::successors(Some(host), |rest| rest.split_once('.').map(|(_, rest)| rest)).any(known)
}

fn sites() -> impl Iterator<Item = &'static str> {
    WITH_CODES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether an address is opened without encryption somewhere that could have it.
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
    fn the_list_is_sorted_and_of_plain_domains() {
        let list: Vec<&str> = sites().collect();
        assert!(list.is_sorted() && list.len() > 50);
        for site in list {
            assert_eq!(host(&format!("https://{site}/")).as_deref(), Some(site));
            assert!(site.contains('.'));
        }
    }

    #[test]
    fn a_host_is_known_by_itself_and_by_its_domain() {
        for known in ["github.com", "gist.github.com", "a.b.github.com"] {
            assert!(offers_codes(known), "{known}");
        }
        for unknown in ["com", "notgithub.com", "github.com.example.org", "", "example.org"] {
            assert!(!offers_codes(unknown), "{unknown}");
        }
    }

    #[test]
    fn only_addresses_that_could_be_encrypted_are_told() {
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
