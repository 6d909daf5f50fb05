//! The Emergency Kit: saved as a PDF, confirmed by typing one group of its Secret Key.

use std::path::PathBuf;
use std::time::Duration;

use vault_engine::SecretText;
use vault_engine::document::{Existing, write_new_file};
use vault_engine::kit::{Kit, KitServer};
use vault_engine::session::KeysError;

use super::server::words_of;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::state::{CODE_GROUPS, Open};
use crate::views::{KitView, PaperSize};

impl Open {
    pub(crate) fn check_kit(&mut self, text: &SecretText) -> Result<KitView> {
        self.session.check_kit(text).map_err(|error| match error {
            KeysError::CodeMistyped(_) => ErrorCode::SecretKeyMistyped.into(),
            KeysError::WrongCode => ErrorCode::KitOfAnother.into(),
            other => ErrorView::from(other),
        })?;
        self.kit_view()
    }

    /// Fails unless the Secret Key may be shown now. Once the Kit is confirmed, nobody needs it in everyday use: a page that
    /// was taken over must not read it, so the password must have been confirmed shortly before.
    fn expect_kit_allowed(&self, now: Duration) -> Result<()> {
        if self.session.kit_confirmed()? { self.expect_confirmed(now) } else { Ok(()) }
    }

    fn kit_view(&self) -> Result<KitView> {
        Ok(KitView {
            groups: CODE_GROUPS,
            ask_group: self.kit.ask_group,
            saved: self.kit.saved,
            confirmed: self.session.kit_confirmed()?,
        })
    }
}

impl Coffer {
    /// Returns the progress of the Kit.
    ///
    /// # Errors
    /// `locked`.
    pub async fn kit_status(&self) -> Result<KitView> {
        self.actor.call(|state| state.open()?.kit_view()).await
    }

    /// Checks that the Kit may be saved or shown now, before a file is chosen for it.
    ///
    /// # Errors
    /// `locked`, or `password_needed` once the Kit is confirmed.
    pub async fn kit_expect_allowed(&self) -> Result<()> {
        let steady = self.clock.steady();
        self.actor.call(move |state| state.open()?.expect_kit_allowed(steady)).await
    }

    /// Writes the Kit as a PDF file, readable only by the current user; an existing file is replaced.
    ///
    /// # Errors
    /// `locked`, `password_needed` once the Kit is confirmed, or the disk.
    pub async fn kit_save_to(&self, path: PathBuf, paper: PaperSize) -> Result<KitView> {
        let (now, steady) = (self.clock.now(), self.clock.steady());
        self.actor
            .call(move |state| {
                let open = state.open()?;
                open.expect_kit_allowed(steady)?;
                let key = open.session.secret_key()?;
                let secret_key = key.to_text();
                let profile_name = &open.session.profile().name;
                let connection = open.session.connection()?;
                let words = connection.as_ref().and_then(|connection| connection.key).map(words_of);
                let code = connection.as_ref().map(|connection| connection.kit_code(&key));
                let server = connection.as_ref().zip(code.as_ref()).map(|(connection, code)| KitServer {
                    address: connection.address.as_str(),
                    login: connection.login.as_str(),
                    words: words.as_deref(),
                    code,
                });
                let kit = Kit { profile_name, secret_key: &secret_key, made_at: now, server };
                let pdf = kit.to_pdf(paper.into()).map_err(|_| ErrorCode::Internal)?;
                write_new_file(&path, &pdf, Existing::Replace)?;
                open.kit.saved = true;
                open.kit_view()
            })
            .await
    }

    /// Returns the Secret Key, to be shown.
    ///
    /// # Errors
    /// `locked`, or `password_needed` once the Kit is confirmed.
    pub async fn kit_reveal(&self) -> Result<SecretText> {
        let steady = self.clock.steady();
        self.actor
            .call(move |state| {
                let open = state.open()?;
                open.expect_kit_allowed(steady)?;
                Ok(open.session.secret_key()?.to_text())
            })
            .await
    }

    /// Compares a typed group with the Kit; the right one confirms it.
    ///
    /// # Errors
    /// `kit_group_wrong`, `locked`, or the disk.
    pub async fn kit_confirm(&self, group: u8, text: SecretText) -> Result<KitView> {
        self.actor
            .call(move |state| {
                let open = state.open()?;
                let key = open.session.secret_key()?.to_text();
                if group != open.kit.ask_group || !matches_group(&key, group, &text) {
                    return Err(ErrorCode::KitGroupWrong.into());
                }
                open.session.set_kit_confirmed()?;
                open.kit_view()
            })
            .await
    }
}

/// Whether `typed` is a group of a code.
pub(super) fn matches_group(code: &SecretText, group: u8, typed: &SecretText) -> bool {
    let typed = SecretText::new(normalized(typed.expose()));
    code.expose().split('-').nth(usize::from(group) + 1) == Some(typed.expose())
}

/// A group without typing variants: any case, spaces, O for 0, I and L for 1.
fn normalized(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}
