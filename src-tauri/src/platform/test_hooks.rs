//! What tests of a debug build may set from outside. A release build contains none of it.

use std::path::PathBuf;

use vault_api::Costs;
#[cfg(debug_assertions)]
use vault_api::start::KdfParams;

/// How many times faster the idle clock runs.
#[cfg(debug_assertions)]
pub(super) fn clock_speed() -> u32 {
    std::env::var("COFFER_TEST_CLOCK_SPEED").ok().and_then(|speed| speed.parse().ok()).unwrap_or(1)
}

/// How many times faster the idle clock runs: it does not.
#[cfg(not(debug_assertions))]
pub(super) const fn clock_speed() -> u32 {
    1
}

/// Which dialog is answered.
#[derive(Clone, Copy)]
pub(super) enum Dialog {
    /// One for choosing files that exist.
    Open,
    /// One for choosing where to write.
    Save,
}

/// The paths with which a dialog is answered, one a line of a file that the environment names; an empty file is a
/// cancelled dialog. `None` shows the dialog.
#[cfg(debug_assertions)]
pub(super) fn picked(dialog: Dialog) -> Option<Vec<PathBuf>> {
    let variable = match dialog {
        Dialog::Open => "COFFER_TEST_PICK_OPEN",
        Dialog::Save => "COFFER_TEST_PICK_SAVE",
    };
    let answer = std::fs::read_to_string(std::env::var_os(variable)?).unwrap_or_default();
    Some(answer.lines().filter(|line| !line.is_empty()).map(PathBuf::from).collect())
}

/// The dialog is shown.
#[cfg(not(debug_assertions))]
pub(super) const fn picked(_: Dialog) -> Option<Vec<PathBuf>> {
    None
}

/// The cost of trying a password for new profiles: next to none if a test asks for it with `COFFER_TEST_KDF` and the
/// library was built with its test feature.
#[cfg(debug_assertions)]
pub(crate) fn kdf() -> Costs {
    let asked = std::env::var_os("COFFER_TEST_KDF").and_then(|_| KdfParams::new(64, 1, 1).ok());
    asked.map_or(Costs::Calibrated, Costs::Fixed)
}

/// The cost of trying a password for new profiles.
#[cfg(not(debug_assertions))]
pub(crate) const fn kdf() -> Costs {
    Costs::Calibrated
}

/// Whether a test drives the web view, which works only in a web context that keeps its data.
#[cfg(debug_assertions)]
pub(crate) fn web_view_is_driven() -> bool {
    std::env::var("TAURI_WEBVIEW_AUTOMATION").is_ok_and(|value| value == "true")
}

/// Nobody drives the web view.
#[cfg(not(debug_assertions))]
pub(crate) const fn web_view_is_driven() -> bool {
    false
}
