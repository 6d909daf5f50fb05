//! Sessions without a sign-in: rows as a sign-in leaves them.

use vault_server::auth::AccessToken;
use vault_server::http::App;
use vault_server::store::{AccountKey, Sql, StoreError};
use vault_server::values;
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical as _;
use vault_wire::{AccountId, SessionId};

use super::Client;

const ACCOUNT: Sql<AccountKey> = Sql::new(
    "INSERT INTO account (account_id, login, created_at, locked, version, kdf_m_kib, kdf_t, kdf_p, record, keyset,
       root_box, certificate, statement)
     VALUES ($1, $2, 0, 0, 1, 0, 0, 0, $4, $4, $4, $3, $4) ON CONFLICT (account_id) DO NOTHING",
);
const SESSION: Sql<AccountKey> = Sql::new(
    "INSERT INTO session (account_id, session_id, device_id, begun_at, used_at, signed_in_at, expires_at, method,
       factor, refresh_hash, next_hash)
     VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7, $8, $8)",
);

/// How a session began.
#[derive(Clone, Copy)]
pub struct Began {
    /// 1 with the password, 2 with the recovery code.
    pub method: u32,
    /// With a second factor.
    pub factor: bool,
}

impl Client {
    /// Gets a session of an account, begun with the password and no second factor.
    pub async fn get_session(&mut self, app: &App, account: AccountId, certificate: &SignedCertificate) {
        self.get_session_as(app, account, certificate, Began { method: 1, factor: false }).await;
    }

    pub async fn get_session_as(
        &mut self,
        app: &App,
        account: AccountId,
        certificate: &SignedCertificate,
        began: Began,
    ) {
        let device = self.device.id();
        let session = SessionId::from_bytes(device.as_bytes()[..16].try_into().unwrap());
        let (now, empty) = (app.clock.now(), Vec::new());
        let (login, certificate) = (account.to_string(), certificate.encode());
        let (login, certificate, empty) = (&login, &certificate, &empty);
        let write = app.store.account(account).run(|tx| async move {
            let values = values![login.as_str(), certificate.as_slice(), empty.as_slice()];
            tx.execute(&ACCOUNT, values).await?;
            let end = now + (1 << 40);
            let values = values![session, device, now, end, began.method, began.factor, empty.as_slice()];
            tx.execute(&SESSION, values).await?;
            Ok::<_, StoreError>(())
        });
        write.await.unwrap();
        let token = app.tokens.get().issue(&AccessToken { account, session, device }, now).unwrap();
        self.access = Some(token.expose().to_owned());
    }
}
