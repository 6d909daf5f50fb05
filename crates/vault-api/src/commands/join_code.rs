//! Reading the codes with which a new computer begins: as text, or from a picture of a QR code.

use std::path::PathBuf;

use vault_engine::SecretText;
use vault_engine::disk::DiskError;
use vault_otp::qr;
use vault_sync::connect::JoinCode;
use zeroize::Zeroizing;

use super::otp_import::{blocking, read_file};
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::views::JoinCodeView;

impl Coffer {
    /// Reads the code in a picture.
    ///
    /// # Errors
    /// `join_code_invalid` if there is none, or the disk.
    pub async fn join_code_in_file(&self, path: PathBuf) -> Result<JoinCodeView> {
        blocking(move || {
            let file = read_file(&path).map_err(DiskError::from)?;
            first(&qr::read(&file).map_err(|_| ErrorCode::JoinCodeInvalid)?)
        })
        .await
    }

    /// Reads the code in a decoded picture, such as one on the clipboard, with four bytes for each pixel.
    ///
    /// # Errors
    /// `join_code_invalid` if there is none.
    pub async fn join_code_in_pixels(
        &self,
        width: usize,
        height: usize,
        pixels: Zeroizing<Vec<u8>>,
    ) -> Result<JoinCodeView> {
        blocking(move || {
            let texts = qr::read_pixels(width, height, &pixels);
            first(&texts.map_err(|_| ErrorCode::JoinCodeInvalid)?)
        })
        .await
    }
}

/// Reads a code that was typed or pasted.
///
/// # Errors
/// `join_code_invalid` if it is none.
pub fn join_code_in_text(text: &SecretText) -> Result<JoinCodeView> {
    view(text).ok_or_else(|| ErrorCode::JoinCodeInvalid.into())
}

fn first(texts: &[SecretText]) -> Result<JoinCodeView> {
    texts.iter().find_map(view).ok_or_else(|| ErrorCode::JoinCodeInvalid.into())
}

fn view(text: &SecretText) -> Option<JoinCodeView> {
    let shown = || text.expose().trim().to_owned();
    Some(match JoinCode::read(text)? {
        JoinCode::Device => JoinCodeView::Device { code: shown() },
        JoinCode::Server => JoinCodeView::Server { server: shown() },
        JoinCode::Kit { server, login, secret_key } => JoinCodeView::Kit {
            server,
            login: login.as_str().to_owned(),
            secret_key: secret_key.to_text().expose().to_owned(),
        },
        JoinCode::SecretKey(secret_key) => {
            JoinCodeView::SecretKey { secret_key: secret_key.to_text().expose().to_owned() }
        }
    })
}
