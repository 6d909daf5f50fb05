//! Source files stay short.

use super::finding::Finding;
use crate::source::File;

/// Lines above which a file causes a warning.
const LONG: usize = 400;

/// Lines above which a file needs an exception.
const TOO_LONG: usize = 600;

/// The files that may be longer, with reasons.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Files that cause a warning.
pub fn long(files: &[File]) -> Vec<Finding> {
    measured(files).filter(|(_, lines)| (LONG + 1..=TOO_LONG).contains(lines)).map(finding).collect()
}

/// Files that are too long without an exception.
pub fn too_long(files: &[File]) -> Vec<Finding> {
    let is_exception = |path: &str| EXCEPTIONS.iter().any(|(known, _)| *known == path);
    measured(files).filter(|(path, lines)| *lines > TOO_LONG && !is_exception(path)).map(finding).collect()
}

fn finding((path, lines): (&str, usize)) -> Finding {
    Finding::new(
        path,
        format!(
            "{lines} lines; split it, or add an exception with its reason to crates/xtask/src/tidy/size.rs"
        ),
    )
}

/// The source files that are not generated, with their numbers of lines.
fn measured(files: &[File]) -> impl Iterator<Item = (&str, usize)> {
    files
        .iter()
        .filter(|file| file.is_any(&["rs", "ts", "js", "svelte", "css", "py", "sh"]) && !file.is_generated())
        .map(|file| (file.path.as_str(), file.text.lines().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> File {
        File { path: path.into(), text: "x\n".repeat(lines) }
    }

    #[test]
    fn files_warn_above_400_lines_and_fail_above_600() {
        let files = [file("a.rs", 400), file("b.rs", 401), file("c.svelte", 600), file("d.ts", 601)];
        let paths = |findings: Vec<Finding>| findings.into_iter().map(|f| f.location).collect::<Vec<_>>();
        assert_eq!(paths(long(&files)), ["b.rs", "c.svelte"]);
        assert_eq!(paths(too_long(&files)), ["d.ts"]);
    }

    #[test]
    fn generated_files_and_prose_may_be_long() {
        let files = [file("ui/src/backend/generated/A.ts", 2_000), file("docs/x.md", 2_000)];
        assert!(too_long(&files).is_empty() && long(&files).is_empty());
    }
}
