//! A panic that ends the program ends in a sentence at the next start.
//!
//! The marker holds the version and a place in the source, never a message: messages may quote what somebody typed.

use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

/// The file that outlives a crash.
pub struct CrashMarker {
    path: PathBuf,
}

impl CrashMarker {
    /// The marker in `folder`, which need not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("crash.txt") }
    }

    /// Takes the marker that the run before left, if it crashed: `<version> <file>:<line>`.
    pub fn take(&self) -> Option<String> {
        const LONGEST: usize = 200;
        let text = std::fs::read_to_string(&self.path).ok();
        self.remove();
        let code: String = text?.lines().next()?.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        (!code.is_empty()).then_some(code)
    }

    /// Removes the marker: the program ended in order, so whatever panicked was contained and told.
    pub fn remove(&self) {
        let _ = std::fs::remove_file(&self.path);
    }

    /// Sees to it that any panic of the process leaves this marker and one plain line on stderr.
    pub fn install(&self) {
        let path = self.path.clone();
        std::panic::set_hook(Box::new(move |panic| {
            let code = code_of(panic);
            // Nothing can be done about a marker that cannot be written, least of all here.
            if let Some(folder) = path.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            let _ = std::fs::write(&path, &code);
            eprintln!("coffer: a fault in the program ({code})");
        }));
    }
}

fn code_of(panic: &PanicHookInfo<'_>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match panic.location() {
        Some(place) => format!("{version} {}:{}", short(place.file()), place.line()),
        None => version.to_owned(),
    }
}

/// The last three parts of a source path: enough to find it, nothing about the machine it was built on.
fn short(file: &str) -> String {
    let parts: Vec<&str> = file.split(['/', '\\']).collect();
    let from = parts.len().saturating_sub(3);
    parts.get(from..).unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_leaves_its_place_but_never_its_message() {
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
        assert_eq!(marker.take(), None, "told once");
    }

    #[test]
    fn a_strange_marker_is_cut_to_a_line_of_printable_characters() {
        let folder = tempfile::tempdir().unwrap();
        let marker = CrashMarker::in_folder(folder.path());
        std::fs::write(&marker.path, format!("a\u{7}b{}\nsecond", "c".repeat(1000))).unwrap();
        let code = marker.take().unwrap();
        assert!(code.starts_with("abc") && code.len() == 200, "{code}");
    }
}
