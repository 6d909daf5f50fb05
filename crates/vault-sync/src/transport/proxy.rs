//! The proxy through which connections are made.

use std::fmt;

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

/// The address of an HTTP proxy, with name and password if it asks for them.
pub struct ProxyAddress(SecretText);

/// The text is no address of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the address of an HTTP proxy")]
pub struct ProxyAddressError;

impl ProxyAddress {
    /// Longest address, in bytes.
    pub const MAX: usize = 1024;

    /// Parses `http://host:port` or `http://name:password@host:port`; `https://` too.
    ///
    /// # Errors
    /// If it is none of these.
    pub fn new(text: &SecretText) -> Result<Self, ProxyAddressError> {
        let url =
            Some(text.expose()).filter(|text| text.len() <= Self::MAX).and_then(|text| text.parse().ok());
        let url: Url = url.ok_or(ProxyAddressError)?;
        let plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let known = matches!(url.scheme(), "http" | "https") && url.has_host();
        if plain && known { Ok(Self(text.duplicate())) } else { Err(ProxyAddressError) }
    }
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
    fn addresses_of_http_proxies_are_accepted_and_never_printed() {
        for text in ["http://proxy:3128", "http://name:canary@10.0.0.1:8080/", "https://proxy.test"] {
            let address = ProxyAddress::new(&text.into()).unwrap();
            assert_eq!(format!("{:?}", Proxy::At(address)), "At(ProxyAddress(…))");
        }
        let long = ["http://", &"a".repeat(1100)].concat();
        for text in
            ["", "proxy:3128", "socks5://proxy:1", "http://", "http://proxy/path", "http://p/?q", &long]
        {
            assert_eq!(ProxyAddress::new(&text.into()).map(drop), Err(ProxyAddressError), "{text}");
        }
    }
}
