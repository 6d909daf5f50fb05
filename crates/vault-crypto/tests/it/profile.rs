//! A profile's header, its slots and the account boxes, as a program uses them.

use vault_crypto::{
    Header, HeaderFile, Identity, KdfParams, KdfSalt, Keyset, MAX_PASSWORD, OpenError, PasswordSlot, RootKey,
    RootSigner, SecretKey, SecretText, StretchError, Stretched, UnlockError, make_id,
};
use vault_testkit::FixedRng;
use vault_wire::account::Predecessor;
use vault_wire::{EntryHash, ProfileId, VaultId};

const FLOOR: KdfParams = KdfParams::FLOOR;

struct Made {
    root_key: RootKey,
    secret_key: SecretKey,
    header: Header,
}

fn made() -> Made {
    let rng = &mut FixedRng::new(1);
    let (root_key, secret_key) = (RootKey::make(rng), SecretKey::make(rng));
    let profile_id: ProfileId = make_id(rng);
    let slot = PasswordSlot::make(&profile_id, &root_key, &"password".into(), &secret_key, FLOOR, rng);
    let (slot, _) = slot.ok().unwrap();
    Made { root_key, secret_key, header: Header { profile_id, version: 1, slots: vec![slot] } }
}

#[test]
fn only_the_password_and_the_secret_key_together_open_a_slot() {
    let Made { root_key, secret_key, header } = made();
    let slot = &header.slots[0];
    let open = |profile: &ProfileId, password: &str, key: &SecretKey| {
        slot.open(profile, &password.into(), key).map(|(root_key, _)| root_key)
    };
    assert!(open(&header.profile_id, "password", &secret_key).ok().unwrap().is_same_as(&root_key));
    let wrong = Some(UnlockError::Wrong(OpenError));
    assert_eq!(open(&header.profile_id, "Password", &secret_key).err(), wrong);
    assert_eq!(open(&header.profile_id, "", &secret_key).err(), wrong);
    assert_eq!(open(&header.profile_id, "password", &SecretKey::from_bytes(&[0; 16])).err(), wrong);
    assert_eq!(open(&ProfileId::from_bytes([0; 16]), "password", &secret_key).err(), wrong);
}

#[test]
fn a_header_is_authentic_only_as_it_was_written() {
    let Made { root_key, header, .. } = made();
    let file = header.to_file(&root_key);
    assert!(HeaderFile::parse(&file).unwrap().is_authentic(&root_key));
    assert!(!HeaderFile::parse(&file).unwrap().is_authentic(&RootKey::from_bytes(&[0; 32])));
    // Whatever bit is turned, the file is not read or not authentic.
    for at in 0..file.len() * 8 {
        let mut changed = file.clone();
        changed[at / 8] ^= 1 << (at % 8);
        assert!(!HeaderFile::parse(&changed).is_ok_and(|header| header.is_authentic(&root_key)), "bit {at}");
    }
    // An older header with the same slots is another file.
    let older = Header { version: 0, ..header }.to_file(&root_key);
    assert_ne!(older, file);
    assert_eq!(HeaderFile::parse(&older).unwrap().unverified().version, 0);
}

#[test]
fn a_password_may_be_long_but_not_endless() {
    let (secret_key, salt) = (SecretKey::from_bytes(&[0; 16]), KdfSalt::make(&mut FixedRng::new(2)));
    let stretch = |len| {
        let password = SecretText::new("x".repeat(len));
        Stretched::derive(&password, &secret_key, &salt, FLOOR).map(|_| ())
    };
    assert_eq!(stretch(MAX_PASSWORD), Ok(()));
    assert_eq!(stretch(MAX_PASSWORD + 1), Err(StretchError::PasswordTooLong));
}

#[test]
fn account_boxes_open_only_for_their_own_account_profile_and_keys() {
    let rng = &mut FixedRng::new(3);
    let Made { root_key, secret_key, header } = made();
    let (_, stretched) =
        header.slots[0].open(&header.profile_id, &"password".into(), &secret_key).ok().unwrap();
    let (root, identity, other) = (RootSigner::make(rng), Identity::make_first(rng), RootSigner::make(rng));
    let (account, stranger) = (root.account_id(), other.account_id());
    let certificate = root.certify(&identity, Predecessor::Sound, 1).verify().unwrap();
    assert!(!Identity::make_first(rng).is_certified_by(&certificate));

    let (home_vault, home_genesis) = (VaultId::from_bytes([1; 16]), EntryHash::from_bytes([2; 32]));
    let keyset = Keyset { identity, home_vault, home_genesis }.seal_local(&root_key, &account, rng);
    let opened = Keyset::open_local(&keyset, &root_key, &account).ok().unwrap();
    assert!(opened.identity.is_certified_by(&certificate));
    assert!(Keyset::open_local(&keyset, &root_key, &stranger).is_err());
    assert!(Keyset::open_local(&keyset, &RootKey::from_bytes(&[0; 32]), &account).is_err());

    let root_box = root.seal_local(&stretched, &header.profile_id, rng);
    assert!(RootSigner::open_local(&root_box, &stretched, &header.profile_id, &account).is_ok());
    assert!(RootSigner::open_local(&root_box, &stretched, &header.profile_id, &stranger).is_err());
    assert!(
        RootSigner::open_local(&root_box, &stretched, &ProfileId::from_bytes([0; 16]), &account).is_err()
    );
    assert!(RootSigner::open_local(&keyset, &stretched, &header.profile_id, &account).is_err());
}
