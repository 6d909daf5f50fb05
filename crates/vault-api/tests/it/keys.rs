use vault_api::start::AppDirs;
use vault_api::views::{
    DeleteRequest, JobKind, JobState, PaperSize, RecoverRequest, RotateRequest, SessionState, UnlockRequest,
};
use vault_api::{Coffer, ErrorCode, ProfileId, SecretText};

use crate::support::{Computer, MemoryKeychain, PASSWORD, login};

const NEW: &str = "another fine staple of horses";

fn unlock(profile_id: &str, password: &str) -> UnlockRequest {
    UnlockRequest { profile_id: profile_id.to_owned(), password: password.to_owned(), secret_key: None }
}

async fn profile(coffer: &Coffer) -> String {
    coffer.app_status().await.unwrap().profiles[0].id.clone()
}

fn password() -> SecretText {
    SecretText::from(PASSWORD)
}

/// Makes a recovery code, confirms it, and returns it.
async fn code_of(coffer: &Coffer) -> String {
    let made = coffer.recovery_begin(password()).await.unwrap();
    let group = made.code.split('-').nth(usize::from(made.ask_group) + 1).unwrap();
    assert!(coffer.recovery_confirm(made.ask_group, SecretText::from(group), None).await.unwrap().active);
    made.code
}

#[tokio::test]
async fn a_confirmed_recovery_code_opens_the_profile() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    computer.save_login("Mail", "ada", "x").await;
    assert!(!coffer.recovery_status().await.unwrap().active);
    let path = computer.folder.path().join("code.pdf");
    let early = coffer.recovery_save_to(path.clone(), PaperSize::A4).await.unwrap_err();
    assert_eq!(early.code, ErrorCode::NotFound);
    let refused = coffer.recovery_begin(SecretText::from("wrong")).await.err().unwrap();
    assert_eq!(refused.code, ErrorCode::WrongPassword);

    let made = coffer.recovery_begin(password()).await.unwrap();
    coffer.recovery_save_to(path.clone(), PaperSize::A4).await.unwrap();
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF-"));
    let wrong = coffer.recovery_confirm(made.ask_group, SecretText::from("ZZZZ"), None).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::CodeGroupWrong);
    coffer.recovery_cancel().await.unwrap();
    let gone = coffer.recovery_confirm(made.ask_group, SecretText::from("ZZZZ"), None).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
    let code = code_of(coffer).await;
    assert!(coffer.security_get().await.unwrap().recovery_code);
    coffer.session_lock().await.unwrap();

    let profile_id = profile(coffer).await;
    let request = |code: &str, new_password: &str| RecoverRequest {
        profile_id: profile_id.clone(),
        code: code.to_owned(),
        new_password: new_password.to_owned(),
    };
    for (code, new, expected) in [
        (code.as_str(), "password1", ErrorCode::PasswordTooWeak),
        (&code[..30], NEW, ErrorCode::RecoveryCodeMistyped),
        (made.code.as_str(), NEW, ErrorCode::RecoveryCodeWrong),
    ] {
        assert_eq!(coffer.session_recover(request(code, new)).await.unwrap_err().code, expected);
    }
    let status = coffer.session_recover(request(&code, NEW)).await.unwrap();
    assert!(matches!(status.session, SessionState::Unlocked { .. }));
    assert_eq!(computer.titles("mail").await, ["Mail"]);
    // Replacing a code changes the root key, which needs the password.
    let made = coffer.recovery_begin(SecretText::from(NEW)).await.unwrap();
    assert!(made.replaces);
    let group = made.code.split('-').nth(usize::from(made.ask_group) + 1).unwrap();
    let confirm = |password: Option<&str>| {
        coffer.recovery_confirm(made.ask_group, group.into(), password.map(SecretText::from))
    };
    assert_eq!(confirm(None).await.unwrap_err().code, ErrorCode::PasswordNeeded);
    assert_eq!(confirm(Some("wrong")).await.unwrap_err().code, ErrorCode::WrongPassword);
    assert!(confirm(Some(NEW)).await.unwrap().active);
    assert!(coffer.job_list().iter().any(|job| job.kind == JobKind::KeyChange));
    coffer.session_lock().await.unwrap();
    let replaced = coffer.session_recover(request(&code, NEW)).await.unwrap_err();
    assert_eq!(replaced.code, ErrorCode::RecoveryCodeWrong);
    let code = made.code.clone();
    coffer.session_recover(request(&code, NEW)).await.unwrap();
    assert!(!coffer.recovery_remove(SecretText::from(NEW)).await.unwrap().active);
    assert_eq!(computer.titles("mail").await, ["Mail"]);
    coffer.session_lock().await.unwrap();
    let none = coffer.session_recover(request(&code, NEW)).await.unwrap_err();
    assert_eq!(none.code, ErrorCode::NoRecoveryCode);
    assert!(coffer.session_unlock(unlock(&profile_id, NEW)).await.is_ok());
}

#[tokio::test]
async fn changing_all_keys_is_a_job_and_keeps_the_profile_open() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    computer.save_login("Mail", "ada", "x").await;
    let code = code_of(coffer).await;
    let before = coffer.kit_reveal().await.unwrap();
    let request = |password: &str, new: &str, code: Option<&str>, new_secret_key| RotateRequest {
        password: password.to_owned(),
        new_password: Some(new.to_owned()),
        recovery_code: code.map(str::to_owned),
        new_secret_key,
        code: None,
    };
    for (request, expected) in [
        (request("wrong", NEW, None, true), ErrorCode::WrongPassword),
        (request(PASSWORD, "password1", None, true), ErrorCode::PasswordTooWeak),
        (request(PASSWORD, NEW, Some("R1"), true), ErrorCode::RecoveryCodeMistyped),
    ] {
        assert_eq!(coffer.session_rotate(request).await.unwrap_err().code, expected);
        assert!(coffer.is_unlocked().await, "a refused change leaves the profile open");
    }
    let status = coffer.session_rotate(request(PASSWORD, NEW, Some(&code), true)).await.unwrap();
    let SessionState::Unlocked { kit_confirmed: false, .. } = status.session else { panic!() };
    assert_eq!(computer.titles("mail").await, ["Mail"]);
    assert_ne!(coffer.kit_reveal().await.unwrap().expose(), before.expose());
    assert!(coffer.recovery_status().await.unwrap().active);
    let jobs = coffer.job_list();
    let job = jobs.last().unwrap();
    assert_eq!((job.kind, job.state, job.done, job.total), (JobKind::KeyChange, JobState::Done, 100, 100));
    let profile_id = profile(coffer).await;
    coffer.session_lock().await.unwrap();
    let old = coffer.session_unlock(unlock(&profile_id, PASSWORD)).await.unwrap_err();
    assert_eq!(old.code, ErrorCode::WrongPassword);
    assert!(coffer.session_unlock(unlock(&profile_id, NEW)).await.is_ok());
}

#[tokio::test]
async fn a_pin_opens_the_profile_and_is_listed() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let id: ProfileId = profile(coffer).await.parse().unwrap();
    let pin = |text: &str| SecretText::from(text);
    let short = coffer.pin_set(password(), pin("123")).await.unwrap_err();
    assert_eq!(short.code, ErrorCode::PinTooShort);
    assert!(coffer.pin_set(password(), pin("123456")).await.unwrap().pin);
    coffer.session_lock().await.unwrap();
    assert!(coffer.app_status().await.unwrap().profiles[0].pin);
    let wrong = coffer.session_unlock_pin(id, pin("654321")).await.unwrap_err();
    assert_eq!((wrong.code, wrong.tries_left), (ErrorCode::WrongPin, Some(4)));
    coffer.session_unlock_pin(id, pin("123456")).await.unwrap();
    assert!(!coffer.pin_forget().await.unwrap().pin);
    coffer.session_lock().await.unwrap();
    assert!(!coffer.app_status().await.unwrap().profiles[0].pin);
    let gone = coffer.session_unlock_pin(id, pin("123456")).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NoPin);
}

#[tokio::test]
async fn a_printed_kit_is_checked_against_the_open_profile() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let right = coffer.kit_reveal().await.unwrap();
    let other = Computer::with_profile().await.coffer.kit_reveal().await.unwrap();
    assert_eq!(coffer.kit_check(other).await.unwrap_err().code, ErrorCode::KitOfAnother);
    let slip = coffer.kit_check(SecretText::from("C1")).await.unwrap_err();
    assert_eq!(slip.code, ErrorCode::SecretKeyMistyped);
    assert!(!coffer.security_get().await.unwrap().kit_confirmed);
    assert!(coffer.kit_check(right).await.unwrap().confirmed);
}

#[tokio::test]
async fn a_profile_is_moved_added_and_deleted_by_name() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let text = profile(coffer).await;
    let id: ProfileId = text.parse().unwrap();
    let place = coffer.profile_location(id).await.unwrap();
    assert!(!place.elsewhere && place.synced_by.is_none() && place.folder.contains(&text));
    // Otherwise each unlock would begin one beside the rest.
    coffer.backup_when_due().await.unwrap();
    let synced = computer.folder.path().join("Dropbox");
    std::fs::create_dir(&synced).unwrap();
    let moved = coffer.profile_move(id, synced.clone()).await.unwrap();
    assert_eq!((moved.synced_by.as_deref(), moved.elsewhere), (Some("Dropbox"), true));
    assert!(!coffer.is_unlocked().await, "moving locks the profile");
    assert!(coffer.session_unlock(unlock(&text, PASSWORD)).await.is_ok());
    assert_eq!(coffer.job_list().last().unwrap().kind, JobKind::ProfileMove);

    let status = coffer.profile_forget(id).await.unwrap();
    assert_eq!(status.session, SessionState::FirstRun);
    let nothing = coffer.profile_add_existing(synced.clone()).await.unwrap_err();
    assert_eq!(nothing.code, ErrorCode::ProfileNotFound);
    coffer.profile_add_existing(synced.join(&text)).await.unwrap();
    assert!(coffer.session_unlock(unlock(&text, PASSWORD)).await.is_ok());

    let request = |password: Option<&str>, name: Option<&str>| DeleteRequest {
        password: password.map(str::to_owned),
        name: name.map(str::to_owned),
        keep_backups: false,
    };
    for (request, expected) in [
        (request(None, None), ErrorCode::NameDiffers),
        (request(None, Some("home")), ErrorCode::NameDiffers),
        (request(Some("wrong"), None), ErrorCode::WrongPassword),
    ] {
        assert_eq!(coffer.profile_delete(id, request).await.unwrap_err().code, expected);
    }
    let deleted = coffer.profile_delete(id, request(Some(PASSWORD), None)).await.unwrap();
    assert_eq!(deleted.status.session, SessionState::FirstRun);
    let aside = synced.join(format!("{text}-backups"));
    assert_eq!(deleted.backups, Some(aside.to_string_lossy().into_owned()));
    let left: Vec<_> = std::fs::read_dir(&synced).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [aside], "the backups outlive the profile for a time");
}

#[tokio::test]
async fn a_second_program_gets_the_holder_of_the_profile() {
    let computer = Computer::with_profile().await;
    let id = profile(&computer.coffer).await;
    let second = computer.another();
    let refused = second.session_unlock(unlock(&id, PASSWORD)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ProfileInUse);
    let holder = refused.holder.unwrap();
    assert_eq!(holder.process, std::process::id());
    assert!(holder.program.is_some() && holder.since > 0);
}

#[tokio::test]
async fn t47_a_profile_put_back_as_it_was_is_read_only_until_accepted() {
    let keychain = MemoryKeychain::default();
    let mut computer = Computer::on_with_keychain(tempfile::tempdir().unwrap(), &keychain).opened().await;
    let profile_id = profile(&computer.coffer).await;
    let dirs = AppDirs::portable(&computer.folder.path().join("data"));
    let database = dirs.profile(profile_id.parse().unwrap()).join("vault.db");
    computer.save_login("Mail", "ada", "x").await;
    computer.coffer.session_lock().await.unwrap();
    let older = std::fs::read(&database).unwrap();
    computer.unlock(&profile_id).await;
    computer.save_login("Bank", "ada", "x").await;
    // Ending the program waits until the keychain has the state.
    computer.coffer.session_end().await.unwrap();
    std::fs::write(&database, older).unwrap();

    let folder = std::mem::replace(&mut computer.folder, tempfile::tempdir().unwrap());
    let computer = Computer::on_with_keychain(folder, &keychain);
    let coffer = &computer.coffer;
    let status = coffer.session_unlock(unlock(&profile_id, PASSWORD)).await.unwrap();
    let SessionState::Unlocked { read_only: Some(reason), notices, .. } = status.session else { panic!() };
    assert_eq!((reason.code, notices), (ErrorCode::ProfileRolledBack, vec!["rolled_back".to_owned()]));
    let refused = coffer.item_save(login("Shop", "ada", "x"), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ProfileRolledBack);
    let status = coffer.session_accept_rollback().await.unwrap();
    let SessionState::Unlocked { read_only: None, notices, .. } = status.session else { panic!() };
    assert!(notices.is_empty());
    computer.save_login("Shop", "ada", "x").await;
    assert_eq!(computer.titles("").await, ["Mail", "Shop"]);
    coffer.session_lock().await.unwrap();
    let status = coffer.session_unlock(unlock(&profile_id, PASSWORD)).await.unwrap();
    assert!(matches!(status.session, SessionState::Unlocked { read_only: None, .. }));
}
