//! Warnings about field values. They are shown, never enforced: typed and imported values are kept unchanged.

use super::day::{Day, is_month};
use super::field_kind::FieldKind;
use super::hosts::host;
use super::model::{Field, Item};
use super::role::Role;
use vault_otp::Code;

/// A warning about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueWarning {
    /// A card number with a wrong check digit or length.
    CardNumber,
    /// A verification code or PIN with other characters than digits, or of a wrong length.
    Digits,
    /// Not an e-mail address.
    Email,
    /// Not a web address.
    Url,
    /// Not a day.
    Date,
    /// Not a month.
    Month,
    /// Not a telephone number.
    Phone,
    /// Not a one-time code secret.
    Code,
    /// Not a whole number.
    Number,
    /// Not a port (1 to 65535).
    Port,
    /// Neither a host name nor an IP address.
    Host,
    /// An IBAN with wrong check digits or of a wrong shape.
    Iban,
    /// Not a BIC.
    Bic,
    /// An unknown kind of Wi-Fi security.
    WifiSecurity,
    /// A Wi-Fi network name longer than 32 bytes.
    WifiName,
    /// A WPA password that has neither 8 to 63 bytes nor 64 hexadecimal digits.
    WifiPassword,
    /// Not a private key in a known format.
    PrivateKey,
    /// Not an SSH public key.
    PublicKey,
    /// Not an SSH fingerprint.
    Fingerprint,
    /// Not a file of the item.
    File,
    /// Not an item id.
    Link,
    /// Neither `true` nor `false`.
    Switch,
}

impl ValueWarning {
    /// Returns the name in snake_case, which the interface translates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CardNumber => "card_number",
            Self::Digits => "digits",
            Self::Email => "email",
            Self::Url => "url",
            Self::Date => "date",
            Self::Month => "month",
            Self::Phone => "phone",
            Self::Code => "code",
            Self::Number => "number",
            Self::Port => "port",
            Self::Host => "host",
            Self::Iban => "iban",
            Self::Bic => "bic",
            Self::WifiSecurity => "wifi_security",
            Self::WifiName => "wifi_name",
            Self::WifiPassword => "wifi_password",
            Self::PrivateKey => "private_key",
            Self::PublicKey => "public_key",
            Self::Fingerprint => "fingerprint",
            Self::File => "file",
            Self::Link => "link",
            Self::Switch => "switch",
        }
    }
}

/// Returns the warning about a field of an item, if any. An empty value has none.
#[must_use]
pub fn value_warning(item: &Item, field: &Field) -> Option<ValueWarning> {
    let value = field.value.expose();
    if field.kind == FieldKind::File && !value.is_empty() {
        let is_there = item.attachments.iter().any(|file| file.blob_id.to_string() == value);
        return (!is_there).then_some(ValueWarning::File);
    }
    let wpa = field.role == Some(Role::Password)
        && item.value(Role::WifiSecurity).is_some_and(|name| name.to_ascii_uppercase().starts_with("WPA"));
    if wpa && !value.is_empty() && !item.value(Role::WifiSecurity).is_some_and(is_enterprise) {
        let hex = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        return (!hex && !(8..=63).contains(&value.len())).then_some(ValueWarning::WifiPassword);
    }
    doubt(field.role, field.kind, value)
}

/// Returns the warning about a value without its item, if any. An empty value has none.
#[must_use]
pub fn doubt(role: Option<Role>, kind: FieldKind, value: &str) -> Option<ValueWarning> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    by_role(role, value).or_else(|| by_kind(kind, value))
}

fn by_role(role: Option<Role>, value: &str) -> Option<ValueWarning> {
    let digits = |from, to| (from..=to).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    let (fits, doubt) = match role? {
        Role::CardNumber => (is_card_number(value), ValueWarning::CardNumber),
        Role::CardVerification => (digits(3, 4), ValueWarning::Digits),
        Role::CardPin | Role::AccountPin => (digits(3, 12), ValueWarning::Digits),
        Role::Port => (value.parse::<u16>().is_ok_and(|port| port != 0), ValueWarning::Port),
        Role::Host => (is_host(value), ValueWarning::Host),
        Role::Iban => (is_iban(value), ValueWarning::Iban),
        Role::Bic => (is_bic(value), ValueWarning::Bic),
        Role::WifiSecurity => (is_wifi_security(value), ValueWarning::WifiSecurity),
        Role::WifiName => (value.len() <= 32, ValueWarning::WifiName),
        Role::PrivateKey => (is_private_key(value), ValueWarning::PrivateKey),
        Role::PublicKey => (is_public_key(value), ValueWarning::PublicKey),
        Role::Fingerprint => (is_fingerprint(value), ValueWarning::Fingerprint),
        _ => return None,
    };
    (!fits).then_some(doubt)
}

fn by_kind(kind: FieldKind, value: &str) -> Option<ValueWarning> {
    let (fits, doubt) = match kind {
        FieldKind::Text | FieldKind::Concealed | FieldKind::Lines | FieldKind::SecretLines => return None,
        // Whether the item has the file is checked in `value_warning`.
        FieldKind::File => (is_id(value), ValueWarning::File),
        FieldKind::Link => (is_id(value), ValueWarning::Link),
        FieldKind::Url => (host(value).is_some(), ValueWarning::Url),
        FieldKind::Email => (is_email(value), ValueWarning::Email),
        FieldKind::Date => (value.parse::<Day>().is_ok(), ValueWarning::Date),
        FieldKind::Month => (is_month(value), ValueWarning::Month),
        FieldKind::Phone => (is_phone(value), ValueWarning::Phone),
        FieldKind::Code => (Code::parse(value).is_ok(), ValueWarning::Code),
        FieldKind::Number => (value.parse::<i128>().is_ok(), ValueWarning::Number),
        FieldKind::Switch => (matches!(value, "true" | "false"), ValueWarning::Switch),
    };
    (!fits).then_some(doubt)
}

fn is_id(value: &str) -> bool {
    value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Returns whether a value has 12 to 19 digits (ISO/IEC 7812), the last one the Luhn check digit. Spaces and hyphens
/// are ignored.
fn is_card_number(value: &str) -> bool {
    let written = value.bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
    let Some(digits) = written.map(|byte| char::from(byte).to_digit(10)).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let doubled = |(place, digit): (usize, u32)| match (place % 2, digit) {
        (1, 5..) => digit * 2 - 9,
        (1, _) => digit * 2,
        _ => digit,
    };
    let sum: u32 = digits.iter().rev().copied().enumerate().map(doubled).sum();
    (12..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

/// Checks an IBAN (ISO 13616): with the first four characters moved to the end and letters read as 10 to 35, the number
/// is 1 modulo 97.
fn is_iban(value: &str) -> bool {
    let text: Vec<u8> = value.bytes().filter(|byte| *byte != b' ').collect();
    let (Some(head), Some(rest)) = (text.get(..4), text.get(4..)) else { return false };
    let shaped = matches!(head, [a, b, c, d] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
        && c.is_ascii_digit() && d.is_ascii_digit());
    let step = |sum: u32, byte: &u8| {
        let number = char::from(*byte).to_digit(36)?;
        Some(if number < 10 { (sum * 10 + number) % 97 } else { (sum * 100 + number) % 97 })
    };
    let rest_of = rest.iter().chain(head).try_fold(0, step);
    shaped && (15..=34).contains(&text.len()) && rest_of == Some(1)
}

/// Checks the shape of a BIC (ISO 9362): four letters or digits for the bank, two letters for the country, two or five
/// more letters or digits.
fn is_bic(value: &str) -> bool {
    let text = value.as_bytes();
    matches!(text.len(), 8 | 11)
        && text.iter().all(u8::is_ascii_alphanumeric)
        && text.get(4..6).is_some_and(|country| country.iter().all(u8::is_ascii_alphabetic))
}

fn is_email(value: &str) -> bool {
    value.rsplit_once('@').is_some_and(|(name, place)| {
        let clean = !value.contains(|c: char| c.is_whitespace() || c.is_control());
        clean && !name.is_empty() && is_host(place)
    })
}

/// Returns whether a value is 2 to 20 digits with the usual separators; letters may only mark an extension.
fn is_phone(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let rest = value.trim_start_matches('+');
    let (number, extension) =
        rest.find(|c: char| c.is_alphabetic()).map_or((rest, ""), |at| rest.split_at(at));
    let written = |c: char| c.is_ascii_digit() || " -./()#*,;\u{a0}".contains(c);
    let known = ["", "x", "ext", "ext.", "app", "app.", "poste", "nst.", "dw"];
    let word = extension.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ').to_lowercase();
    (2..=20).contains(&digits) && number.chars().all(written) && known.contains(&word.trim())
}

/// Returns whether a value is a host name, an IPv4 or an IPv6 address, each with an optional port.
fn is_host(value: &str) -> bool {
    if value.parse::<core::net::IpAddr>().is_ok() || value.parse::<core::net::SocketAddr>().is_ok() {
        return true;
    }
    let name = match value.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        Some(_) => return false,
        None => value,
    };
    let label = |label: &str| {
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        !label.is_empty() && label.len() <= 63 && label.chars().all(inside)
    };
    name.len() <= 253 && name.trim_end_matches('.').split('.').all(label)
}

/// Returns whether a value is a usual name, ignoring case and punctuation.
fn is_wifi_security(value: &str) -> bool {
    let name: String =
        value.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    matches!(
        name.as_str(),
        "none"
            | "open"
            | "nopass"
            | "owe"
            | "wep"
            | "wpa"
            | "wpa2"
            | "wpa3"
            | "wpapsk"
            | "wpa2psk"
            | "wpa3sae"
            | "wpawpa2"
            | "wpa2wpa3"
            | "wpawpa2wpa3"
            | "wpapersonal"
            | "wpa2personal"
            | "wpa3personal"
            | "wpaenterprise"
            | "wpa2enterprise"
            | "wpa3enterprise"
            | "sae"
    )
}

fn is_enterprise(security: &str) -> bool {
    security.to_ascii_lowercase().contains("enterprise")
}

/// Returns whether a value has the envelope of a private key: any PEM, or PuTTY's format.
fn is_private_key(value: &str) -> bool {
    let first = value.lines().next().unwrap_or_default().trim();
    let pem = first.starts_with("-----BEGIN ") && first.ends_with("PRIVATE KEY-----");
    let ends = value.lines().next_back().is_some_and(|last| last.trim().starts_with("-----END "));
    (pem && ends) || first.starts_with("PuTTY-User-Key-File-")
}

/// Returns whether a value is a line of `authorized_keys` (RFC 4253, 6.6): the algorithm, then base64 of a blob that
/// starts with the length of its name.
fn is_public_key(value: &str) -> bool {
    let mut parts = value.split_whitespace();
    let (Some(name), Some(key)) = (parts.next(), parts.next()) else { return false };
    let known = ["ssh-", "ecdsa-", "sk-"].iter().any(|start| name.starts_with(start));
    known && key.starts_with("AAAA") && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
}

/// Returns whether a value is `SHA256:` and base64 of 32 bytes, or 16 hexadecimal MD5 bytes separated by colons.
fn is_fingerprint(value: &str) -> bool {
    let sha256 = value.strip_prefix("SHA256:").is_some_and(|hash| {
        matches!(hash.trim_end_matches('=').len(), 43)
            && hash.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
    });
    let hash = value.strip_prefix("MD5:").unwrap_or(value);
    let pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    sha256 || (hash.split(':').count() == 16 && hash.split(':').all(pair))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::clock::Timestamp;
    use crate::item::SecretText;
    use crate::item::item_type::ItemType;
    use crate::item::model::FieldId;

    /// Asserts that the values in `right` have no warning and those in `wrong` have the warning `named`.
    fn check(role: Option<Role>, kind: FieldKind, right: &[&str], wrong: &[&str], named: ValueWarning) {
        for value in right {
            assert_eq!(doubt(role, kind, value), None, "{value}");
        }
        for value in wrong {
            assert_eq!(doubt(role, kind, value), Some(named), "{value}");
        }
    }

    #[test]
    fn card_and_account_numbers_need_valid_check_digits() {
        check(
            Some(Role::CardNumber),
            FieldKind::Concealed,
            &["4111 1111 1111 1111", "3782-822463-10005", "6759649826438453", ""],
            &["4111 1111 1111 1112", "0000 0000", "4111x1111", "card"],
            ValueWarning::CardNumber,
        );
        check(
            Some(Role::Iban),
            FieldKind::Text,
            &["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "fr1420041010050500013m02606"],
            &["DE89 3704 0044 0532 0130 01", "DE", "8937040044053201300 0", "GB82"],
            ValueWarning::Iban,
        );
        check(
            Some(Role::Bic),
            FieldKind::Text,
            &["COBADEFF", "DEUTDEFF500"],
            &["COBADE", "COBA0EFF"],
            ValueWarning::Bic,
        );
        check(
            Some(Role::CardVerification),
            FieldKind::Concealed,
            &["123", "0000"],
            &["12", "12a"],
            ValueWarning::Digits,
        );
    }

    #[test]
    fn wifi_and_host_values_are_checked() {
        check(
            Some(Role::Port),
            FieldKind::Number,
            &["22", "65535"],
            &["0", "65536", "ssh"],
            ValueWarning::Port,
        );
        check(
            Some(Role::Host),
            FieldKind::Text,
            &["db1", "db.example.com", "10.0.0.1", "2001:db8::1", "[::1]:5432", "db:5432", "bücher.example."],
            &["https://db", "a b", "a..b", "db:port"],
            ValueWarning::Host,
        );
        check(
            Some(Role::WifiSecurity),
            FieldKind::Text,
            &["WPA2", "WPA/WPA2", "None"],
            &["good"],
            ValueWarning::WifiSecurity,
        );
        check(
            Some(Role::WifiName),
            FieldKind::Text,
            &["Attic"],
            &["0123456789012345678901234567890123"],
            ValueWarning::WifiName,
        );
        let mut wifi = Item::new(ItemType::Wifi, Timestamp(0));
        for (id, role, value) in [(1, Role::WifiSecurity, "WPA2"), (2, Role::Password, "short")] {
            let mut field = Field::new(FieldId([id; 8]), FieldKind::Concealed, SecretText::from(value));
            field.role = Some(role);
            wifi.fields.push(field);
        }
        let password = |value: &str, wifi: &mut Item| {
            wifi.fields[1].value = SecretText::from(value);
            value_warning(wifi, &wifi.fields[1])
        };
        assert_eq!(password("short", &mut wifi), Some(ValueWarning::WifiPassword));
        assert_eq!((password("long enough", &mut wifi), password("", &mut wifi)), (None, None));
        assert_eq!(password(&"0f".repeat(32), &mut wifi), None);
    }

    #[test]
    fn ssh_keys_are_recognized_by_their_envelope() {
        check(
            Some(Role::PrivateKey),
            FieldKind::SecretLines,
            &[
                "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n",
                "PuTTY-User-Key-File-3: ssh-ed25519",
            ],
            &["ssh-ed25519 AAAA", "-----BEGIN PRIVATE KEY-----"],
            ValueWarning::PrivateKey,
        );
        check(
            Some(Role::PublicKey),
            FieldKind::Lines,
            &["ssh-ed25519 AAAAC3Nz ann@desk"],
            &["AAAA", "rsa AAAA"],
            ValueWarning::PublicKey,
        );
        let sha256 = format!("SHA256:{}", "a".repeat(43));
        let md5 = ["0f"; 16].join(":");
        check(
            Some(Role::Fingerprint),
            FieldKind::Text,
            &[&sha256, &md5],
            &["SHA256:x", "0f:0f"],
            ValueWarning::Fingerprint,
        );
    }

    #[test]
    fn every_field_kind_is_checked() {
        check(
            None,
            FieldKind::Email,
            &["ann@example.com", "a+b@münchen.example"],
            &["ann", "@example.com", "a b@c"],
            ValueWarning::Email,
        );
        check(
            None,
            FieldKind::Phone,
            &["+49 (0)30 1234-56", "110", "555 0100 ext. 5"],
            &["+", "call me", "1"],
            ValueWarning::Phone,
        );
        check(None, FieldKind::Url, &["example.com", "https://nas/"], &["two words"], ValueWarning::Url);
        check(None, FieldKind::Date, &["2026-01-31"], &["2026-02-30"], ValueWarning::Date);
        check(None, FieldKind::Month, &["2026-01"], &["01/26"], ValueWarning::Month);
        check(None, FieldKind::Code, &["JBSWY3DPEHPK3PXP"], &["no code!"], ValueWarning::Code);
        check(None, FieldKind::Number, &["-5", "10"], &["1.5", "ten"], ValueWarning::Number);
        check(None, FieldKind::Switch, &["true", "false"], &["yes"], ValueWarning::Switch);
        check(
            None,
            FieldKind::Link,
            &["0123456789abcdef0123456789abcdef"],
            &["item", "0123"],
            ValueWarning::Link,
        );
        check(None, FieldKind::Text, &["anything"], &[], ValueWarning::Link);
    }

    #[test]
    fn a_reference_to_a_missing_file_has_a_warning() {
        let mut item = Item::new(ItemType::Note, Timestamp(0));
        item.fields.push(Field::new(
            FieldId([1; 8]),
            FieldKind::File,
            SecretText::from("0123456789abcdef0123456789abcdef"),
        ));
        assert_eq!(value_warning(&item, &item.fields[0]), Some(ValueWarning::File));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(15), failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn any_text_is_checked_without_panic(value in any::<String>(), role in 0..Role::ALL.len(), kind in 0..FieldKind::ALL.len()) {
            let _ = doubt(Some(Role::ALL[role]), FieldKind::ALL[kind], &value);
            let _ = doubt(None, FieldKind::ALL[kind], &value);
        }
    }
}
