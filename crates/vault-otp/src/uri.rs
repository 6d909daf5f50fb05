//! URIs of one-time codes: parser and formatter.

use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::base32;
use super::code::Code;
use super::scheme::{Algorithm, CodeError, DIGITS, LAST_COUNTER, PERIODS, SECRET, STEAM, Scheme};

/// Maximum length of a text, in bytes.
const TEXT: usize = 4 << 10;
/// Minimum length of a bare secret, in characters; a shorter text is a typo, or a code instead of its secret.
const BARE: usize = 8;
/// Space reserved for the growth of the counter.
const COUNTER: usize = 20;
/// The known parameters; all others are kept unchanged.
const KNOWN: [&str; 6] = ["secret", "issuer", "algorithm", "digits", "period", "counter"];

impl Code {
    /// Parses an `otpauth://totp/…`, `otpauth://hotp/…` or `steam://…` URI or a bare base32 secret, as people copy them:
    /// with invisible characters, line breaks, `&amp;`, and signs in names that should be escaped.
    ///
    /// # Errors
    /// Returns [`CodeError`] if it is none of these or has a value out of range; nothing is guessed.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        parse(text)
    }

    /// Returns a URI that [`Code::parse`] and other programs can read.
    #[must_use]
    pub fn to_uri(&self) -> SecretText {
        format(self, self.scheme)
    }
}

pub fn parse(text: &str) -> Result<Code, CodeError> {
    if text.len() > TEXT {
        return Err(CodeError::NotACode);
    }
    let text = copied(text);
    let text = text.trim();
    match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("otpauth") => otpauth(rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("steam") => {
            Ok(code(secret(rest.trim_end_matches('/'))?, Scheme::Steam, STEAM, ""))
        }
        Some(_) => Err(CodeError::NotACode),
        None if text.len() < BARE || !base32::is_plausible(text) => Err(CodeError::NotACode),
        None => {
            let secret = secret(text).map_err(|_| CodeError::NotACode)?;
            Ok(code(secret, Scheme::Totp { algorithm: Algorithm::Sha1, digits: 6, period: 30 }, "", ""))
        }
    }
}

/// Returns the name in an `otpauth://` URI that may be invalid otherwise, issuer and account, or `None` without one.
pub fn name(text: &str) -> Option<(String, String)> {
    let text = copied(text.get(..TEXT).unwrap_or(text));
    let (_, rest) =
        text.trim().split_once("://").filter(|(scheme, _)| scheme.eq_ignore_ascii_case("otpauth"))?;
    let (path, query) = path_and_query(rest);
    let (_, label) = path.split_once('/')?;
    let query = Query::read(query).ok();
    let issuer = query.as_ref().and_then(|query| query.get("issuer"));
    let (issuer, account) = names(label, issuer);
    (!issuer.is_empty() || !account.is_empty()).then_some((issuer, account))
}

/// Returns a copied text without line breaks, control characters and invisible ones; other white space becomes spaces.
pub(super) fn copied(text: &str) -> Zeroizing<String> {
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    let visible = text.chars().filter(|c| !vault_text::is_hidden(*c));
    kept.extend(visible.map(|c| if c.is_whitespace() { ' ' } else { c }));
    kept
}

fn code(secret: Zeroizing<Vec<u8>>, scheme: Scheme, issuer: &str, account: &str) -> Code {
    let more = Zeroizing::default();
    Code { secret, scheme, issuer: issuer.to_owned(), account: account.to_owned(), more }
}

fn secret(text: &str) -> Result<Zeroizing<Vec<u8>>, CodeError> {
    let fits = |bytes: &Zeroizing<Vec<u8>>| (1..=SECRET).contains(&bytes.len());
    base32::decode(text).filter(fits).ok_or(CodeError::Secret)
}

/// Parses the part after `otpauth://` (the "Key Uri Format" of Google Authenticator).
fn otpauth(rest: &str) -> Result<Code, CodeError> {
    let (path, query) = path_and_query(rest);
    let (kind, label) = path.split_once('/').unwrap_or((path, ""));
    let kind = kind.to_ascii_lowercase();
    if !matches!(kind.as_str(), "totp" | "hotp" | "steam") {
        return Err(CodeError::NotACode);
    }
    let query = Query::read(query)?;
    let (issuer, account) = names(label, query.get("issuer"));
    let secret = secret(query.get("secret").ok_or(CodeError::Secret)?)?;
    let mut code = code(secret, query.scheme(&kind, &issuer)?, &issuer, &account);
    code.more = query.more;
    // Formatting escapes names, so the formatted text must still be within the limit.
    let fits = rest.len() <= TEXT / 8 || format(&code, code.scheme).expose().len() <= TEXT - COUNTER;
    if fits { Ok(code) } else { Err(CodeError::NotACode) }
}

/// Separates the query at the first question mark that a parameter follows, since a name may have one, too.
fn path_and_query(rest: &str) -> (&str, &str) {
    let is_parameter = |query: &str| {
        let name = query.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    let mut marks = rest.match_indices('?').map(|(at, _)| rest.split_at(at));
    let separated = marks.find(|(_, query)| is_parameter(&query[1..])).or_else(|| rest.split_once('?'));
    let (path, query) = separated.unwrap_or((rest, ""));
    (path, query.strip_prefix('?').unwrap_or(query))
}

/// Returns issuer and account of a label; the parameter `issuer` takes precedence.
fn names(label: &str, issuer: Option<&str>) -> (String, String) {
    let label = unescape(label, false);
    let (label_issuer, account) = label.split_once(':').unwrap_or(("", label.as_str()));
    (issuer.unwrap_or(label_issuer).trim().to_owned(), account.trim().to_owned())
}

/// The parameters of a URI.
pub(super) struct Query {
    /// Names in lower case and values, both unescaped.
    entries: Vec<(String, Zeroizing<String>)>,
    /// Unknown parameters, unchanged.
    more: Zeroizing<String>,
}

impl Query {
    pub(super) fn read(query: &str) -> Result<Self, CodeError> {
        let mut entries: Vec<(String, Zeroizing<String>)> = Vec::new();
        // Preallocate everything, since a reallocation leaves copies behind.
        let mut more = Zeroizing::new(String::with_capacity(query.len()));
        // Pages and mails have `&amp;` where they mean `&`.
        let parts = query.split('&').map(|part| part.trim_start_matches("amp;").trim());
        for part in parts.filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = unescape(name, true).to_lowercase();
            // Only an issuer has a number sign; elsewhere it begins a fragment.
            let value = if name == "issuer" { value } else { value.split('#').next().unwrap_or_default() };
            let value = unescape(value, true);
            // A parameter with two values is ambiguous: another program might use the other one.
            match entries.iter().find(|(other, _)| *other == name) {
                Some((_, other)) if *other == value => continue,
                Some(_) => return Err(CodeError::NotACode),
                None => {}
            }
            let of_steam = name == "encoder" && value.trim().eq_ignore_ascii_case(STEAM);
            if !KNOWN.contains(&name.as_str()) && !of_steam {
                if !more.is_empty() {
                    more.push('&');
                }
                more.push_str(part);
            }
            entries.push((name, value));
        }
        Ok(Self { entries, more })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.entries
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    fn scheme(&self, kind: &str, issuer: &str) -> Result<Scheme, CodeError> {
        if kind == "steam" || kind == "totp" && self.is_steam(issuer) {
            return Ok(Scheme::Steam);
        }
        let algorithm = self.get("algorithm").unwrap_or("SHA1").to_ascii_uppercase().replace('-', "");
        let algorithm = match algorithm.strip_prefix("HMAC").unwrap_or(&algorithm) {
            "SHA1" => Algorithm::Sha1,
            "SHA256" => Algorithm::Sha256,
            "SHA512" => Algorithm::Sha512,
            _ => return Err(CodeError::Algorithm),
        };
        let digits =
            self.get("digits").map_or(Ok(6), str::parse).ok().filter(|digits| DIGITS.contains(digits));
        let digits = digits.ok_or(CodeError::Digits)?;
        if kind == "hotp" {
            let counter = self.get("counter").and_then(|counter| counter.parse().ok());
            let counter = counter.filter(|counter| *counter <= LAST_COUNTER).ok_or(CodeError::Counter)?;
            return Ok(Scheme::Hotp { algorithm, digits, counter });
        }
        let period =
            self.get("period").map_or(Ok(30), str::parse).ok().filter(|period| PERIODS.contains(period));
        Ok(Scheme::Totp { algorithm, digits, period: period.ok_or(CodeError::Period)? })
    }

    /// Returns whether the code is Steam's. Steam issues only its own codes, so the issuer suffices unless `digits`
    /// differs.
    fn is_steam(&self, issuer: &str) -> bool {
        let named = issuer.eq_ignore_ascii_case(STEAM) && matches!(self.get("digits"), None | Some("5"));
        named || self.get("encoder").is_some_and(|encoder| encoder.eq_ignore_ascii_case(STEAM))
    }
}

/// Decodes percent escapes; in a query a plus is a space. A percent sign that is no escape stands for itself. Bytes that
/// are not UTF-8 are ISO 8859-1.
fn unescape(text: &str, query: bool) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let escaped = after.first_chunk().filter(|_| *byte == b'%').and_then(|digits| hexadecimal(*digits));
        if let Some(escaped) = escaped {
            bytes.push(escaped);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(if query && *byte == b'+' { b' ' } else { *byte });
        }
    }
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    match std::str::from_utf8(&bytes) {
        Ok(decoded) => text.push_str(decoded),
        Err(_) => text.extend(bytes.iter().copied().map(char::from)),
    }
    text
}

fn hexadecimal([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

/// Returns the URI of a code with another scheme.
pub fn format(code: &Code, scheme: Scheme) -> SecretText {
    let secret = base32::encode(&code.secret);
    let (algorithm, digits, period) = match scheme {
        Scheme::Totp { algorithm, digits, period } => (algorithm, digits, period),
        Scheme::Hotp { algorithm, digits, counter: _ } => (algorithm, digits, 30),
        Scheme::Steam if code.issuer == STEAM && code.account.is_empty() && code.more.is_empty() => {
            return SecretText::new(format!("steam://{}", secret.as_str()));
        }
        // `steam://` has no names; programs that support Steam codes read this form too.
        Scheme::Steam => (Algorithm::Sha1, 6, 30),
    };
    let (issuer, account) = (escape(&code.issuer), escape(&code.account));
    // The account starts after the first colon of a label. The issuer parameter is unchanged.
    let label = if issuer.is_empty() && !code.account.contains(':') {
        account
    } else {
        format!("{}:{account}", escape(&code.issuer.replace(':', "")))
    };
    // Preallocate everything, since a reallocation leaves copies of the secret behind.
    let mut uri = String::with_capacity(label.len() + secret.len() + issuer.len() + code.more.len() + 100);
    uri.push_str(if let Scheme::Hotp { .. } = scheme { "otpauth://hotp/" } else { "otpauth://totp/" });
    uri.push_str(&label);
    uri.push_str("?secret=");
    uri.push_str(&secret);
    if !issuer.is_empty() {
        uri.push_str("&issuer=");
        uri.push_str(&issuer);
    }
    if scheme == Scheme::Steam {
        uri.push_str("&encoder=steam");
    }
    match algorithm {
        Algorithm::Sha1 => {}
        Algorithm::Sha256 => uri.push_str("&algorithm=SHA256"),
        Algorithm::Sha512 => uri.push_str("&algorithm=SHA512"),
    }
    let like_steam = scheme != Scheme::Steam && code.issuer.eq_ignore_ascii_case(STEAM);
    if digits != 6 || like_steam {
        uri.push_str(&format!("&digits={digits}"));
    }
    if let Scheme::Hotp { counter, .. } = scheme {
        uri.push_str(&format!("&counter={counter}"));
    }
    if period != 30 {
        uri.push_str(&format!("&period={period}"));
    }
    if !code.more.is_empty() {
        uri.push('&');
        uri.push_str(&code.more);
    }
    SecretText::new(uri)
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn parsed(text: &str) -> Result<(Vec<u8>, Scheme, String, String), CodeError> {
        parse(text).map(|code| (code.secret.to_vec(), code.scheme, code.issuer, code.account))
    }

    const USUAL: Scheme = Scheme::Totp { algorithm: Algorithm::Sha1, digits: 6, period: 30 };

    #[test]
    fn uris_of_sites_and_programs_are_parsed() {
        let secret = b"foobar".to_vec();
        for (text, scheme, issuer, account) in [
            ("MZXW6YTBOI", USUAL, "", ""),
            ("  mzxw 6ytb oi==== ", USUAL, "", ""),
            ("otpauth://totp/ann?secret=MZXW6YTBOI", USUAL, "", "ann"),
            (
                "OTPAUTH://TOTP/Big%20Shop:ann%40example.com?SECRET=mzxw6ytboi",
                USUAL,
                "Big Shop",
                "ann@example.com",
            ),
            ("otpauth://totp/Shop%3Aann?secret=MZXW6YTBOI&issuer=Shop+Ltd", USUAL, "Shop Ltd", "ann"),
            (
                "otpauth://totp/?secret=MZXW6YTBOI&algorithm=SHA-256&digits=8&period=60&image=x",
                Scheme::Totp { algorithm: Algorithm::Sha256, digits: 8, period: 60 },
                "",
                "",
            ),
            (
                "otpauth://totp/a?secret=MZXW6YTBOI&algorithm=HmacSHA512&digits=7&period=1",
                Scheme::Totp { algorithm: Algorithm::Sha512, digits: 7, period: 1 },
                "",
                "a",
            ),
            ("steam://MZXW6YTBOI", Scheme::Steam, STEAM, ""),
            (
                "otpauth://totp/Steam:ann?secret=MZXW6YTBOI&issuer=Steam&digits=5",
                Scheme::Steam,
                "Steam",
                "ann",
            ),
            ("otpauth://totp/Steam:ann?secret=MZXW6YTBOI&issuer=Steam", Scheme::Steam, "Steam", "ann"),
            (
                "otpauth://totp/Steam:ann?secret=MZXW6YTBOI&issuer=Steam&algorithm=SHA1&period=30",
                Scheme::Steam,
                "Steam",
                "ann",
            ),
            ("otpauth://totp/ann?secret=MZXW6YTBOI&issuer=Steam&digits=6", USUAL, "Steam", "ann"),
            ("otpauth://steam/Steam:ann?secret=MZXW6YTBOI", Scheme::Steam, "Steam", "ann"),
            (
                "otpauth://hotp/Shop:ann?secret=MZXW6YTBOI&counter=41&digits=8&algorithm=SHA256",
                Scheme::Hotp { algorithm: Algorithm::Sha256, digits: 8, counter: 41 },
                "Shop",
                "ann",
            ),
            (
                "otpauth://hotp/ann?secret=MZXW6YTBOI&counter=0&issuer=Steam&period=7",
                Scheme::Hotp { algorithm: Algorithm::Sha1, digits: 6, counter: 0 },
                "Steam",
                "ann",
            ),
            (
                "otpauth://totp/ann?secret=MZXW6YTBOI&issuer=Valve&encoder=steam",
                Scheme::Steam,
                "Valve",
                "ann",
            ),
        ] {
            assert_eq!(parsed(text), Ok((secret.clone(), scheme, issuer.into(), account.into())), "{text}");
        }
    }

    #[test]
    fn values_out_of_range_are_refused_with_a_reason() {
        let with = |more: &str| parsed(&format!("otpauth://totp/a?secret=MZXW6YTBOI&{more}")).err();
        assert_eq!(with("digits=4"), Some(CodeError::Digits));
        assert_eq!(with("digits=11"), Some(CodeError::Digits));
        assert_eq!(with("digits=six"), Some(CodeError::Digits));
        assert_eq!(with("period=0"), Some(CodeError::Period));
        assert_eq!(with("period=86401"), Some(CodeError::Period));
        assert_eq!(with("algorithm=MD5"), Some(CodeError::Algorithm));
        assert_eq!(with("secret=AAAAAAAA"), Some(CodeError::NotACode));
        assert_eq!(with("issuer=X&issuer=Y"), Some(CodeError::NotACode));
        for (text, error) in [
            ("otpauth://hotp/a?secret=MZXW6YTBOI", CodeError::Counter),
            ("otpauth://hotp/a?secret=MZXW6YTBOI&counter=-1", CodeError::Counter),
            ("otpauth://hotp/a?secret=MZXW6YTBOI&counter=9223372036854775808", CodeError::Counter),
            ("otpauth://hotp/a?secret=MZXW6YTBOI&counter=1&digits=4", CodeError::Digits),
            ("otpauth://yaotp/a?secret=MZXW6YTBOI", CodeError::NotACode),
            ("otpauth://totp/a", CodeError::Secret),
            ("otpauth://totp/a?issuer=x", CodeError::Secret),
            ("otpauth://totp/a?secret=", CodeError::Secret),
            ("otpauth://totp/a?secret=18", CodeError::Secret),
            ("otpauth://totp/a?secret=A", CodeError::Secret),
            ("steam://", CodeError::Secret),
            ("https://example.com/?secret=MZXW6YTBOI", CodeError::NotACode),
            ("", CodeError::NotACode),
            ("123456", CodeError::NotACode),
            ("hello", CodeError::NotACode),
            ("correct horse battery", CodeError::NotACode),
        ] {
            assert_eq!(parsed(text).err(), Some(error), "{text}");
        }
        assert_eq!(parsed(&"A".repeat(TEXT + 1)).err(), Some(CodeError::NotACode));
        assert_eq!(parsed(&"A".repeat(512)).err(), Some(CodeError::NotACode));
    }

    #[test]
    fn texts_are_parsed_as_people_copy_them() {
        let with = |digits, period| Scheme::Totp { algorithm: Algorithm::Sha1, digits, period };
        for (text, scheme, issuer, account) in [
            ("MZXW 6YTB\nOI", USUAL, "", ""),
            ("\u{200b}MZXW\u{a0}6YTB\tOI\r\n", USUAL, "", ""),
            ("MZXW6YTBOIA", USUAL, "", ""),
            ("\u{feff}otpauth://totp/a?secret=mzxw 6ytb\noi", USUAL, "", "a"),
            ("otpauth://totp/a?secret=MZXW6YTBOI&amp;issuer=X&amp;digits=8", with(8, 30), "X", "a"),
            ("otpauth://totp/Who? Me:ann?secret=MZXW6YTBOI", USUAL, "Who? Me", "ann"),
            ("otpauth://totp/Why?:ann?secret=MZXW6YTBOI&issuer=Why?", USUAL, "Why?", "ann"),
            ("otpauth://totp/Top 100% Shop:ann?secret=MZXW6YTBOI", USUAL, "Top 100% Shop", "ann"),
            ("otpauth://totp/100%:ann?secret=MZXW6YTBOI&issuer=100%", USUAL, "100%", "ann"),
            ("otpauth://totp/ACME #12:ann?secret=MZXW6YTBOI&issuer=ACME #12", USUAL, "ACME #12", "ann"),
            ("otpauth://totp/a?issuer=X&secret=MZXW6YTBOI#top", USUAL, "X", "a"),
            ("otpauth://totp/a?secret=MZXW6YTBOI&issuer=X&issuer=X", USUAL, "X", "a"),
            ("otpauth://totp/Caf%E9:ann?secret=MZXW6YTBOI", USUAL, "Caf\u{e9}", "ann"),
            ("otpauth://totp/a?secret=MZXW6YTBOI&digits=5", with(5, 30), "", "a"),
            ("otpauth://totp/a?secret=MZXW6YTBOI&digits=10&period=86400", with(10, 86_400), "", "a"),
        ] {
            assert_eq!(
                parsed(text),
                Ok((b"foobar".to_vec(), scheme, issuer.into(), account.into())),
                "{text:?}"
            );
            let again = parse(text).unwrap().to_uri();
            assert_eq!(parsed(again.expose()), parsed(text), "{text:?}");
        }
    }

    #[test]
    fn the_name_of_an_invalid_uri_is_found() {
        for (text, issuer, account) in [
            ("otpauth://totp/Shop:ann?secret=18", "Shop", "ann"),
            ("otpauth://totp/a?issuer=Shop&issuer=Bank", "", "a"),
            ("otpauth://yaotp/Shop%20Ltd:ann", "Shop Ltd", "ann"),
        ] {
            assert_eq!(name(text), Some((issuer.into(), account.into())), "{text}");
        }
        for text in ["", "MZXW6YTBOI", "otpauth://totp/?secret=18", "https://example.org/a"] {
            assert_eq!(name(text), None, "{text}");
        }
    }

    #[test]
    fn a_code_of_five_digits_is_not_named_after_steam() {
        let code = parse("otpauth://totp/?secret=MZXW6YTBOI&digits=5").unwrap().named("Steam", "ann");
        let again = parse(code.to_uri().expose()).unwrap();
        assert_eq!((again.scheme, again.account()), (code.scheme, "ann"));
    }

    #[test]
    fn unknown_parameters_are_kept_unchanged() {
        for (text, kept) in [
            (
                "otpauth://totp/a?image=https%3A%2F%2Fx.example%2Fa.png&secret=MZXW6YTBOI&Colour=Red+1",
                "otpauth://totp/a?secret=MZXW6YTBOI&image=https%3A%2F%2Fx.example%2Fa.png&Colour=Red+1",
            ),
            (
                "otpauth://hotp/a?lock&secret=MZXW6YTBOI&counter=7& note=x =y ",
                "otpauth://hotp/a?secret=MZXW6YTBOI&counter=7&lock&note=x =y",
            ),
            (
                "otpauth://totp/?secret=MZXW6YTBOI&issuer=Steam&image=x",
                "otpauth://totp/Steam:?secret=MZXW6YTBOI&issuer=Steam&encoder=steam&image=x",
            ),
            (
                "otpauth://totp/a?secret=MZXW6YTBOI&encoder=other&encoding=steam",
                "otpauth://totp/a?secret=MZXW6YTBOI&encoder=other&encoding=steam",
            ),
        ] {
            let written = parse(text).unwrap().to_uri();
            assert_eq!(written.expose(), kept);
            assert_eq!(parse(written.expose()).unwrap().to_uri().expose(), kept, "again");
        }
        let taken = parse("otpauth://hotp/a?secret=MZXW6YTBOI&counter=7&image=x").unwrap().take().unwrap();
        assert_eq!(taken.rest.expose(), "otpauth://hotp/a?secret=MZXW6YTBOI&counter=8&image=x");
    }

    #[test]
    fn a_name_too_long_after_escaping_is_refused() {
        let with = |name: &str| parse(&format!("otpauth://totp/{name}?secret=MZXW6YTBOI"));
        let long = with(&"\u{e9}".repeat(600)).unwrap();
        assert!(parse(long.to_uri().expose()).is_ok());
        assert_eq!(with(&"\u{e9}".repeat(1_500)).err(), Some(CodeError::NotACode));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(6238), failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn a_formatted_uri_round_trips(
            secret in prop::collection::vec(any::<u8>(), 1..65), issuer in "[^\\s]{0,12}", account in "\\PC{0,12}",
            hash in 0..3_usize, digits in 5_u8..=10, period in 1_u32..=86_400, counter in 0..=LAST_COUNTER,
            kind in 0..3, of_steam in any::<bool>(),
        ) {
            // A code of five digits of Steam is one of its own kind.
            let digits = if of_steam { digits.max(6) } else { digits };
            let algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][hash];
            let scheme = match kind {
                0 => Scheme::Steam,
                1 => Scheme::Totp { algorithm, digits, period },
                _ => Scheme::Hotp { algorithm, digits, counter },
            };
            let issuer = if of_steam { STEAM } else { issuer.trim() }.to_owned();
            let account = account.trim().to_owned();
            let more = Zeroizing::default();
            let code = Code { secret: Zeroizing::new(secret.clone()), scheme, issuer, account, more };
            let uri = format(&code, scheme);
            prop_assert_eq!(parsed(uri.expose()), Ok((secret, scheme, code.issuer, code.account.trim().to_owned())));
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in any::<String>(), query in any::<String>()) {
            let _ = parse(&text);
            let _ = parse(&format!("otpauth://totp/{query}"));
            let _ = parse(&format!("otpauth://totp/a?secret=MZXW6YTBOI&{query}"));
        }
    }
}
