//! Attacks on what accounts and devices state: devices, recovery codes on a server, successors, invitations.

use vault_crypto::{
    CodeAccount, CodeKey, DeviceSigner, InviteSecret, Keyset, OpenError, RecoveryCode, RootSigner, SecretKey,
    UnlockSeed, seal_for_device,
};
use vault_testkit::FixedRng;
use vault_wire::account::{
    CodeStatement, CodeStatementError, DeviceError, DeviceKeys, Predecessor, Revocation, SignedCodeStatement,
    SignedDeviceKeys, SignedRevocation, SignedSuccessor, SuccessorError, Successors,
};
use vault_wire::cbor::Canonical;
use vault_wire::invitation::Answer;
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, ContentHash, DeviceId, EntryHash, SignatureError, VaultId};

use crate::team::{Person, Team};

const ISSUER: &str = "https://coffer.example";

#[test]
fn t48_device_is_revoked_only_by_the_present_identity_of_its_account() {
    let (anna, evil) = (Person::new(70), Person::new(71));
    let (device, other) = (DeviceId::from_bytes([5; 32]), DeviceId::from_bytes([6; 32]));
    let first = anna.certificate.verify().unwrap();
    let next = anna.next_identity(72);
    let second = anna.root.certify(&next, Predecessor::Compromised, 2).verify().unwrap();
    let good = anna.identity.revoke(anna.id(), device, true, 9);
    assert!(good.verify(&first, &device).is_ok());
    let refused = |revocation: &SignedRevocation, certificate, error: DeviceError| {
        assert_eq!(revocation.verify(certificate, &device), Err(error));
    };
    let unsigned = DeviceError::Signature(SignatureError);
    refused(&evil.identity.revoke(anna.id(), device, true, 9), &first, unsigned);
    refused(&anna.identity.revoke(evil.id(), device, true, 9), &first, DeviceError::Other);
    refused(&anna.identity.revoke(anna.id(), other, true, 9), &first, DeviceError::Other);
    // The key that was lost with a device revokes nothing once there is another one, and the other way round.
    refused(&good, &second, DeviceError::Other);
    refused(&next.revoke(anna.id(), device, true, 9), &first, DeviceError::Other);
    // The server turns the word that asks for new keys.
    let bytes = Revocation { compromised: false, ..Revocation::decode(&good.bytes).unwrap() }.encode();
    refused(&SignedRevocation { bytes, ..good }, &first, unsigned);
}

#[test]
fn t23_device_keys_replaced_by_the_servers_own_receive_nothing() {
    let (anna, evil) = (Person::new(70).id(), Person::new(71).id());
    let (laptop, theirs) =
        (DeviceSigner::make(&mut FixedRng::new(72)), DeviceSigner::make(&mut FixedRng::new(73)));
    let good = laptop.state_keys(anna, 1);
    assert!(good.verify(&anna, &laptop.id()).is_ok());
    let refused = |keys: &SignedDeviceKeys, error: DeviceError| {
        assert_eq!(keys.verify(&anna, &laptop.id()), Err(error));
    };
    refused(&theirs.state_keys(anna, 1), DeviceError::Other);
    refused(&laptop.state_keys(evil, 1), DeviceError::Other);
    let kem = DeviceKeys::decode(&theirs.state_keys(anna, 1).bytes).unwrap().kem;
    let bytes = DeviceKeys { kem, ..DeviceKeys::decode(&good.bytes).unwrap() }.encode();
    refused(&SignedDeviceKeys { bytes, ..good }, DeviceError::Signature(SignatureError));
}

#[test]
fn t23_box_for_a_device_opens_only_there_and_for_its_purpose() {
    let rng = &mut FixedRng::new(74);
    let account = Person::new(70).id();
    let (laptop, phone) = (DeviceSigner::make(rng), DeviceSigner::make(rng));
    let keys = laptop.state_keys(account, 1).verify(&account, &laptop.id()).unwrap();
    let (encapsulated, sealed) = seal_for_device(&keys, "approve", &[7; 32], rng).ok().unwrap();
    let sealed = (*encapsulated, sealed);
    let open = |device: &DeviceSigner, account: &AccountId, purpose: &str| {
        device.open_box(account, purpose, &sealed).map(|secret| *secret)
    };
    assert_eq!(open(&laptop, &account, "approve"), Ok([7; 32]));
    assert_eq!(open(&laptop, &account, "hand over"), Err(OpenError));
    assert_eq!(open(&laptop, &Person::new(71).id(), "approve"), Err(OpenError));
    assert_eq!(open(&phone, &account, "approve"), Err(OpenError));
    // The device after a restart: its stored seeds give the same keys.
    let (sign, kem) = laptop.expose_seeds();
    assert_eq!(open(&DeviceSigner::from_seeds(sign, kem), &account, "approve"), Ok([7; 32]));
    // Another device that has the same key to seal for: its id is another one.
    let twin = DeviceSigner::from_seeds(&[1; 32], laptop.expose_seeds().1);
    assert_eq!(open(&twin, &account, "approve"), Err(OpenError));
}

#[test]
fn t29_recovery_code_is_stated_by_the_root_for_one_server_and_box() {
    let (anna, evil) = (Person::new(70), Person::new(71));
    let made = code_box(&anna, 70, &RecoveryCode::from_bytes(&[1; 16]), 3);
    let CodeBox { statement, sealed } = &made;
    let account = anna.id();
    let verify = |statement: &SignedCodeStatement, known, sealed: Option<&[u8]>| {
        statement.verify(&account, ISSUER, known, sealed).map(|_| ())
    };
    let with_box = Some(sealed.as_slice());
    assert_eq!(verify(statement, 2, with_box), Ok(()));
    assert_eq!(verify(statement, 3, with_box), Err(CodeStatementError::NotNewer), "a replay");
    let elsewhere = statement.verify(&account, "https://other.example", 2, with_box);
    assert_eq!(elsewhere.err(), Some(CodeStatementError::OtherIssuer));
    // The server's own code under its own root, or with the account's one.
    let theirs = code_box(&evil, 71, &RecoveryCode::from_bytes(&[2; 16]), 4);
    let box_of_theirs = Some(theirs.sealed.as_slice());
    assert_eq!(verify(&theirs.statement, 2, box_of_theirs), Err(CodeStatementError::OtherAccount));
    let code = Some((*CodeKey::derive(&RecoveryCode::from_bytes(&[2; 16]), &account).public(), {
        ContentHash::of(&theirs.sealed)
    }));
    let bytes = CodeStatement { code, ..CodeStatement::decode(&statement.bytes).unwrap() }.encode();
    let forged = SignedCodeStatement { bytes, ..statement.clone() };
    assert_eq!(verify(&forged, 2, box_of_theirs), Err(CodeStatementError::Signature(SignatureError)));
    // A box that is another one, withheld, or kept though it was withdrawn.
    assert_eq!(verify(statement, 2, box_of_theirs), Err(CodeStatementError::OtherBox));
    assert_eq!(verify(statement, 2, None), Err(CodeStatementError::OtherBox));
    let withdrawn = anna.root.withdraw_code(ISSUER, 4);
    assert_eq!(verify(&withdrawn, 3, with_box), Err(CodeStatementError::OtherBox));
    assert_eq!(verify(&withdrawn, 3, None), Ok(()));
}

#[test]
fn t29_proof_of_a_recovery_code_counts_for_one_challenge_server_and_device() {
    let account = Person::new(70).id();
    let key = CodeKey::derive(&RecoveryCode::from_bytes(&[1; 16]), &account);
    let device = DeviceId::from_bytes([5; 32]);
    let proof = key.prove(&account, ISSUER, &[7; 32], &device);
    let verify = |account: &AccountId, issuer: &str, challenge: &[u8; 32], device: &DeviceId| {
        let message = CodeStatement::proof_message(account, issuer, challenge, device);
        key.public().verify(&message, &proof)
    };
    assert_eq!(verify(&account, ISSUER, &[7; 32], &device), Ok(()));
    assert_eq!(verify(&Person::new(71).id(), ISSUER, &[7; 32], &device), Err(SignatureError));
    assert_eq!(verify(&account, "https://other.example", &[7; 32], &device), Err(SignatureError));
    assert_eq!(verify(&account, ISSUER, &[8; 32], &device), Err(SignatureError), "a replay");
    assert_eq!(verify(&account, ISSUER, &[7; 32], &DeviceId::from_bytes([6; 32])), Err(SignatureError));
    let other = CodeKey::derive(&RecoveryCode::from_bytes(&[1; 16]), &Person::new(71).id());
    assert_ne!(other.public(), key.public(), "one code of two accounts has two keys");
}

#[test]
fn t29_box_of_a_recovery_code_opens_only_with_this_code_and_account() {
    let (anna, evil) = (Person::new(70), Person::new(71));
    let code = RecoveryCode::from_bytes(&[1; 16]);
    let sealed = code_box(&anna, 70, &code, 1).sealed;
    let open = |sealed: &[u8], code: &RecoveryCode, account: &AccountId, certificate| {
        CodeAccount::open(sealed, code, account, certificate).map(|_| ())
    };
    assert_eq!(open(&sealed, &code, &anna.id(), &anna.certificate), Ok(()));
    let other_code = RecoveryCode::from_bytes(&[2; 16]);
    assert_eq!(open(&sealed, &other_code, &anna.id(), &anna.certificate), Err(OpenError));
    assert_eq!(open(&sealed, &code, &evil.id(), &evil.certificate), Err(OpenError));
    // The server shows another certificate: of a later identity, or of another account.
    let next = anna.root.certify(&anna.next_identity(72), Predecessor::Sound, 2);
    assert_eq!(open(&sealed, &code, &anna.id(), &next), Err(OpenError));
    assert_eq!(open(&sealed, &code, &anna.id(), &evil.certificate), Err(OpenError));
    // Somebody who knows the code seals their own account in this one's place.
    let parts = |root: &RootSigner, identity| {
        let keyset = Keyset { identity, home_vault: VaultId::from_bytes([1; 16]), home_genesis: GENESIS };
        let (seed, key) = (UnlockSeed::from_bytes(&[3; 32]), SecretKey::from_bytes(&[4; 16]));
        root.make_code_box(&code, &keyset, &seed, &key, ISSUER, 1, &mut FixedRng::new(75)).sealed
    };
    let swapped = parts(&anna.root, evil.identity);
    assert_eq!(open(&swapped, &code, &anna.id(), &anna.certificate), Err(OpenError), "another identity");
}

const GENESIS: EntryHash = EntryHash::from_bytes([2; 32]);

struct CodeBox {
    statement: SignedCodeStatement,
    sealed: Vec<u8>,
}

fn code_box(person: &Person, seed: u64, code: &RecoveryCode, number: u64) -> CodeBox {
    // The same identity once more, since a keyset owns it.
    let identity = Person::new(seed).identity;
    let keyset = Keyset { identity, home_vault: VaultId::from_bytes([1; 16]), home_genesis: GENESIS };
    let (seed, key) = (UnlockSeed::from_bytes(&[3; 32]), SecretKey::from_bytes(&[4; 16]));
    let rng = &mut FixedRng::new(number);
    let made = person.root.make_code_box(code, &keyset, &seed, &key, ISSUER, number, rng);
    CodeBox { statement: made.statement, sealed: made.sealed }
}

#[test]
fn t24_successors_of_a_root_follow_it_without_gap_fork_or_return() {
    let roots: Vec<_> = (80..90).map(|seed| RootSigner::make(&mut FixedRng::new(seed))).collect();
    let account = roots[0].account_id();
    let state = |from: usize, to: usize| roots[from].state_successor(account, &roots[to], 1);
    let present = |known: usize, list: &[SignedSuccessor]| {
        Successors::verify(&account, list).and_then(|all| all.present_for(roots[known].public()).copied())
    };
    let chain: Vec<_> = (0..8).map(|at| state(at, at + 1)).collect();
    for known in 0..=8 {
        assert_eq!(present(known, &chain), Ok(*roots[8].public()));
    }
    let ninth = [chain.clone(), vec![state(8, 9)]].concat();
    for (name, list) in [
        ("empty", vec![]),
        ("nine", ninth),
        ("gap", vec![state(0, 1), state(2, 3)]),
        ("a later beginning", chain[1..].to_vec()),
        ("fork", vec![state(0, 1), state(0, 2)]),
        ("return", vec![state(0, 1), state(1, 0)]),
        ("itself", vec![state(0, 0)]),
        ("another account", vec![roots[0].state_successor(roots[1].account_id(), &roots[1], 1)]),
        (
            "another account, later",
            vec![state(0, 1), roots[1].state_successor(roots[1].account_id(), &roots[2], 1)],
        ),
        ("another first root", vec![roots[1].state_successor(account, &roots[2], 1)]),
    ] {
        assert_eq!(present(0, &list), Err(SuccessorError::Order), "{name}");
    }
    // A successor that the root did not choose, or that knows nothing of it.
    let good = state(0, 1);
    let unsigned = Err(SuccessorError::Signature(SignatureError));
    let by_thief = SignedSuccessor { by_root: state(2, 1).by_root, ..good.clone() };
    assert_eq!(present(0, &[by_thief]), unsigned);
    let unwilling = SignedSuccessor { by_next: state(0, 2).by_next, ..good.clone() };
    assert_eq!(present(0, &[unwilling]), unsigned);
    // Who has pinned a later root, or another successor, is not led back or aside.
    assert_eq!(present(2, std::slice::from_ref(&good)), Err(SuccessorError::OtherRoot), "an older list");
    assert_eq!(present(1, &[state(0, 2)]), Err(SuccessorError::OtherRoot), "another successor");
}

#[test]
fn t28_invitation_lets_only_its_account_read_only_its_vault() {
    let secret = InviteSecret::from_bytes(&[1; 16]);
    let (vault, other) = (VaultId::from_bytes([1; 16]), VaultId::from_bytes([2; 16]));
    let (erik, evil) = (Person::new(70).id(), Person::new(71).id());
    let reading = secret.reading(&vault, erik);
    assert_eq!(reading.verify(&vault, &erik), Ok(()));
    assert_eq!(reading.verify(&vault, &evil), Err(SignatureError), "another account");
    assert_eq!(reading.verify(&other, &erik), Err(SignatureError), "another vault");
    let mut renamed = reading;
    renamed.account = evil;
    assert_eq!(renamed.verify(&vault, &evil), Err(SignatureError), "the account is signed");
    assert_eq!(renamed.verify(&vault, &erik), Err(SignatureError), "the account is stated");
    let mut guessed = reading;
    guessed.invite = InviteSecret::from_bytes(&[2; 16]).public();
    assert_eq!(guessed.verify(&vault, &erik), Err(SignatureError), "another invitation");
}

#[test]
fn t30_name_in_an_answer_is_read_only_with_its_invitation_and_certificate() {
    let mut team = Team::new();
    let (erik, fred) = (Person::new(70), Person::new(71));
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let genesis = *team.vault.log.roster().genesis_hash();
    let accept = |person: &Person| person.accept(&link, &team.vault.log, team.vault.now).unwrap();
    let (eriks, freds) = (accept(&erik), accept(&fred));
    let open = |secret: &InviteSecret, genesis: &EntryHash, answer: &Answer| {
        secret.open_name(genesis, answer).map(|name| name.expose().to_owned())
    };
    assert_eq!(open(&link.secret, &genesis, &eriks), Ok("Erik Blau".to_owned()));
    assert_eq!(open(&InviteSecret::from_bytes(&[2; 16]), &genesis, &eriks), Err(OpenError), "the server");
    assert_eq!(open(&link.secret, &GENESIS, &eriks), Err(OpenError), "another vault");
    let mut swapped = freds;
    swapped.name = eriks.name;
    assert_eq!(open(&link.secret, &genesis, &swapped), Err(OpenError), "another's name");
}
