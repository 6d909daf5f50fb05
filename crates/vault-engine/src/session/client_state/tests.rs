//! Pins of own devices that contradict each other.

use std::sync::Arc;

use vault_crypto::{KdfParams, RootSigner};
use vault_testkit::{FixedRng, LogServer, PageBodies};
use vault_wire::CertificateHash;
use vault_wire::log::Recovery;

use super::own::account_pin;
use crate::clock::{SystemClock, system_rng};
use crate::disk::AppDirs;
use crate::profile::{NewProfile, NoKeychain, Profiles};
use crate::session::Bodies;
use crate::session::sharing::people;

#[test]
fn t24_account_is_blocked_by_a_pin_of_own_device() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock::new());
    let profiles = Profiles::new(AppDirs::portable(folder.path()), Box::new(NoKeychain), clock);
    let (name, device) = ("Home".to_owned(), "desk".to_owned());
    let new = NewProfile { name, password: "correct horse battery".into(), device, kdf: KdfParams::TEST };
    let mut session = profiles.create(new, system_rng()).unwrap();
    let home = session.vaults().unwrap()[0].id;
    let mut server = LogServer::default();
    server.create(home, &session.founding(home).unwrap().entry);
    let page = server.page(home, 0, 10, PageBodies::All).unwrap();
    session.receive(home, &page, Bodies::Live, Recovery::None).unwrap();

    // This device has pinned one certificate of the account, another one a different certificate.
    let root = RootSigner::make(&mut FixedRng::new(1));
    let account = root.account_id();
    let [own, other] = [1, 2].map(|byte| CertificateHash::from_bytes([byte; 32]));
    session
        .write(|tx| {
            people::raise(&tx.db, &account, *root.public(), 1, &own)?;
            let (key, value) = account_pin(&account, *root.public(), 1, other);
            tx.put_pin(None, &key, &value)
        })
        .unwrap();
    assert_eq!(session.contradicted_people(), Ok(Vec::new()));
    session.share_client_state().unwrap();
    assert_eq!(session.contradicted_people(), Ok(vec![account]));
}
