//! One-time codes, which five conventions store in the texts of an entry.

use vault_engine::item::{FieldKind, Role, SecretText};
use vault_otp::Code;
use zeroize::Zeroizing;

use super::model::{Text, Texts};
use crate::{builder::ItemBuilder, syntax::base32};

const TIME_PREFIX: &str = "TimeOtp-";
const COUNTER_PREFIX: &str = "HmacOtp-";
/// What a secret is written in, by the end of its name.
const ENCODINGS: [(&str, Encoded); 4] = [
    ("Secret", Encoded::Text),
    ("Secret-Hex", Encoded::Hex),
    ("Secret-Base32", Encoded::Base32),
    ("Secret-Base64", Encoded::Base64),
];

#[derive(Clone, Copy)]
enum Encoded {
    Text,
    Hex,
    Base32,
    Base64,
}

/// Takes all texts of codes out and adds the codes. Equal ones are one; of unequal ones, which other programs may have
/// left behind, the first is the code of the item and the others are custom fields. Texts that make no code stay.
pub(super) fn add(item: &mut ItemBuilder<'_, '_>, texts: &mut Texts) {
    let mut found: Vec<(String, Code)> = Vec::new();
    let readers: [fn(&mut Texts) -> Option<Made>; 4] = [otp, seed_and_settings, time_based, counter_based];
    for read in readers {
        let Some(Made { used, code }) = read(texts) else { continue };
        let Ok(code) = Code::parse(&code) else { continue };
        let name = used.first().cloned().unwrap_or_default();
        drop(texts.take_all(|key| used.iter().any(|used| used == key)));
        let known =
            |(_, other): &(String, Code)| other.shares_secret(&code) && other.scheme() == code.scheme();
        if !found.iter().any(known) {
            found.push((name, code));
        }
    }
    for (at, (name, code)) in found.into_iter().enumerate() {
        let address = code.to_uri();
        if at == 0 {
            item.built_in(&name, Role::Code, address);
        } else {
            let reason =
                "The entry has several different one-time codes; this one is kept as a custom field.";
            item.keep(&name, FieldKind::Code, address, reason);
        }
    }
    // A value that is no code at all is kept as it is.
    let rest = texts.take("otp");
    item.one_time_code("otp", rest);
}

/// A code as text, and the names of the texts that it is made of.
struct Made {
    used: Vec<String>,
    code: Zeroizing<String>,
}

fn uri(kind: &str, secret: &str, parameters: &[(&str, &str)]) -> Zeroizing<String> {
    let mut uri = Zeroizing::new(format!("otpauth://{kind}/?secret={secret}"));
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        uri.push('&');
        uri.push_str(name);
        uri.push('=');
        uri.push_str(value);
    }
    uri
}

/// An address, or the query of `KeeOtp`: `key=…&step=…&size=…`.
fn otp(texts: &mut Texts) -> Option<Made> {
    let text = texts.get("otp").trim();
    let used = vec!["otp".to_owned()];
    if text.is_empty() {
        return None;
    }
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    let value = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
            .unwrap_or_default()
    };
    if text.get(..10).is_some_and(|scheme| scheme.eq_ignore_ascii_case("otpauth://")) {
        return Some(Made { used, code: Zeroizing::new(text.to_owned()) });
    }
    if !query.contains('=') || value("key").is_empty() {
        return Some(Made { used, code: Zeroizing::new(text.to_owned()) });
    }
    let unescaped = Zeroizing::new(value("key").replace("%3D", "").replace("%3d", ""));
    let encoded = match value("encoding").to_ascii_lowercase().as_str() {
        "" | "base32" => Encoded::Base32,
        "hex" => Encoded::Hex,
        "base64" => Encoded::Base64,
        "utf8" => Encoded::Text,
        _ => return None,
    };
    let secret = secret(&unescaped, encoded)?;
    let hotp = value("type").eq_ignore_ascii_case("hotp");
    if value("type").eq_ignore_ascii_case("steam") {
        return Some(Made { used, code: Zeroizing::new(format!("steam://{}", *secret)) });
    }
    let last = if hotp { ("counter", value("counter")) } else { ("period", value("step")) };
    let parameters = [("digits", value("size")), ("algorithm", value("otpHashMode")), last];
    Some(Made { used, code: uri(if hotp { "hotp" } else { "totp" }, &secret, &parameters) })
}

/// `TOTP Seed` and `TOTP Settings`: `30;6`, or `30;S` for Steam.
fn seed_and_settings(texts: &mut Texts) -> Option<Made> {
    let (seed, settings) = (texts.get("TOTP Seed").trim(), texts.get("TOTP Settings").trim());
    if seed.is_empty() {
        return None;
    }
    let used = vec!["TOTP Seed".to_owned(), "TOTP Settings".to_owned()];
    let secret = secret(seed, Encoded::Base32)?;
    let mut parts = settings.split([';', ',']).map(str::trim);
    let (period, digits) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    // The address of a time server would be lost.
    if parts.next().is_some_and(|server| !server.is_empty()) {
        return None;
    }
    let code = if digits.eq_ignore_ascii_case("S") {
        Zeroizing::new(format!("steam://{}", *secret))
    } else {
        uri("totp", &secret, &[("period", period), ("digits", digits)])
    };
    Some(Made { used, code })
}

/// KeePass 2: `TimeOtp-Secret…`, `-Period`, `-Length`, `-Algorithm`.
fn time_based(texts: &mut Texts) -> Option<Made> {
    let (secret, mut used) = named_secret(texts, TIME_PREFIX)?;
    let get = |name: &str| texts.get(&format!("{TIME_PREFIX}{name}"));
    let algorithm = match get("Algorithm") {
        "" | "HMAC-SHA-1" => "SHA1",
        "HMAC-SHA-256" => "SHA256",
        "HMAC-SHA-512" => "SHA512",
        _ => return None,
    };
    let code = uri(
        "totp",
        &secret,
        &[("period", get("Period")), ("digits", get("Length")), ("algorithm", algorithm)],
    );
    used.extend(["Period", "Length", "Algorithm"].map(|name| format!("{TIME_PREFIX}{name}")));
    Some(Made { used, code })
}

/// KeePass 2: `HmacOtp-Secret…`, `-Counter`.
fn counter_based(texts: &mut Texts) -> Option<Made> {
    let (secret, mut used) = named_secret(texts, COUNTER_PREFIX)?;
    let counter = format!("{COUNTER_PREFIX}Counter");
    let number = texts.get(&counter).trim();
    let code = uri("hotp", &secret, &[("counter", if number.is_empty() { "0" } else { number })]);
    used.push(counter);
    Some(Made { used, code })
}

fn named_secret(texts: &Texts, prefix: &str) -> Option<(Zeroizing<String>, Vec<String>)> {
    ENCODINGS.iter().find_map(|(name, encoded)| {
        let name = format!("{prefix}{name}");
        let text = texts.get(&name);
        let read = (!text.is_empty()).then(|| secret(text, *encoded)).flatten()?;
        Some((read, vec![name]))
    })
}

/// Returns a secret in base32.
fn secret(text: &str, encoded: Encoded) -> Option<Zeroizing<String>> {
    let compact: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
    let bytes = match encoded {
        Encoded::Base32 => {
            let upper = compact.trim_end_matches('=').replace('-', "").to_ascii_uppercase();
            return (!upper.is_empty()).then(|| Zeroizing::new(upper));
        }
        Encoded::Text => Zeroizing::new(text.as_bytes().to_vec()),
        Encoded::Hex => base32::bytes_of_hex(&compact)?,
        Encoded::Base64 => base32::bytes_of_base64(&compact)?,
    };
    Some(base32::encode(&bytes))
}

/// Whether a text belongs to a code, so that its earlier values belong to the code too.
pub(super) fn is_of_code(key: &str) -> bool {
    matches!(key, "otp" | "TOTP Seed" | "TOTP Settings")
        || key.starts_with(TIME_PREFIX)
        || key.starts_with(COUNTER_PREFIX)
}

/// Returns a code of an earlier version as text, from the first convention that has one.
pub(super) fn of(texts: Vec<Text>) -> Option<SecretText> {
    let mut texts = Texts(texts);
    let readers: [fn(&mut Texts) -> Option<Made>; 4] = [otp, seed_and_settings, time_based, counter_based];
    readers.iter().find_map(|read| Code::parse(&read(&mut texts)?.code).ok()).map(|code| code.to_uri())
}
