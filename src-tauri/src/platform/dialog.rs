//! File dialogs, shown by the program, so that the web view can neither choose a path nor see one.

use std::path::PathBuf;

use rfd::AsyncFileDialog;
use tauri::WebviewWindow;
use tokio::sync::oneshot;
use vault_api::Result;

use super::test_hooks::{self, Dialog};

/// Asks for files to add; empty when cancelled.
pub async fn pick_files(window: &WebviewWindow, title: &str) -> Vec<PathBuf> {
    if let Some(paths) = test_hooks::picked(Dialog::Open) {
        return paths;
    }
    let title = title.to_owned();
    let files = file_dialog(window, move |dialog| dialog.set_title(title).pick_files()).await;
    files.unwrap_or_default().iter().map(|file| file.path().to_owned()).collect()
}

/// Asks for one file to read; `None` when cancelled. `extensions` are file name extensions without dot.
pub async fn pick_file(
    window: &WebviewWindow,
    title: &str,
    kind: &str,
    extensions: &[&str],
) -> Option<PathBuf> {
    if let Some(paths) = test_hooks::picked(Dialog::Open) {
        return paths.into_iter().next();
    }
    let (title, kind) = (title.to_owned(), kind.to_owned());
    let extensions: Vec<String> = extensions.iter().map(|&extension| extension.to_owned()).collect();
    let file = file_dialog(window, move |dialog| {
        dialog.set_title(title).add_filter(kind, &extensions).add_filter("*", &["*"]).pick_file()
    });
    file.await.map(|file| file.path().to_owned())
}

/// Asks for a folder; `None` when cancelled.
pub async fn pick_folder(window: &WebviewWindow, title: &str) -> Option<PathBuf> {
    if let Some(paths) = test_hooks::picked(Dialog::Open) {
        return paths.into_iter().next();
    }
    let title = title.to_owned();
    let folder = file_dialog(window, move |dialog| dialog.set_title(title).pick_folder()).await;
    folder.map(|folder| folder.path().to_owned())
}

/// Asks for the file to write; `None` when cancelled.
pub async fn pick_target(window: &WebviewWindow, title: &str, file_name: &str) -> Option<PathBuf> {
    if let Some(paths) = test_hooks::picked(Dialog::Save) {
        return paths.into_iter().next();
    }
    let (title, file_name) = (title.to_owned(), file_name.to_owned());
    let file =
        file_dialog(window, move |dialog| dialog.set_title(title).set_file_name(file_name).save_file()).await;
    file.map(|file| file.path().to_owned())
}

/// Runs `action` with the path that a dialog returns; `None` when cancelled.
pub async fn with_path<T, F: Future<Output = Result<T>>>(
    dialog: impl Future<Output = Option<PathBuf>>,
    action: impl FnOnce(PathBuf) -> F,
) -> Result<Option<T>> {
    match dialog.await {
        Some(path) => action(path).await.map(Some),
        None => Ok(None),
    }
}

async fn file_dialog<T, F>(
    window: &WebviewWindow,
    show: impl FnOnce(AsyncFileDialog) -> F + Send + 'static,
) -> Option<T>
where
    T: Send + 'static,
    F: Future<Output = Option<T>> + Send + 'static,
{
    let parent = window.clone();
    on_main_thread(window, move || show(AsyncFileDialog::new().set_parent(&parent))).await?
}

/// Opens a dialog on the main thread, as window systems require, and waits for its result on this one. `None` if the
/// program is ending.
pub(super) async fn on_main_thread<F>(
    window: &WebviewWindow,
    show: impl FnOnce() -> F + Send + 'static,
) -> Option<F::Output>
where
    F: Future + Send + 'static,
{
    let (sender, shown) = oneshot::channel();
    let make = move || {
        // If nobody waits any more, the dialog is dropped before it is shown.
        let _ = sender.send(show());
    };
    window.run_on_main_thread(make).ok()?;
    Some(shown.await.ok()?.await)
}
