//! Crash reports: after a panic the next start shows one sentence.
//!
//! The marker contains the version and a source location, never the panic message, which may quote typed text.

use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

use vault_api::start::is_decoding;

/// The file that a crash leaves behind.
pub struct CrashMarker {
    path: PathBuf,
}

impl CrashMarker {
    /// The marker in `folder`, which need not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("crash.txt") }
    }

    /// Takes the marker of the last run, if it crashed: `<version> <file>:<line>`.
    pub fn take(&self) -> Option<String> {
        const LONGEST: usize = 200;
        let text = std::fs::read_to_string(&self.path).ok();
        self.remove();
        let code: String = text?.lines().next()?.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        (!code.is_empty()).then_some(code)
    }

    /// Removes the marker at a regular end: panics of this run were contained and reported.
    pub fn remove(&self) {
        let _ = std::fs::remove_file(&self.path);
    }

    /// Installs a panic hook that writes this marker and one line to stderr. Panics of picture decoders are contained and
    /// leave none.
    pub fn install(&self) {
        let path = self.path.clone();
        std::panic::set_hook(Box::new(move |panic| {
            if is_decoding() {
                return;
            }
            let code = code_of(panic);
            // A failure to write the marker cannot be handled in a panic hook.
            if let Some(folder) = path.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            let _ = std::fs::write(&path, &code);
            eprintln!("coffer-desktop: a fault in the program ({code})");
        }));
    }
}

fn code_of(panic: &PanicHookInfo<'_>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match panic.location() {
        Some(at) => format!("{version} {}:{}", short(at.file()), at.line()),
        None => version.to_owned(),
    }
}

/// The last three parts of a source path, which say nothing about the build machine.
fn short(file: &str) -> String {
    let parts: Vec<&str> = file.split(['/', '\\']).collect();
    let from = parts.len().saturating_sub(3);
    parts.get(from..).unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_leaves_its_location_but_not_its_message() {
        let folder = tempfile::tempdir().unwrap();
        let marker = CrashMarker::in_folder(&folder.path().join("not yet there"));
        marker.install();
        let contained = std::thread::spawn(|| panic!("password is hunter2")).join();
        let _ = std::panic::take_hook();
        assert!(contained.is_err());
        let text = std::fs::read_to_string(&marker.path).unwrap();
        assert!(text.contains("platform/crash.rs:"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        assert_eq!(marker.take(), Some(text));
        assert_eq!(marker.take(), None, "reported once");
    }

    #[test]
    fn a_malformed_marker_is_cut_to_one_printable_line() {
        let folder = tempfile::tempdir().unwrap();
        let marker = CrashMarker::in_folder(folder.path());
        std::fs::write(&marker.path, format!("a\u{7}b{}\nsecond", "c".repeat(1000))).unwrap();
        let code = marker.take().unwrap();
        assert!(code.starts_with("abc") && code.len() == 200, "{code}");
    }
}
