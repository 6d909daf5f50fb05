//! File dialogs, shown by the program: the web view can neither name a path nor learn one.

use std::path::PathBuf;

use rfd::AsyncFileDialog;
use tauri::WebviewWindow;
use tokio::sync::oneshot;

use super::test_hooks::{self, Dialog};

/// Lets the person choose files to take in; none when cancelled.
pub async fn pick_files(window: &WebviewWindow, title: &str) -> Vec<PathBuf> {
    if let Some(paths) = test_hooks::picked(Dialog::Open) {
        return paths;
    }
    let title = title.to_owned();
    let files = on_main_thread(window, move |dialog| dialog.set_title(title).pick_files()).await;
    files.unwrap_or_default().iter().map(|file| file.path().to_owned()).collect()
}

/// Lets the person choose one file to read; `None` when cancelled. `endings` are file name endings without dot.
pub async fn pick_file(window: &WebviewWindow, title: &str, kind: &str, endings: &[&str]) -> Option<PathBuf> {
    if let Some(paths) = test_hooks::picked(Dialog::Open) {
        return paths.into_iter().next();
    }
    let (title, kind) = (title.to_owned(), kind.to_owned());
    let endings: Vec<String> = endings.iter().map(|&ending| ending.to_owned()).collect();
    let file = on_main_thread(window, move |dialog| {
        dialog.set_title(title).add_filter(kind, &endings).add_filter("*", &["*"]).pick_file()
    });
    file.await.map(|file| file.path().to_owned())
}

/// Lets the person choose a folder; `None` when cancelled.
pub async fn pick_folder(window: &WebviewWindow, title: &str) -> Option<PathBuf> {
    if let Some(paths) = test_hooks::picked(Dialog::Open) {
        return paths.into_iter().next();
    }
    let title = title.to_owned();
    let folder = on_main_thread(window, move |dialog| dialog.set_title(title).pick_folder()).await;
    folder.map(|folder| folder.path().to_owned())
}

/// Lets the person choose where to write; `None` when cancelled.
pub async fn pick_target(window: &WebviewWindow, title: &str, file_name: &str) -> Option<PathBuf> {
    if let Some(paths) = test_hooks::picked(Dialog::Save) {
        return paths.into_iter().next();
    }
    let (title, file_name) = (title.to_owned(), file_name.to_owned());
    let file =
        on_main_thread(window, move |dialog| dialog.set_title(title).set_file_name(file_name).save_file())
            .await;
    file.map(|file| file.path().to_owned())
}

/// Makes a dialog of `window` on the main thread, as the window systems demand, and waits for its answer elsewhere.
async fn on_main_thread<T, F>(
    window: &WebviewWindow,
    show: impl FnOnce(AsyncFileDialog) -> F + Send + 'static,
) -> Option<T>
where
    T: Send + 'static,
    F: Future<Output = Option<T>> + Send + 'static,
{
    let (hand_over, shown) = oneshot::channel();
    let parent = window.clone();
    let make = move || {
        // Without anybody waiting the dialog is dropped unseen.
        let _ = hand_over.send(show(AsyncFileDialog::new().set_parent(&parent)));
    };
    window.run_on_main_thread(make).ok()?;
    shown.await.ok()?.await
}
