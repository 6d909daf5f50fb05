//! Vector of a shared vault: from the invitation to the new member's grant.

use serde_json::{Value, json};
use vault_testkit::ByteRng;
use vault_wire::account::Predecessor;
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, Head, LogVerifier, Verdict};
use vault_wire::roster::{MemberRole, Op, Record, SignedRecord};

use super::{fixed, keys, predecessor, to_hex, uint};
use crate::text::SecretText;
use crate::v1::epoch::{make_epoch, open_history};
use crate::v1::grant::{make_grant, open_grant};
use crate::v1::invitation::{InviteLink, InviteSecret};
use crate::v1::record::sign_record;
use crate::v1::vault::make_vault;

/// Formats with valid vectors.
pub(super) const FORMATS: &[&str] = &["sharing"];

/// Computes the expected values of a valid vector; the verifier must accept every step.
pub(super) fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Option<Value> {
    (format == "sharing").then(|| sharing(inputs, rng))
}

fn sharing(inputs: &Value, rng: &mut ByteRng) -> Value {
    let made_at = u64::from(uint(inputs, "made_at"));
    let (owner_root, owner) = keys(&inputs["owner"]);
    let (member_root, member) = keys(&inputs["member"]);
    let (role, later_role) =
        (role(inputs, "role", MemberRole::Editor), role(inputs, "later_role", MemberRole::Owner));
    let expires_at = inputs.get("expires_at").map_or(made_at + 1000, |_| uint(inputs, "expires_at").into());
    let of = |account| predecessor(&inputs[account]).unwrap_or(Predecessor::Sound);
    let certificate = owner_root.certify(&owner, of("owner"), made_at);
    let joining = member_root.certify(&member, of("member"), made_at);
    let vault = make_vault(&owner_root.account_id(), &owner, &certificate, made_at, rng);
    let mut log = LogVerifier::from_genesis(&vault.record, None).unwrap();
    let write = |log: &mut LogVerifier, ops: Vec<Op>, rooted: bool| {
        let Head { seq, root } = log.head();
        let record = Record {
            vault_id: vault.vault_id,
            prev: *log.roster().last_record(),
            base_seq: seq,
            base_root: root,
            author: owner_root.account_id(),
            generation: owner.generation(),
            made_at,
            ops,
        };
        let signed = sign_record(&record, &owner, rooted.then_some(&owner_root));
        assert_eq!(log.push(Entry::Record(&signed)), Verdict::Accepted);
        signed
    };

    let secret = InviteSecret::from_bytes(&fixed(inputs, "invite_secret"));
    let invited = write(&mut log, vec![secret.invite_op(role, expires_at)], false);
    let Head { seq, root } = log.head();
    let link = InviteLink {
        server: inputs["server"].as_str().unwrap().to_owned(),
        vault_id: vault.vault_id,
        genesis_hash: vault.genesis_hash,
        inviter: owner_root.account_id(),
        seq,
        root,
        secret,
    };
    let text = link.to_text();
    let read = InviteLink::from_text(&text).ok().unwrap();
    let name = SecretText::from(inputs["name"].as_str().unwrap());
    let answer = read.accept(&log, &member, &joining, &name, made_at, rng).unwrap();
    let again = read.secret.open_name(&vault.genesis_hash, &answer).ok().unwrap();
    assert_eq!(again.expose(), name.expose());
    let reading = read.secret.reading(&vault.vault_id, member_root.account_id());
    assert_eq!(reading.verify(&vault.vault_id, &member_root.account_id()), Ok(()));
    let add = Op::Add {
        certificate: Box::new(answer.certificate.clone()),
        role,
        accept: Some(Box::new(answer.accept.clone())),
    };
    let added = write(&mut log, vec![add], false);
    let next = make_epoch(log.roster(), 1, &vault.key, rng).ok().unwrap();
    let epoch = write(&mut log, vec![Op::Epoch(next.op)], false);
    let change = Op::Role { account: member_root.account_id(), role: later_role };
    let changed = write(&mut log, vec![change], later_role == MemberRole::Owner);
    let grant = make_grant(log.roster(), 2, &member_root.account_id(), &next.key, rng).unwrap();

    let key = open_grant(log.roster(), &grant, &member_root.account_id(), &member).ok().unwrap();
    assert!(key.is_same_as(&next.key));
    let history = open_history(log.roster(), 2, key).ok().unwrap();
    assert!(history[&1].is_same_as(&vault.key));
    let record = |signed: &SignedRecord| json!({ "record": to_hex(&signed.bytes), "signatures": to_hex(&signed.signatures()) });
    let records = [&vault.record, &invited, &added, &epoch, &changed].map(record);
    let keys = [&vault.key, &next.key].map(|key| to_hex(key.expose_bytes()));
    json!({
        "link": text.expose(),
        "answer": to_hex(&answer.encode()),
        "reading": to_hex(&reading.encode()),
        "records": records,
        "root": log.head().root.to_string(),
        "grant": to_hex(&grant.encode()),
        "keys": keys,
    })
}

/// Returns the role of a number in the inputs.
fn role(inputs: &Value, name: &str, missing: MemberRole) -> MemberRole {
    inputs.get(name).map_or(missing, |_| MemberRole::ALL[uint(inputs, name) as usize - 1])
}
