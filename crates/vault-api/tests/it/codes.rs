//! Importing and exporting one-time codes.

use std::path::Path;

use vault_api::views::{
    FieldKindView, FoundCode, FoundCodes, ItemView, JobState, MissingPart, QrView, UnreadReason,
};
use vault_api::{Coffer, ErrorCode, SecretText, UndoId, codes_in_text};
use zeroize::Zeroizing;

use crate::support::{Computer, PASSWORD, field, id, login};

/// Shows `otpauth://totp/Shop:ann@example.com`.
const PICTURE: &[u8] = include_bytes!("../../../vault-otp/testdata/qr-code.png");

async fn save_code(computer: &Computer, title: &str, setup: &str) -> ItemView {
    let mut form = login(title, "ann", "x");
    form.fields.push(field("code", FieldKindView::Code, setup));
    computer.coffer.item_save(form, None).await.unwrap()
}

/// Draws a QR code as a camera sees it, and reads it again.
async fn seen(coffer: &Coffer, qr: &QrView) -> FoundCodes {
    const SCALE: usize = 4;
    let side = qr.side as usize;
    let mut pixels = vec![255; side * SCALE * side * SCALE * 4];
    for part in qr.path.split('M').skip(1) {
        let (at, run) = part.split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let run: usize = run.split('v').next().unwrap().parse().unwrap();
        for row in y * SCALE..(y + 1) * SCALE {
            for column in x * SCALE..(x + run) * SCALE {
                let pixel = (row * side * SCALE + column) * 4;
                pixels[pixel..pixel + 3].fill(0);
            }
        }
    }
    coffer.codes_in_pixels(side * SCALE, side * SCALE, Zeroizing::new(pixels)).await.unwrap()
}

fn names(found: &FoundCodes) -> Vec<(&str, &str)> {
    found.codes.iter().map(|code| (code.issuer.as_str(), code.account.as_str())).collect()
}

async fn confirm(coffer: &Coffer) {
    coffer.session_confirm(SecretText::from(PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn lines_of_a_text_file_are_codes() {
    let lines = "otpauth://totp/Bank:ann?secret=GEZDGNBV\n\nNotes: https://example.org\nMZXW6YTBOI\n\
                 otpauth://hotp/Shop:bob?secret=MZXW6YTBOI&counter=4\r\n";
    let found = codes_in_text(&SecretText::from(lines)).unwrap();
    assert_eq!(names(&found), [("Bank", "ann"), ("Shop", "bob")]);
    assert_eq!(unread(&found), [("", 3, UnreadReason::NotACode), ("", 4, UnreadReason::NotACode)]);
    for secret in ["MZXW6YTBOI", "MZXW 6YTB\nOI"] {
        let found = codes_in_text(&SecretText::from(secret)).unwrap();
        assert_eq!((found.codes.len(), found.unread.len()), (1, 0), "a text of one secret is a code");
        assert!(found.codes[0].setup.contains("secret=MZXW6YTBOI"));
    }
    let long = "otpauth://totp/Bank:ann?secret=GEZDGNBV\n".repeat(40_000);
    assert_eq!(codes_in_text(&SecretText::from(long.as_str())).err().unwrap().code, ErrorCode::CodeInvalid);

    let computer = Computer::new();
    let file = computer.folder.path().join("codes.txt");
    std::fs::write(&file, lines).unwrap();
    assert_eq!(computer.coffer.codes_in_file(file).await.unwrap().codes.len(), 2);
    let other = computer.folder.path().join("other.txt");
    std::fs::write(&other, "Nothing of 1 kind").unwrap();
    // An answer about a text does not speak of a picture.
    assert_eq!(computer.coffer.codes_in_file(other).await.err().unwrap().code, ErrorCode::CodeInvalid);
}

fn unread(found: &FoundCodes) -> Vec<(&str, u32, UnreadReason)> {
    found.unread.iter().map(|unread| (unread.name.as_str(), unread.line.unwrap(), unread.reason)).collect()
}

fn in_text(text: &str) -> FoundCodes {
    codes_in_text(&SecretText::from(text)).unwrap()
}

#[test]
fn lines_that_are_not_codes_are_named_with_the_reason() {
    let found = in_text(
        "otpauth://totp/Bank:ann?secret=GEZDGNBV\n\
         otpauth://totp/Shop:bob?secret=GEZDGNB1&issuer=Shop\n\
         otpauth://totp/Mail:eve?secret=GEZDGNBV&digits=11\n\
         otpauth://hotp/Club?secret=GEZDGNBV\n\
         otpauth-migration://offline?data=CgE\n",
    );
    assert_eq!(names(&found), [("Bank", "ann")]);
    assert_eq!(
        unread(&found),
        [
            ("Shop: bob", 2, UnreadReason::Secret),
            ("Mail: eve", 3, UnreadReason::Digits),
            ("Club", 4, UnreadReason::Counter),
            ("", 5, UnreadReason::Damaged),
        ]
    );
    let only_bad = in_text("otpauth://totp/Shop:bob?secret=GEZDGNBV&algorithm=MD5");
    assert_eq!(unread(&only_bad), [("Shop: bob", 1, UnreadReason::Algorithm)]);
    let crowd = in_text(&"otpauth://totp/a?secret=GEZDGNBV\n".repeat(2_300));
    assert_eq!((crowd.codes.len(), crowd.unread.len(), crowd.unnamed), (2_000, 200, 100));
    assert_eq!(crowd.unread[0].reason, UnreadReason::TooMany);
}

#[test]
fn an_address_broken_into_lines_is_one_code() {
    let found = in_text(
        "otpauth://totp/Shop:bob?issuer=Shop&\r\nsecret=GEZDGNBV\r\n&digits=8\r\n\
         otpauth://totp/Bank:ann?secret=GEZDGNBV\r\na note 1\r\n",
    );
    assert_eq!(names(&found), [("Shop", "bob"), ("Bank", "ann")]);
    assert!(found.codes[0].setup.contains("digits=8"));
    assert_eq!(unread(&found), [("", 5, UnreadReason::NotACode)]);
}

/// Two entries: one of MD5, one that is usable; the first of three parts.
#[test]
fn a_transfer_names_its_unusable_entries_and_missing_parts() {
    let part = |end: &str| {
        format!(
            "otpauth-migration://offline?data=Ch0KBTEyMzQ1EghCYW5rOmFubhoEQmFuayABKAEwAgoYCgUxMjM0NRIDYm9iGgRTaG9wIAQoATACEAEYAyA{end}"
        )
    };
    let first = in_text(&part("AKAc%3D"));
    assert_eq!(names(&first), [("Bank", "ann")]);
    assert_eq!(unread(&first), [("Shop: bob", 1, UnreadReason::Algorithm)]);
    let missing = |part| MissingPart { part, parts: 3 };
    assert_eq!(first.missing, [missing(2), missing(3)]);
    assert_eq!(in_text(&format!("{}\n{}", part("AKAc%3D"), part("CKAc%3D"))).missing, [missing(2)]);
    assert!(in_text(&[part("AKAc%3D"), part("BKAc%3D"), part("CKAc%3D")].join("\n")).missing.is_empty());
}

#[tokio::test]
async fn codes_are_read_from_a_picture_on_the_clipboard() {
    let Computer { coffer, .. } = &Computer::new();
    for (width, height) in [(2, 2), (3, 2), (1 << 40, 1 << 40), (0, 0)] {
        let refused = coffer.codes_in_pixels(width, height, Zeroizing::new(vec![255; 16])).await;
        assert_eq!(refused.err().unwrap().code, ErrorCode::PictureUnreadable);
    }
}

#[tokio::test]
async fn codes_found_together_are_added_and_undone_together() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let found = |issuer: &str, setup: &str| FoundCode {
        issuer: issuer.to_owned(),
        account: "ann".to_owned(),
        setup: setup.to_owned(),
    };
    let changed = coffer
        .code_add(vec![
            found("Bank", "otpauth://totp/a?secret=GEZDGNBV&image=x"),
            found("", "otpauth://totp/b?secret=MZXW6YTBOI"),
        ])
        .await
        .unwrap();
    assert_eq!(changed.count, 2);
    assert_eq!(computer.titles("has:totp").await, ["ann", "Bank"]);
    let undo: UndoId = changed.undo.unwrap().parse().unwrap();
    assert_eq!(coffer.undo(undo).await.unwrap().left.len(), 0);
    assert!(computer.titles("").await.is_empty());

    // An invalid code prevents adding the others.
    let refused =
        coffer.code_add(vec![found("Bank", "otpauth://totp/a?secret=GEZDGNBV"), found("Shop", "?")]);
    assert_eq!(refused.await.unwrap_err().code, ErrorCode::CodeInvalid);
    let nameless = FoundCode { account: String::new(), ..found(" ", "otpauth://totp/a?secret=GEZDGNBV") };
    assert_eq!(coffer.code_add(vec![nameless]).await.unwrap_err().code, ErrorCode::InvalidInput);
    let many = (0..2_001).map(|_| found("Bank", "otpauth://totp/a?secret=GEZDGNBV")).collect();
    assert_eq!(coffer.code_add(many).await.unwrap_err().code, ErrorCode::InvalidInput);
    assert!(computer.titles("").await.is_empty());
}

#[tokio::test]
async fn dropped_pictures_with_codes_wait_and_other_files_are_added() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let write = |name: &str, bytes: &[u8]| {
        let path = computer.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let (shown, torn) = (write("screen.png", PICTURE), write("torn.png", &PICTURE[..60]));
    let text = write("letter.txt", b"otpauth://totp/a?secret=GEZDGNBV");
    let dropped = coffer.accept_dropped(vec![shown.clone(), torn, text]).await.unwrap();
    assert_eq!((dropped.codes, dropped.jobs.len()), (1, 2));
    for job in dropped.jobs {
        assert_eq!(computer.ended(job).await.state, JobState::Done);
    }
    assert_eq!(computer.titles("").await, ["letter", "torn"], "a text file may be a document");
    let found = coffer.code_dropped().await.unwrap();
    assert_eq!(names(&found), [("Shop", "ann@example.com")]);
    assert_eq!(coffer.code_dropped().await.err().unwrap().code, ErrorCode::NotFound, "passed once");
    // The picture itself is added; then it is no longer waiting.
    let jobs = coffer.code_dropped_keep().await.unwrap();
    assert_eq!(computer.ended(jobs[0]).await.state, JobState::Done);
    assert_eq!(computer.titles("screen").await, ["screen"]);
    assert_eq!(coffer.code_dropped_keep().await.unwrap_err().code, ErrorCode::NotFound);

    // Locking drops the waiting files, and none are accepted while locked.
    assert_eq!(coffer.accept_dropped(vec![shown.clone()]).await.unwrap().codes, 1);
    let profile = coffer.app_status().await.unwrap().profiles[0].id.clone();
    coffer.session_lock().await.unwrap();
    assert_eq!(coffer.accept_dropped(vec![shown.clone()]).await.unwrap_err().code, ErrorCode::Locked);
    assert_eq!(coffer.code_dropped().await.err().unwrap().code, ErrorCode::Locked);
    computer.unlock(&profile).await;
    assert_eq!(coffer.code_dropped().await.err().unwrap().code, ErrorCode::NotFound);

    // Many files at once are documents.
    let many = coffer.accept_dropped(vec![shown; 17]).await.unwrap();
    assert_eq!((many.codes, many.jobs.len()), (0, 17));
}

#[tokio::test]
async fn a_shared_code_carries_the_name_of_its_item() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let view = save_code(&computer, "Harbour Bank", "GEZD GNBV MZXW 6YTB").await;
    let (item, code) = (id(&view), view.fields[2].id.parse().unwrap());
    let qr = coffer.code_share(item, code).await.unwrap();
    let back = seen(coffer, &qr).await;
    assert_eq!(names(&back), [("Harbour Bank", "ann")]);
    assert!(back.codes[0].setup.contains("secret=GEZDGNBVMZXW6YTB"), "{}", back.codes[0].setup);
    let password = view.fields[1].id.parse().unwrap();
    assert_eq!(coffer.code_share(item, password).await.err().unwrap().code, ErrorCode::CodeInvalid);

    let mut form = crate::support::form_of(&view);
    form.reprompt = true;
    coffer.item_save(form, None).await.unwrap();
    assert_eq!(coffer.code_share(item, code).await.err().unwrap().code, ErrorCode::PasswordNeeded);
    confirm(coffer).await;
    assert!(coffer.code_share(item, code).await.is_ok());
}

#[tokio::test]
async fn many_codes_are_exported_only_after_the_password_was_confirmed() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let mut ids = Vec::new();
    for number in 0..12 {
        ids.push(id(&save_code(&computer, &format!("Site {number:02}"), "GEZD GNBV MZXW 6YTB").await));
    }
    ids.push(id(&save_code(&computer, "Steam", "steam://GEZDGNBV").await));
    ids.push(id(&computer.save_login("No code", "ann", "x").await));
    assert_eq!(coffer.code_transfer(ids.clone()).await.err().unwrap().code, ErrorCode::PasswordNeeded);
    let path = computer.folder.path().join("codes.txt");
    let early = coffer.code_export(ids.clone(), path.clone()).await;
    assert_eq!(early.unwrap_err().code, ErrorCode::PasswordNeeded);
    assert!(!path.exists());

    confirm(coffer).await;
    let transfer = coffer.code_transfer(ids.clone()).await.unwrap();
    assert_eq!((transfer.pages.len(), transfer.count), (2, 12));
    assert_eq!(transfer.left_out, ["Steam"]);
    let mut back = seen(coffer, &transfer.pages[0]).await;
    back.codes.extend(seen(coffer, &transfer.pages[1]).await.codes);
    assert_eq!(back.codes.len(), 12);
    assert_eq!(names(&back)[11], ("Site 11", "ann"));
    let many = vec![ids[0]; 201];
    assert_eq!(coffer.code_transfer(many).await.err().unwrap().code, ErrorCode::InvalidInput);

    let job = coffer.code_export(ids, path.clone()).await.unwrap();
    assert_eq!(computer.ended(job).await.state, JobState::Done);
    assert!(only_for_this_person(&path));
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 13);
    assert_eq!(codes_in_text(&SecretText::from(text.as_str())).unwrap().codes.len(), 13, "it is read back");
}

#[cfg(unix)]
fn only_for_this_person(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777 == 0o600
}

#[cfg(not(unix))]
fn only_for_this_person(path: &Path) -> bool {
    path.exists()
}
