use vault_api::views::{PaperSize, SessionState, Theme, UnlockRequest};
use vault_api::{ErrorCode, Event, SecretText};

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
    let refused = coffer.session_change_password(SecretText::from("wrong"), SecretText::from(new)).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::WrongPassword);
    coffer.session_change_password(SecretText::from(PASSWORD), SecretText::from(new)).await.unwrap();
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
