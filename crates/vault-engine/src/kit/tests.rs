use std::fs;
use std::path::Path;
use std::process::Command;

use vault_crypto::{SecretKey, SecretText};

use crate::clock::Timestamp;
use crate::kit::*;

/// Runs an external tool as a stand-in for PDF readers and QR scanners; CI installs poppler-utils and zbar-tools.
fn run(program: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn key() -> SecretText {
    SecretKey::from_bytes(b"an example key 1").to_text()
}

fn text_of(name: &str, paper: Paper) -> String {
    let folder = tempfile::tempdir().unwrap();
    run("pdftotext", &["-layout", &written(folder.path(), name, paper), "-"])
}

/// Writes a Kit and returns its path.
fn written(folder: &Path, name: &str, paper: Paper) -> String {
    let path = folder.join("kit.pdf");
    let secret_key = key();
    let kit = Kit {
        profile_name: name,
        secret_key: &secret_key,
        made_at: Timestamp(1_795_305_600_000),
        server: None,
    };
    fs::write(&path, kit.to_pdf(paper).unwrap().as_slice()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn kit_of_a_connected_profile_names_server_login_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kit.pdf");
    let secret_key = key();
    let words = "ability able about above absent absorb abstract absurd";
    let code = SecretText::from(format!("coffer://kit#{}", "A".repeat(220)).as_str());
    let address = "https://vault.example:8443";
    let server = KitServer { address, login: "ada@example.com", words: Some(words), code: &code };
    let kit =
        Kit { profile_name: "Home", secret_key: &secret_key, made_at: Timestamp(0), server: Some(server) };
    for paper in [Paper::A4, Paper::Letter] {
        fs::write(&path, kit.to_pdf(paper).unwrap().as_slice()).unwrap();
        let text = run("pdftotext", &["-layout", path.to_str().unwrap(), "-"]);
        for expected in [server.address, server.login, words, key().expose(), "The Kit alone opens nothing."]
        {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
        assert_eq!(text.matches('\u{c}').count(), 1);
        let image = folder.path().join("kit");
        run(
            "pdftoppm",
            &["-r", "110", "-png", "-singlefile", path.to_str().unwrap(), image.to_str().unwrap()],
        );
        let scanned = run("zbarimg", &["--quiet", "--raw", image.with_extension("png").to_str().unwrap()]);
        assert_eq!(scanned.trim_end(), code.expose());
    }
}

#[test]
fn the_kit_can_be_read_and_scanned_on_both_papers() {
    for paper in [Paper::A4, Paper::Letter] {
        let text = text_of("Home", paper);
        for expected in [
            "Emergency Kit",
            key().expose(),
            "Home",
            "22 November 2026",
            "MASTER PASSWORD",
            "Server",
            "None. This profile is kept on this computer only.",
            "The Kit alone restores nothing.",
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
        assert_eq!(text.matches('\u{c}').count(), 1);

        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path(), "Home", paper);
        let image = folder.path().join("kit");
        run("pdftoppm", &["-r", "110", "-png", "-singlefile", &path, image.to_str().unwrap()]);
        let scanned = run("zbarimg", &["--quiet", "--raw", image.with_extension("png").to_str().unwrap()]);
        assert_eq!(scanned.trim_end(), key().expose());

        let info = run("pdfinfo", &[&path]);
        assert!(info.contains("Pages:           1\n"), "{info}");
        assert!(!info.contains(key().expose()) && !info.contains("Home"), "{info}");
    }
}

/// The box of each word on the page, and the word.
fn words_of(path: &str) -> Vec<([f32; 4], String)> {
    let page = run("pdftotext", &["-bbox", path, "-"]);
    let word = |line: &str| {
        let mut parts = line.trim().strip_prefix("<word ")?.split('"');
        let sides: Vec<f32> =
            parts.by_ref().skip(1).step_by(2).take(4).map(|side| side.parse().unwrap()).collect();
        let (_, text) = line.split_once("\">")?;
        Some((sides.try_into().ok()?, text.split('<').next()?.to_owned()))
    };
    page.lines().filter_map(word).collect()
}

#[test]
fn every_group_of_a_printed_code_has_its_number_below_it() {
    let folder = tempfile::tempdir().unwrap();
    let words = words_of(&written(folder.path(), "Home", Paper::A4));
    let key = key();
    let ([left, top, right, _], _) = words.iter().find(|(_, word)| word == key.expose()).unwrap();
    let character = (right - left) / 37.0;
    for number in 1_u8..=7 {
        let middle = left + character * (f32::from(number) * 5.0);
        let below = words.iter().filter(|([x, y, to, _], word)| {
            *word == number.to_string() && *x < middle && middle < *to && *y > *top && *y < top + 40.0
        });
        assert_eq!(below.count(), 1, "{number}: {words:?}");
    }
    let numbers =
        words.iter().filter(|([_, y, ..], word)| word.parse::<u8>().is_ok() && *y > *top && *y < top + 40.0);
    assert_eq!(numbers.count(), 7);
}

#[test]
fn unprintable_names_do_not_break_the_page() {
    for (name, expected) in [
        ("Müller & Søn – Büro", "Müller & Søn – Büro"),
        ("Łódź Ţest", "Lódz Test"),
        ("Дом Юлия", "Dom Iuliia"),
        ("Αθήνα", "Athina"),
        ("家", "(its name has letters that this page cannot print)"),
        ("", "(its name has letters that this page cannot print)"),
        ("Really?", "Really?"),
        ("a(b)\\c", "a(b)\\c"),
        ("x\u{202E}y\nz", "xy z"),
    ] {
        let text = text_of(name, Paper::A4);
        assert!(text.contains(expected), "{name}: {text}");
    }
    let long = text_of(&"W".repeat(4_096), Paper::A4);
    assert!(long.contains("WWW…"), "{long}");
}

#[test]
fn the_kit_is_deterministic() {
    let secret_key = key();
    let kit = Kit { profile_name: "Home", secret_key: &secret_key, made_at: Timestamp(0), server: None };
    assert_eq!(kit.to_pdf(Paper::A4).unwrap(), kit.to_pdf(Paper::A4).unwrap());
    let long = SecretText::new("x".repeat(100_000));
    let kit = Kit { secret_key: &long, ..kit };
    assert_eq!(kit.to_pdf(Paper::A4).err(), Some(KitError));
}

#[test]
fn the_recovery_page_can_be_read_and_scanned_on_both_papers() {
    let code = vault_crypto::RecoveryCode::from_bytes(b"an example code1").to_text();
    for paper in [Paper::A4, Paper::Letter] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("code.pdf");
        let page = RecoveryPage { profile_name: "Home", code: &code, made_at: Timestamp(1_795_305_600_000) };
        fs::write(&path, page.to_pdf(paper).unwrap().as_slice()).unwrap();
        let path = path.to_str().unwrap();
        let text = run("pdftotext", &["-layout", path, "-"]);
        for expected in
            ["Recovery Code", code.expose(), "Home", "22 November 2026", "Choose a new master password."]
        {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
        assert!(!text.contains("MASTER PASSWORD") && !text.contains("Secret Key alone"), "{text}");
        let image = folder.path().join("code");
        run("pdftoppm", &["-r", "110", "-png", "-singlefile", path, image.to_str().unwrap()]);
        let scanned = run("zbarimg", &["--quiet", "--raw", image.with_extension("png").to_str().unwrap()]);
        assert_eq!(scanned.trim_end(), code.expose());
        let info = run("pdfinfo", &[path]);
        assert!(info.contains("Pages:           1\n") && !info.contains(code.expose()), "{info}");
    }
}
