use vault_api::views::{GeneratorRecipe, WordListView, WordSeparator};
use vault_api::{ErrorCode, SecretText, codes_in_text};

use crate::support::Computer;

fn characters(length: u32, least: [u8; 4], own_symbols: &str) -> GeneratorRecipe {
    GeneratorRecipe::Characters {
        length,
        lower: true,
        upper: true,
        digits: true,
        symbols: true,
        avoid_ambiguous: true,
        least: Some(least),
        own_symbols: Some(own_symbols.to_owned()),
    }
}

#[tokio::test]
async fn passwords_meet_the_rules_of_a_site() {
    let Computer { coffer, .. } = &Computer::new();
    for _ in 0..20 {
        let made = coffer.generator_make(&characters(12, [1, 2, 3, 2], "#!")).unwrap();
        let count = |fits: fn(char) -> bool| made.password.chars().filter(|c| fits(*c)).count();
        assert_eq!(made.password.len(), 12);
        assert!(count(|c| c.is_ascii_uppercase()) >= 2 && count(|c| c.is_ascii_digit()) >= 3);
        assert!(count(|c| "#!".contains(c)) >= 2);
        assert!(made.password.chars().all(|c| c.is_ascii_alphanumeric() || "#!".contains(c)));
        assert!(!made.password.contains(['0', 'O', '1', 'l', 'I', '|']));
        assert!(made.entropy_bits > 50.0 && made.entropy_bits < 12.0 * 6.0);
    }
    let strict = coffer.generator_make(&characters(8, [4, 4, 4, 4], "#!"));
    assert_eq!(strict.err().unwrap().code, ErrorCode::GeneratorTooStrict);
    let long = coffer.generator_make(&characters(500, [1; 4], "#!"));
    assert_eq!(long.err().unwrap().code, ErrorCode::InvalidInput);
    let user_name = GeneratorRecipe::UserName {
        list: WordListView::German,
        words: 2,
        separator: Some(WordSeparator::Dot),
        digits: 3,
    };
    let made = coffer.generator_make(&user_name).unwrap().password;
    assert_eq!(made.matches('.').count(), 1);
    assert!(made[made.len() - 3..].bytes().all(|byte| byte.is_ascii_digit()));
    // A recipe of an older interface is still accepted.
    let old = r#"{"kind":"words","count":4,"separator":"hyphen","capitalize":false,"number":false}"#;
    let made = coffer.generator_make(&serde_json::from_str(old).unwrap()).unwrap();
    assert_eq!(made.password.split('-').count(), 4);
}

#[tokio::test]
async fn generated_texts_are_listed_until_the_history_is_cleared() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    assert!(coffer.generator_history().await.unwrap().is_empty());
    for text in ["first-one", "second", "first-one"] {
        coffer.generator_keep(SecretText::from(text)).await.unwrap();
    }
    let history = coffer.generator_history().await.unwrap();
    assert_eq!(history.iter().map(|entry| entry.length).collect::<Vec<_>>(), [9, 6]);
    let newest = coffer.generator_past(0, history[0].at).await.unwrap();
    assert_eq!(newest.expose(), "first-one");
    assert_eq!(coffer.generator_past(0, history[0].at + 1).await.err().unwrap().code, ErrorCode::NotFound);
    assert_eq!(coffer.generator_past(9, history[0].at).await.err().unwrap().code, ErrorCode::NotFound);
    coffer.generator_forget().await.unwrap();
    assert!(coffer.generator_history().await.unwrap().is_empty());
    coffer.session_lock().await.unwrap();
    coffer.generator_keep(SecretText::from("nowhere to keep it")).await.unwrap();
    assert_eq!(coffer.generator_history().await.unwrap_err().code, ErrorCode::Locked);
}

#[tokio::test]
async fn codes_are_read_from_texts_and_pictures() {
    let one = codes_in_text(&SecretText::from("otpauth://totp/ACME:ann?secret=JBSWY3DPEHPK3PXP")).unwrap();
    assert_eq!((one.codes[0].issuer.as_str(), one.codes[0].account.as_str()), ("ACME", "ann"));
    assert!(one.codes[0].setup.starts_with("otpauth://totp/"));
    // A migration address with two set-ups, as another program writes it.
    let transfer = "otpauth-migration://offline?data=\
                    CicKCkhlbGxvId6tvu8SDWFubkBhY21lLnRlc3QaBEFDTUUgASgBMAIKHgoKSGVsbG8h3q2%2B7xIHYm9iQG9yZxoBWCABKAEwAhABGAEgAA%3D%3D";
    let many = codes_in_text(&SecretText::from(transfer)).unwrap();
    assert_eq!(many.codes.len(), 2);
    assert_eq!((many.codes[1].issuer.as_str(), many.codes[1].account.as_str()), ("X", "bob@org"));
    let none = codes_in_text(&SecretText::from("https://example.org"));
    assert_eq!(none.err().unwrap().code, ErrorCode::CodeInvalid);

    let computer = Computer::new();
    let picture = computer.folder.path().join("x.png");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\nnot a picture").unwrap();
    let refused = computer.coffer.codes_in_file(picture).await;
    assert_eq!(refused.err().unwrap().code, ErrorCode::PictureUnreadable);
    let folder = computer.coffer.codes_in_file(computer.folder.path().to_owned()).await;
    assert_eq!(folder.err().unwrap().code, ErrorCode::FileUnreadable);
}
