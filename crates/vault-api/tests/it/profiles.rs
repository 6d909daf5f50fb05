use vault_api::views::{GeneratorRecipe, RecoverRequest, RotateRequest, WordListView, WordSeparator};
use vault_api::views::{PaperSize, SessionState, Theme, UnlockRequest};
use vault_api::{ErrorCode, Event, InputProblem, SecretText};

use crate::support::{Computer, PASSWORD};

fn request(profile_id: &str, password: &str) -> UnlockRequest {
    UnlockRequest { profile_id: profile_id.to_owned(), password: password.to_owned(), secret_key: None }
}

#[tokio::test]
async fn a_first_profile_is_created_and_listed() {
    let computer = Computer::new();
    let coffer = &computer.coffer;
    assert_eq!(coffer.app_status().await.unwrap().session, SessionState::FirstRun);
    let weak = coffer.profile_create("Home".to_owned(), SecretText::from("password1")).await.unwrap_err();
    assert_eq!(weak.code, ErrorCode::PasswordTooWeak);
    let made = coffer.profile_create("Home".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    let SessionState::Unlocked { profile, kit_confirmed: false, .. } = made.session else { panic!() };
    coffer.session_lock().await.unwrap();
    assert!(computer.events.lock().unwrap().iter().any(|event| matches!(event, Event::SessionLocked)));
    assert_eq!(coffer.app_status().await.unwrap().session, SessionState::Locked);
    assert_eq!(coffer.sidebar_get().await.unwrap_err().code, ErrorCode::Locked);
    let wrong = coffer.session_unlock(request(&profile.id, "not the password at all")).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassword);
    assert!(coffer.session_unlock(request(&profile.id, PASSWORD)).await.is_ok());
    assert!(coffer.is_unlocked().await);
    let unknown = coffer.session_unlock(request("../../etc", PASSWORD)).await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::ProfileNotFound);
}

#[tokio::test]
async fn a_changed_password_replaces_the_old_one() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let new = "another fine staple of horses";
    let refused =
        coffer.session_change_password(SecretText::from("wrong"), SecretText::from(new), None).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::WrongPassword);
    coffer.session_change_password(SecretText::from(PASSWORD), SecretText::from(new), None).await.unwrap();
    coffer.session_lock().await.unwrap();
    let id = coffer.app_status().await.unwrap().profiles[0].id.clone();
    assert_eq!(
        coffer.session_unlock(request(&id, PASSWORD)).await.unwrap_err().code,
        ErrorCode::WrongPassword
    );
    assert!(coffer.session_unlock(request(&id, new)).await.is_ok());
}

#[tokio::test]
async fn only_the_requested_group_confirms_the_kit() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let kit = coffer.kit_status().await.unwrap();
    assert!(!kit.saved && !kit.confirmed);
    let path = computer.folder.path().join("kit.pdf");
    assert!(coffer.kit_save_to(path.clone(), PaperSize::A4).await.unwrap().saved);
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF-"));

    let text = coffer.kit_reveal().await.unwrap();
    let groups: Vec<&str> = text.expose().split('-').skip(1).collect();
    assert_eq!(groups.len(), usize::from(kit.groups));
    let asked = groups[usize::from(kit.ask_group)];
    let wrong = coffer.kit_confirm(kit.ask_group, SecretText::from("ZZZZ")).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::KitGroupWrong);
    let other = (kit.ask_group + 1) % 6;
    let not_asked =
        coffer.kit_confirm(other, SecretText::from(groups[usize::from(other)])).await.unwrap_err();
    assert_eq!(not_asked.code, ErrorCode::KitGroupWrong);
    let typed = format!(" {} ", asked.to_lowercase().replace('0', "o").replace('1', "l"));
    assert!(coffer.kit_confirm(kit.ask_group, SecretText::new(typed)).await.unwrap().confirmed);
}

#[tokio::test]
async fn a_confirmed_kit_is_shown_and_saved_only_after_the_password() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let key = coffer.kit_reveal().await.unwrap();
    assert!(coffer.kit_check(key).await.unwrap().confirmed);
    let path = computer.folder.path().join("kit.pdf");
    let save = async || coffer.kit_save_to(path.clone(), PaperSize::A4).await.map(drop);
    let refused = [coffer.kit_reveal().await.map(drop), save().await, coffer.kit_expect_allowed().await];
    assert!(refused.iter().all(|result| result.as_ref().unwrap_err().code == ErrorCode::PasswordNeeded));
    assert!(!path.exists());
    coffer.session_confirm(SecretText::from(PASSWORD)).await.unwrap();
    assert!(coffer.kit_reveal().await.is_ok() && save().await.is_ok() && path.exists());
}

#[tokio::test]
async fn settings_are_stored_and_invalid_ones_refused() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let mut settings = coffer.settings_get().await.unwrap();
    assert_eq!(
        (settings.lock_after_minutes, settings.clear_clipboard_seconds, settings.lock_on_sleep),
        (10, 30, true)
    );
    settings.theme = Theme::Dark;
    settings.lock_after_minutes = 5;
    settings.lock_on_sleep = false;
    assert_eq!(coffer.settings_set(settings.clone()).await.unwrap(), settings);
    coffer.session_lock().await.unwrap();
    assert_eq!(coffer.settings_get().await.unwrap().theme, Theme::Dark);
    for (minutes, seconds) in [(1441, 30), (10, 4), (10, 601)] {
        settings.lock_after_minutes = minutes;
        settings.clear_clipboard_seconds = seconds;
        assert_eq!(coffer.settings_set(settings.clone()).await.unwrap_err().code, ErrorCode::InvalidInput);
    }
}

#[tokio::test]
async fn a_weak_master_password_is_refused_with_its_reason() {
    let computer = Computer::new();
    let coffer = &computer.coffer;
    for (password, problem) in [
        ("x8#K", InputProblem::PasswordShort),
        ("Sommer2024!", InputProblem::PasswordCommon),
        ("motorcycle", InputProblem::PasswordWord),
        ("rodriguez", InputProblem::PasswordName),
        ("Anna Berg 2024", InputProblem::PasswordOwn),
        ("gkmgkmgkmgkm", InputProblem::PasswordRepeat),
        ("abcdefghijk", InputProblem::PasswordSequence),
        ("qwertzuiopü", InputProblem::PasswordKeyboard),
        ("13.05.1990", InputProblem::PasswordDate),
    ] {
        let weak =
            coffer.profile_create("Anna Berg".to_owned(), SecretText::from(password)).await.unwrap_err();
        assert_eq!((weak.code, weak.problem), (ErrorCode::PasswordTooWeak, Some(problem)), "{password}");
        let measured =
            coffer.strength_measure(SecretText::from(password), vec!["Anna Berg".to_owned()]).await;
        assert!(!measured.unwrap().acceptable, "the meter says the same of {password}");
    }
    // The name of the profile counts wherever the password changes.
    let made = coffer.profile_create("Anna Berg".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    let SessionState::Unlocked { profile, .. } = made.session else { panic!() };
    let own = "Berg-Anna-2024";
    let changed =
        coffer.session_change_password(SecretText::from(PASSWORD), SecretText::from(own), None).await;
    assert_eq!(changed.unwrap_err().problem, Some(InputProblem::PasswordOwn));
    let measured = coffer.strength_measure(SecretText::from(own), Vec::new()).await.unwrap();
    assert_eq!((measured.warning.as_deref(), measured.acceptable), (Some("own"), false));
    let rotated = coffer.session_rotate(RotateRequest {
        password: PASSWORD.to_owned(),
        new_password: Some(own.to_owned()),
        recovery_code: None,
        new_secret_key: false,
        code: None,
    });
    assert_eq!(rotated.await.unwrap_err().problem, Some(InputProblem::PasswordOwn));
    coffer.session_lock().await.unwrap();
    let recovered = coffer.session_recover(RecoverRequest {
        profile_id: profile.id,
        code: String::new(),
        new_password: own.to_owned(),
    });
    assert_eq!(recovered.await.unwrap_err().problem, Some(InputProblem::PasswordOwn));
}

#[tokio::test]
async fn a_generated_password_keeps_its_exact_bits_until_it_is_edited() {
    let computer = Computer::new();
    let coffer = &computer.coffer;
    let recipe = GeneratorRecipe::Words {
        list: WordListView::German,
        count: 5,
        separator: WordSeparator::Hyphen,
        capitalize: false,
        number: false,
    };
    let made = coffer.generator_make(&recipe).unwrap();
    let measure =
        async |text: &str| coffer.strength_measure(SecretText::from(text), Vec::new()).await.unwrap();
    let exact = measure(&made.password).await;
    assert!((exact.bits - made.entropy_bits).abs() < f64::EPSILON && made.entropy_bits > 64.0);
    assert_eq!((exact.score, exact.warning, exact.acceptable), (made.score, None, true));
    assert!(made.score >= 3, "64 bits are strong");
    let edited = measure(&made.password[1..]).await;
    assert!((edited.bits - made.entropy_bits).abs() > 0.01);
    for _ in 0..100 {
        coffer.generator_make(&recipe).unwrap();
    }
    assert!((measure(&made.password).await.bits - made.entropy_bits).abs() > 0.01, "only a hundred are kept");
}
