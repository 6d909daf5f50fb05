//! SSH keys: generated or imported into the sealed draft of a form, and saved with that form.
//!
//! The private key never passes through the interface: it is generated or read here, kept in the sealed draft, and moved
//! into the item when the form is saved. The interface gets the public key.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use vault_engine::SecretText;
use vault_engine::item::{Field, FieldKind, Item, ItemType, PastValue, Role, template};
use vault_engine::session::{DraftId, Session, SessionError};
use vault_ssh::{KeyError, MAX_FILE, PrivateKey};
use zeroize::Zeroizing;

use super::draft::{StoredDraft, decode_draft, encode_draft};
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::form::{PAST_VALUES_KEPT, Stamp};
use crate::jobs::Job;
use crate::state::State;
use crate::views::{ItemDraft, ItemTypeView, JobKind, SshKeyKind, SshKeyView, StoredSshKey};

/// The source of an imported key.
pub enum KeySource {
    /// A file.
    File(PathBuf),
    /// A text, such as the clipboard's.
    Text(SecretText),
    /// The key that was read last and needs a passphrase.
    Again,
}

impl Coffer {
    /// Generates a key into the sealed draft of a form, as a job that can be cancelled; RSA takes seconds.
    ///
    /// # Errors
    /// `locked`, `invalid_input` for a form of another type, `cancelled`, or the disk.
    pub async fn ssh_key_generate(
        &self,
        form: ItemDraft,
        draft: Option<DraftId>,
        kind: SshKeyKind,
    ) -> Result<StoredSshKey> {
        is_for_keys(&form)?;
        if !self.is_unlocked().await {
            return Err(ErrorCode::Locked.into());
        }
        let mut rng = (self.make_rng)();
        let comment = form.title.clone();
        let job = self.jobs.start(JobKind::SshKey, String::new(), 0);
        let made = tokio::task::spawn_blocking(move || generate(kind, &comment, &mut *rng, job)).await;
        let key = made.map_err(|_| ErrorCode::Internal)??;
        self.store_key(form, draft, key).await
    }

    /// Imports a key into the sealed draft of a form.
    ///
    /// # Errors
    /// `locked`, `invalid_input` for a form of another type or an unsupported key, `passphrase_needed` or `passphrase_wrong`, after which
    /// [`KeySource::Again`] reads the same key; `ssh_key_unreadable`, `file_unreadable`, `not_found` if no key waits for its
    /// passphrase, or the disk.
    pub async fn ssh_key_read(
        &self,
        form: ItemDraft,
        draft: Option<DraftId>,
        source: KeySource,
        passphrase: Option<SecretText>,
    ) -> Result<StoredSshKey> {
        is_for_keys(&form)?;
        let file = match source {
            KeySource::File(path) => {
                let read = tokio::task::spawn_blocking(move || read_file(&path)).await;
                read.map_err(|_| ErrorCode::Internal)??
            }
            KeySource::Text(text) => Zeroizing::new(text.expose().as_bytes().to_vec()),
            KeySource::Again => {
                let taken = self.actor.call(|state| Ok(state.open()?.key_file.take()));
                taken.await?.ok_or(ErrorCode::NotFound)?
            }
        };
        let read = tokio::task::spawn_blocking(move || {
            let read = vault_ssh::read(&file, passphrase.as_ref());
            (file, read)
        });
        let (file, read) = read.await.map_err(|_| ErrorCode::Internal)?;
        if matches!(read, Err(KeyError::PassphraseNeeded | KeyError::WrongPassphrase)) {
            let keep = move |state: &mut State| {
                state.open()?.key_file = Some(file);
                Ok(())
            };
            self.actor.call(keep).await?;
        }
        self.store_key(form, draft, read?).await
    }

    /// Returns the key in the sealed draft of a form.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn ssh_key_in_draft(&self, draft: DraftId) -> Result<Option<SshKeyView>> {
        self.read(move |session| {
            let Some(text) = draft_key(session, Some(draft))? else { return Ok(None) };
            let key = vault_ssh::read(text.expose().as_bytes(), None)?;
            Ok(Some(key.public().into()))
        })
        .await
    }

    async fn store_key(
        &self,
        form: ItemDraft,
        draft: Option<DraftId>,
        key: PrivateKey,
    ) -> Result<StoredSshKey> {
        let view = SshKeyView::from(key.public());
        let stored = StoredDraft { form, ssh_key: Some(key.to_openssh().expose().to_owned()) };
        let content = encode_draft(stored)?;
        let id = self.read(move |session| Ok(session.draft_save(draft, &content)?)).await?;
        Ok(StoredSshKey { draft_id: id.to_string(), key: view })
    }
}

fn generate(
    kind: SshKeyKind,
    comment: &str,
    rng: &mut dyn rand_core::CryptoRng,
    job: Job,
) -> Result<PrivateKey> {
    let made = PrivateKey::make(kind.into(), comment, rng, &|| !job.cancelled());
    let made = made.map_err(|_| ErrorView::of(ErrorCode::Cancelled));
    job.end(made.as_ref().map(|_| None).map_err(Clone::clone));
    made
}

fn is_for_keys(form: &ItemDraft) -> Result<()> {
    if form.item_type == ItemTypeView::SshKey {
        Ok(())
    } else {
        Err(ErrorView::invalid(InputProblem::KeyElsewhere))
    }
}

/// The private key in a sealed draft, if the draft exists and has one.
pub(super) fn draft_key(session: &Session, draft: Option<DraftId>) -> Result<Option<SecretText>> {
    let Some(draft) = draft else { return Ok(None) };
    match session.draft_get(draft) {
        Ok(kept) => Ok(decode_draft(&kept)?.ssh_key.take().map(SecretText::new)),
        Err(SessionError::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Puts a key into the item of its form: the private key, the public key and the fingerprint.
pub(super) fn put_key(item: &mut Item, text: &SecretText, stamp: &mut Stamp<'_>) -> Result<()> {
    if item.item_type != ItemType::SshKey || item.flags.template {
        return Err(ErrorView::invalid(InputProblem::KeyElsewhere));
    }
    let key = vault_ssh::read(text.expose().as_bytes(), None)?;
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

fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let unreadable = |_| ErrorView::of(ErrorCode::FileUnreadable);
    let file = File::open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(ErrorCode::SshKeyUnreadable.into());
    }
    // One byte beyond the limit shows that the file is too large. Reserved at once: a growing buffer would leave copies.
    let limit = MAX_FILE + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit));
    file.take(u64::try_from(limit).unwrap_or(u64::MAX)).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}
