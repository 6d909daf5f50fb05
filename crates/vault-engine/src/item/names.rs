//! Names that are safe for display and for the file system, subtitles of items for lists, and host names.

use super::model::Item;
use super::role::{FieldKind, ItemType, Role};

/// Maximum length of a subtitle, in characters.
const SUBTITLE: usize = 200;
/// Maximum length of an exported file name, in bytes: valid on every file system, with room for the suffix of a
/// temporary file.
const FILE_NAME: usize = 200;
/// Maximum length of an extension that is kept when a name is shortened, dot included, in bytes.
const ENDING: usize = 20;

/// Returns the second line of an item in a list, such as the user name, last digits, or kind and size of a file. Never
/// contains a concealed value.
#[must_use]
pub fn subtitle(item: &Item) -> String {
    let line = match item.item_type {
        ItemType::Login => first(item, &[Role::Username]).or_else(|| hosts(item).into_iter().next()),
        ItemType::Card => card_line(item),
        ItemType::Identity => identity_line(item),
        ItemType::Document => item.attachments.first().map(|file| {
            let kind = kind_of_file(&file.name, &file.media_type);
            format!("{kind}{}", human_size(file.size))
        }),
        ItemType::SshKey => first(item, &[Role::Fingerprint]),
        ItemType::ApiCredential => first(item, &[Role::Username, Role::Host, Role::ApiType]),
        ItemType::Passkey => passkey_line(item),
        ItemType::OneTimeCode => first(item, &[Role::Username, Role::Issuer]),
        ItemType::Wifi => first(item, &[Role::WifiName]),
        ItemType::BankAccount => bank_line(item),
        ItemType::Licence => first(item, &[Role::ProductVersion, Role::LicensedTo, Role::Publisher]),
        ItemType::Database => database_line(item),
        ItemType::Server => machine_line(item),
        ItemType::Note => None,
    };
    let line = line.unwrap_or_else(|| item.tags.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    safe_to_show(&line).chars().take(SUBTITLE).collect()
}

/// Returns the value of the first of the roles that is filled in and not concealed.
fn first(item: &Item, roles: &[Role]) -> Option<String> {
    let open = |role: &Role| item.field(*role).filter(|field| !field.kind.is_concealed());
    let values = roles.iter().filter_map(open).map(|field| field.value.expose().trim());
    values.into_iter().find(|value| !value.is_empty()).map(str::to_owned)
}

/// Returns `user · site` of the first passkey.
fn passkey_line(item: &Item) -> Option<String> {
    let passkey = item.passkeys.first()?;
    let user = Some(&passkey.user_name).filter(|name| !name.is_empty()).unwrap_or(&passkey.display_name);
    let parts = [user.as_str(), passkey.rp_id.as_str()].into_iter().filter(|part| !part.is_empty());
    Some(parts.collect::<Vec<_>>().join(" · ")).filter(|line| !line.is_empty())
}

/// Returns the bank and the last four digits of the account.
fn bank_line(item: &Item) -> Option<String> {
    let account = item.value(Role::Iban).or_else(|| item.value(Role::AccountNumber));
    let last = account.map(|text| text.chars().filter(char::is_ascii_alphanumeric).collect::<Vec<_>>());
    // Four digits of a short number would reveal most of it.
    let last = last.filter(|account| account.len() >= 8);
    let last = last.map(|account| account.iter().skip(account.len() - 4).collect::<String>());
    let parts = first(item, &[Role::BankName]).into_iter().chain(last.map(|last| format!("•••• {last}")));
    let line = parts.collect::<Vec<_>>().join(" ");
    if line.is_empty() { first(item, &[Role::AccountHolder]) } else { Some(line) }
}

/// Returns `name @ host`, as far as it is known.
fn database_line(item: &Item) -> Option<String> {
    let parts = [first(item, &[Role::DatabaseName]), first(item, &[Role::Host])];
    let line = parts.into_iter().flatten().collect::<Vec<_>>().join(" @ ");
    if line.is_empty() { first(item, &[Role::DatabaseType, Role::Username]) } else { Some(line) }
}

/// Returns `user@host`, as for SSH.
fn machine_line(item: &Item) -> Option<String> {
    let parts = [first(item, &[Role::Username]), first(item, &[Role::Host])];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join("@")).filter(|line| !line.is_empty())
}

fn card_line(item: &Item) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    // Four digits of a short number would reveal most of it.
    let number = item.value(Role::CardNumber).map(digits).filter(|digits| digits.len() >= 12);
    let last = number.and_then(|digits| digits.get(digits.len() - 4..).map(|last| format!("•••• {last}")));
    let parts: Vec<String> = item.value(Role::CardBrand).map(str::to_owned).into_iter().chain(last).collect();
    if parts.is_empty() { item.value(Role::CardHolder).map(str::to_owned) } else { Some(parts.join(" ")) }
}

fn identity_line(item: &Item) -> Option<String> {
    let names = [Role::FirstName, Role::LastName].into_iter().filter_map(|role| item.value(role));
    let name = names.collect::<Vec<_>>().join(" ");
    let other =
        || [Role::Email, Role::Company].into_iter().find_map(|role| item.value(role)).map(str::to_owned);
    if name.is_empty() { other() } else { Some(name) }
}

fn kind_of_file(name: &str, media_type: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let plain =
        |text: &str| (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let kind = if plain(ending) { ending } else { media_type.rsplit_once('/').map_or("", |(_, kind)| kind) };
    if plain(kind) { format!("{} · ", kind.to_ascii_uppercase()) } else { String::new() }
}

/// Formats a size with a decimal unit (kB, MB, …).
fn human_size(bytes: u64) -> String {
    let (mut tenths, mut unit) = (u128::from(bytes) * 10, "B");
    for larger in ["kB", "MB", "GB", "TB", "PB", "EB"] {
        if tenths < 10_000 {
            break;
        }
        (tenths, unit) = (tenths.div_ceil(1_000), larger);
    }
    if unit == "B" || tenths >= 100 {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

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

/// Returns whether a character is invisible or changes how its neighbours are displayed.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Returns a text as one line without control characters, direction overrides and invisible characters.
///
/// Joiners are kept, since scripts and emoji need them.
#[must_use]
pub fn safe_to_show(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !is_hidden(c) {
            line.push(c);
        }
    }
    line
}

/// Returns a file name that denotes one plain file in its folder on every operating system, for any input.
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let last =
        name.rsplit(['/', '\\']).find(|part| !part.trim_matches(['.', ' ']).is_empty()).unwrap_or_default();
    let shown = safe_to_show(last);
    let trimmed = shown.trim_start().trim_end_matches(['.', ' ']);
    let mut safe: String = trimmed
        .chars()
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\') { '_' } else { c })
        .collect();
    if safe.is_empty() {
        return "document".to_owned();
    }
    if safe.starts_with('.') {
        // Dot files are hidden from the user, and in a home folder programs read them as configuration.
        safe.replace_range(0..1, "_");
    }
    if is_device_name(&safe) {
        safe.insert(0, '_');
    }
    shorten(&safe)
}

/// Returns whether Windows treats the name as a device, with any extension.
fn is_device_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let numbered = |prefix| {
        stem.strip_prefix(prefix).is_some_and(|rest: &str| {
            rest.chars().count() == 1
                && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'))
        })
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
        || numbered("COM")
        || numbered("LPT")
}

/// Shortens the stem and keeps the extension.
fn shorten(name: &str) -> String {
    if name.len() <= FILE_NAME {
        return name.to_owned();
    }
    let at = name.rfind('.').filter(|at| name.len() - at <= ENDING).unwrap_or(name.len());
    let (stem, ending) = name.split_at(at);
    let cut = (0..=FILE_NAME - ending.len()).rev().find(|at| stem.is_char_boundary(*at)).unwrap_or(0);
    format!("{}{ending}", stem.get(..cut).unwrap_or_default().trim_end_matches(['.', ' ']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;
    use vault_crypto::SecretText;

    use super::*;
    use crate::clock::Timestamp;
    use crate::item::model::{Field, FieldId};

    fn item_with(item_type: ItemType, values: &[(Role, &str)]) -> Item {
        let mut item = Item::new(item_type, Timestamp(0));
        for (number, (role, value)) in (0_u8..).zip(values) {
            let mut field = Field::new(FieldId([number; 8]), FieldKind::Text, SecretText::from(*value));
            field.role = Some(*role);
            item.fields.push(field);
        }
        item
    }

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
    fn subtitles_distinguish_items_of_each_type() {
        assert_eq!(subtitle(&item_with(ItemType::Login, &[(Role::Username, "ann")])), "ann");
        let mut login = item_with(ItemType::Login, &[(Role::Username, "")]);
        login.urls = vec!["https://example.com/x".into()];
        assert_eq!(subtitle(&login), "example.com");
        let card = [(Role::CardBrand, "Visa"), (Role::CardNumber, "4111 1111 1111 1234")];
        assert_eq!(subtitle(&item_with(ItemType::Card, &card)), "Visa •••• 1234");
        assert_eq!(subtitle(&item_with(ItemType::Card, &[(Role::CardNumber, "123456")])), "");
        let identity = [(Role::FirstName, "Ann"), (Role::LastName, "Ex\nample\u{202E}")];
        assert_eq!(subtitle(&item_with(ItemType::Identity, &identity)), "Ann Ex ample");
        let mut note = item_with(ItemType::Note, &[]);
        note.notes = SecretText::from("never shown in a list");
        note.tags = ["work".to_owned(), "home".to_owned()].into();
        assert_eq!(subtitle(&note), "home, work");
    }

    #[test]
    fn subtitles_contain_no_concealed_values() {
        for (item_type, values, expected) in [
            (
                ItemType::SshKey,
                &[(Role::PrivateKey, "secret"), (Role::Fingerprint, "SHA256:x")][..],
                "SHA256:x",
            ),
            (
                ItemType::ApiCredential,
                &[(Role::ApiKey, "secret"), (Role::Host, "api.example.com")],
                "api.example.com",
            ),
            (ItemType::OneTimeCode, &[(Role::Code, "secret"), (Role::Username, "ann")], "ann"),
            (ItemType::Wifi, &[(Role::Password, "secret"), (Role::WifiName, "Attic")], "Attic"),
            (
                ItemType::BankAccount,
                &[(Role::BankName, "Bank"), (Role::Iban, "DE89 3704 0044 0532 0130 00")],
                "Bank •••• 3000",
            ),
            (ItemType::BankAccount, &[(Role::AccountNumber, "1234567"), (Role::AccountHolder, "Ann")], "Ann"),
            (ItemType::Licence, &[(Role::LicenceKey, "secret"), (Role::ProductVersion, "7.1")], "7.1"),
            (ItemType::Database, &[(Role::DatabaseName, "shop"), (Role::Host, "db1")], "shop @ db1"),
            (ItemType::Server, &[(Role::Username, "root"), (Role::Host, "10.0.0.1")], "root@10.0.0.1"),
            (ItemType::Server, &[(Role::Password, "secret")], ""),
        ] {
            assert_eq!(subtitle(&item_with(item_type, values)), expected, "{item_type:?}");
        }
        let mut passkey = item_with(ItemType::Passkey, &[]);
        assert_eq!(subtitle(&passkey), "");
        passkey.passkeys.push(crate::item::passkey::tests::passkey(1));
        assert_eq!(subtitle(&passkey), "ann · example.com");
        // The user may conceal a field that is not concealed by default.
        let mut server = item_with(ItemType::Server, &[(Role::Username, "root"), (Role::Host, "db1")]);
        server.fields[0].kind = FieldKind::Concealed;
        assert_eq!(subtitle(&server), "db1");
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

    #[test]
    fn sizes_have_decimal_units() {
        let shown = [0, 999, 1_000, 1_500, 12_345, 999_950, 4 << 20, u64::MAX].map(human_size);
        assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "1.5 kB", "12 kB", "1.0 MB", "4.2 MB", "18 EB"]);
    }

    #[test]
    fn t36_file_names_become_plain_files() {
        for (name, expected) in [
            ("report.pdf", "report.pdf"),
            ("../x", "x"),
            ("..\\..\\x.exe", "x.exe"),
            ("/etc/passwd", "passwd"),
            ("a/", "a"),
            ("..", "document"),
            ("", "document"),
            (" . ", "document"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1.tar.gz", "_com1.tar.gz"),
            ("COM¹", "_COM¹"),
            ("console.txt", "console.txt"),
            (".bashrc", "_bashrc"),
            ("a\0b\x1b[31m\r\n.txt", "ab[31m .txt"),
            ("invoice\u{202E}fdp.exe", "invoicefdp.exe"),
            ("C:autoexec.bat", "C_autoexec.bat"),
            ("file.txt:stream", "file.txt_stream"),
            ("trailing. . .", "trailing"),
            ("Übersicht 2026 – Größe.odt", "Übersicht 2026 – Größe.odt"),
        ] {
            assert_eq!(safe_file_name(name), expected, "{name:?}");
        }
    }

    #[test]
    fn t36_long_file_names_keep_their_extension() {
        let name = safe_file_name(&format!("{}.pdf", "ä".repeat(2_048)));
        assert!(name.len() <= FILE_NAME && name.ends_with("ä.pdf"), "{name}");
        assert!(safe_file_name(&"x".repeat(4_096)).len() <= FILE_NAME);
        assert!(safe_file_name(&format!("x.{}", "y".repeat(4_096))).len() <= FILE_NAME);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(36), failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn t36_any_name_becomes_one_plain_file(name in any::<String>()) {
            let safe = safe_file_name(&name);
            prop_assert!(!safe.is_empty() && safe.len() <= FILE_NAME);
            prop_assert!(!safe.starts_with('.') && !safe.ends_with(['.', ' ']) && !is_device_name(&safe));
            prop_assert!(!safe.chars().any(|c| is_hidden(c) || "<>:\"|?*/\\".contains(c)));
            prop_assert_eq!(&safe_file_name(&safe), &safe);
        }

        #[test]
        fn hosts_of_any_text_contain_no_separators(url in any::<String>()) {
            if let Some(host) = host(&url) {
                prop_assert!(!host.is_empty() && !host.chars().any(|c| is_hidden(c) || "/\\?#@".contains(c)));
            }
        }
    }
}
