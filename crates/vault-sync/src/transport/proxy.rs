//! The proxy through which connections are made.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::{ClientBuilder, Url};
use vault_crypto::SecretText;

/// Whether connections go through a proxy.
#[derive(Debug, Default)]
pub enum Proxy {
    /// They do not, whatever the environment says.
    #[default]
    Direct,
    /// As the environment or the settings of the system say.
    System,
    /// Through this one.
    At(ProxyAddress),
}

/// The address of a proxy, with name and password if it asks for them.
pub struct ProxyAddress(SecretText);

/// What of the address of a proxy is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyParts {
    /// `http://host:port`, without name and password.
    pub address: String,
    /// The name; empty for none.
    pub user: String,
    /// Whether there is a password.
    pub has_password: bool,
}

/// The text is no address of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the address of a proxy")]
pub struct ProxyAddressError;

impl ProxyAddress {
    /// Longest address, in bytes.
    pub const MAX: usize = 1024;

    /// Parses `http://host:port` or `http://name:password@host:port`; the same with `https://`, with `socks5h://` for a SOCKS
    /// proxy that looks up the server's name, and with `socks5://` for one that does not.
    ///
    /// # Errors
    /// If it is none of these.
    pub fn new(text: &SecretText) -> Result<Self, ProxyAddressError> {
        parsed(text.expose()).map(|_| Self(text.duplicate()))
    }

    /// Adds name and password to an address, which must have none.
    ///
    /// # Errors
    /// If it is no such address, or too long with both.
    pub fn with(address: &str, user: &str, password: &SecretText) -> Result<Self, ProxyAddressError> {
        let mut url = parsed(address.trim())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProxyAddressError);
        }
        if user.is_empty() && !password.expose().is_empty() {
            return Err(ProxyAddressError);
        }
        // A percent sign is one of the user's.
        let escaped = |text: &str| SecretText::new(utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
        let password = Some(escaped(password.expose())).filter(|password| !password.expose().is_empty());
        url.set_username(escaped(user).expose())
            .and_then(|()| url.set_password(password.as_ref().map(SecretText::expose)))
            .map_err(|()| ProxyAddressError)?;
        Self::new(&SecretText::new(url.into()))
    }

    /// The whole text.
    #[must_use]
    pub const fn text(&self) -> &SecretText {
        &self.0
    }

    /// The password; empty for none.
    ///
    /// # Errors
    /// Never for an address that was made by this type.
    pub fn password(&self) -> Result<SecretText, ProxyAddressError> {
        let url = parsed(self.0.expose())?;
        Ok(SecretText::new(decoded(url.password().unwrap_or_default())?))
    }

    /// What of it is no secret.
    ///
    /// # Errors
    /// Never for an address that was made by this type.
    pub fn parts(&self) -> Result<ProxyParts, ProxyAddressError> {
        let mut url = parsed(self.0.expose())?;
        let (user, has_password) = (decoded(url.username())?, url.password().is_some());
        url.set_password(None).and_then(|()| url.set_username("")).map_err(|()| ProxyAddressError)?;
        Ok(ProxyParts { address: url.as_str().trim_end_matches('/').to_owned(), user, has_password })
    }
}

fn parsed(text: &str) -> Result<Url, ProxyAddressError> {
    let url = Some(text).filter(|text| text.len() <= ProxyAddress::MAX).and_then(|text| text.parse().ok());
    let url: Url = url.ok_or(ProxyAddressError)?;
    let plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.has_host();
    if plain && known { Ok(url) } else { Err(ProxyAddressError) }
}

/// A part of an address without its escapes.
fn decoded(part: &str) -> Result<String, ProxyAddressError> {
    percent_decode_str(part).decode_utf8().map(Into::into).map_err(|_| ProxyAddressError)
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyAddress(…)")
    }
}

impl Proxy {
    /// Whether there may be one.
    pub(super) const fn is_possible(&self) -> bool {
        !matches!(self, Self::Direct)
    }

    /// Adds the setting.
    pub(super) fn add_to(&self, builder: ClientBuilder) -> Result<ClientBuilder, ProxyAddressError> {
        match self {
            Self::Direct => Ok(builder.no_proxy()),
            Self::System => Ok(builder),
            Self::At(ProxyAddress(address)) => {
                let proxy = reqwest::Proxy::all(address.expose()).map_err(|_| ProxyAddressError)?;
                Ok(builder.proxy(proxy))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_proxies_are_accepted_and_never_printed() {
        for text in [
            "http://proxy:3128",
            "http://name:canary@10.0.0.1:8080/",
            "https://proxy.test",
            "socks5://name:canary@proxy:1080",
            "socks5h://proxy:1080",
        ] {
            let address = ProxyAddress::new(&text.into()).unwrap();
            assert_eq!(format!("{:?}", Proxy::At(address)), "At(ProxyAddress(…))");
        }
        let long = ["http://", &"a".repeat(1100)].concat();
        for text in ["", "proxy:3128", "ftp://proxy:1", "http://", "http://proxy/path", "http://p/?q", &long]
        {
            assert_eq!(ProxyAddress::new(&text.into()).map(drop), Err(ProxyAddressError), "{text}");
        }
    }

    #[test]
    fn name_and_password_are_added_and_taken_apart() {
        for (user, password) in [("", ""), ("ada", ""), ("a:d@/a", "p@ss/:%41ü "), ("%41", "#?")] {
            for address in ["http://proxy:3128", "socks5h://[2001:db8::1]:1080", "https://proxy.test"] {
                let made = ProxyAddress::with(address, user, &password.into()).unwrap();
                let (user, has_password) = (user.to_owned(), !password.is_empty());
                assert_eq!(made.parts(), Ok(ProxyParts { address: address.to_owned(), user, has_password }));
                assert_eq!(made.password().unwrap().expose(), password);
            }
        }
        for (address, user, password) in [
            ("http://ada@proxy:1", "", ""),
            ("http://proxy:1", "", "password without a name"),
            ("http://proxy:1", &*"a".repeat(1100), ""),
        ] {
            let made = ProxyAddress::with(address, user, &password.into());
            assert_eq!(made.map(drop), Err(ProxyAddressError), "{address}");
        }
    }
}
