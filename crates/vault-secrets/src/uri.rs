//! The parts of a URI.

use std::collections::BTreeMap;

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

/// A URI with an authority: host, perhaps a port, a path, and parameters.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "https"), allow(dead_code, reason = "only its form is checked"))]
pub struct Uri {
    pub host: String,
    pub port: u16,
    /// Percent-encoded as in the URI, with the slash that it begins with.
    pub path: String,
    parameters: BTreeMap<String, String>,
}

impl Uri {
    /// Parses what stands after the scheme.
    pub fn parse(rest: &str, form: &Form) -> Result<Self, UriError> {
        let Form { text: form, required, optional, port } = *form;
        let known = |name: &str| required.contains(&name) || optional.contains(&name);
        let plain =
            rest.starts_with("//") && rest.len() <= LONGEST && rest.bytes().all(|b| b.is_ascii_graphic());
        let url = if plain { Url::parse(&format!("https:{rest}")).ok() } else { None };
        let url = url.filter(|url| url.fragment().is_none()).ok_or(UriError::Form(form))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UriError::Credentials);
        }
        let host = url.host_str().ok_or(UriError::Form(form))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let mut parameters = BTreeMap::new();
        for (name, value) in url.query_pairs() {
            let fits = known(&name) && !value.is_empty() && !value.contains(char::is_control);
            if !fits || parameters.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(UriError::Parameter);
            }
        }
        if let Some(name) = required.iter().find(|name| !parameters.contains_key(**name)) {
            return Err(UriError::Lacks(name));
        }
        // `url` drops the port that is usual for HTTPS.
        let given = rest.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
        let port = url.port().unwrap_or(if given.ends_with(":443") { 443 } else { port });
        Ok(Self { host, port, path: url.path().to_owned(), parameters })
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that is required, so that it is there.
    #[cfg_attr(not(feature = "https"), allow(dead_code, reason = "only its form is checked"))]
    pub fn required(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }
}
