//! The parts of a URI.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;

use url::Url;

/// The longest URI, in bytes.
const LONGEST: usize = 1024;

/// A text is not the URI of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// No manager has this scheme.
    #[error("not the URI of a secrets manager")]
    Scheme,
    /// It has another form.
    #[error("not a URI of the form {0}")]
    Form(&'static str),
    /// A user or a password is in it.
    #[error("a URI of a key has no user and no password in it")]
    Credentials,
    /// A parameter is missing.
    #[error("the URI lacks the parameter {0}")]
    Lacks(&'static str),
    /// A parameter is unknown, empty, there twice, or has control characters.
    #[error("the URI has a parameter that is unknown, empty, there twice, or has control characters")]
    Parameter,
}

/// The form of the URIs of a manager.
pub struct Form {
    /// As errors show it.
    pub text: &'static str,
    /// Parameters that must be there.
    pub required: &'static [&'static str],
    /// Parameters that may be there.
    pub optional: &'static [&'static str],
    /// The port, if the URI has none.
    pub port: u16,
}

/// The parameters of a URI, each there once.
#[derive(Clone, Debug)]
pub struct Parameters(BTreeMap<String, String>);

/// A URI with an authority: host, perhaps a port, a path, and parameters.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "https"), allow(dead_code, reason = "only its form is checked"))]
pub struct Uri {
    pub host: String,
    pub port: u16,
    /// Percent-encoded as in the URI, with the slash that it begins with.
    pub path: String,
    parameters: Parameters,
}

impl Deref for Uri {
    type Target = Parameters;

    fn deref(&self) -> &Parameters {
        &self.parameters
    }
}

impl Uri {
    /// Parses what stands after the scheme.
    pub fn parse(rest: &str, form: &Form) -> Result<Self, UriError> {
        let Form { text, port, .. } = *form;
        let plain =
            rest.starts_with("//") && rest.len() <= LONGEST && rest.bytes().all(|b| b.is_ascii_graphic());
        let url = if plain { Url::parse(&format!("https:{rest}")).ok() } else { None };
        let url = url.filter(|url| url.fragment().is_none()).ok_or(UriError::Form(text))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UriError::Credentials);
        }
        let host = url.host_str().ok_or(UriError::Form(text))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let parameters = Parameters::parse(url.query_pairs(), form)?;
        // `url` drops the port that is usual for HTTPS.
        let given = rest.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
        let port = url.port().unwrap_or(if given.ends_with(":443") { 443 } else { port });
        Ok(Self { host, port, path: url.path().to_owned(), parameters })
    }
}

impl Parameters {
    /// Takes those that a form knows.
    pub fn parse<'a>(
        pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        Form { required, optional, .. }: &Form,
    ) -> Result<Self, UriError> {
        let known = |name: &str| required.contains(&name) || optional.contains(&name);
        let mut parameters = BTreeMap::new();
        for (name, value) in pairs {
            let fits = known(&name) && !value.is_empty() && !value.contains(char::is_control);
            if !fits || parameters.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(UriError::Parameter);
            }
        }
        match required.iter().find(|name| !parameters.contains_key(**name)) {
            Some(name) => Err(UriError::Lacks(name)),
            None => Ok(Self(parameters)),
        }
    }

    /// Those of a PKCS#11 URI (RFC 7512), of its path and its query.
    pub fn parse_pkcs11(rest: &str, form: &Form) -> Result<Self, UriError> {
        let (path, query) = rest.split_once('?').ok_or(UriError::Form(form.text))?;
        if rest.len() > LONGEST || !rest.bytes().all(|b| b.is_ascii_graphic() && b != b'#') {
            return Err(UriError::Form(form.text));
        }
        // Its own separator of the path; a plus is no space.
        let text = [&path.replace('&', "%26").replace(';', "&"), query].join("&").replace('+', "%2B");
        Self::parse(url::form_urlencoded::parse(text.as_bytes()), form)
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that is required, so that it is there.
    #[cfg_attr(
        not(any(feature = "https", feature = "pkcs11")),
        allow(dead_code, reason = "only their form is checked")
    )]
    pub fn required(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }
}
