//! An entry of an authenticator, which becomes an item.

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, Role, SecretText};
use vault_otp::{Code, CodeError};

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    syntax::json::Object,
};

/// An entry as the programs have it.
#[derive(Default)]
pub(super) struct Entry {
    /// The title, if it is not the issuer or the account.
    pub(super) title: String,
    /// Who issued the code.
    pub(super) issuer: String,
    /// Whose code it is.
    pub(super) account: String,
    /// The code.
    pub(super) code: Setup,
    /// Notes.
    pub(super) note: Note,
    /// The first is the folder, the others are tags.
    pub(super) groups: Vec<String>,
    /// Tags.
    pub(super) tags: Vec<String>,
    /// Whether it is a favourite.
    pub(super) favourite: bool,
    /// Whether it is in the trash.
    pub(super) trashed: bool,
    /// When it was made or changed.
    pub(super) date: Option<Timestamp>,
    /// Members that are not known.
    pub(super) rest: Object,
}

/// Notes, of which most entries have none.
pub(super) struct Note(pub(super) SecretText);

impl Default for Note {
    fn default() -> Self {
        Self(SecretText::from(""))
    }
}

/// How a code is set up.
pub(super) enum Setup {
    /// An address or a bare secret.
    Uri(SecretText),
    /// Its parts, as texts of the file; empty ones are the usual.
    Parts {
        /// `totp`, `hotp`, `steam`, or what no other program computes.
        kind: String,
        /// The secret in base32.
        secret: SecretText,
        /// The hash function.
        algorithm: String,
        /// The number of digits.
        digits: String,
        /// The period in seconds.
        period: String,
        /// The counter.
        counter: String,
    },
}

impl Default for Setup {
    fn default() -> Self {
        Self::Uri(SecretText::from(""))
    }
}

impl Setup {
    fn is_empty(&self) -> bool {
        match self {
            Self::Uri(text) | Self::Parts { secret: text, .. } => text.expose().trim().is_empty(),
        }
    }

    /// Returns the set-up as text: an address if there is one for its kind.
    fn text(&self) -> Result<SecretText, &SecretText> {
        let Self::Parts { kind, secret, algorithm, digits, period, counter } = self else {
            let Self::Uri(text) = self else { return Err(self.secret()) };
            return Ok(SecretText::from(text.expose()));
        };
        let text = secret.expose();
        match kind.to_ascii_lowercase().as_str() {
            "steam" | "steamotp" | "4" => Ok(SecretText::new(format!("steam://{text}"))),
            kind @ ("totp" | "hotp" | "" | "1" | "2") => {
                let is_counter = matches!(kind, "hotp" | "1");
                let kind = if is_counter { "hotp" } else { "totp" };
                let mut uri = format!("otpauth://{kind}/?secret={text}");
                let mut add = |name: &str, value: &str| {
                    if !value.is_empty() {
                        uri.push_str(&format!("&{name}={value}"));
                    }
                };
                add("algorithm", &hash(algorithm));
                add("digits", digits);
                if is_counter {
                    add("counter", if counter.is_empty() { "0" } else { counter });
                } else {
                    add("period", period);
                }
                Ok(SecretText::new(uri))
            }
            _ => Err(secret),
        }
    }

    const fn secret(&self) -> &SecretText {
        match self {
            Self::Uri(text) | Self::Parts { secret: text, .. } => text,
        }
    }
}

/// Returns the name of a hash function as in an address.
fn hash(name: &str) -> String {
    match name.to_ascii_uppercase().replace("HMAC", "").replace(['-', '_'], "").as_str() {
        "0" => "SHA1".to_owned(),
        "1" => "SHA256".to_owned(),
        "2" => "SHA512".to_owned(),
        other => other.to_owned(),
    }
}

/// Adds an item for an entry; one without a secret is left out with a remark.
pub(super) fn add(
    import: &mut ImportBuilder<'_>,
    position: u32,
    mut entry: Entry,
) -> Result<(), ImportError> {
    if entry.code.is_empty() && entry.note.0.is_empty() && entry.rest.is_blank() {
        import.skip_row(position, "There is no secret of a one-time code in this entry.");
        return Ok(());
    }
    let mut item = ItemBuilder::new(import, position, ItemType::OneTimeCode);
    let text = entry.code.text();
    let parsed = text.as_ref().map_or(Err(CodeError::NotACode), |text| Code::parse(text.expose()));
    if let Ok(code) = &parsed {
        for (given, known) in [(&mut entry.issuer, code.issuer()), (&mut entry.account, code.account())] {
            if given.trim().is_empty() {
                known.clone_into(given);
            }
        }
    }
    let titles = [&entry.title, &entry.issuer, &entry.account];
    let title = titles.into_iter().find(|title| !title.trim().is_empty());
    item.title("name", SecretText::from(title.map_or("", String::as_str)));
    item.default_title("One-time code");
    item.built_in("issuer", Role::Issuer, SecretText::from(entry.issuer.trim()));
    item.built_in("account", Role::Username, SecretText::from(entry.account.trim()));
    match (parsed, text) {
        (Ok(code), _) => {
            let code = code.named(&entry.issuer, &entry.account);
            item.built_in("secret", Role::Code, code.to_uri());
        }
        (Err(error), Ok(text)) if !text.expose().is_empty() => {
            let reason = format!(
                "This is not the key of a one-time code: {error}. It is kept as a concealed custom field."
            );
            item.keep("secret", FieldKind::Concealed, text, &reason);
        }
        (Err(_), Err(secret)) => {
            let reason =
                "Coffer computes no codes of this kind; the secret is kept as a concealed custom field.";
            item.keep("secret", FieldKind::Concealed, SecretText::from(secret.expose()), reason);
            if let Setup::Parts { kind, .. } = &entry.code {
                item.keep("type", FieldKind::Text, SecretText::from(kind.as_str()), reason);
            }
        }
        (Err(_), Ok(_)) => {}
    }
    item.notes("note", entry.note.0);
    let mut groups = entry.groups.iter();
    if let Some(first) = groups.next() {
        item.folder("group", &first.replace('/', " "));
    }
    for tag in groups.chain(&entry.tags) {
        item.tag("tags", tag);
    }
    item.dates(entry.date, None);
    if entry.favourite {
        item.favourite();
    }
    if entry.trashed {
        let now = item.now();
        item.trash(entry.date.unwrap_or(now));
    }
    item.unknown_members("", entry.rest);
    item.finish()
}
