//! Attacks by those who hold keys of their own and write what this library never makes. In each, only the
//! defence that the test names stands between the attacker and success.

use ed25519_dalek::{Signer, SigningKey};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeS, Serializable, single_shot_seal_with_rng};
use vault_crypto::{Identity, OpenError, VaultKey, open_grant, sign_record};
use vault_testkit::FixedRng;
use vault_wire::account::{Certificate, Predecessor, SignedCertificate};
use vault_wire::cbor::{Array, Canonical};
use vault_wire::grant::{Grant, GrantContext};
use vault_wire::invitation::{Accept, SignedAccept};
use vault_wire::log::{Head, RejectReason, Verdict};
use vault_wire::roster::{MemberRole, Op, Record, SignedRecord};
use vault_wire::{AccountId, KemPublicKey, SignPublicKey, Signature};

use crate::team::{ACCEPTED, SharedVault, StoredEntry, Team, rejected};

fn public(key: &SigningKey) -> SignPublicKey {
    SignPublicKey::from_bytes(key.verifying_key().to_bytes())
}

fn sign(key: &SigningKey, message: &Array) -> Signature {
    Signature::from_bytes(key.sign(&message.encode()).to_bytes())
}

/// Seals a secret for a public key under any info, as anybody can: the base mode has no sender.
fn seal_for(recipient: &KemPublicKey, info: &Array, secret: &[u8; 32]) -> ([u8; 1120], [u8; 48]) {
    let recipient = <XWing as Kem>::PublicKey::from_bytes(recipient.as_bytes()).unwrap();
    let (encapsulated, sealed) = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &recipient,
        &info.encode(),
        secret,
        &[],
        &mut FixedRng::new(99),
    )
    .unwrap();
    let mut bytes = [0; 1120];
    encapsulated.write_exact(&mut bytes);
    (bytes, sealed.try_into().unwrap())
}

/// An account that signs with bare keys, so that it can sign anything.
struct Joiner {
    root: SigningKey,
    key: SigningKey,
    certificate: SignedCertificate,
}

impl Joiner {
    fn new(seed: u8) -> Self {
        let (root, key) = (SigningKey::from_bytes(&[seed; 32]), SigningKey::from_bytes(&[seed + 1; 32]));
        let bytes = Certificate {
            root: public(&root),
            generation: 1,
            sign: public(&key),
            kem: Box::new(KemPublicKey::from_bytes([0; 1216])),
            predecessor: Predecessor::Sound,
            made_at: 1,
        }
        .encode();
        let by_root = sign(&root, &Certificate::root_message(&bytes));
        let by_key = sign(&key, &Certificate::possession_message(&bytes));
        Self { root, key, certificate: SignedCertificate { bytes, by_root, by_key } }
    }

    fn id(&self) -> AccountId {
        AccountId::of_root(&public(&self.root))
    }

    /// Signs a record whatever its version, with the root too if asked for.
    fn record(&self, vault: &SharedVault, ops: Vec<Op>, version: u8, by_root: bool) -> StoredEntry {
        let Head { seq, root } = vault.log.head();
        let mut bytes = Record {
            vault_id: *vault.log.roster().vault_id(),
            prev: *vault.log.roster().last_record(),
            base_seq: seq,
            base_root: root,
            author: self.id(),
            generation: 1,
            made_at: vault.now,
            ops,
        }
        .encode();
        assert_eq!(bytes[1], 1, "the version is the first item");
        bytes[1] = version;
        let signature = sign(&self.key, &Record::message(&bytes));
        let mut signed = SignedRecord { bytes, signature, root_signature: None };
        let root_message = Record::root_message(&signed.entry_hash());
        signed.root_signature = by_root.then(|| sign(&self.root, &root_message));
        StoredEntry::Record(signed)
    }

    /// Signs an acceptance with the invitation's key and the joiner's own.
    fn accept(&self, accept: &Accept, invite: &SigningKey) -> SignedAccept {
        let bytes = accept.encode();
        let message = Accept::message(&bytes);
        SignedAccept { by_invite: sign(invite, &message), by_key: sign(&self.key, &message), bytes }
    }

    fn add(&self, accept: SignedAccept, role: MemberRole) -> Vec<Op> {
        let certificate = Box::new(self.certificate.clone());
        vec![Op::Add { certificate, role, accept: Some(Box::new(accept)) }]
    }
}

/// A team with an open invitation as editor, whose key the test holds, and an acceptance that fits it.
struct Invited {
    team: Team,
    key: SigningKey,
    joiner: Joiner,
    accept: Accept,
}

const EXPIRES_AT: u64 = 2000;

impl Invited {
    fn new() -> Self {
        let mut team = Team::new();
        let (key, joiner) = (SigningKey::from_bytes(&[50; 32]), Joiner::new(60));
        let op = Op::Invite { key: public(&key), role: MemberRole::Editor, expires_at: EXPIRES_AT };
        assert_eq!(team.vault.change(&team.ben, vec![op]), ACCEPTED);
        let accept = Accept {
            genesis_hash: *team.vault.log.roster().genesis_hash(),
            invite: public(&key),
            invite_record: *team.vault.log.roster().last_record(),
            role: MemberRole::Editor,
            certificate: joiner.certificate.hash(),
        };
        Self { team, key, joiner, accept }
    }

    fn add(&mut self, accept: SignedAccept) -> Verdict {
        let ops = self.joiner.add(accept, MemberRole::Editor);
        self.team.vault.change(&self.team.ben, ops)
    }
}

#[test]
fn t18_only_an_owner_can_raise_the_format() {
    // Below 24 a number is one byte; 23 is as unknown as 99.
    const UNKNOWN: u8 = 23;
    let mut team = Team::new();
    let [owner, manager, editor] = [20, 30, 40].map(Joiner::new);
    for (joiner, role) in
        [(&owner, MemberRole::Owner), (&manager, MemberRole::Manager), (&editor, MemberRole::Editor)]
    {
        let certificate = Box::new(joiner.certificate.clone());
        let add = vec![Op::Add { certificate, role, accept: None }];
        assert_eq!(team.vault.change_rooted(&team.anna, add.clone()) == ACCEPTED, role == MemberRole::Owner);
        if role != MemberRole::Owner {
            assert_eq!(team.vault.change(&team.anna, add), ACCEPTED);
        }
    }
    let remove = || vec![Op::Leave];
    for by_root in [false, true] {
        for joiner in [&owner, &manager, &editor] {
            let entry = joiner.record(&team.vault, remove(), UNKNOWN, by_root);
            assert_eq!(team.vault.push(entry), rejected(RejectReason::Format), "by a member");
        }
        let entry = Joiner::new(80).record(&team.vault, remove(), UNKNOWN, by_root);
        assert_eq!(team.vault.push(entry), rejected(RejectReason::Format), "by the server");
    }
    let state = |format| vec![Op::Format { format }];
    for joiner in [&manager, &editor] {
        for by_root in [false, true] {
            let entry = joiner.record(&team.vault, state(2), 1, by_root);
            assert_eq!(team.vault.push(entry), rejected(RejectReason::Role));
        }
    }
    let entry = owner.record(&team.vault, state(2), 1, false);
    assert_eq!(team.vault.push(entry), rejected(RejectReason::RootSignature));
    let entry = owner.record(&team.vault, state(1), 1, true);
    assert_eq!(team.vault.push(entry), rejected(RejectReason::Policy), "not above the present one");
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED, "the vault goes on");
    assert!(team.vault.log.roster().is_format_known());

    let entry = owner.record(&team.vault, state(2), 1, true);
    assert_eq!(team.vault.push(entry), ACCEPTED);
    assert!(!team.vault.log.roster().is_format_known(), "a newer program is needed");
    let members = team.vault.log.roster().members().count();
    let entry = owner.record(&team.vault, remove(), 2, true);
    assert_eq!(team.vault.push(entry), Verdict::Unread, "a removal by a newer program is not void");
    assert_eq!(team.vault.put(&team.cleo, 2), Verdict::Unread, "an older program writes nothing");
    let roster = team.vault.log.roster();
    assert_eq!((roster.members().count(), team.vault.log.equivocation()), (members, None));
}

#[test]
fn t30_acceptance_of_another_vault_invitation_role_or_identity_is_rejected() {
    let mut invited = Invited::new();
    let good = invited.accept;
    let other = SigningKey::from_bytes(&[51; 32]);
    for (name, accept) in [
        ("another vault", Accept { genesis_hash: [1; 32].into(), ..good }),
        ("an earlier invitation with the same key", Accept { invite_record: [1; 32].into(), ..good }),
        ("a higher role", Accept { role: MemberRole::Manager, ..good }),
        ("a lower role", Accept { role: MemberRole::Viewer, ..good }),
        ("another identity", Accept { certificate: Joiner::new(70).certificate.hash(), ..good }),
    ] {
        let signed = invited.joiner.accept(&accept, &invited.key);
        assert_eq!(invited.add(signed), rejected(RejectReason::Invitation), "{name}");
    }
    // Of an invitation that is not open.
    let closed = invited.joiner.accept(&Accept { invite: public(&other), ..good }, &other);
    assert_eq!(invited.add(closed), rejected(RejectReason::Invitation));
    let signed = invited.joiner.accept(&good, &invited.key);
    assert_eq!(invited.add(signed), ACCEPTED);
}

#[test]
fn t30_acceptance_needs_the_signatures_of_invitation_and_identity() {
    let mut invited = Invited::new();
    let good = invited.joiner.accept(&invited.accept, &invited.key);
    let other = SigningKey::from_bytes(&[51; 32]);
    let by_other = sign(&other, &Accept::message(&good.bytes));
    let earlier = Accept { invite_record: [1; 32].into(), ..invited.accept };
    let earlier = invited.joiner.accept(&earlier, &invited.key);
    // Without the invitation's secret, redirected from another account, and moved from another acceptance.
    for forged in [
        SignedAccept { by_invite: earlier.by_invite, ..good.clone() },
        SignedAccept { by_key: earlier.by_key, ..good.clone() },
        SignedAccept { by_invite: by_other, ..good.clone() },
        SignedAccept { by_invite: good.by_key, ..good.clone() },
        SignedAccept { by_key: by_other, ..good.clone() },
        SignedAccept { by_key: good.by_invite, ..good.clone() },
    ] {
        assert_eq!(invited.add(forged), rejected(RejectReason::Invitation));
    }
    assert_eq!(invited.add(good), ACCEPTED);
}

#[test]
fn t30_invitation_cannot_be_used_after_it_expired_or_for_a_higher_role() {
    let mut invited = Invited::new();
    let good = invited.joiner.accept(&invited.accept, &invited.key);
    let refused = rejected(RejectReason::Invitation);
    invited.team.vault.now = EXPIRES_AT + 1;
    assert_eq!(invited.add(good.clone()), refused, "expired");
    invited.team.vault.now = EXPIRES_AT;
    // An owner could add a manager, but not by this invitation.
    let as_manager = invited.joiner.add(good.clone(), MemberRole::Manager);
    assert_eq!(invited.team.vault.change(&invited.team.anna, as_manager), refused);
    assert_eq!(invited.add(good), ACCEPTED, "in its last millisecond");
}

#[test]
fn t26_root_signature_of_another_key_or_record_is_rejected() {
    let mut team = Team::new();
    let promotion = |account| vec![Op::Role { account, role: MemberRole::Owner }];
    let record = team.vault.record(&team.anna, promotion(team.ben.id()));
    let good = sign_record(&record, &team.anna.identity, Some(&team.anna.root));
    let refused = rejected(RejectReason::RootSignature);
    // By somebody who has Anna's unlocked identity, but not her root.
    let by_ben = sign_record(&record, &team.anna.identity, Some(&team.ben.root));
    assert_eq!(team.vault.push(StoredEntry::Record(by_ben)), refused);
    let mut by_identity = good.clone();
    by_identity.root_signature = Some(good.signature);
    assert_eq!(team.vault.push(StoredEntry::Record(by_identity)), refused);
    // With the root's signature of another record.
    let other = team.vault.record(&team.anna, promotion(team.cleo.id()));
    let mut moved = sign_record(&other, &team.anna.identity, None);
    moved.root_signature = good.root_signature;
    assert_eq!(team.vault.push(StoredEntry::Record(moved)), refused);
    // A root signature where none belongs.
    let small = vec![Op::Role { account: team.dora.id(), role: MemberRole::Editor }];
    assert_eq!(team.vault.change_rooted(&team.ben, small), refused);
    assert_eq!(team.vault.push(StoredEntry::Record(good)), ACCEPTED);
}

#[test]
fn t26_authors_signature_of_another_record_is_rejected() {
    let mut team = Team::new();
    let make = |role| vec![Op::Role { account: team.dora.id(), role }];
    let [editor, manager] = [MemberRole::Editor, MemberRole::Manager]
        .map(|role| sign_record(&team.vault.record(&team.anna, make(role)), &team.anna.identity, None));
    let mut moved = manager;
    moved.signature = editor.signature;
    assert_eq!(team.vault.push(StoredEntry::Record(moved)), rejected(RejectReason::Signature));
    assert_eq!(team.vault.push(StoredEntry::Record(editor)), ACCEPTED);
}

#[test]
fn t31_compromised_identity_requires_a_new_epoch_and_closes_its_invitations() {
    for (predecessor, compromised) in [(Predecessor::Sound, false), (Predecessor::Compromised, true)] {
        let mut team = Team::new();
        let link = team.vault.invite(&team.ben, MemberRole::Editor);
        let second = team.ben.next_identity(42);
        let renewed = team.ben.root.certify(&second, predecessor, 2);
        let mut record =
            team.vault.record(&team.ben, vec![Op::Certificate { certificate: Box::new(renewed) }]);
        record.generation = 2;
        let signed = sign_record(&record, &second, None);
        assert_eq!(team.vault.push(StoredEntry::Record(signed)), ACCEPTED);
        let roster = team.vault.log.roster();
        assert_eq!(roster.is_epoch_due(), compromised);
        assert_eq!(roster.invite(&link.secret.public()).is_none(), compromised);
        let next = team.vault.epoch();
        assert_eq!(team.vault.change(&team.anna, vec![next]), ACCEPTED);
        assert!(!team.vault.log.roster().is_epoch_due());
    }
}

/// Returns a grant for Ben with any key, sealed under any info.
fn forge(team: &Team, info: &Array, key: &VaultKey) -> Grant {
    let roster = team.vault.log.roster();
    let member = roster.member(&team.ben.id()).unwrap();
    forge_for(&member.certificate().kem, context(team), info, key)
}

fn forge_for(kem: &KemPublicKey, context: GrantContext, info: &Array, key: &VaultKey) -> Grant {
    let (encapsulated, sealed) = seal_for(kem, info, key.expose_bytes());
    Grant { context, encapsulated: Box::new(encapsulated), sealed }
}

fn context(team: &Team) -> GrantContext {
    let vault_id = *team.vault.log.roster().vault_id();
    GrantContext { vault_id, epoch: 1, recipient: team.ben.id(), generation: 1 }
}

#[test]
fn t17_grant_of_the_servers_own_key_under_the_right_context_is_rejected() {
    let team = Team::new();
    let roster = team.vault.log.roster();
    let certificate = roster.member(&team.ben.id()).unwrap().identity.hash;
    let commitment = roster.epoch_at(1).unwrap().commitment;
    // Every input of the info is known to a server, so its grant opens; only the commitment rejects the key.
    let info = context(&team).info(&certificate, &commitment);
    let own = VaultKey::make(&mut FixedRng::new(66));
    let open = |key: &VaultKey| {
        open_grant(roster, &forge(&team, &info, key), &team.ben.id(), &team.ben.identity).map(|_| ())
    };
    assert_eq!(open(&own), Err(OpenError));
    assert_eq!(open(&team.vault.keys[&1]), Ok(()));
}

#[test]
fn t17_grant_sealed_under_another_context_is_rejected() {
    let team = Team::new();
    let roster = team.vault.log.roster();
    let certificate = roster.member(&team.ben.id()).unwrap().identity.hash;
    let commitment = roster.epoch_at(1).unwrap().commitment;
    let good = context(&team);
    // The key is right, so only the info rejects it.
    let open = |info: &Array| {
        let forged = forge(&team, info, &team.vault.keys[&1]);
        open_grant(roster, &forged, &team.ben.id(), &team.ben.identity).map(|_| ())
    };
    for (name, info) in [
        ("vault", GrantContext { vault_id: [1; 16].into(), ..good }.info(&certificate, &commitment)),
        ("epoch", GrantContext { epoch: 2, ..good }.info(&certificate, &commitment)),
        ("member", GrantContext { recipient: team.cleo.id(), ..good }.info(&certificate, &commitment)),
        ("generation", GrantContext { generation: 2, ..good }.info(&certificate, &commitment)),
        ("certificate", good.info(&[1; 32].into(), &commitment)),
        ("commitment", good.info(&certificate, &[1; 32].into())),
        ("nothing", Array::new()),
    ] {
        assert_eq!(open(&info), Err(OpenError), "{name}");
    }
    assert_eq!(open(&good.info(&certificate, &commitment)), Ok(()));
}

#[test]
fn t17_grant_for_an_earlier_identity_opens_only_the_committed_key() {
    let mut team = Team::new();
    let (first, certificate) = (context(&team), team.ben.certificate.verify().unwrap());
    let second = team.ben.next_identity(42);
    let renewed = team.ben.root.certify(&second, Predecessor::Sound, 2);
    let mut record =
        team.vault.record(&team.ben, vec![Op::Certificate { certificate: Box::new(renewed.clone()) }]);
    record.generation = 2;
    assert_eq!(team.vault.push(StoredEntry::Record(sign_record(&record, &second, None))), ACCEPTED);
    let (roster, key) = (team.vault.log.roster(), &team.vault.keys[&1]);
    let commitment = roster.epoch_at(1).unwrap().commitment;
    let open = |context: GrantContext, certificate: &Certificate, key: &VaultKey, identity: &Identity| {
        let info = context.info(&certificate.hash(), &commitment);
        let forged = forge_for(&certificate.kem, context, &info, key);
        open_grant(roster, &forged, &team.ben.id(), identity).map(|_| ())
    };
    assert_eq!(open(first, &certificate, key, &second), Ok(()));
    let own = VaultKey::make(&mut FixedRng::new(66));
    assert_eq!(open(first, &certificate, &own, &second), Err(OpenError), "the server's own key");
    // An identity that is no longer the member's, though it has the key of the grant.
    assert_eq!(open(first, &certificate, key, &team.ben.identity), Err(OpenError));
    // The earlier key under the name of the present generation, and of one that the keyset does not have.
    let named = |generation| GrantContext { generation, ..first };
    assert_eq!(open(named(2), &certificate, key, &second), Err(OpenError));
    assert_eq!(open(named(3), &certificate, key, &second), Err(OpenError));
    // The certificate of the earlier identity is the one that the keyset names.
    let other = team.ben.root.certify(&team.ben.identity, Predecessor::Sound, 7).verify().unwrap();
    assert_eq!(open(first, &other, key, &second), Err(OpenError));
    let renewed = renewed.verify().unwrap();
    assert_eq!(open(named(2), &renewed, key, &second), Ok(()));
    assert_eq!(open(named(3), &renewed, key, &second), Err(OpenError), "a generation to come");
}

#[test]
fn t17_grant_that_names_another_vault_member_or_generation_is_rejected() {
    let team = Team::new();
    let (roster, key) = (team.vault.log.roster(), &team.vault.keys[&1]);
    let [ben, cleo] = [&team.ben, &team.cleo].map(|person| &roster.member(&person.id()).unwrap().identity);
    let commitment = roster.epoch_at(1).unwrap().commitment;
    let good = context(&team);
    // Key and info are right for what the grant names, so only the comparison of the names rejects it.
    for (name, context) in [
        ("vault", GrantContext { vault_id: [1; 16].into(), ..good }),
        ("member", GrantContext { recipient: team.cleo.id(), ..good }),
        ("generation", GrantContext { generation: 2, ..good }),
    ] {
        let info = context.info(&ben.hash, &commitment);
        let forged = forge_for(&ben.certificate.kem, context, &info, key);
        let opened = open_grant(roster, &forged, &team.ben.id(), &team.ben.identity);
        assert_eq!(opened.err(), Some(OpenError), "{name}");
    }
    // An identity that is not the member's.
    let forged = forge_for(&cleo.certificate.kem, good, &good.info(&ben.hash, &commitment), key);
    let opened = open_grant(roster, &forged, &team.ben.id(), &team.cleo.identity);
    assert_eq!(opened.err(), Some(OpenError));
}

#[test]
fn weak_and_unreduced_public_keys_are_rejected() {
    let identity: [u8; 32] = std::array::from_fn(|at| u8::from(at == 0));
    assert!(SignPublicKey::from_bytes(identity).check().is_err());
    // p + k for the few k that fit into 255 bits; some of them are points of the curve.
    for k in 0..19 {
        let mut unreduced = [0xff; 32];
        (unreduced[0], unreduced[31]) = (0xed + k, 0x7f);
        assert!(SignPublicKey::from_bytes(unreduced).check().is_err(), "p + {k}");
    }
}
