use tauri::{AppHandle, State};
use vault_api::Result;
use vault_api::views::AppStatus;
use zeroize::Zeroizing;

use crate::platform::clipboard::Kind;
use crate::shell::Shell;

#[tauri::command]
pub async fn app_status(shell: State<'_, Shell>) -> Result<AppStatus> {
    shell.coffer.app_status().await
}

#[tauri::command]
pub async fn app_diagnostics(shell: State<'_, Shell>) -> Result<String> {
    Ok(diagnostics(&shell))
}

#[tauri::command]
pub async fn app_copy_diagnostics(shell: State<'_, Shell>) -> Result<()> {
    shell.copy(Zeroizing::new(diagnostics(&shell)), Kind::Plain).await
}

#[tauri::command]
pub async fn app_quit(app: AppHandle) -> Result<()> {
    app.exit(0);
    Ok(())
}

/// Versions and codes, without personal data or content of the profile.
fn diagnostics(shell: &Shell) -> String {
    let web_view = tauri::webview_version().unwrap_or_else(|_| "unknown".to_owned());
    let crash = shell.crashed.as_deref().unwrap_or("none");
    format!(
        "Coffer {}\nsystem {} {}\nTauri {}\nweb view {web_view}\nlast crash: {crash}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        tauri::VERSION,
    )
}
