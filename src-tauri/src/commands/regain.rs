use tauri::{State, WebviewWindow};
use vault_api::views::{RegainRequest, RegainView, SignInView};
use vault_api::{ErrorCode, Result, SecretText};

use crate::shell::Shell;

#[tauri::command]
pub async fn regain_status(shell: State<'_, Shell>) -> Result<Option<RegainView>> {
    shell.coffer.regain_status().await
}

#[tauri::command]
pub async fn regain_begin(shell: State<'_, Shell>, request: RegainRequest) -> Result<RegainView> {
    shell.coffer.regain_begin(request).await
}

#[tauri::command]
pub async fn regain_answer(shell: State<'_, Shell>, text: String, password: String) -> Result<RegainView> {
    shell.coffer.regain_answer(text, SecretText::new(password)).await
}

#[tauri::command]
pub async fn regain_register(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    password: String,
) -> Result<RegainView> {
    expect(&shell, &window).await?;
    shell.coffer.regain_register(SecretText::new(password)).await
}

#[tauri::command]
pub async fn regain_send(shell: State<'_, Shell>, window: WebviewWindow) -> Result<RegainView> {
    expect(&shell, &window).await?;
    shell.coffer.regain_send().await
}

#[tauri::command]
pub async fn regain_secret_key(shell: State<'_, Shell>, password: String) -> Result<String> {
    shell.coffer.regain_secret_key(SecretText::new(password)).await
}

#[tauri::command]
pub async fn regain_join(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    password: String,
    name: String,
) -> Result<SignInView> {
    expect(&shell, &window).await?;
    let step = shell.coffer.regain_join(SecretText::new(password), name).await?;
    if step == SignInView::Done {
        shell.opened();
    }
    Ok(step)
}

#[tauri::command]
pub async fn regain_end(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.regain_end().await
}

/// Asks before the server is contacted that the text of a guardian names.
async fn expect(shell: &Shell, window: &WebviewWindow) -> Result<()> {
    let found = shell.coffer.regain_status().await?.ok_or(ErrorCode::NotFound)?;
    shell.expect_address(window, found.address).await
}
