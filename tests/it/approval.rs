//! Adding a device by approval, and by the Kit's QR code from a picture.

use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::json;
use vault_api::start::KdfParams;
use vault_api::views::{
    AlarmKindView, ApprovalStatusView, DeviceOfferStatus, FactorKind, JoinCodeView, JoinRequest, PaperSize,
    ServerChoice, SignInView, SyncState, VaultAppearanceView,
};
use vault_api::{Coffer, ErrorCode, SecretText, join_code_in_text};
use vault_sync::Network;
use vault_sync::account::AccountPins;
use vault_sync::connect::ApprovalRequest;
use vault_sync::message::device_words;
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{empty_root, next_root};
use vault_wire::message::{LogEntry, LogPage, ProblemCode, VaultList};

use crate::support::{
    HostileServer, LOGIN, PASSWORD, Program, Reply, TestServer, connected, digits, join_request, profile_id,
    rng, unlock_request,
};

const ASK: &str = "POST /v1/auth/approval";
const ANSWER: &str = "POST /v1/account/approval";

/// A code that a program shows.
async fn offer(one: &Program) -> SecretText {
    one.coffer.session_confirm(PASSWORD.into()).await.unwrap();
    SecretText::new(one.coffer.device_offer().await.unwrap().code)
}

/// The id and the words of the device that has used the code.
async fn requested(one: &Program) -> (String, Vec<String>) {
    let status = one.coffer.device_offer_status().await.unwrap();
    let DeviceOfferStatus::Requested { device, words } = status else { panic!("{status:?}") };
    (device, words)
}

/// A second program that the first has approved, before it signs in.
async fn approved(one: &Program) -> Program {
    let (code, two) = (offer(one).await, Program::start());
    assert_eq!(one.coffer.device_offer_status().await, Ok(DeviceOfferStatus::Waiting));
    let shown = two.coffer.approval_begin(code, None).await.unwrap();
    assert_eq!(two.coffer.approval_status().await, Ok(ApprovalStatusView::Waiting));
    let (device, words) = requested(one).await;
    assert_eq!((words.len(), &words), (8, &shown.words));
    one.coffer.device_offer_approve(device).await.unwrap();
    let answered = ApprovalStatusView::Approved { login: LOGIN.to_owned() };
    // Any number of times.
    assert_eq!(two.coffer.approval_status().await, Ok(answered.clone()));
    assert_eq!(two.coffer.approval_status().await, Ok(answered));
    two
}

async fn join(two: &Program) -> vault_api::Result<SignInView> {
    two.coffer.approval_join(PASSWORD.into(), "Laptop".to_owned()).await
}

fn appearance(name: &str) -> VaultAppearanceView {
    VaultAppearanceView { name: name.to_owned(), ..VaultAppearanceView::default() }
}

#[tokio::test]
async fn approved_device_signs_in_with_the_password_alone() {
    let (_server, _hostile, one) = connected().await;
    one.coffer.vault_create(appearance("Work")).await.unwrap();
    one.up_to_date().await;
    let two = approved(&one).await;
    let wrong = two.coffer.approval_join("wrong".into(), "Laptop".to_owned()).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::SignInRefused);
    assert_eq!(join(&two).await, Ok(SignInView::Done));
    two.up_to_date().await;
    assert_eq!(two.titles().await, ["First"]);
    assert_eq!(two.coffer.vault_list().await.unwrap().len(), 2);
    assert_eq!(one.coffer.device_list().await.unwrap().len(), 2);
    // Later entries go both ways, also after a lock.
    two.add("Second").await;
    one.until_titles(&["First", "Second"]).await;
    assert!(two.is_verified_up_to_date().await);
    one.add("Third").await;
    two.until_titles(&["First", "Second", "Third"]).await;
    // The code is used up, and what was handed over is gone.
    assert_eq!(one.coffer.device_offer_status().await.unwrap_err().code, ErrorCode::ApprovalEnded);
    assert_eq!(two.coffer.approval_status().await.unwrap_err().code, ErrorCode::ApprovalEnded);
    let events = one.coffer.device_list().await.unwrap();
    assert!(events.iter().all(|device| device.name == "computer"));
}

#[tokio::test]
async fn device_added_by_password_is_not_verified_up_to_date() {
    let (_server, hostile, one) = connected().await;
    let two = crate::support::joined(&hostile, &one).await;
    assert!(!two.is_verified_up_to_date().await);
}

#[tokio::test]
async fn approved_device_is_asked_for_the_second_factor() {
    let (server, _hostile, one) = connected().await;
    let set = one.coffer.factor_begin(PASSWORD.into(), None).await.unwrap();
    let code = digits(&set.secret, server.now());
    one.coffer.factor_confirm(SecretText::new(code)).await.unwrap();
    server.pass(30_000);
    let two = approved(&one).await;
    let step = join(&two).await.unwrap();
    assert!(matches!(step, SignInView::Factor { .. }), "{step:?}");
    // Somebody who cancels can begin the sign-in again.
    two.coffer.account_cancel().await;
    assert!(matches!(join(&two).await, Ok(SignInView::Factor { .. })));
    let code = SecretText::new(digits(&set.secret, server.now()));
    assert_eq!(two.coffer.account_factor(FactorKind::Totp, code).await, Ok(SignInView::Done));
    two.up_to_date().await;
    assert!(two.is_verified_up_to_date().await);
}

#[tokio::test]
async fn code_is_shown_and_answered_after_the_password_only() {
    let (_server, hostile, one) = connected().await;
    let needed = |result: vault_api::Result<()>| result.unwrap_err().code == ErrorCode::PasswordNeeded;
    assert!(needed(one.coffer.device_offer().await.map(drop)));
    assert_eq!(hostile.count("PUT /v1/account/approval"), 0);
    let (code, two) = (offer(&one).await, Program::start());
    two.coffer.approval_begin(code, None).await.unwrap();
    let (device, _) = requested(&one).await;
    one.pass(5 * 60 * 1000);
    assert!(needed(one.coffer.device_offer_approve(device.clone()).await));
    assert_eq!(hostile.count(ANSWER), 0);
    // A lock drops the code.
    let id = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    one.up_to_date().await;
    one.coffer.session_confirm(PASSWORD.into()).await.unwrap();
    let ended = one.coffer.device_offer_approve(device).await.unwrap_err();
    assert_eq!(ended.code, ErrorCode::ApprovalEnded);
    assert_eq!(two.coffer.approval_status().await, Ok(ApprovalStatusView::Waiting));
    let local = Program::with_profile().await;
    local.coffer.session_confirm(PASSWORD.into()).await.unwrap();
    assert_eq!(local.coffer.device_offer().await.err().unwrap().code, ErrorCode::NotConnected);
}

#[tokio::test]
async fn t61_code_ends_after_ten_minutes_and_when_withdrawn() {
    let (server, _hostile, one) = connected().await;
    let late = Program::start();
    let begin = async |code: SecretText| Program::start().coffer.approval_begin(code, None).await;
    let ended = |result: vault_api::Result<_>| result.map(drop).unwrap_err().code == ErrorCode::ApprovalEnded;

    let code = offer(&one).await;
    late.coffer.approval_begin(code.duplicate(), None).await.unwrap();
    server.pass(10 * 60 * 1000);
    assert!(ended(begin(code).await));
    assert_eq!(late.coffer.approval_status().await.unwrap_err().code, ErrorCode::ApprovalEnded);
    assert_eq!(one.coffer.device_offer_status().await.unwrap_err().code, ErrorCode::ApprovalEnded);

    let (first, second) = (offer(&one).await, offer(&one).await);
    assert!(ended(begin(first).await), "another one was shown");
    one.coffer.device_offer_cancel().await;
    assert!(ended(begin(second).await), "it was withdrawn");
    let refused = late.coffer.approval_begin("coffer://device#AAAA".into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::JoinCodeInvalid);
}

#[tokio::test]
async fn t61_somebody_who_saw_the_code_gets_nothing() {
    let (_server, hostile, one) = connected().await;
    let (code, thief, two) = (offer(&one).await, Program::start(), Program::start());
    let stolen = thief.coffer.approval_begin(code.duplicate(), None).await.unwrap();
    // The user's own device learns of it, and the words differ from its own.
    let used = two.coffer.approval_begin(code.duplicate(), None).await.unwrap_err();
    assert_eq!(used.code, ErrorCode::ApprovalUsed);
    let (device, words) = requested(&one).await;
    assert_eq!(words, stolen.words);
    assert_eq!(thief.coffer.approval_status().await, Ok(ApprovalStatusView::Waiting));
    assert_eq!(join(&thief).await.unwrap_err().code, ErrorCode::ApprovalEnded);
    one.coffer.device_offer_cancel().await;
    assert_eq!(thief.coffer.approval_status().await.unwrap_err().code, ErrorCode::ApprovalEnded);

    // The next code is the user's; a thief who comes second gets nothing, also once it is answered.
    let code = offer(&one).await;
    two.coffer.approval_begin(code.duplicate(), None).await.unwrap();
    let (own, _) = requested(&one).await;
    let other = one.coffer.device_offer_approve(device).await.unwrap_err();
    assert_eq!(other.code, ErrorCode::ApprovalUsed, "only what was shown is approved");
    assert_eq!(hostile.count(ANSWER), 0);
    one.coffer.device_offer_approve(own).await.unwrap();
    let again = thief.coffer.approval_begin(code, None).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::ApprovalUsed);
    assert!(matches!(two.coffer.approval_status().await, Ok(ApprovalStatusView::Approved { .. })));
}

/// Changes one byte in the middle of a member in base64url.
fn damage(text: &mut serde_json::Value) {
    let mut changed = text.as_str().unwrap().to_owned();
    let at = changed.len() / 2;
    let other = if &changed[at..=at] == "A" { "B" } else { "A" };
    changed.replace_range(at..=at, other);
    *text = json!(changed);
}

#[tokio::test]
async fn t62_server_that_replaces_request_or_answer_is_noticed() {
    let (_server, hostile, one) = connected().await;
    // What two devices exchanged under an earlier code.
    let kept = Arc::new(Mutex::new(Vec::new()));
    let seen = kept.clone();
    hostile.changes(ASK, move |_, reply| {
        if reply.body.len() > 100 {
            seen.lock().unwrap().push(reply.body.clone());
        }
    });
    approved(&one).await;
    hostile.reforms();
    let earlier = kept.lock().unwrap().remove(0);

    let forged = |result: vault_api::Result<()>| result.unwrap_err().code == ErrorCode::ApprovalForged;
    for replayed in [false, true] {
        let (code, two) = (offer(&one).await, Program::start());
        two.coffer.approval_begin(code, None).await.unwrap();
        let (device, _) = requested(&one).await;
        one.coffer.device_offer_approve(device).await.unwrap();
        let earlier = earlier.clone();
        hostile.changes(ASK, move |_, reply| match replayed {
            true => reply.body = earlier.clone(),
            false => reply.change_json(|reply| damage(&mut reply["answer"])),
        });
        assert!(forged(two.coffer.approval_status().await.map(drop)), "{replayed}");
        assert_eq!(join(&two).await.unwrap_err().code, ErrorCode::ApprovalEnded);
        hostile.reforms();
        // The true answer is not lost by that.
        assert!(matches!(two.coffer.approval_status().await, Ok(ApprovalStatusView::Approved { .. })));
    }

    // A device of the server's own, or one that asked with an earlier code.
    for replayed in [false, true] {
        let (code, two) = (offer(&one).await, Program::start());
        two.coffer.approval_begin(code, None).await.unwrap();
        let of_other = hostile.seen().into_iter().find(|sent| sent.route == ASK).unwrap().body;
        let of_other: serde_json::Value = serde_json::from_slice(&of_other).unwrap();
        hostile.changes("GET /v1/account/approval", move |_, reply| {
            reply.change_json(|state| match replayed {
                true => state["request"] = of_other["request"].clone(),
                false => damage(&mut state["request"]),
            });
        });
        assert!(forged(one.coffer.device_offer_status().await.map(drop)), "{replayed}");
        hostile.reforms();
        // It is not asked again.
        assert_eq!(one.coffer.device_offer_status().await.unwrap_err().code, ErrorCode::ApprovalEnded);
    }
}

#[tokio::test]
async fn t62_approved_device_refuses_another_account() {
    let (_server, hostile, one) = connected().await;
    let two = approved(&one).await;
    hostile.changes("POST /v1/auth/login/params", |_, reply| {
        reply.change_json(|reply| reply["account_id"] = json!("00".repeat(16)));
    });
    assert_eq!(join(&two).await.unwrap_err().code, ErrorCode::AccountOther);
    hostile.reforms();
    assert_eq!(join(&two).await, Ok(SignInView::Done));
}

#[tokio::test]
async fn t62_sign_in_is_pinned_to_what_the_other_device_knows() {
    let (_server, _hostile, one) = connected().await;
    let (code, network) = (offer(&one).await, Network::default());
    let request = ApprovalRequest::begin(&code, &network, 1, &mut rng()).await.unwrap();
    assert!(request.answer().await.unwrap().is_none());
    let (device, _) = requested(&one).await;
    one.coffer.device_offer_approve(device).await.unwrap();
    let approved = request.answer().await.unwrap().unwrap();
    let (_, known) = approved.server(&network).await.unwrap();
    let AccountPins { account, costs, version } = known.pins;
    assert!(account.is_some() && costs == Some(KdfParams::TEST) && version == 1);
    assert_eq!(known.device.map(|device| device_words(&device.id())), Some(request.words()));
}

#[tokio::test]
async fn approval_outlives_lost_answers_and_a_server_that_is_away() {
    let (_server, hostile, one) = connected().await;
    let (code, two) = (offer(&one).await, Program::start());
    hostile.loses(ASK);
    two.coffer.approval_begin(code, None).await.unwrap();
    assert_eq!(two.coffer.approval_status().await.unwrap_err().code, ErrorCode::ServerUnreachable);
    hostile.reforms();
    assert_eq!(two.coffer.approval_status().await, Ok(ApprovalStatusView::Waiting));
    let (device, _) = requested(&one).await;
    hostile.loses(ANSWER);
    let lost = one.coffer.device_offer_approve(device.clone()).await.unwrap_err();
    assert_eq!(lost.code, ErrorCode::ServerUnreachable);
    hostile.reforms();
    hostile.answers(ASK, |_| Reply::problem(503, ProblemCode::Unavailable));
    assert_eq!(two.coffer.approval_status().await.unwrap_err().code, ErrorCode::ServerFailed);
    hostile.reforms();
    assert!(matches!(two.coffer.approval_status().await, Ok(ApprovalStatusView::Approved { .. })));
    assert_eq!(join(&two).await, Ok(SignInView::Done));
}

/// Restates the end of a page that begins with the first entry.
fn restate(page: &mut LogPage) {
    assert_eq!(page.after, 0);
    let node = |entry: &LogEntry| match entry {
        LogEntry::Revision { revision, .. } => revision.signature.as_bytes().to_vec(),
        LogEntry::Record(record) => record.signatures(),
    };
    let numbered = (1..).zip(&page.entries);
    page.head_root = numbered.fold(empty_root(&page.vault_id), |root, (seq, entry)| {
        next_root(&root, seq, &entry.entry_hash(), &node(entry))
    });
    page.head_seq = page.entries.len() as u64;
}

/// Changes the log as long as a device has nothing of it.
fn show(hostile: &HostileServer, lie: impl Fn(&mut Vec<LogEntry>) + Send + Sync + 'static) {
    hostile.changes("GET /v1/vaults/*", move |_, reply| {
        if LogPage::decode(&reply.body).is_ok_and(|page| page.after == 0 && page.entries.len() > 1) {
            reply.change_cbor(|page: &mut LogPage| {
                lie(&mut page.entries);
                restate(page);
            });
        }
    });
}

/// The first contact raises an alarm, which ends once the server shows the truth.
async fn expect_alarm(two: &Program, hostile: &HostileServer, kind: AlarmKindView, titles: &[&str]) {
    assert_eq!(join(two).await, Ok(SignInView::Done));
    let view = two.until(|view| view.state == SyncState::Alarm).await;
    let alarms = view.vaults.into_iter().filter_map(|vault| vault.alarm);
    assert_eq!(alarms.map(|alarm| alarm.kind).collect::<Vec<_>>(), [kind]);
    assert_eq!(two.titles().await, [""; 0], "nothing of that log is stored");
    assert_eq!(two.try_add("Own").await.unwrap_err().code, ErrorCode::VaultAlarm);
    assert!(!two.is_verified_up_to_date().await);
    hostile.reforms();
    two.coffer.sync_now().await.unwrap();
    two.until_titles(titles).await;
    two.up_to_date().await;
    assert!(two.is_verified_up_to_date().await);
}

#[tokio::test]
async fn t09_log_rolled_back_for_an_approved_device_raises_an_alarm() {
    let (_server, hostile, one) = connected().await;
    one.add("Second").await;
    one.up_to_date().await;
    // Somebody who types everything believes the same lie.
    show(&hostile, |entries| drop(entries.pop()));
    let typed = Program::start();
    let request = join_request(&hostile, &one, PASSWORD).await;
    assert_eq!(typed.coffer.account_join(request).await, Ok(SignInView::Done));
    typed.until_titles(&["First"]).await;

    let two = approved(&one).await;
    expect_alarm(&two, &hostile, AlarmKindView::Rollback, &["First", "Second"]).await;
}

#[tokio::test]
async fn t09_log_in_another_order_raises_an_alarm_at_an_approved_device() {
    let (_server, hostile, one) = connected().await;
    // Neither is based on the other, so both orders are valid.
    hostile.answers_some("*", |sent| {
        let push = sent.route.starts_with("POST /v1/vaults/");
        push.then(|| Reply::problem(503, ProblemCode::Unavailable))
    });
    one.add("Second").await;
    one.add("Third").await;
    hostile.reforms();
    one.coffer.sync_now().await.unwrap();
    one.up_to_date().await;
    let two = approved(&one).await;
    show(&hostile, |entries| {
        let last = entries.len() - 1;
        entries.swap(last - 1, last);
    });
    expect_alarm(&two, &hostile, AlarmKindView::Fork, &["First", "Second", "Third"]).await;
}

#[tokio::test]
async fn t09_hidden_vault_is_missing_and_not_created_again() {
    let (_server, hostile, one) = connected().await;
    let two = approved(&one).await;
    hostile.changes("GET /v1/vaults", |_, reply| {
        reply.change_cbor(|list: &mut VaultList| list.vaults.clear());
    });
    hostile.forget();
    assert_eq!(join(&two).await, Ok(SignInView::Done));
    let missing = |code: ErrorCode| code == ErrorCode::VaultMissing;
    two.until(|view| {
        view.vaults.iter().any(|vault| vault.problem.as_ref().is_some_and(|error| missing(error.code)))
    })
    .await;
    assert_eq!(hostile.count("POST /v1/vaults"), 0);
    hostile.reforms();
    two.coffer.sync_now().await.unwrap();
    two.until_titles(&["First"]).await;
}

#[tokio::test]
async fn restart_before_the_first_contact_keeps_what_was_handed_over() {
    let (_server, hostile, one) = connected().await;
    one.add("Second").await;
    one.up_to_date().await;
    let two = approved(&one).await;
    // The profile is made, and the logs cannot be read yet.
    hostile.answers("GET /v1/vaults", |_| Reply::problem(503, ProblemCode::Unavailable));
    assert_eq!(join(&two).await, Ok(SignInView::Done));
    let id = profile_id(&two).await;
    two.coffer.session_lock().await.unwrap();
    hostile.reforms();
    show(&hostile, |entries| drop(entries.pop()));
    two.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    let view = two.until(|view| view.state == SyncState::Alarm).await;
    assert!(view.vaults[0].alarm.is_some());
}

/// The Kit of a program as a picture of its page.
async fn kit_picture(program: &Program, folder: &std::path::Path) -> std::path::PathBuf {
    program.coffer.session_confirm(PASSWORD.into()).await.unwrap();
    let pdf = folder.join("kit.pdf");
    program.coffer.kit_save_to(pdf.clone(), PaperSize::A4).await.unwrap();
    let picture = folder.join("kit");
    let drawn = Command::new("pdftoppm")
        .args(["-r", "110", "-png", "-singlefile"])
        .args([&pdf, &picture])
        .status()
        .unwrap();
    assert!(drawn.success());
    picture.with_extension("png")
}

#[tokio::test]
async fn kit_as_a_picture_sets_up_another_computer() {
    let (_server, _hostile, one) = connected().await;
    let folder = tempfile::tempdir().unwrap();
    let picture = kit_picture(&one, folder.path()).await;
    let two = Program::start();
    let read = two.coffer.join_code_in_file(picture).await.unwrap();
    let JoinCodeView::Kit { server, login, secret_key } = read else { panic!("the Kit of an account") };
    assert_eq!(login, LOGIN);
    // The key of the server is on it: nobody has to compare words.
    let server = ServerChoice { server, key: None, network: None };
    let request =
        JoinRequest { server, login, password: PASSWORD.to_owned(), secret_key, name: "Laptop".to_owned() };
    assert_eq!(two.coffer.account_join(request).await, Ok(SignInView::Done));
    two.until_titles(&["First"]).await;

    // That of a profile without a server has its Secret Key alone.
    let local = Program::with_profile().await;
    let picture = kit_picture(&local, folder.path()).await;
    let read = local.coffer.join_code_in_file(picture).await.unwrap();
    let JoinCodeView::SecretKey { secret_key } = read else { panic!("a Secret Key") };
    assert_eq!(secret_key, local.coffer.kit_reveal().await.unwrap().expose());
}

#[tokio::test]
async fn pictures_and_texts_without_a_code_are_refused() {
    let (_server, _hostile, one) = connected().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let refused = |result: vault_api::Result<JoinCodeView>| result.err().unwrap().code;
    for (name, content) in [("empty.png", &b""[..]), ("cut.png", b"\x89PNG\r\n\x1a\n"), ("text.txt", b"C1-")]
    {
        let read = one.coffer.join_code_in_file(path(name, content)).await;
        assert_eq!(refused(read), ErrorCode::JoinCodeInvalid, "{name}");
    }
    let missing = one.coffer.join_code_in_file(folder.path().join("none.png")).await;
    assert_eq!(refused(missing), ErrorCode::FileUnreadable);
    let blank = one.coffer.join_code_in_pixels(64, 64, vec![255; 64 * 64 * 4].into()).await;
    assert_eq!(refused(blank), ErrorCode::JoinCodeInvalid);
    for text in ["", "https://vault.example", "coffer://kit#AA", "coffer://join#AA"] {
        assert_eq!(refused(join_code_in_text(&text.into())), ErrorCode::JoinCodeInvalid, "{text}");
    }
    let code = offer(&one).await;
    assert!(matches!(join_code_in_text(&code), Ok(JoinCodeView::Device { .. })));
    assert!(Coffer::approval_address(&code).unwrap().starts_with("https://127.0.0.1:"));
    assert_eq!(Coffer::approval_address(&"x".into()).unwrap_err().code, ErrorCode::JoinCodeInvalid);
}

#[tokio::test]
async fn connect_code_of_the_operator_is_told_from_other_codes() {
    let server = TestServer::start().await;
    let code = server.connect_code().await;
    let read = join_code_in_text(&code.as_str().into());
    assert!(matches!(read, Ok(JoinCodeView::Server { server }) if server == code));
}
