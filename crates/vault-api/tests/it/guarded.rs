//! Items that ask for the master password again: one rule over all commands.

use std::collections::BTreeSet;

use vault_api::views::{ExportChoice, ExportFormatView, ExportRequest, FieldKindView, ItemDraft, JobState};
use vault_api::{
    BlobId, CopyRole, DraftId, ErrorCode, FieldId, ItemId, RestoreAs, Result, RevHash, SecretText,
};

use crate::support::{Computer, PASSWORD, field, form_of, id, login};

macro_rules! names {
    ($($module:ident :: $command:ident,)*) => {
        [$(stringify!($command)),*]
    };
}

/// The commands without a guard, and why they need none.
const OPEN: &[(&str, &str)] = &[
    (
        "of the program, not of an item",
        "app_status app_diagnostics app_copy_diagnostics app_quit settings_get settings_set",
    ),
    (
        "of the profile as a whole, most of them asking for the password themselves",
        "profile_create profile_rename profile_location profile_move profile_add_existing profile_forget profile_delete profile_copy_open archive_pick archive_open profile_copy_commit profile_copy_discard session_unlock session_unlock_pin session_recover session_lock session_accept_rollback session_touch session_change_password session_confirm session_strengthen session_rotate security_get pin_set pin_forget recovery_status recovery_begin recovery_save recovery_confirm recovery_cancel recovery_remove kit_status kit_save kit_reveal kit_confirm kit_check",
    ),
    (
        "shows what the list and the page of an item show: no secret, no file, no earlier state",
        "sidebar_get item_templates item_list item_get item_link item_field_history item_history item_open_url vault_list event_list draft_list health_report health_list backup_items rotation_get rotation_counts activity_begin activity_more activity_export",
    ),
    ("makes another item, which is marked as well or holds no value", "item_duplicate item_make_template"),
    (
        "organises items, which can be undone and shows nothing",
        "item_set_favourite item_set_archived item_change folder_rename tag_rename undo vault_create vault_create_only_here vault_set_only_here vault_update vault_order item_transfer item_trash item_restore rotation_dismiss",
    ),
    (
        "deletes, which shows nothing and needs its own confirmation",
        "item_purge trash_empty vault_delete history_purge history_rules_get history_rules_set",
    ),
    (
        "takes user input; only saving changes an item",
        "code_check draft_save draft_discard ssh_key_generate ssh_key_read ssh_key_in_draft code_pick code_read code_paste code_dropped strength_measure",
    ),
    (
        "adds new items",
        "code_dropped_keep code_add document_import document_rules_get document_rules_set import_pick import_pick_key import_unlock import_table import_commit import_discard import_report_save",
    ),
    ("of jobs and checks, which name items and no secret", "job_list job_cancel health_check"),
    (
        "of backups and of damaged profiles as a whole",
        "backup_list backup_settings_set backup_folder_pick backup_folder_reset backup_folder_show backup_save backup_check backup_open backup_opened backup_close restore_pick restore_start restore_discard repair_inspect repair_examine repair_restore repair_salvage",
    ),
    (
        "of the generator, whose texts are in no item",
        "generator_make generator_copy generator_keep generator_history generator_history_reveal generator_history_copy generator_history_clear",
    ),
    (
        "of the server and the account, which name no item",
        "server_find account_create account_mail_code account_join join_code_pick join_code_paste join_code_read approval_begin approval_status approval_join approval_cancel account_sign_in account_factor account_cancel account_sign_out account_leaving account_leave account_delete account_move account_move_back account_move_keep account_move_delete account_reenrol account_reenrol_cancel network_get network_set authority_pick offline_list offline_set offline_remove upload_preview upload_begin sync_status sync_now sync_words sync_compared sync_key_choose sync_evidence login_list login_end history_choose device_list device_offer device_offer_status device_offer_approve device_offer_cancel device_revoke device_lost factor_status factor_begin factor_confirm factor_remove",
    ),
    (
        "of the members of a vault, which name no item",
        "members_get member_change member_change_withdraw member_invite invitation_link invitation_copy answer_decide member_verify member_name_set invitation_read invitation_accept joining_list joining_withdraw vault_forget team_list team_create team_group_put team_group_delete team_vault_put team_vault_remove team_leave team_member_set team_policy_set team_factor_require policy_get",
    ),
    (
        "of recovery by guardians, which names no item",
        "team_recovery guardians_set recovery_consent recovery_withdraw recovery_card_add recovery_offer recovery_request_read recovery_release recovery_text_copy regain_status regain_begin regain_answer regain_register regain_send regain_secret_key regain_join regain_end",
    ),
    ("clears", "clipboard_clear"),
];

/// A re-prompt item with every part of an item, and an open backup of it.
struct Marked {
    computer: Computer,
    item: ItemId,
    revision: String,
    first: RevHash,
    password: FieldId,
    code: FieldId,
    counter: FieldId,
    file: BlobId,
    earlier: BlobId,
    draft: DraftId,
}

impl Marked {
    async fn new() -> Self {
        let computer = Computer::with_profile().await;
        let coffer = computer.coffer.clone();
        let mut form = login("Bank", "ann", "a secret");
        form.fields.push(field("code", FieldKindView::Code, "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ"));
        let mut counter =
            field("", FieldKindView::Code, "otpauth://hotp/a?secret=GEZDGNBVGY3TQOJQ&counter=1");
        (counter.role, counter.label) = (None, "counter".to_owned());
        form.fields.push(counter);
        let first = coffer.item_save(form, None).await.unwrap();
        let item = id(&first);
        let mut changed = form_of(&first);
        changed.fields[1].value = Some("another secret".to_owned());
        coffer.item_save(changed, None).await.unwrap();
        let path = |name: &str| {
            let path = computer.folder.path().join(name);
            std::fs::write(&path, name).unwrap();
            path
        };
        let job = coffer.document_attach(item, vec![path("one.txt")]).await.unwrap()[0];
        computer.ended(job).await;
        let earlier: BlobId = coffer.item_get(item).await.unwrap().attachments[0].blob_id.parse().unwrap();
        let job = coffer.document_replace(item, earlier, path("two.txt")).await.unwrap();
        computer.ended(job).await;
        let backup = computer.folder.path().join("home.tar");
        let job = coffer.backup_save(backup.clone()).await.unwrap();
        computer.ended(job).await;
        let job = coffer.backup_open_file(backup).await.unwrap();
        assert_eq!(computer.ended(job).await.state, JobState::Done);
        let form = ItemDraft { reprompt: true, ..form_of(&coffer.item_get(item).await.unwrap()) };
        let marked = coffer.item_save(form, None).await.unwrap();
        let draft = coffer.draft_save(None, form_of(&marked)).await.unwrap();
        let at = |index: usize| marked.fields[index].id.parse().unwrap();
        Self {
            item,
            revision: marked.revision.clone(),
            first: first.revision.parse().unwrap(),
            password: at(1),
            code: at(2),
            counter: at(3),
            file: marked.attachments[0].blob_id.parse().unwrap(),
            earlier,
            draft,
            computer,
        }
    }

    /// Calls every guarded command, and returns the code of each.
    async fn attempts(&self) -> Vec<(&'static str, Option<ErrorCode>)> {
        let Self { computer, item, revision, first, password, code, counter, file, earlier, draft } = self;
        let (coffer, item, file, earlier, first) = (&computer.coffer, *item, *file, *earlier, *first);
        let target = |name: &str| computer.folder.path().join(name);
        let csv = |item: ItemId| ExportRequest {
            format: ExportFormatView::Csv,
            choice: ExportChoice { item_ids: Some(vec![item.to_string()]), ..ExportChoice::default() },
            password: None,
        };
        let now: RevHash = revision.parse().unwrap();
        let same = form_of(&coffer.item_get(item).await.unwrap());
        vec![
            ("item_reveal", given(coffer.item_reveal(item, *password)).await),
            ("item_reveal_past", given(coffer.item_reveal_past(item, *password, 0)).await),
            ("item_copy", given(coffer.item_copy_text(item, *password)).await),
            ("item_copy_role", given(coffer.item_copy_role_text(item, CopyRole::Password)).await),
            ("item_code", given(coffer.item_code(item, *code)).await),
            ("item_code_next", given(coffer.item_code_next(item, *counter)).await),
            ("code_share", given(coffer.code_share(item, *code)).await),
            ("code_transfer", given(coffer.code_transfer(vec![item])).await),
            ("code_export", given(coffer.code_export(vec![item], target("codes"))).await),
            ("item_export", given(coffer.item_export(csv(item), target("items.csv"))).await),
            ("document_export_all", given(coffer.document_export_all(csv(item).choice, target(""))).await),
            ("item_at_revision", given(coffer.item_at_revision(item, first)).await),
            ("history_compare", given(coffer.history_compare(item, (first, now), false)).await),
            ("item_superseded_dismiss", given(coffer.item_superseded_dismiss(item)).await),
            ("draft_get", given(coffer.draft_get(*draft)).await),
            ("document_attach", given(coffer.document_attach(item, vec![target("one.txt")])).await),
            ("document_export", given(coffer.document_export(item, file, target("out"))).await),
            ("document_export", given(coffer.document_name(item, file)).await),
            ("document_versions", given(coffer.document_versions(item)).await),
            ("document_thumbnail", given(coffer.document_thumbnail(item, file)).await),
            ("document_page", given(coffer.document_page(item, file, 0, 100)).await),
            ("document_replace", given(coffer.document_replace(item, file, target("one.txt"))).await),
            ("document_restore", given(coffer.document_restore(item, earlier)).await),
            ("document_drop", given(coffer.document_drop(item, earlier)).await),
            ("document_detach", given(coffer.document_detach(item, file)).await),
            ("backup_item", given(coffer.backup_item(item)).await),
            ("backup_extract_item", given(coffer.backup_extract_item(item, RestoreAs::Revision)).await),
            ("backup_extract_document", given(coffer.backup_extract_document(item, file, None)).await),
            ("backup_save_document", given(coffer.backup_save_document(item, file, target("out"))).await),
            ("backup_save_document", given(coffer.backup_document_name(item, file)).await),
            ("item_save", given(coffer.item_save(same, None)).await),
            ("item_restore_revision", given(coffer.item_restore_revision(item, first)).await),
        ]
    }
}

async fn given<T>(work: impl Future<Output = Result<T>>) -> Option<ErrorCode> {
    work.await.err().map(|error| error.code)
}

#[tokio::test]
async fn every_command_on_a_reprompt_item_needs_the_password() {
    let marked = Marked::new().await;
    let coffer = &marked.computer.coffer;
    let refused = marked.attempts().await;
    for (command, code) in &refused {
        assert_eq!(*code, Some(ErrorCode::PasswordNeeded), "{command}");
    }
    let now = coffer.item_get(marked.item).await.unwrap();
    assert_eq!((now.revision, now.reprompt), (marked.revision.clone(), true), "nothing was changed");

    let asking: BTreeSet<&str> = refused.iter().map(|(command, _)| *command).collect();
    let open: Vec<&str> = OPEN.iter().flat_map(|(_why, commands)| commands.split(' ')).collect();
    let open_set: BTreeSet<&str> = open.iter().copied().collect();
    assert_eq!(open.len(), open_set.len(), "no command is listed twice");
    assert_eq!(asking.intersection(&open_set).count(), 0);
    let listed = vault_api::coffer_commands!(names).into_iter().collect();
    assert_eq!(
        asking.union(&open_set).copied().collect::<BTreeSet<_>>(),
        listed,
        "each command has its rule"
    );

    coffer.session_confirm(SecretText::from(PASSWORD)).await.unwrap();
    for (command, code) in marked.attempts().await {
        assert_ne!(code, Some(ErrorCode::PasswordNeeded), "{command}");
    }
}

#[tokio::test]
async fn drafts_and_copies_of_reprompt_items_are_guarded_too() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let form = || ItemDraft { reprompt: true, ..login("Bank", "ann", "a secret") };
    let draft = coffer.draft_save(None, form()).await.unwrap();
    assert_eq!(given(coffer.draft_get(draft)).await, Some(ErrorCode::PasswordNeeded));
    let saved = coffer.item_save(form(), Some(draft)).await.unwrap();
    assert!(coffer.item_duplicate(id(&saved)).await.unwrap().reprompt);
    assert!(coffer.item_make_template(id(&saved), "Bank".to_owned()).await.unwrap().reprompt);
}

#[tokio::test]
async fn wrong_passwords_delay_every_command_that_takes_one() {
    let computer = Computer::with_standing_clock().await;
    let coffer = &computer.coffer;
    let wrong = || SecretText::from("not the password");
    let right = || SecretText::from(PASSWORD);
    let new = || SecretText::from("another staple of horses");
    let rotate = || {
        let (password, new_password) = (PASSWORD.to_owned(), None);
        vault_api::views::RotateRequest {
            password,
            new_password,
            recovery_code: None,
            new_secret_key: false,
            code: None,
        }
    };
    // Three wrong passwords cause no delay, in whichever command.
    assert_eq!(given(coffer.session_confirm(wrong())).await, Some(ErrorCode::WrongPassword));
    assert_eq!(
        given(coffer.session_change_password(wrong(), new(), None)).await,
        Some(ErrorCode::WrongPassword)
    );
    assert_eq!(given(coffer.recovery_begin(wrong())).await, Some(ErrorCode::WrongPassword));
    let later = Some(ErrorCode::RetryLater);
    assert_eq!(coffer.session_confirm(right()).await.unwrap_err().wait_seconds, Some(1));
    for (command, code) in [
        ("session_confirm", given(coffer.session_confirm(right())).await),
        ("session_change_password", given(coffer.session_change_password(right(), new(), None)).await),
        ("session_strengthen", given(coffer.session_strengthen(right())).await),
        ("session_rotate", given(coffer.session_rotate(rotate())).await),
        ("pin_set", given(coffer.pin_set(right(), SecretText::from("123456"))).await),
        ("recovery_begin", given(coffer.recovery_begin(right())).await),
        ("recovery_remove", given(coffer.recovery_remove(right())).await),
    ] {
        assert_eq!(code, later, "{command}");
    }
    assert!(coffer.is_unlocked().await, "a failed change of the root key leaves the profile open");
    // Neither locking nor deleting avoids the delay.
    let text = coffer.app_status().await.unwrap().profiles[0].id.clone();
    coffer.session_lock().await.unwrap();
    let request = vault_api::views::UnlockRequest {
        profile_id: text.clone(),
        password: PASSWORD.to_owned(),
        secret_key: None,
    };
    assert_eq!(given(coffer.session_unlock(request)).await, later);
    let password = Some(PASSWORD.to_owned());
    let request = vault_api::views::DeleteRequest { password, name: None, keep_backups: false };
    assert_eq!(given(coffer.profile_delete(text.parse().unwrap(), request)).await, later);
}
