//! The place of a key.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::uri::{Form, Parameters, Uri, UriError};
use crate::{Error, Key, Surroundings};

/// The schemes of all managers.
const SCHEMES: [&str; 4] = ["aws-kms", "aws-secretsmanager", "pkcs11", "vault"];

/// HashiCorp Vault and OpenBao, the key/value store of version 2.
const VAULT: Form = Form {
    text: "vault://HOST[:PORT]/MOUNT/data/PATH?token=SOURCE[&field=NAME][&version=N][&namespace=NAME][&ca=FILE]",
    required: &["token"],
    optional: &["field", "version", "namespace", "ca"],
    port: 8200,
};

/// AWS Secrets Manager.
const AWS_SECRET: Form = Form {
    text: "aws-secretsmanager://HOST[:PORT]?region=REGION&secret=NAME&access_key=ID&secret_key=SOURCE\
           [&session_token=SOURCE][&version=ID][&stage=NAME][&ca=FILE]",
    required: &["access_key", "region", "secret", "secret_key"],
    optional: &["ca", "session_token", "stage", "version"],
    port: 443,
};

/// AWS KMS.
const AWS_KMS: Form = Form {
    text: "aws-kms://HOST[:PORT]?region=REGION&key=ID&encrypted=SOURCE&access_key=ID&secret_key=SOURCE\
           [&session_token=SOURCE][&ca=FILE]",
    required: &["access_key", "encrypted", "key", "region", "secret_key"],
    optional: &["ca", "session_token"],
    port: 443,
};

/// A token with PKCS#11.
const PKCS11: Form = Form {
    text: "pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=SOURCE&wrapped=SOURCE",
    required: &["module-path", "object", "pin-source", "token", "wrapped"],
    optional: &[],
    port: 0,
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
#[cfg_attr(
    not(all(feature = "aws", feature = "pkcs11", feature = "vault")),
    allow(dead_code, reason = "only its form is checked")
)]
enum Place {
    /// In HashiCorp Vault or OpenBao.
    Vault(Uri),
    /// In AWS Secrets Manager.
    AwsSecret(Uri),
    /// Encrypted by AWS KMS.
    AwsKms(Uri),
    /// Wrapped by a key in a token.
    Pkcs11(Parameters),
}

impl Location {
    /// Whether a text begins as a URI of some manager does.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        text.split_once(':').is_some_and(|(scheme, _)| SCHEMES.contains(&scheme))
    }

    /// Fetches the key. Waits for some seconds at most.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn read_key(&self, surroundings: &dyn Surroundings) -> Result<Key, Error> {
        match &self.0.place {
            #[cfg(feature = "vault")]
            Place::Vault(uri) => crate::vault::read_key(uri, surroundings),
            #[cfg(feature = "aws")]
            Place::AwsSecret(uri) => crate::aws::read_secret(uri, surroundings),
            #[cfg(feature = "aws")]
            Place::AwsKms(uri) => crate::aws::decrypt(uri, surroundings),
            #[cfg(feature = "pkcs11")]
            Place::Pkcs11(uri) => crate::pkcs11::read_key(uri, surroundings),
            #[cfg(not(all(feature = "aws", feature = "pkcs11", feature = "vault")))]
            other => Err(not_built(other, surroundings)),
        }
    }
}

/// The answer of a program without the feature, which needs nothing.
#[cfg(not(all(feature = "aws", feature = "pkcs11", feature = "vault")))]
fn not_built(place: &Place, _: &dyn Surroundings) -> Error {
    Error::NotBuilt(match place {
        Place::Vault(_) => "vault",
        Place::AwsSecret(_) | Place::AwsKms(_) => "aws",
        Place::Pkcs11(_) => "pkcs11",
    })
}

impl FromStr for Location {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        let (scheme, rest) = text.split_once(':').ok_or(UriError::Scheme)?;
        let place = match scheme {
            "vault" => Place::Vault(vault(rest)?),
            "aws-secretsmanager" => Place::AwsSecret(without_path(rest, &AWS_SECRET)?),
            "pkcs11" => Place::Pkcs11(Parameters::parse_pkcs11(rest, &PKCS11)?),
            "aws-kms" => Place::AwsKms(without_path(rest, &AWS_KMS)?),
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

fn without_path(rest: &str, form: &Form) -> Result<Uri, UriError> {
    let uri = Uri::parse(rest, form)?;
    if uri.path == "/" { Ok(uri) } else { Err(UriError::Form(form.text)) }
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
            "pkcs11:token=My%20token;object=a&b?module-path=/m.so&pin-source=env:P&wrapped=file:w",
            "aws-secretsmanager://h/?region=r&secret=a/b&access_key=A&secret_key=env:S&stage=AWSCURRENT",
            "aws-kms://h:4566?region=r&key=k&encrypted=file:e&access_key=A&secret_key=env:S&session_token=env:T",
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
    fn a_pkcs11_uri_is_read_as_rfc_7512_says() {
        let text = "token=My%20token;object=a&b+c%3Bd?module-path=/m.so&pin-source=env:P&wrapped=file:w+x";
        let read = Parameters::parse_pkcs11(text, &PKCS11).unwrap();
        let read = ["token", "object", "module-path", "wrapped"].map(|name| read.required(name));
        assert_eq!(read, ["My token", "a&b+c;d", "/m.so", "file:w+x"]);
        for (text, expected) in [
            ("token=a;object=b", UriError::Form(PKCS11.text)),
            ("token=a?module-path=/m.so&pin-source=env:P&wrapped=w", UriError::Lacks("object")),
            ("token=a;token=b;object=b?module-path=/m.so&pin-source=env:P&wrapped=w", UriError::Parameter),
            ("token=a;slot-id=1;object=b?module-path=/m.so&pin-source=env:P&wrapped=w", UriError::Parameter),
            ("token=a;object=b?module-path=/m.so&pin-value=1234&wrapped=w", UriError::Parameter),
        ] {
            assert_eq!(Parameters::parse_pkcs11(text, &PKCS11).unwrap_err(), expected, "{text}");
        }
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
