//! Tests of a profile's header, its slots and the account boxes.

use vault_crypto::{
    CodeTextError, Header, HeaderError, HeaderFile, HeaderOutdated, HeaderPin, Identity, KdfParams, KdfSalt,
    KeySlot, Keyset, MAX_HEADER, MAX_PASSWORD, OpenError, PasswordSlot, QuickKey, RecoveryCode, RootKey,
    RootSigner, SecretKey, SecretText, Slot, SlotKey, SlotKind, SlotsError, StretchError, StretchedPassword,
    UnlockError, UnlockSeed, make_id,
};
use vault_testkit::FixedRng;
use vault_wire::account::Predecessor;
use vault_wire::cbor::DecodeError;
use vault_wire::{AccountId, EntryHash, ProfileId, VaultId};

const FLOOR: KdfParams = KdfParams::FLOOR;

struct Made {
    root_key: RootKey,
    secret_key: SecretKey,
    slot: PasswordSlot,
    header: Header,
}

fn made() -> Made {
    let rng = &mut FixedRng::new(1);
    let (root_key, secret_key) = (RootKey::make(rng), SecretKey::make(rng));
    let profile_id: ProfileId = make_id(rng);
    let slot = PasswordSlot::make(&profile_id, &root_key, &"password".into(), &secret_key, FLOOR, rng);
    let (slot, _) = slot.ok().unwrap();
    let header = Header::new(profile_id, slot.clone());
    Made { root_key, secret_key, slot, header }
}

#[test]
fn password_slot_opens_only_with_password_and_secret_key() {
    let Made { root_key, secret_key, slot, header } = made();
    let profile_id = header.profile_id();
    let open = |profile: &ProfileId, password: &str, key: &SecretKey| {
        slot.open(profile, &password.into(), key).map(|(root_key, _)| root_key)
    };
    assert!(open(profile_id, "password", &secret_key).ok().unwrap().is_same_as(&root_key));
    let wrong = Some(UnlockError::Wrong(OpenError));
    assert_eq!(open(profile_id, "Password", &secret_key).err(), wrong);
    assert_eq!(open(profile_id, "", &secret_key).err(), wrong);
    assert_eq!(open(profile_id, "password", &SecretKey::from_bytes(&[0; 16])).err(), wrong);
    assert_eq!(open(&ProfileId::from_bytes([0; 16]), "password", &secret_key).err(), wrong);
}

#[test]
fn header_is_authentic_only_unchanged() {
    let Made { root_key, header, .. } = made();
    let file = header.to_file(&root_key);
    assert!(HeaderFile::parse(&file).unwrap().is_authentic(&root_key));
    assert!(!HeaderFile::parse(&file).unwrap().is_authentic(&RootKey::from_bytes(&[0; 32])));
    // With any bit flipped, the file is malformed or not authentic.
    for at in 0..file.len() * 8 {
        let mut changed = file.clone();
        changed[at / 8] ^= 1 << (at % 8);
        assert!(!HeaderFile::parse(&changed).is_ok_and(|header| header.is_authentic(&root_key)), "bit {at}");
    }
    // A later header with the same slots gives another file.
    let later = header.next(header.slots().to_vec()).unwrap().to_file(&root_key);
    assert_ne!(later, file);
    assert_eq!(HeaderFile::parse(&later).unwrap().unverified().version(), 2);
}

#[test]
fn each_key_opens_only_its_own_slot() {
    let Made { root_key, slot, header, .. } = made();
    let profile_id = header.profile_id();
    let rng = &mut FixedRng::new(4);
    // Equal key bytes where possible: opening also depends on the kind of key.
    let (quick, seed) = (QuickKey::from_bytes(&[7; 32]), UnlockSeed::from_bytes(&[7; 32]));
    let (code, account) = (RecoveryCode::from_bytes(&[7; 16]), AccountId::from_bytes([1; 16]));
    let keys = [SlotKey::Quick(&quick), SlotKey::Recovery(&code), SlotKey::Account(&account, &seed)];
    let slots = keys.map(|key| KeySlot::make(profile_id, &root_key, key, rng));
    for (at, slot) in slots.iter().enumerate() {
        for (other, key) in keys.into_iter().enumerate() {
            let opened = slot.open(profile_id, key);
            assert_eq!(opened.is_ok_and(|opened| opened.is_same_as(&root_key)), at == other);
        }
        let elsewhere = slot.open(&ProfileId::from_bytes([0; 16]), keys[at]);
        assert_eq!(elsewhere.err(), Some(OpenError));
    }
    let (other_quick, other_account) = (QuickKey::make(rng), AccountId::from_bytes([2; 16]));
    assert!(slots[0].open(profile_id, SlotKey::Quick(&other_quick)).is_err());
    assert!(slots[2].open(profile_id, SlotKey::Account(&other_account, &seed)).is_err());
    assert_eq!(slots[2].account(), Some(&account));

    // The order of slots passed in does not change the encoding, which round-trips.
    let mut all: Vec<_> = slots.into_iter().map(Slot::Key).chain([Slot::Password(slot)]).collect();
    let header = header.next(all.clone()).unwrap();
    all.reverse();
    let again = made().header.next(all).unwrap();
    assert_eq!(header.to_file(&root_key), again.to_file(&root_key));
    assert_eq!(*HeaderFile::parse(&header.to_file(&root_key)).unwrap().unverified(), header);
    let kinds: Vec<_> = header.slots().iter().map(Slot::kind).collect();
    assert_eq!(kinds, [SlotKind::Password, SlotKind::Quick, SlotKind::Recovery, SlotKind::Account]);
}

#[test]
fn account_slot_names_its_account() {
    let Made { root_key, header, .. } = made();
    let rng = &mut FixedRng::new(5);
    let (account, seed) = (AccountId::from_bytes([7; 16]), UnlockSeed::make(rng));
    let slot = KeySlot::make(header.profile_id(), &root_key, SlotKey::Account(&account, &seed), rng);
    assert_eq!(slot.account(), Some(&account));
    let code = RecoveryCode::make(rng);
    assert_eq!(KeySlot::make(header.profile_id(), &root_key, SlotKey::Recovery(&code), rng).account(), None);
}

#[test]
fn header_file_has_a_greatest_length() {
    let too_long = Some(HeaderError::from(DecodeError::TooLong));
    assert_eq!(HeaderFile::parse(&vec![0; MAX_HEADER + 1]).err(), too_long);
    assert_ne!(HeaderFile::parse(&vec![0; MAX_HEADER]).err(), too_long);
}

#[test]
fn costs_are_the_documented_ones() {
    let parts = |costs: KdfParams| (costs.memory_kib(), costs.passes(), costs.lanes());
    assert_eq!(parts(KdfParams::DEFAULT), (262_144, 3, 4));
    assert_eq!(parts(KdfParams::FLOOR), (65_536, 3, 1));
    assert_eq!(parts(KdfParams::CEILING), (2_097_152, 16, 16));
}

#[test]
fn invalid_sets_of_slots_are_rejected() {
    let Made { root_key, slot, header, .. } = made();
    let rng = &mut FixedRng::new(5);
    let (quick, code) = (QuickKey::make(rng), RecoveryCode::make(rng));
    let mut made = |key| Slot::Key(KeySlot::make(header.profile_id(), &root_key, key, rng));
    let password = Slot::Password(slot);
    let (one, two) = (made(SlotKey::Quick(&quick)), made(SlotKey::Quick(&quick)));
    let codes: Vec<_> = (0..16).map(|_| made(SlotKey::Recovery(&code))).collect();

    assert_eq!(header.next(vec![]), Err(SlotsError::NoPassword));
    assert_eq!(header.next(codes.clone()), Err(SlotsError::NoPassword));
    assert_eq!(header.next(vec![password.clone(), one, two]), Err(SlotsError::TwoOfAKind));
    assert_eq!(header.next(vec![password.clone(), password.clone()]), Err(SlotsError::Repeated));
    let sixteen = [&[password][..], &codes[1..]].concat();
    assert_eq!(header.next(sixteen.clone()).unwrap().version(), 2);
    assert_eq!(header.next([&sixteen[..], &codes[..1]].concat()), Err(SlotsError::TooMany));
}

#[test]
fn header_pin_accepts_only_itself_and_later_headers() {
    let Made { root_key, secret_key, header, .. } = made();
    let rng = &mut FixedRng::new(6);
    let (slot, _) =
        PasswordSlot::make(header.profile_id(), &root_key, &"other".into(), &secret_key, FLOOR, rng)
            .ok()
            .unwrap();
    let second = header.next(header.slots().to_vec()).unwrap();
    let sibling = header.next(vec![Slot::Password(slot)]).unwrap();
    assert_eq!(sibling.password_slots().count(), 1);
    let [first, second, sibling] = [&header, &second, &sibling].map(|header| header.pin(&root_key));
    assert_eq!(first.check(&second), Ok(true));
    assert_eq!(second.check(&second), Ok(false));
    assert_eq!(second.check(&first), Err(HeaderOutdated));
    assert_eq!(second.check(&sibling), Err(HeaderOutdated), "another header of the same version");
    assert_eq!(HeaderPin::from_bytes(&second.to_bytes()).check(&second), Ok(false));
    assert_eq!(HeaderPin::from_bytes(&second.to_bytes()).version(), 2);
}

#[test]
fn code_of_one_kind_is_never_accepted_as_the_other() {
    let rng = &mut FixedRng::new(7);
    for _ in 0..200 {
        let (key, code) = (SecretKey::make(rng), RecoveryCode::make(rng));
        let (key_text, code_text) = (key.to_text(), code.to_text());
        for typed in [
            key_text.expose().to_owned(),
            key_text.expose().to_lowercase(),
            key_text.expose().replace('-', " "),
        ] {
            assert!(SecretKey::from_text(&typed).is_ok_and(|read| read.is_same_as(&key)));
            assert_eq!(RecoveryCode::from_text(&typed).err(), Some(CodeTextError::OtherKind));
            assert_eq!(RecoveryCode::from_text(&typed[3..]).err(), Some(CodeTextError::OtherKind));
        }
        let sloppy = code_text.expose().replace('0', "o").replace('1', "l");
        assert!(RecoveryCode::from_text(&sloppy).is_ok_and(|read| read.is_same_as(&code)));
        assert!(RecoveryCode::from_text(&sloppy[3..]).is_ok_and(|read| read.is_same_as(&code)));
        assert_eq!(SecretKey::from_text(&sloppy).err(), Some(CodeTextError::OtherKind));
    }
}

#[test]
fn password_length_is_bounded() {
    let (secret_key, salt) = (SecretKey::from_bytes(&[0; 16]), KdfSalt::make(&mut FixedRng::new(2)));
    let stretch = |len| {
        let password = SecretText::new("x".repeat(len));
        StretchedPassword::derive(&password, &secret_key, &salt, FLOOR).map(|_| ())
    };
    assert_eq!(stretch(MAX_PASSWORD), Ok(()));
    assert_eq!(stretch(MAX_PASSWORD + 1), Err(StretchError::PasswordTooLong));
}

#[test]
fn account_boxes_open_only_for_their_account_profile_and_keys() {
    let rng = &mut FixedRng::new(3);
    let Made { root_key, secret_key, slot, header } = made();
    let profile_id = header.profile_id();
    let (_, stretched) = slot.open(profile_id, &"password".into(), &secret_key).ok().unwrap();
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

    let root_box = root.seal_local(&stretched, profile_id, rng);
    assert!(RootSigner::open_local(&root_box, &stretched, profile_id, &account).is_ok());
    assert!(RootSigner::open_local(&root_box, &stretched, profile_id, &stranger).is_err());
    assert!(
        RootSigner::open_local(&root_box, &stretched, &ProfileId::from_bytes([0; 16]), &account).is_err()
    );
    assert!(RootSigner::open_local(&keyset, &stretched, profile_id, &account).is_err());
}
