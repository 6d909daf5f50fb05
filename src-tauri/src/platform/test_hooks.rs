//! Settings for tests of debug builds. Release builds contain none of them.

use std::path::PathBuf;

use vault_api::Costs;
#[cfg(debug_assertions)]
use vault_api::start::KdfParams;

/// The speed of the idle clock.
#[cfg(debug_assertions)]
pub(super) fn clock_speed() -> u32 {
    std::env::var("COFFER_TEST_CLOCK_SPEED").ok().and_then(|speed| speed.parse().ok()).unwrap_or(1)
}

/// The speed of the idle clock.
#[cfg(not(debug_assertions))]
pub(super) const fn clock_speed() -> u32 {
    1
}

/// The kind of a dialog.
#[derive(Clone, Copy)]
pub(super) enum Dialog {
    /// For existing files.
    Open,
    /// For a file to write.
    Save,
}

/// The result of a dialog: the lines of a file that an environment variable names; an empty file cancels the dialog.
/// `None` shows the dialog.
#[cfg(debug_assertions)]
pub(super) fn picked(dialog: Dialog) -> Option<Vec<PathBuf>> {
    let variable = match dialog {
        Dialog::Open => "COFFER_TEST_PICK_OPEN",
        Dialog::Save => "COFFER_TEST_PICK_SAVE",
    };
    let answer = std::fs::read_to_string(std::env::var_os(variable)?).unwrap_or_default();
    Some(answer.lines().filter(|line| !line.is_empty()).map(PathBuf::from).collect())
}

/// `None`: the dialog is shown.
#[cfg(not(debug_assertions))]
pub(super) const fn picked(_: Dialog) -> Option<Vec<PathBuf>> {
    None
}

/// The answer to every question: whether a file that an environment variable names contains `yes`. `None` shows the
/// question.
#[cfg(debug_assertions)]
pub(super) fn answered() -> Option<bool> {
    let answer = std::fs::read_to_string(std::env::var_os("COFFER_TEST_ANSWER")?).unwrap_or_default();
    Some(answer.trim() == "yes")
}

/// `None`: the question is shown.
#[cfg(not(debug_assertions))]
pub(super) const fn answered() -> Option<bool> {
    None
}

/// The password cost for new profiles: minimal if `COFFER_TEST_KDF` is set and the library was built with its test
/// feature.
#[cfg(debug_assertions)]
pub(crate) fn kdf() -> Costs {
    let asked = std::env::var_os("COFFER_TEST_KDF").and_then(|_| KdfParams::new(64, 1, 1).ok());
    asked.map_or(Costs::Calibrated, Costs::Fixed)
}

/// The password cost for new profiles.
#[cfg(not(debug_assertions))]
pub(crate) const fn kdf() -> Costs {
    Costs::Calibrated
}

/// Whether a test controls the web view, which works only in a web context that keeps its data.
#[cfg(debug_assertions)]
pub(crate) fn web_view_is_driven() -> bool {
    std::env::var("TAURI_WEBVIEW_AUTOMATION").is_ok_and(|value| value == "true")
}

/// False: no test controls the web view.
#[cfg(not(debug_assertions))]
pub(crate) const fn web_view_is_driven() -> bool {
    false
}
