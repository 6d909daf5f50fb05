//! SSH keys: from the sealed draft of a form to an item.

use std::path::PathBuf;

use vault_api::views::{
    FieldKindView, ItemDraft, ItemTypeView, ItemView, SshKeyKind, StoredSshKey, UnlockRequest,
};
use vault_api::{DraftId, ErrorCode, FieldId, InputProblem, ItemId, KeySource, SecretText};

use crate::support::{Computer, PASSWORD, field, form_of, login};

/// The form of a new SSH key with nothing in it.
fn form() -> ItemDraft {
    ItemDraft { item_type: ItemTypeView::SshKey, fields: vec![], ..login("My key", "", "") }
}

fn file(name: &str) -> KeySource {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vault-ssh/testdata");
    KeySource::File(folder.join(name))
}

fn draft_of(taken: &StoredSshKey) -> DraftId {
    taken.draft_id.parse().unwrap()
}

fn value<'a>(item: &'a ItemView, role: &str) -> Option<&'a str> {
    item.fields.iter().find(|field| field.role.as_deref() == Some(role))?.value.as_deref()
}

async fn reveal(computer: &Computer, item: &ItemView, role: &str) -> String {
    let field = item.fields.iter().find(|field| field.role.as_deref() == Some(role)).unwrap();
    let (id, field): (ItemId, FieldId) = (item.id.parse().unwrap(), field.id.parse().unwrap());
    computer.coffer.item_reveal(id, field).await.unwrap().expose().to_owned()
}

#[tokio::test]
async fn a_generated_key_stays_in_the_draft_until_the_form_is_saved() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let taken = coffer.ssh_key_generate(form(), None, SshKeyKind::Ed25519).await.unwrap();
    assert!(taken.key.public_key.starts_with("ssh-ed25519 ") && taken.key.public_key.ends_with(" My key"));
    assert_eq!((taken.key.algorithm.as_str(), taken.key.bits), ("Ed25519", 256));
    let draft = draft_of(&taken);
    // Saving the draft again keeps the key, and the returned form contains no secret.
    let typed = ItemDraft { title: "Another name".to_owned(), ..form() };
    assert_eq!(coffer.draft_save(Some(draft), typed).await.unwrap(), draft);
    let kept = coffer.draft_get(draft).await.unwrap();
    assert_eq!((kept.title.as_str(), kept.fields.len()), ("Another name", 0));
    assert_eq!(coffer.ssh_key_in_draft(draft).await.unwrap(), Some(taken.key.clone()));
    // Locking keeps it too.
    coffer.session_lock().await.unwrap();
    let id = coffer.app_status().await.unwrap().profiles[0].id.clone();
    let request = UnlockRequest { profile_id: id, password: PASSWORD.to_owned(), secret_key: None };
    coffer.session_unlock(request).await.unwrap();
    assert_eq!(coffer.ssh_key_in_draft(draft).await.unwrap(), Some(taken.key.clone()));
    let item = coffer.item_save(kept, Some(draft)).await.unwrap();
    assert_eq!(value(&item, "public_key"), Some(taken.key.public_key.as_str()));
    assert_eq!(value(&item, "fingerprint"), Some(taken.key.fingerprint.as_str()));
    assert_eq!(value(&item, "private_key"), None, "concealed until revealed");
    let private = reveal(&computer, &item, "private_key").await;
    assert!(private.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
    assert_eq!(coffer.ssh_key_in_draft(draft).await.unwrap(), None, "deleted with the draft");
}

#[tokio::test]
async fn a_second_key_replaces_the_first_and_keeps_it_in_history() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let first = coffer.ssh_key_generate(form(), None, SshKeyKind::EcdsaP256).await.unwrap();
    let item = coffer.item_save(form(), Some(draft_of(&first))).await.unwrap();
    let old = reveal(&computer, &item, "private_key").await;
    let second = coffer.ssh_key_generate(form_of(&item), None, SshKeyKind::Ed25519).await.unwrap();
    let item = coffer.item_save(form_of(&item), Some(draft_of(&second))).await.unwrap();
    assert_eq!(value(&item, "public_key"), Some(second.key.public_key.as_str()));
    let field = item.fields.iter().find(|field| field.role.as_deref() == Some("private_key")).unwrap();
    assert_eq!(field.past_values, 1);
    let (id, field): (ItemId, FieldId) = (item.id.parse().unwrap(), field.id.parse().unwrap());
    assert_eq!(coffer.item_reveal_past(id, field, 0).await.unwrap().expose(), old);
    assert_eq!(item.fields.len(), 3);
}

#[tokio::test]
async fn an_encrypted_key_is_stored_decrypted_inside_the_vault() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let none = coffer.ssh_key_read(form(), None, KeySource::Again, None).await.unwrap_err();
    assert_eq!(none.code, ErrorCode::NotFound);
    for name in ["p384.enc.ppk3", "ed25519.enc.openssh", "rsa.enc.pkcs8"] {
        let asked = coffer.ssh_key_read(form(), None, file(name), None).await.unwrap_err();
        assert_eq!(asked.code, ErrorCode::PassphraseNeeded, "{name}");
        let wrong = Some(SecretText::from("wrong"));
        let wrong = coffer.ssh_key_read(form(), None, KeySource::Again, wrong).await.unwrap_err();
        assert_eq!(wrong.code, ErrorCode::PassphraseWrong, "{name}");
        let right = Some(SecretText::from("coffer test"));
        let taken = coffer.ssh_key_read(form(), None, KeySource::Again, right).await.unwrap();
        let item = coffer.item_save(form(), Some(draft_of(&taken))).await.unwrap();
        let private = SecretText::new(reveal(&computer, &item, "private_key").await);
        let again = coffer.ssh_key_read(form(), None, KeySource::Text(private), None).await.unwrap();
        assert_eq!(again.key, taken.key, "{name}");
        let none = coffer.ssh_key_read(form(), None, KeySource::Again, None).await.unwrap_err();
        assert_eq!(none.code, ErrorCode::NotFound, "nothing is kept once it was opened");
    }
}

#[tokio::test]
async fn files_without_a_key_are_refused_and_make_no_draft() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    for (name, says) in
        [("ed25519.pub", "public half"), ("README.md", "no key"), ("fingerprints.txt", "no key")]
    {
        let error = coffer.ssh_key_read(form(), None, file(name), None).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::SshKeyUnreadable, "{name}");
        assert!(error.message.contains(says), "{name}: {}", error.message);
    }
    for (name, problem) in [
        ("refused/dsa.openssh", InputProblem::KeyUnsupported),
        ("refused/pbes1.pkcs8", InputProblem::KeyEncryption),
        ("refused/explicit.enc.pkcs8", InputProblem::KeyExplicitCurve),
        ("refused/three-primes.enc.pem", InputProblem::KeySeveralPrimes),
    ] {
        let passphrase = Some(SecretText::from("coffer test"));
        let error = coffer.ssh_key_read(form(), None, file(name), passphrase).await.unwrap_err();
        assert_eq!(error.problem, Some(problem), "{name}: {}", error.message);
    }
    let folder = coffer.ssh_key_read(form(), None, file("refused"), None).await.unwrap_err();
    assert!(matches!(folder.code, ErrorCode::SshKeyUnreadable | ErrorCode::FileUnreadable));
    let gone = coffer.ssh_key_read(form(), None, file("not there"), None).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::FileUnreadable);
    let wrong_type = coffer.ssh_key_generate(login("a", "", ""), None, SshKeyKind::Ed25519).await;
    assert_eq!(wrong_type.unwrap_err().code, ErrorCode::InvalidInput);
    assert!(coffer.draft_list().await.unwrap().is_empty());
    coffer.session_lock().await.unwrap();
    let locked = coffer.ssh_key_generate(form(), None, SshKeyKind::Ed25519).await.unwrap_err();
    assert_eq!(locked.code, ErrorCode::Locked);
}

#[tokio::test]
async fn a_form_without_a_key_in_its_draft_is_saved_as_typed() {
    let computer = Computer::with_profile().await;
    let typed = ItemDraft {
        fields: vec![field("private_key", FieldKindView::SecretLines, "pasted by hand")],
        ..form()
    };
    let draft = computer.coffer.draft_save(None, form()).await.unwrap();
    assert_eq!(computer.coffer.ssh_key_in_draft(draft).await.unwrap(), None);
    let item = computer.coffer.item_save(typed, Some(draft)).await.unwrap();
    assert_eq!(reveal(&computer, &item, "private_key").await, "pasted by hand");
}
