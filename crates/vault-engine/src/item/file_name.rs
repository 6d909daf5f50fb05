//! File names that are safe on every operating system.

use vault_text::safe_to_show;

/// Maximum length of an exported file name, in bytes: valid on every file system, with room for the suffix of a
/// temporary file.
const FILE_NAME: usize = 200;

/// Maximum length of an extension that is kept when a name is shortened, dot included, in bytes.
const ENDING: usize = 20;

/// Returns a file name that denotes one plain file in its folder on every operating system, for any input.
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let last =
        name.rsplit(['/', '\\']).find(|part| !part.trim_matches(['.', ' ']).is_empty()).unwrap_or_default();
    let shown = safe_to_show(last);
    let trimmed = shown.trim_start().trim_end_matches(['.', ' ']);
    let mut safe: String = trimmed
        .chars()
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\') { '_' } else { c })
        .collect();
    if safe.is_empty() {
        return "document".to_owned();
    }
    if safe.starts_with('.') {
        // Dot files are hidden from the user, and in a home folder programs read them as configuration.
        safe.replace_range(0..1, "_");
    }
    if is_device_name(&safe) {
        safe.insert(0, '_');
    }
    shorten(&safe)
}

/// Returns whether Windows treats the name as a device, with any extension.
fn is_device_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let numbered = |prefix| {
        stem.strip_prefix(prefix).is_some_and(|rest: &str| {
            rest.chars().count() == 1
                && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'))
        })
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
        || numbered("COM")
        || numbered("LPT")
}

/// Shortens the stem and keeps the extension.
fn shorten(name: &str) -> String {
    if name.len() <= FILE_NAME {
        return name.to_owned();
    }
    let at = name.rfind('.').filter(|at| name.len() - at <= ENDING).unwrap_or(name.len());
    let (stem, ending) = name.split_at(at);
    let cut = (0..=FILE_NAME - ending.len()).rev().find(|at| stem.is_char_boundary(*at)).unwrap_or(0);
    format!("{}{ending}", stem.get(..cut).unwrap_or_default().trim_end_matches(['.', ' ']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;
    use vault_text::is_hidden;

    use super::*;

    #[test]
    fn t36_file_names_become_plain_files() {
        for (name, expected) in [
            ("report.pdf", "report.pdf"),
            ("../x", "x"),
            ("..\\..\\x.exe", "x.exe"),
            ("/etc/passwd", "passwd"),
            ("a/", "a"),
            ("..", "document"),
            ("", "document"),
            (" . ", "document"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1.tar.gz", "_com1.tar.gz"),
            ("COM¹", "_COM¹"),
            ("console.txt", "console.txt"),
            (".bashrc", "_bashrc"),
            ("a\0b\x1b[31m\r\n.txt", "ab[31m .txt"),
            ("invoice\u{202E}fdp.exe", "invoicefdp.exe"),
            ("C:autoexec.bat", "C_autoexec.bat"),
            ("file.txt:stream", "file.txt_stream"),
            ("trailing. . .", "trailing"),
            ("Übersicht 2026 – Größe.odt", "Übersicht 2026 – Größe.odt"),
        ] {
            assert_eq!(safe_file_name(name), expected, "{name:?}");
        }
    }

    #[test]
    fn t36_long_file_names_keep_their_extension() {
        let name = safe_file_name(&format!("{}.pdf", "ä".repeat(2_048)));
        assert!(name.len() <= FILE_NAME && name.ends_with("ä.pdf"), "{name}");
        assert!(safe_file_name(&"x".repeat(4_096)).len() <= FILE_NAME);
        assert!(safe_file_name(&format!("x.{}", "y".repeat(4_096))).len() <= FILE_NAME);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(36), failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn t36_any_name_becomes_one_plain_file(name in any::<String>()) {
            let safe = safe_file_name(&name);
            prop_assert!(!safe.is_empty() && safe.len() <= FILE_NAME);
            prop_assert!(!safe.starts_with('.') && !safe.ends_with(['.', ' ']) && !is_device_name(&safe));
            prop_assert!(!safe.chars().any(|c| is_hidden(c) || "<>:\"|?*/\\".contains(c)));
            prop_assert_eq!(&safe_file_name(&safe), &safe);
        }
    }
}
