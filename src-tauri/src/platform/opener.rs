//! Opens web addresses and folders in other programs.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use vault_api::{ErrorCode, Result};

/// The time in which a program that opens others reports that it found none. One that still runs then has opened its target.
const PATIENCE: Duration = Duration::from_secs(3);

/// Opens a web address in the browser of the system.
///
/// # Errors
/// `no_browser` if no program takes it.
pub async fn open_address(url: &str) -> Result<()> {
    open(url.into(), ErrorCode::NoBrowser).await
}

/// Shows a folder in the file manager of the system.
///
/// # Errors
/// `no_file_manager` if no program takes it.
pub async fn show_folder(folder: PathBuf) -> Result<()> {
    open(folder.into(), ErrorCode::NoFileManager).await
}

async fn open(target: OsString, otherwise: ErrorCode) -> Result<()> {
    let opening =
        tauri::async_runtime::spawn_blocking(move || open::that_detached_with_timeout(target, PATIENCE));
    match opening.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(otherwise.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_no_program_takes_is_told() {
        // No program can be started with such an argument.
        let refused = open_address("https://example.com/\0").await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NoBrowser);
        let refused = show_folder(PathBuf::from("/\0")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NoFileManager);
    }
}
