//! The Emergency Kit: printed once, confirmed by typing one group of it back.

use std::path::PathBuf;

use rand_core::Rng as _;
use vault_engine::SecretText;
use vault_engine::clock::Rng;
use vault_engine::document::{Existing, write_new_file};
use vault_engine::kit::{Kit, Paper};
use vault_engine::session::KeysError;

use crate::coffer::{Coffer, Open};
use crate::documents::document_error;
use crate::error::Outcome;
use crate::views::{ErrorCode, ErrorView, KitView, PaperSize};

/// Groups of four characters in the text of a code, after `C1` or `R1`.
pub(crate) const GROUPS: u8 = 7;

/// How far the person is with the Kit, in this session.
pub(crate) struct KitProgress {
    ask_group: u8,
    saved: bool,
}

impl KitProgress {
    /// Chooses the group that will be asked for. The last one is mostly checksum, so it is not asked.
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let mut chosen = [0];
        rng.fill_bytes(&mut chosen);
        let [chosen] = chosen;
        Self { ask_group: chosen % (GROUPS - 1), saved: false }
    }

    pub(crate) fn ask_group(&self) -> u8 {
        self.ask_group
    }
}

impl From<PaperSize> for Paper {
    fn from(paper: PaperSize) -> Self {
        match paper {
            PaperSize::A4 => Self::A4,
            PaperSize::Letter => Self::Letter,
        }
    }
}

impl Open {
    pub(crate) fn check_kit(&mut self, text: &SecretText) -> Outcome<KitView> {
        self.session.check_kit(text).map_err(|error| match error {
            KeysError::CodeMistyped(_) => ErrorCode::SecretKeyMistyped.into(),
            KeysError::WrongCode => ErrorCode::KitOfAnother.into(),
            other => ErrorView::from(other),
        })?;
        self.kit_view()
    }

    fn kit_view(&self) -> Outcome<KitView> {
        Ok(KitView {
            groups: GROUPS,
            ask_group: self.kit.ask_group,
            saved: self.kit.saved,
            confirmed: self.session.kit_confirmed()?,
        })
    }
}

impl Coffer {
    /// How far the person is with the Kit.
    ///
    /// # Errors
    /// `locked`.
    pub async fn kit_status(&self) -> Outcome<KitView> {
        self.owner.call(|state| state.open()?.kit_view()).await
    }

    /// Writes the Kit as a PDF that only this person can read; a file of that name is replaced.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn kit_save_to(&self, path: PathBuf, paper: PaperSize) -> Outcome<KitView> {
        let now = self.clock.now();
        self.owner
            .call(move |state| {
                let open = state.open()?;
                let secret_key = open.session.secret_key()?.to_text();
                let profile_name = &open.session.profile().name;
                let kit = Kit { profile_name, secret_key: &secret_key, made_at: now };
                let pdf = kit.to_pdf(paper.into()).map_err(|_| ErrorCode::Internal)?;
                write_new_file(&path, &pdf, Existing::Replace).map_err(document_error)?;
                open.kit.saved = true;
                open.kit_view()
            })
            .await
    }

    /// The Secret Key, to be shown.
    ///
    /// # Errors
    /// `locked`.
    pub async fn kit_reveal(&self) -> Outcome<SecretText> {
        self.read(|session| Ok(session.secret_key()?.to_text())).await
    }

    /// Compares the group typed back with the Kit; the right one confirms it.
    ///
    /// # Errors
    /// `kit_group_wrong`, `locked`, or the disk.
    pub async fn kit_confirm(&self, group: u8, text: SecretText) -> Outcome<KitView> {
        self.owner
            .call(move |state| {
                let open = state.open()?;
                let key = open.session.secret_key()?.to_text();
                if group != open.kit.ask_group || !group_of(&key, group, &text) {
                    return Err(ErrorCode::KitGroupWrong.into());
                }
                open.session.set_kit_confirmed()?;
                open.kit_view()
            })
            .await
    }
}

/// Whether a group of a code was typed.
pub(crate) fn group_of(code: &SecretText, group: u8, typed: &SecretText) -> bool {
    let typed = SecretText::new(forgiving(typed.expose()));
    code.expose().split('-').nth(usize::from(group) + 1) == Some(typed.expose())
}

/// Reads a group as people type it: any case, spaces, O for 0, I and L for 1.
fn forgiving(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}
