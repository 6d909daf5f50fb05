use vault_api::views::{
    CodeView, FieldKindView, ItemQuery, ItemScope, ItemSort, ItemTypeView, JobKind, JobState, TransferMode,
    VaultAppearanceView,
};
use vault_api::{CopyRole, ErrorCode};

use crate::support::{Computer, field, form_of, id, login};

#[tokio::test]
async fn concealed_values_are_returned_only_on_request() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let view = computer.save_login("Mail", "ana", "s3cret-canary").await;
    assert!(!serde_json::to_string(&view).unwrap().contains("s3cret-canary"));
    let password = view.fields.iter().find(|field| field.role.as_deref() == Some("password")).unwrap();
    assert!(password.filled && password.value.is_none());
    let revealed = coffer.item_reveal(id(&view), password.id.parse().unwrap()).await.unwrap();
    assert_eq!(revealed.expose(), "s3cret-canary");
    let copied = coffer.item_copy_role_text(id(&view), CopyRole::Username).await.unwrap();
    assert_eq!(copied.expose(), "ana");
    assert_eq!(
        coffer.item_copy_role_text(id(&view), CopyRole::Code).await.err().unwrap().code,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn an_omitted_value_is_kept_and_a_replaced_one_goes_to_history() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let first = computer.save_login("Mail", "ana", "old-password").await;
    let mut form = form_of(&first);
    form.title = "Mail 2".to_owned();
    let second = coffer.item_save(form, None).await.unwrap();
    let of = |view: &vault_api::views::ItemView| view.fields[1].id.parse().unwrap();
    assert_eq!(coffer.item_reveal(id(&second), of(&second)).await.unwrap().expose(), "old-password");

    let mut form = form_of(&second);
    form.fields[1].value = Some("new-password".to_owned());
    let third = coffer.item_save(form, None).await.unwrap();
    assert_eq!(coffer.item_reveal(id(&third), of(&third)).await.unwrap().expose(), "new-password");
    assert_eq!(coffer.item_field_history(id(&third), of(&third)).await.unwrap().len(), 1);
    assert_eq!(coffer.item_reveal_past(id(&third), of(&third), 0).await.unwrap().expose(), "old-password");

    let history = coffer.item_history(id(&third)).await.unwrap();
    assert_eq!(history.len(), 3);
    assert_eq!(history[0].changes, ["field:password"]);
    assert_eq!(history[1].changes, ["title"]);
    assert_eq!(history[2].changes, ["created"]);
    let restored =
        coffer.item_restore_revision(id(&third), history[2].revision.parse().unwrap()).await.unwrap();
    assert_eq!((restored.title.as_str(), restored.revisions), ("Mail", 4));
    assert_eq!(coffer.item_reveal(id(&third), of(&third)).await.unwrap().expose(), "old-password");
}

#[tokio::test]
async fn a_form_older_than_the_item_conflicts() {
    let computer = Computer::with_profile().await;
    let first = computer.save_login("Mail", "ana", "x").await;
    let (mine, theirs) = (form_of(&first), form_of(&first));
    computer.coffer.item_save(theirs, None).await.unwrap();
    assert_eq!(computer.coffer.item_save(mine, None).await.unwrap_err().code, ErrorCode::Conflict);
}

#[tokio::test]
async fn invalid_forms_are_refused_and_store_nothing() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let mut twice = login("Mail", "ana", "x");
    twice.fields.push(field("username", FieldKindView::Text, "again"));
    let mut bad_role = login("Mail", "ana", "x");
    bad_role.fields.push(field("root", FieldKindView::Text, "x"));
    let mut bad_expiry = login("Mail", "ana", "x");
    bad_expiry.expires = Some("2026-02-30".to_owned());
    for form in [login("  ", "ana", "x"), twice, bad_role, bad_expiry] {
        assert_eq!(coffer.item_save(form, None).await.unwrap_err().code, ErrorCode::InvalidInput);
    }
    let mut bad_code = login("Mail", "ana", "x");
    bad_code.fields.push(field("code", FieldKindView::Code, "not base32!"));
    assert_eq!(coffer.item_save(bad_code, None).await.unwrap_err().code, ErrorCode::CodeInvalid);
    assert!(computer.titles("").await.is_empty());
}

#[tokio::test]
async fn one_time_codes_are_shown_and_copied_as_codes() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let mut form = login("Mail", "ana", "x");
    form.fields.push(field("code", FieldKindView::Code, "JBSW Y3DP EHPK 3PXP"));
    let view = coffer.item_save(form, None).await.unwrap();
    let code = &view.fields[2];
    assert!(code.value.is_none());
    let now = coffer.item_code(id(&view), code.id.parse().unwrap()).await.unwrap();
    let CodeView::Time { code: shown, next, period, .. } = now else {
        panic!("not a time-based code: {now:?}")
    };
    assert_eq!((shown.len(), next.len(), period), (6, 6, 30));
    let error = coffer.item_code_next(id(&view), code.id.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::CodeInvalid, "time-based codes are not used up");
    let copied = coffer.item_copy_role_text(id(&view), CopyRole::Code).await.unwrap();
    assert_eq!(copied.expose().len(), 6);
}

#[tokio::test]
async fn counter_based_codes_are_returned_once_each() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let mut form = login("Bank", "ana", "x");
    // The secret and the codes of RFC 4226.
    let text = "otpauth://hotp/Bank?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=0";
    form.fields.push(field("code", FieldKindView::Code, text));
    let view = coffer.item_save(form, None).await.unwrap();
    let code = view.fields[2].id.parse().unwrap();
    assert_eq!(coffer.item_code(id(&view), code).await.unwrap(), CodeView::Counter { counter: 0 });
    let first = coffer.item_code_next(id(&view), code).await.unwrap();
    assert_eq!((first.code.as_str(), first.counter), ("755224", 0));
    // Copying a code uses it, by field or by role.
    assert_eq!(coffer.item_copy_text(id(&view), code).await.unwrap().expose(), "287082");
    assert_eq!(coffer.item_copy_role_text(id(&view), CopyRole::Code).await.unwrap().expose(), "359152");
    assert_eq!(coffer.item_code(id(&view), code).await.unwrap(), CodeView::Counter { counter: 3 });

    let after = coffer.item_get(id(&view)).await.unwrap();
    assert_eq!(after.modified_at, view.modified_at, "not a change by the user");
    assert!(coffer.item_field_history(id(&view), code).await.unwrap().is_empty());
    assert_eq!(coffer.item_history(id(&view)).await.unwrap().len(), 4);
    let password = view.fields[1].id.parse().unwrap();
    assert_eq!(coffer.item_code_next(id(&view), password).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn trashed_items_are_restored_or_purged() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let view = computer.save_login("Mail", "ana", "x").await;
    assert_eq!(coffer.item_purge(vec![id(&view)]).await.unwrap_err().code, ErrorCode::NotFound);
    coffer.item_trash(vec![id(&view)]).await.unwrap();
    assert!(computer.titles("").await.is_empty());
    coffer.item_restore(vec![id(&view)]).await.unwrap();
    assert_eq!(computer.titles("mai").await, ["Mail"]);
    coffer.item_trash(vec![id(&view)]).await.unwrap();
    assert_eq!(coffer.trash_empty().await.unwrap(), 1);
    assert_eq!(coffer.item_get(id(&view)).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(coffer.sidebar_get().await.unwrap().trash, 0);
}

#[tokio::test]
async fn a_copy_is_independent_of_its_original() {
    let computer = Computer::with_profile().await;
    let first = computer.save_login("Mail", "ana", "x").await;
    let copy = computer.coffer.item_duplicate(id(&first)).await.unwrap();
    assert_ne!(copy.id, first.id);
    assert_eq!(computer.titles("").await, ["Mail", "Mail (2)"]);
    computer.coffer.item_trash(vec![id(&first)]).await.unwrap();
    let gone = computer.coffer.item_duplicate(id(&first)).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_copy_has_files_of_its_own() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let source = computer.folder.path().join("scan.txt");
    let content: Vec<u8> = (0..300_000_u32).map(|at| (at % 251) as u8).collect();
    std::fs::write(&source, &content).unwrap();
    let first = computer.save_login("Mail", "ana", "x").await;
    let jobs = coffer.document_attach(id(&first), vec![source]).await.unwrap();
    computer.ended(jobs[0]).await;
    let first = coffer.item_get(id(&first)).await.unwrap();
    let copy = coffer.item_duplicate(id(&first)).await.unwrap();
    assert_eq!(copy.attachments[0].name, "scan.txt");
    assert_ne!(copy.attachments[0].blob_id, first.attachments[0].blob_id, "two items never share a file");
    let job = coffer.job_list().into_iter().find(|job| job.kind == JobKind::ItemCopy).unwrap();
    assert_eq!((job.state, job.name.as_str()), (JobState::Done, "Mail"));
    // Purging the original keeps the files of the copy.
    coffer.item_trash(vec![id(&first)]).await.unwrap();
    coffer.item_purge(vec![id(&first)]).await.unwrap();
    let out = computer.folder.path().join("out.txt");
    let blob = copy.attachments[0].blob_id.parse().unwrap();
    let job = coffer.document_export(id(&copy), blob, out.clone()).await.unwrap();
    assert_eq!(computer.ended(job).await.state, JobState::Done);
    assert!(std::fs::read(&out).unwrap() == content);

    // A document is copied with its file.
    let jobs = coffer.document_import(vec![out]).await.unwrap();
    let document = computer.ended(jobs[0]).await.outcome.unwrap().item_id.unwrap();
    let copy = coffer.item_duplicate(document.parse().unwrap()).await.unwrap();
    assert_eq!((copy.title.as_str(), copy.attachments.len()), ("out (2)", 1));
}

#[tokio::test]
async fn a_link_follows_an_item_to_its_new_vault() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let target = computer.save_login("Router", "ana", "x").await;
    let before = coffer.item_link(id(&target)).await.unwrap().unwrap();
    assert_eq!((before.item_id.as_str(), before.title.as_str()), (target.id.as_str(), "Router"));
    let look = VaultAppearanceView { name: "Work".to_owned(), hue: None, icon: String::new() };
    let work = coffer.vault_create(look).await.unwrap()[1].id.clone();
    let moved =
        coffer.item_transfer(vec![id(&target)], work.parse().unwrap(), TransferMode::Move).await.unwrap();
    let link = coffer.item_link(id(&target)).await.unwrap().unwrap();
    assert_eq!((&link.item_id, &link.vault_id, link.trashed), (&moved.items[0], &work, false));
    coffer.item_trash(vec![link.item_id.parse().unwrap()]).await.unwrap();
    assert!(coffer.item_link(id(&target)).await.unwrap().unwrap().trashed);
    coffer.trash_empty().await.unwrap();
    assert_eq!(coffer.item_link(id(&target)).await.unwrap(), None);
}

#[tokio::test]
async fn doubtful_values_are_marked_in_lists_and_found() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let mut form = login("Card", "ana", "x");
    form.item_type = ItemTypeView::Card;
    form.fields = vec![field("card_number", FieldKindView::Concealed, "4111 1111 1111 1112")];
    let view = coffer.item_save(form, None).await.unwrap();
    computer.save_login("Mail", "ana", "x").await;
    assert_eq!(computer.titles("is:doubtful").await, ["Card"]);
    assert_eq!(computer.titles("-is:doubtful").await, ["Mail"]);
    assert!(computer.titles("is:conflict").await.is_empty());
    let mut form = form_of(&view);
    form.fields[0].value = Some("4111 1111 1111 1111".to_owned());
    coffer.item_save(form, None).await.unwrap();
    assert!(computer.titles("is:doubtful").await.is_empty());
}

#[tokio::test]
async fn rows_of_archived_items_are_marked_and_those_of_templates_are_not() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let archived = computer.save_login("Old", "ana", "one").await;
    computer.save_login("Current", "ana", "two").await;
    coffer.item_set_archived(vec![id(&archived)], true).await.unwrap();
    coffer.item_make_template(id(&archived), "Pattern".to_owned()).await.unwrap();
    let marks = async |text: &str, scope: ItemScope| {
        let query = ItemQuery { text: text.to_owned(), scope, sort: ItemSort::Title, offset: 0, limit: 100 };
        let rows = coffer.item_list(query).await.unwrap().rows;
        rows.into_iter().map(|row| (row.title, row.archived)).collect::<Vec<_>>()
    };
    assert_eq!(marks("", ItemScope::All).await, [("Current".to_owned(), false)]);
    assert_eq!(marks("", ItemScope::Archive).await, [("Old".to_owned(), true)]);
    assert_eq!(marks("is:archived", ItemScope::All).await, [("Old".to_owned(), true)]);
    assert_eq!(marks("", ItemScope::Templates).await, [("Pattern".to_owned(), false)]);
}

#[tokio::test]
async fn the_draft_of_an_existing_item_leaves_out_what_the_form_does_not_contain() {
    let computer = Computer::with_profile().await;
    let view = computer.save_login("Mail", "ana", "kept-secret").await;
    let draft = computer.coffer.draft_save(None, form_of(&view)).await.unwrap();
    let form = computer.coffer.draft_get(draft).await.unwrap();
    let sent = serde_json::to_value(form).unwrap();
    assert_eq!(sent["fields"][1]["role"], "password");
    let members = sent["fields"][1].as_object().unwrap();
    assert!(!members.contains_key("value") && !members.contains_key("section"), "{members:?}");
    assert!(!sent.to_string().contains("null"), "{sent}");
}

#[tokio::test]
async fn drafts_survive_locking_and_are_deleted_by_saving() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let draft_id = coffer.draft_save(None, login("Half", "ana", "half-secret")).await.unwrap();
    assert_eq!(
        coffer.draft_save(Some(draft_id), login("Half way", "ana", "half-secret")).await.unwrap(),
        draft_id
    );
    let drafts = coffer.draft_list().await.unwrap();
    assert_eq!(drafts.len(), 1);
    assert_eq!((drafts[0].title.as_str(), drafts[0].item_type), ("Half way", ItemTypeView::Login));
    let form = coffer.draft_get(draft_id).await.unwrap();
    assert_eq!(form.fields[1].value.as_deref(), Some("half-secret"));
    coffer.item_save(form, Some(draft_id)).await.unwrap();
    assert!(coffer.draft_list().await.unwrap().is_empty());
    assert_eq!(coffer.draft_get(draft_id).await.err().unwrap().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn t56_web_addresses_are_opened_seldom_and_only_on_approved_hosts() {
    let computer = Computer::with_standing_clock().await;
    let coffer = &computer.coffer;
    let mut form = login("Mail", "ada", "x");
    form.urls = vec!["mail.example/in".to_owned(), "https://evil.example/?mail".to_owned()];
    let mail = id(&coffer.item_save(form, None).await.unwrap());
    assert!(!coffer.item_url(mail, 0).await.unwrap().approved);
    let address = coffer.item_url(mail, 0).await.unwrap();
    assert!(!address.approved, "only the user approves");
    coffer.approve_host(address.host).await.unwrap();
    assert!(coffer.item_url(mail, 0).await.unwrap().approved);
    assert!(!coffer.item_url(mail, 1).await.unwrap().approved, "another host");
    assert!(coffer.item_url(mail, 0).await.unwrap().approved);
    let refused = coffer.item_url(mail, 0).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooManyAddresses, "five in ten seconds");

    // The host is remembered, and the counter starts again with the profile.
    let profile = coffer.app_status().await.unwrap().profiles[0].id.clone();
    coffer.session_lock().await.unwrap();
    computer.unlock(&profile).await;
    assert!(coffer.item_url(mail, 0).await.unwrap().approved);
}
