//! The place of a key.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::uri::{Form, Uri, UriError};
use crate::{Error, Key, Surroundings};

/// HashiCorp Vault and OpenBao, the key/value store of version 2.
const VAULT: Form = Form {
    text: "vault://HOST[:PORT]/MOUNT/data/PATH?token=SOURCE[&field=NAME][&version=N][&namespace=NAME][&ca=FILE]",
    required: &["token"],
    optional: &["field", "version", "namespace", "ca"],
    port: 8200,
};

/// The place of a key, as a URI names it.
#[derive(Clone, Debug)]
pub struct Location(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    text: String,
    place: Place,
}

/// What the URI says.
#[derive(Debug)]
enum Place {
    /// In HashiCorp Vault or OpenBao.
    Vault(#[cfg_attr(not(feature = "vault"), allow(dead_code, reason = "only its form is checked"))] Uri),
}

impl Location {
    /// Whether a text begins as a URI of some manager does.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        text.starts_with("vault:")
    }

    /// Fetches the key. Waits for some seconds at most.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn read_key(&self, surroundings: &dyn Surroundings) -> Result<Key, Error> {
        match &self.0.place {
            #[cfg(feature = "vault")]
            Place::Vault(uri) => crate::vault::read_key(uri, surroundings),
            #[cfg(not(feature = "vault"))]
            Place::Vault(_) => Err(not_built("vault", surroundings)),
        }
    }
}

#[cfg(not(feature = "vault"))]
fn not_built(feature: &'static str, _: &dyn Surroundings) -> Error {
    Error::NotBuilt(feature)
}

impl FromStr for Location {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        let (scheme, rest) = text.split_once(':').ok_or(UriError::Scheme)?;
        let place = match scheme {
            "vault" => Place::Vault(vault(rest)?),
            _ => return Err(UriError::Scheme),
        };
        Ok(Self(Arc::new(Parts { text: text.to_owned(), place })))
    }
}

fn vault(rest: &str) -> Result<Uri, UriError> {
    let uri = Uri::parse(rest, &VAULT)?;
    let version =
        uri.get("version").is_none_or(|version| version.parse::<u32>().is_ok_and(|number| number > 0));
    let (mount, path) = uri.path.split_once("/data/").unwrap_or_default();
    if version && mount.len() > 1 && !path.is_empty() { Ok(uri) } else { Err(UriError::Form(VAULT.text)) }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl PartialEq for Location {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Location {}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> UriError {
        text.parse::<Location>().unwrap_err()
    }

    #[test]
    fn a_uri_is_shown_as_it_was_written() {
        for text in [
            "vault://h/secret/data/a?token=env:T",
            "vault://[::1]:443/team/kv/data/a/b%20c?token=file:t&field=k&version=2&namespace=n&ca=ca.pem",
        ] {
            assert_eq!(text.parse::<Location>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn ports_are_those_of_the_uri_or_the_usual_one() {
        let port = |authority: &str| {
            vault(&format!("//{authority}/s/data/a?token=env:T")).map(|uri| (uri.host, uri.port)).unwrap()
        };
        assert_eq!(port("h"), ("h".to_owned(), 8200));
        assert_eq!(port("h:443"), ("h".to_owned(), 443));
        assert_eq!(port("[::1]:8201"), ("::1".to_owned(), 8201));
        assert_eq!(port("[::443]"), ("::443".to_owned(), 8200));
    }

    #[test]
    fn other_uris_are_refused() {
        for text in [
            "vault:x",
            "vault:///secret/data/a?token=env:T",
            "vault://h/secret/a?token=env:T",
            "vault://h/data/a?token=env:T",
            "vault://h/secret/data/?token=env:T",
            "vault://h/secret/data/a?token=env:T#x",
            "vault://h/secret/data/a?token=env:T&version=0",
            "vault://h/secret/data/a b?token=env:T",
            "vault://h/secret/data/../../sys?token=env:T",
        ] {
            assert_eq!(error(text), UriError::Form(VAULT.text), "{text}");
        }
        assert_eq!(error("https://h/"), UriError::Scheme);
        assert_eq!(error("vault://u:p@h/s/data/a?token=env:T"), UriError::Credentials);
        assert_eq!(error("vault://h/s/data/a"), UriError::Lacks("token"));
        for query in ["token=a&token=b", "token=", "token=a&fields=x", "token=a&namespace=a%0Ab"] {
            assert_eq!(error(&format!("vault://h/s/data/a?{query}")), UriError::Parameter, "{query}");
        }
    }
}
