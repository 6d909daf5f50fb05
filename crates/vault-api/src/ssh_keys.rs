//! SSH keys: made or taken in, and held in the sealed draft of a form until it is saved.
//!
//! The private key never goes through the interface: making and reading it happens here, the draft that is sealed in
//! the profile holds it, and saving the form moves it into the item. The interface sees the public half.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use vault_engine::SecretText;
use vault_engine::item::{Field, FieldKind, Item, ItemType, PastValue, Role, template};
use vault_engine::session::{DraftId, Session, SessionError};
use vault_ssh::{Curve, KeyError, KeyKind, MAX_FILE, NewKey, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::coffer::Coffer;
use crate::drafts::{StoredDraft, open_draft, seal_draft};
use crate::error::Outcome;
use crate::item_draft::{PAST_VALUES_KEPT, Stamp};
use crate::jobs::Job;
use crate::views::{
    ErrorCode, ErrorView, InputProblem, ItemDraft, ItemTypeView, JobKind, SshKeyKind, SshKeyTaken, SshKeyView,
};

/// Where a key is taken from.
pub enum KeySource {
    /// A file that the person chose.
    File(PathBuf),
    /// A text, such as the clipboard's.
    Text(SecretText),
    /// What was read last and could not be opened without the right passphrase.
    Again,
}

impl Coffer {
    /// Makes a key into the sealed draft of a form. RSA takes seconds, as a job that can be cancelled.
    ///
    /// # Errors
    /// `locked`, `invalid_input` for a form of another type, `cancelled`, or the disk.
    pub async fn ssh_key_generate(
        &self,
        form: ItemDraft,
        draft: Option<DraftId>,
        kind: SshKeyKind,
    ) -> Outcome<SshKeyTaken> {
        is_for_keys(&form)?;
        if !self.is_unlocked().await {
            return Err(ErrorCode::Locked.into());
        }
        let mut rng = (self.make_rng)();
        let comment = form.title.clone();
        let job = self.jobs.start(JobKind::SshKey, String::new(), 0);
        let made = tokio::task::spawn_blocking(move || make(kind, &comment, &mut *rng, job)).await;
        let key = made.map_err(|_| ErrorCode::Internal)??;
        self.hold(form, draft, key).await
    }

    /// Takes a key into the sealed draft of a form.
    ///
    /// # Errors
    /// `locked`, `invalid_input` for a form of another type, `passphrase_needed` or `passphrase_wrong`, after which the
    /// same key can be read again; `ssh_key_unreadable`, `file_unreadable`, `not_found` if there is nothing to read again,
    /// or the disk.
    pub async fn ssh_key_read(
        &self,
        form: ItemDraft,
        draft: Option<DraftId>,
        source: KeySource,
        passphrase: Option<SecretText>,
    ) -> Outcome<SshKeyTaken> {
        is_for_keys(&form)?;
        let file = match source {
            KeySource::File(path) => {
                let read = tokio::task::spawn_blocking(move || read_file(&path)).await;
                read.map_err(|_| ErrorCode::Internal)??
            }
            KeySource::Text(text) => Zeroizing::new(text.expose().as_bytes().to_vec()),
            KeySource::Again => {
                let taken = self.owner.call(|state| Ok(state.open()?.key_file.take()));
                taken.await?.ok_or(ErrorCode::NotFound)?
            }
        };
        let read = tokio::task::spawn_blocking(move || {
            let read = vault_ssh::read(&file, passphrase.as_ref());
            (file, read)
        });
        let (file, read) = read.await.map_err(|_| ErrorCode::Internal)?;
        if matches!(read, Err(KeyError::PassphraseNeeded | KeyError::WrongPassphrase)) {
            let keep = move |state: &mut crate::coffer::State| {
                state.open()?.key_file = Some(file);
                Ok(())
            };
            self.owner.call(keep).await?;
        }
        self.hold(form, draft, read.map_err(key_error)?).await
    }

    /// The key that the sealed draft of a form holds.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn ssh_key_held(&self, draft: DraftId) -> Outcome<Option<SshKeyView>> {
        self.read(move |session| {
            let Some(text) = held_key(session, Some(draft))? else { return Ok(None) };
            let key = vault_ssh::read(text.expose().as_bytes(), None).map_err(key_error)?;
            Ok(Some(key_view(key.public())))
        })
        .await
    }

    async fn hold(&self, form: ItemDraft, draft: Option<DraftId>, key: PrivateKey) -> Outcome<SshKeyTaken> {
        let view = key_view(key.public());
        let held = StoredDraft { form, ssh_key: Some(key.to_openssh().expose().to_owned()) };
        let content = seal_draft(held)?;
        let id = self.read(move |session| Ok(session.draft_save(draft, &content)?)).await?;
        Ok(SshKeyTaken { draft_id: id.to_string(), key: view })
    }
}

fn make(
    kind: SshKeyKind,
    comment: &str,
    rng: &mut dyn rand_core::CryptoRng,
    job: Job,
) -> Outcome<PrivateKey> {
    let kind = match kind {
        SshKeyKind::Ed25519 => NewKey::Ed25519,
        SshKeyKind::Rsa3072 => NewKey::Rsa3072,
        SshKeyKind::Rsa4096 => NewKey::Rsa4096,
        SshKeyKind::EcdsaP256 => NewKey::Ecdsa(Curve::P256),
        SshKeyKind::EcdsaP384 => NewKey::Ecdsa(Curve::P384),
        SshKeyKind::EcdsaP521 => NewKey::Ecdsa(Curve::P521),
    };
    let made = PrivateKey::make(kind, comment, rng, &|| !job.cancelled());
    let made = made.map_err(|_| ErrorView::of(ErrorCode::Cancelled));
    job.end(made.as_ref().map(|_| None).map_err(Clone::clone));
    made
}

fn is_for_keys(form: &ItemDraft) -> Outcome<()> {
    if form.item_type == ItemTypeView::SshKey {
        Ok(())
    } else {
        Err(ErrorView::invalid(InputProblem::KeyElsewhere))
    }
}

/// The private key that a sealed draft holds, if it does and is still there.
pub(crate) fn held_key(session: &Session, draft: Option<DraftId>) -> Outcome<Option<SecretText>> {
    let Some(draft) = draft else { return Ok(None) };
    match session.draft_get(draft) {
        Ok(kept) => Ok(open_draft(&kept)?.ssh_key.take().map(SecretText::new)),
        Err(SessionError::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Puts a held key into the item that its form became: the private key, its public half and its fingerprint.
pub(crate) fn put_key(item: &mut Item, text: &SecretText, stamp: &mut Stamp<'_>) -> Outcome<()> {
    if item.item_type != ItemType::SshKey || item.flags.template {
        return Err(ErrorView::invalid(InputProblem::KeyElsewhere));
    }
    let key = vault_ssh::read(text.expose().as_bytes(), None).map_err(key_error)?;
    set(item, Role::PrivateKey, key.to_openssh(), stamp);
    set(item, Role::PublicKey, SecretText::new(key.public().to_line()), stamp);
    set(item, Role::Fingerprint, SecretText::new(key.public().fingerprint()), stamp);
    Ok(())
}

fn set(item: &mut Item, role: Role, value: SecretText, stamp: &mut Stamp<'_>) {
    let at = item.fields.iter().position(|field| field.role == Some(role));
    let Some(field) = at.and_then(|at| item.fields.get_mut(at)) else {
        let kind = template(ItemType::SshKey).iter().find(|(known, _)| *known == role).map(|(_, kind)| *kind);
        let mut field = Field::new((stamp.make_field_id)(), kind.unwrap_or(FieldKind::Text), value);
        field.role = Some(role);
        item.fields.push(field);
        return;
    };
    if field.value.expose() == value.expose() {
        return;
    }
    let old = std::mem::replace(&mut field.value, value);
    if field.kind.is_concealed() && !old.is_empty() {
        field.history.insert(0, PastValue { value: old, replaced_at: stamp.now });
        field.history.truncate(PAST_VALUES_KEPT);
    }
}

fn key_view(key: &PublicKey) -> SshKeyView {
    let algorithm = match key.kind() {
        KeyKind::Ed25519 => "Ed25519",
        KeyKind::Rsa { .. } => "RSA",
        KeyKind::Ecdsa(_) => "ECDSA",
    };
    SshKeyView {
        algorithm: algorithm.to_owned(),
        bits: key.kind().bits(),
        fingerprint: key.fingerprint(),
        public_key: key.to_line(),
        comment: key.comment().to_owned(),
    }
}

fn read_file(path: &Path) -> Outcome<Zeroizing<Vec<u8>>> {
    let unreadable = |_| ErrorView::of(ErrorCode::FileUnreadable);
    let file = File::open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(ErrorCode::SshKeyUnreadable.into());
    }
    // One byte more than is taken: enough to see that it is too large. Reserved at once, so that no piece of it stays
    // behind where it grew from.
    let limit = MAX_FILE + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit));
    file.take(u64::try_from(limit).unwrap_or(u64::MAX)).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

fn key_error(error: KeyError) -> ErrorView {
    let code = match error {
        KeyError::PassphraseNeeded => return ErrorCode::PassphraseNeeded.into(),
        KeyError::WrongPassphrase => return ErrorCode::PassphraseWrong.into(),
        KeyError::OutOfMemory => return ErrorCode::OutOfMemory.into(),
        KeyError::TooLarge
        | KeyError::NotAKey
        | KeyError::PublicOnly
        | KeyError::Damaged
        | KeyError::Unsupported(_)
        | KeyError::CostTooHigh => ErrorCode::SshKeyUnreadable,
    };
    let mut text = error.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    ErrorView { message: format!("{text}."), ..ErrorView::of(code) }
}
