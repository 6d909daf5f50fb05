//! The hosts of an item: of its addresses, its machine and its passkeys.

use vault_text::is_hidden;

use super::field_kind::FieldKind;
use super::model::Item;
use super::role::Role;

/// Returns the distinct host names of an item's addresses, the main one first.
#[must_use]
pub fn hosts(item: &Item) -> Vec<String> {
    let fields =
        item.fields.iter().filter(|field| field.kind == FieldKind::Url).map(|field| field.value.expose());
    let mut hosts: Vec<String> = Vec::new();
    let machines =
        item.fields.iter().filter(|field| field.role == Some(Role::Host) && !field.kind.is_concealed());
    let machines = machines.map(|field| field.value.expose());
    let sites = item.passkeys.iter().map(|passkey| passkey.rp_id.as_str());
    let written = item.urls.iter().map(String::as_str).chain(fields).filter_map(host);
    for host in written.chain(machines.chain(sites).filter_map(machine)) {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// Returns the host name of an address as users type it, with or without `https://`, in lower case and without port or
/// user.
///
/// Returns `None` for addresses without a host, such as `javascript:` and `mailto:`.
#[must_use]
pub fn host(url: &str) -> Option<String> {
    let url = url.trim();
    let (has_scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (true, rest),
        _ => (false, url),
    };
    // A backslash ends the host too: browsers treat it as a slash.
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    let place = match authority.rsplit_once('@') {
        Some((_, place)) if has_scheme => place,
        Some(_) => return None,
        None => authority,
    };
    let name = match place.strip_prefix('[') {
        Some(address) => address.split_once(']')?.0,
        None => match place.split_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            Some(_) => return None,
            None => place,
        },
    };
    let name = name.trim_end_matches('.');
    let clean =
        !name.is_empty() && name.len() <= 253 && !name.chars().any(|c| c.is_whitespace() || is_hidden(c));
    let plausible = has_scheme || name.contains('.') || name == "localhost";
    (clean && plausible).then(|| name.to_lowercase())
}

/// Returns the host of a text known to be a host, so that a name without a dot is valid too.
fn machine(text: &str) -> Option<String> {
    let text = text.trim();
    if text.parse::<core::net::Ipv6Addr>().is_ok() {
        Some(text.to_lowercase())
    } else {
        host(&format!("ssh://{text}"))
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;
    use vault_crypto::SecretText;

    use super::*;
    use crate::item::item_type::ItemType;
    use crate::item::model::tests::item_with;

    #[test]
    fn hosts_are_found_in_addresses_as_typed() {
        for (url, expected) in [
            ("https://Example.com/login?x=1", Some("example.com")),
            ("http://user:pw@example.com:8443/", Some("example.com")),
            ("example.com", Some("example.com")),
            ("example.com:8080/a", Some("example.com")),
            ("https://example.com\\@evil.example/", Some("example.com")),
            ("https://[2001:db8::1]:443/", Some("2001:db8::1")),
            ("https://bücher.example./", Some("bücher.example")),
            ("localhost:3000", Some("localhost")),
            ("https://nas/", Some("nas")),
            ("javascript:alert(1)", None),
            ("mailto:ann@example.com", None),
            ("data:text/html,x", None),
            ("file:///etc/passwd", None),
            ("just words", None),
            ("nothing", None),
            ("", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn hosts_come_from_addresses_servers_and_passkeys() {
        let mut item = item_with(ItemType::Server, &[(Role::Host, "db1:5432")]);
        item.urls = vec!["https://example.com/x".into()];
        item.passkeys.push(crate::item::passkey::tests::passkey(1));
        assert_eq!(hosts(&item), ["example.com", "db1"]);
        item.fields[0].value = SecretText::from("2001:db8::1");
        assert_eq!(hosts(&item), ["example.com", "2001:db8::1"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(36), failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn hosts_of_any_text_contain_no_separators(url in any::<String>()) {
            if let Some(host) = host(&url) {
                prop_assert!(!host.is_empty() && !host.chars().any(|c| is_hidden(c) || "/\\?#@".contains(c)));
            }
        }
    }
}
