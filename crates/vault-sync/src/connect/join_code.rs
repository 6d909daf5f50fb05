//! The codes with which a new computer begins, as text or from a QR code.

use vault_crypto::{ApprovalCode, KitCode, SecretKey, SecretText};
use vault_wire::message::{ConnectCode, LoginName};

/// A code with which a new computer begins.
pub enum JoinCode {
    /// The code of another device.
    Device,
    /// That of the Kit of an account.
    Kit {
        /// The server, as a connect code.
        server: String,
        /// The login name.
        login: LoginName,
        /// The Secret Key.
        secret_key: SecretKey,
    },
    /// That of a Kit from before the account, or of one without a server.
    SecretKey(SecretKey),
    /// The connect code of a server.
    Server,
}

impl JoinCode {
    /// Reads a code; nothing if it is none of them.
    #[must_use]
    pub fn read(text: &SecretText) -> Option<Self> {
        // Each has its own prefix; without one, a text is not guessed at.
        let shown = text.expose().trim();
        if shown.starts_with("coffer://device#") {
            return ApprovalCode::from_text(text).is_ok().then_some(Self::Device);
        }
        if shown.starts_with("coffer://connect#") {
            return shown.parse::<ConnectCode>().is_ok().then_some(Self::Server);
        }
        if shown.starts_with("coffer://kit#") {
            let KitCode { address, issuer, key, login, secret_key } = KitCode::from_text(text).ok()?;
            let server = ConnectCode { address, issuer, key, code: None }.to_string();
            return Some(Self::Kit { server, login, secret_key });
        }
        SecretKey::from_text(shown).ok().map(Self::SecretKey)
    }
}

#[cfg(test)]
mod tests {
    use vault_wire::ContentHash;
    use vault_wire::message::Origin;

    use super::*;
    use crate::connect::ServerAddress;

    #[test]
    fn kit_gives_server_login_and_secret_key() {
        let origin = |text| Origin::new(text).unwrap();
        let kit = KitCode {
            address: origin("https://192.0.2.1:8443"),
            issuer: origin("https://vault.example"),
            key: Some(ContentHash::from_bytes([7; 32])),
            login: LoginName::new("ada@example.org").unwrap(),
            secret_key: SecretKey::from_bytes(&[5; 16]),
        };
        let text = kit.to_text();
        let Some(JoinCode::Kit { server, login, secret_key }) = JoinCode::read(&text) else { panic!() };
        assert!(login == kit.login && secret_key.is_same_as(&kit.secret_key));
        let code: ConnectCode = server.parse().unwrap();
        assert_eq!((code.address, code.issuer, code.key), (kit.address, kit.issuer, kit.key));
        assert!(code.code.is_none() && ServerAddress::parse(&server, None).is_ok());
        let key = kit.secret_key.to_text();
        assert!(matches!(JoinCode::read(&key), Some(JoinCode::SecretKey(_))));
        for text in
            ["", "vault.example", "coffer://kit#AAAA", "coffer://device#", "coffer://join#AAAA", "R1-"]
        {
            assert!(JoinCode::read(&SecretText::from(text)).is_none(), "{text}");
        }
        let cut = text.expose().split_at(text.expose().len() - 1).0;
        assert!(JoinCode::read(&SecretText::from(cut)).is_none());
    }
}
