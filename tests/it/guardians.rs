//! An account that was lost, returned by guardians of its team, through the programs of three accounts and a real server.

use serde_json::{Value, json};
use vault_api::views::{
    ActivityGroupView, ActivityQuery, ChangeKind, ChangeRequest, ConsentStateView, GuardiansRequest,
    InviteRequest, ReenrolState, RegainRequest, RegainStep, RegainView, RoleView, SignInView, SyncState,
    TeamRecoveryView, TeamStateRequest, TeamStateView,
};
use vault_api::{ErrorCode, InputProblem, SecretText};
use vault_crypto::KdfParams;
use vault_engine::VaultId;
use vault_server::account::reenrol::WAIT;
use vault_wire::guardians::AsText;
use vault_wire::recovery::RecoveryRequest;

use crate::identity::{another, renew};
use crate::interop::pull_as;
use crate::members::{account_of, change};
use crate::support::{HostileServer, PASSWORD, Program, TestServer, connected, joined, secret_key};

const NEW: &str = "another staple of horses";
const BOB: &str = "bob@example.test";

/// A team: Alice owns it, Carol manages it, Bob reads it. Alice and Carol are its guardians.
struct Company {
    server: TestServer,
    hostile: HostileServer,
    alice: Program,
    bob: Program,
    carol: Program,
    team: VaultId,
    account_of_bob: String,
    account_of_carol: String,
}

impl Program {
    async fn invite_as(&self, team: VaultId, name: &str) -> SecretText {
        let request = InviteRequest {
            vault: team.to_string(),
            role: RoleView::Viewer,
            days: 7,
            name: name.to_owned(),
            own_name: "Alice".to_owned(),
        };
        let link = self.coffer.member_invite(request).await.unwrap().link;
        self.until_members(team, |members| !members.invitations.is_empty()).await;
        SecretText::new(link)
    }

    async fn until_recovery(&self, team: VaultId, holds: impl Fn(&TeamRecoveryView) -> bool) {
        self.until_holds(async |coffer| {
            coffer.team_recovery(team).await.is_ok_and(|recovery| holds(&recovery))
        })
        .await;
    }

    async fn regains(&self) -> RegainView {
        self.coffer.regain_status().await.unwrap().unwrap()
    }

    /// Waits until the activity of the team has the release of both guardians.
    async fn until_released(&self) {
        let query = || ActivityQuery {
            vault: None,
            author: None,
            group: Some(ActivityGroupView::Members),
            since: None,
            until: None,
        };
        self.until_holds(async |coffer| {
            let page = coffer.activity_begin(query()).await.unwrap();
            let released = page.rows.iter().filter(|row| row.what == "share_released");
            released.filter(|row| row.member.as_deref() == Some("Bob")).count() == 2
        })
        .await;
    }
}

impl Company {
    async fn new() -> Self {
        Self::of(Program::start()).await
    }

    /// With what will be Bob's computer.
    async fn of(bob: Program) -> Self {
        let (server, hostile, alice) = connected().await;
        let mut teams = alice.coffer.team_create("Company".to_owned(), "Alice".to_owned()).await.unwrap();
        let team: VaultId = teams.remove(0).id.parse().unwrap();
        let mut joined = Vec::new();
        for (name, login, program) in [("Bob", BOB, bob), ("Carol", "carol@example.test", Program::start())] {
            program.coffer.profile_create(format!("Of {name}"), SecretText::from(PASSWORD)).await.unwrap();
            program.add(&format!("Secret of {name}")).await;
            program.connect_as(&server, &hostile, login).await;
            program.up_to_date().await;
            let link = alice.invite_as(team, name).await;
            let offer = program.coffer.invitation_read(Some(link)).await.unwrap();
            program.coffer.invitation_accept(offer.token, name.to_owned()).await.unwrap();
            program.until_vault(team, |found| found.read_only.is_some()).await;
            joined.push(program);
        }
        alice.until_members(team, |members| members.members.len() == 3).await;
        let members = alice.coffer.members_get(team).await.unwrap();
        let (account_of_bob, account_of_carol) = (account_of(&members, "Bob"), account_of(&members, "Carol"));
        let role = ChangeRequest {
            role: Some(RoleView::Manager),
            ..change(team, ChangeKind::Role, Some(&account_of_carol))
        };
        alice.coffer.member_change(role).await.unwrap();
        alice
            .until_members(team, |members| {
                members.pending.is_empty()
                    && members.members.iter().any(|found| found.role == RoleView::Manager)
            })
            .await;
        let (carol, bob) = (joined.pop().unwrap(), joined.pop().unwrap());
        carol.until_vault(team, |found| found.sharing.role == Some(RoleView::Manager)).await;
        let company = Self { server, hostile, alice, bob, carol, team, account_of_bob, account_of_carol };
        company.choose_guardians().await;
        company
    }

    fn guardians(&self, accounts: &[&str], threshold: u8) -> GuardiansRequest {
        let accounts = accounts.iter().map(|&account| account.to_owned()).collect();
        GuardiansRequest { team: self.team.to_string(), accounts, threshold }
    }

    async fn choose_guardians(&self) {
        let alice = account_of(&self.alice.coffer.members_get(self.team).await.unwrap(), "Alice");
        let request = self.guardians(&[&alice, &self.account_of_carol], 2);
        let recovery = self.alice.coffer.guardians_set(request).await.unwrap();
        assert_eq!((recovery.guardians.len(), recovery.threshold), (2, 2));
        for program in [&self.bob, &self.carol] {
            program.until_recovery(self.team, |recovery| recovery.guardians.len() == 2).await;
        }
    }

    /// Bob's consent, which Carol adds.
    async fn consent(&self) -> String {
        let asks = async || self.bob.coffer.team_recovery(self.team).await.unwrap().asks;
        assert!(asks().await, "he is asked");
        let text = self.bob.coffer.recovery_consent(self.team, PASSWORD.into()).await.unwrap().text.unwrap();
        let recovery = self.carol.coffer.recovery_card_add(self.team, text.clone()).await.unwrap();
        assert_eq!(recovery.consents[0].state, ConsentStateView::Given);
        for program in [&self.alice, &self.bob] {
            program.until_recovery(self.team, is_given).await;
        }
        assert!(!asks().await);
        text
    }

    /// A computer on which Bob begins, since he has nothing any more.
    async fn begins(&self) -> Program {
        let program = Program::start();
        program.pass(1_000);
        let offer = self.carol.coffer.recovery_offer(self.team, self.account_of_bob.clone()).await.unwrap();
        let request = RegainRequest { offer, login: BOB.to_owned(), password: NEW.to_owned() };
        let begun = program.coffer.regain_begin(request).await.unwrap();
        assert_eq!((begun.step, begun.answered, begun.threshold), (RegainStep::Asked, 0, 2));
        program
    }

    /// What a guardian answers to Bob's computer, with the words that he reads out.
    async fn answer(&self, guardian: &Program, computer: &Program) -> vault_api::Result<String> {
        let RegainView { request, words, .. } = computer.regains().await;
        guardian.coffer.recovery_release(request, words.join(" "), PASSWORD.into()).await
    }
}

fn is_given(recovery: &TeamRecoveryView) -> bool {
    recovery.consents.iter().any(|consent| consent.state == ConsentStateView::Given)
}

async fn takes(computer: &Program, answer: String) -> RegainView {
    computer.coffer.regain_answer(answer, NEW.into()).await.unwrap()
}

#[tokio::test]
async fn guardians_return_a_lost_account_together() {
    let company = Company::new().await;
    let Company { server, hostile, alice, bob, carol, team, .. } = &company;
    company.consent().await;
    let mut computer = company.begins().await;
    computer.kill();
    let asked = computer.regains().await;
    let read = carol.coffer.recovery_request_read(asked.request.clone()).await.unwrap();
    assert_eq!((read.account.as_str(), read.name.as_deref()), (company.account_of_bob.as_str(), Some("Bob")));

    let one = company.answer(carol, &computer).await.unwrap();
    assert_eq!(takes(&computer, one).await.step, RegainStep::Asked);
    computer.kill();
    let other = company.answer(alice, &computer).await.unwrap();
    assert_eq!(takes(&computer, other).await.step, RegainStep::Answered);
    // Everybody in the team sees what the guardians did, also Bob's own devices.
    for program in [alice, carol, bob] {
        program.until_recovery(*team, |recovery| recovery.released.len() == 2).await;
        program.until_released().await;
    }

    computer.kill();
    let waits = computer.coffer.regain_register(NEW.into()).await.unwrap();
    assert_eq!(waits.step, RegainStep::Waiting);
    bob.coffer.sync_now().await.unwrap();
    let elsewhere = |state: Option<ReenrolState>| state == Some(ReenrolState::Elsewhere);
    bob.until(|view| elsewhere(view.reenrolment.map(|found| found.state))).await;
    // Sent again too early, nothing happens.
    computer.kill();
    assert_eq!(computer.coffer.regain_send().await.unwrap(), waits);
    let secret_key = computer.coffer.regain_secret_key(NEW.into()).await.unwrap();
    assert!(secret_key.starts_with("C1-"));

    server.pass(WAIT);
    computer.pass(WAIT + 1_000);
    assert_eq!(computer.coffer.regain_send().await.unwrap().step, RegainStep::Effective);
    let done = computer.coffer.regain_join(NEW.into(), "Again".to_owned()).await.unwrap();
    assert_eq!(done, SignInView::Done);
    computer.coffer.regain_end().await.unwrap();
    assert_eq!(computer.coffer.regain_status().await.unwrap(), None);
    computer.until_titles(&["Secret of Bob"]).await;
    computer.until_vault(*team, |_| true).await;
    computer.add("After it").await;
    computer.up_to_date().await;
    alice.check_log().await;
    // The old password is over, wherever it was.
    bob.coffer.sync_now().await.unwrap();
    bob.until(|view| view.state == SyncState::SignedOut).await;
    let old = bob.coffer.account_sign_in(PASSWORD.into(), None).await.unwrap_err();
    assert_eq!(old.code, ErrorCode::AccountChanged);
    assert!(hostile.routes().iter().all(|route| !route.contains("recovery")));
}

#[tokio::test]
async fn t29_one_guardian_or_the_server_opens_nothing() {
    let company = Company::new().await;
    company.consent().await;
    company.hostile.forget();
    let computer = company.begins().await;
    let first = company.answer(&company.carol, &computer).await.unwrap();
    takes(&computer, first.clone()).await;
    // Twice the same guardian is one guardian, also with an answer that was made again.
    takes(&computer, first).await;
    company.carol.pass(60_000);
    let again = company.answer(&company.carol, &computer).await.unwrap();
    assert_eq!(takes(&computer, again).await.answered, 1);
    let refused = computer.coffer.regain_register(NEW.into()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::GuardiansLack);
    // The server learned of nothing, and has nothing to open.
    assert_eq!(company.hostile.count("POST /v1/account/reenrol"), 0);
    assert_eq!(company.hostile.count("POST /v1/auth/register/start"), 0);
}

#[tokio::test]
async fn t29_exchanged_request_is_refused_by_its_words() {
    let company = Company::new().await;
    company.consent().await;
    let (owner, thief) = (company.begins().await, company.begins().await);
    let (own, exchanged) = (owner.regains().await, thief.regains().await);
    assert_ne!(own.words, exchanged.words);
    let refused = company
        .carol
        .coffer
        .recovery_release(exchanged.request.clone(), own.words.join(" "), PASSWORD.into())
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::RecoveryWordsDiffer);
    assert!(company.carol.coffer.team_recovery(company.team).await.unwrap().released.is_empty());
    // An answer to another request is not taken, nor one that was changed on its way.
    let answer = company.answer(&company.carol, &thief).await.unwrap();
    let refused = owner.coffer.regain_answer(answer.clone(), NEW.into()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RecoveryOtherAnswer);
    let right = company.answer(&company.carol, &owner).await.unwrap();
    let swapped = exchanged_share(&right, &answer);
    let refused = owner.coffer.regain_answer(swapped, NEW.into()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RecoveryOtherAnswer);
    assert_eq!(takes(&owner, right).await.answered, 1);
}

/// An answer whose signed part says what the owner asked for, with the ciphertext of another answer.
fn exchanged_share(right: &str, other: &str) -> String {
    use vault_wire::cbor::Canonical;
    use vault_wire::guardians::{AsText, RecoveryAnswer};
    use vault_wire::recovery::Release;
    let (mut right, other) =
        (RecoveryAnswer::from_text(right).unwrap(), RecoveryAnswer::from_text(other).unwrap());
    let mut release = Release::decode(&right.release.bytes).unwrap();
    let foreign = Release::decode(&other.release.bytes).unwrap();
    (release.encapsulated, release.ciphertext) = (foreign.encapsulated, foreign.ciphertext);
    right.release.bytes = release.encode();
    right.to_text()
}

#[tokio::test]
async fn t29_withdrawn_consent_that_is_added_again_opens_nothing() {
    let company = Company::new().await;
    let text = company.consent().await;
    let computer = company.begins().await;
    company.bob.pass(60_000);
    let withdrawn = company.bob.coffer.recovery_withdraw(company.team, PASSWORD.into()).await.unwrap();
    company.carol.coffer.recovery_card_add(company.team, withdrawn.text.unwrap()).await.unwrap();
    let refused = company.carol.coffer.recovery_card_add(company.team, text).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RecoveryNotConsented);
    for guardian in [&company.alice, &company.carol] {
        guardian.until_recovery(company.team, |recovery| recovery.consents.is_empty()).await;
        let refused = company.answer(guardian, &computer).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::RecoveryNotConsented);
    }
    let none = company.carol.coffer.recovery_offer(company.team, company.account_of_bob.clone()).await;
    assert_eq!(none.unwrap_err().code, ErrorCode::RecoveryNotConsented);
    company.bob.until_recovery(company.team, |recovery| recovery.consents.is_empty()).await;
    assert!(!company.bob.coffer.team_recovery(company.team).await.unwrap().asks, "he has said no");
    company.bob.pass(60_000);
    let again = company.bob.coffer.recovery_withdraw(company.team, PASSWORD.into()).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::RecoveryNotConsented);
}

#[tokio::test]
async fn suspended_guardian_or_member_gets_no_answer() {
    let company = Company::new().await;
    let Company { alice, carol, team, account_of_bob, account_of_carol, .. } = &company;
    company.consent().await;
    let computer = company.begins().await;
    let set = async |account: &str, state| {
        let (team, account) = (team.to_string(), account.to_owned());
        let request = TeamStateRequest { team, account, state, password: None };
        alice.coffer.team_member_set(request).await.unwrap();
    };
    set(account_of_bob, TeamStateView::Suspended).await;
    assert_eq!(company.answer(alice, &computer).await.unwrap_err().code, ErrorCode::MemberNotPermitted);
    set(account_of_bob, TeamStateView::Active).await;
    set(account_of_carol, TeamStateView::Suspended).await;
    // Bob must consent again, to guardians who work in the team: there are too few to ask him.
    alice.until_recovery(*team, |recovery| recovery.consents[0].state == ConsentStateView::Outdated).await;
    carol.until_recovery(*team, |recovery| recovery.consents[0].state == ConsentStateView::Outdated).await;
    assert_eq!(company.answer(carol, &computer).await.unwrap_err().code, ErrorCode::MemberNotPermitted);
    company.bob.until_recovery(*team, |recovery| !is_given(recovery)).await;
    let lack = company.bob.coffer.recovery_consent(*team, PASSWORD.into()).await.unwrap_err();
    assert_eq!(lack.code, ErrorCode::GuardiansLack);
    // Bob is no guardian, and nobody opens an account alone.
    assert_eq!(
        company.answer(&company.bob, &computer).await.unwrap_err().code,
        ErrorCode::MemberNotPermitted
    );
    for request in [company.guardians(&[account_of_bob, account_of_carol], 2), company.guardians(&[], 2)] {
        let refused = alice.coffer.guardians_set(request).await.unwrap_err();
        assert_eq!(refused.problem, Some(InputProblem::TeamLimits));
    }
    let refused = carol.coffer.guardians_set(company.guardians(&[], 0)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::MemberNotPermitted);
}

#[tokio::test]
async fn device_of_the_account_cancels_a_recovery() {
    let company = Company::new().await;
    let Company { server, alice, bob, carol, .. } = &company;
    company.consent().await;
    let computer = company.begins().await;
    for guardian in [alice, carol] {
        let answer = company.answer(guardian, &computer).await.unwrap();
        takes(&computer, answer).await;
    }
    computer.coffer.regain_register(NEW.into()).await.unwrap();
    bob.coffer.account_reenrol_cancel().await.unwrap();
    // What a device deleted is not begun again by asking how far it is.
    computer.coffer.regain_send().await.unwrap();
    assert_eq!(company.hostile.count("POST /v1/account/reenrol"), 1);
    server.pass(WAIT);
    computer.pass(WAIT);
    // It would have to wait from the beginning, and says so after a day of grace.
    assert_eq!(computer.coffer.regain_send().await.unwrap().step, RegainStep::Waiting);
    bob.coffer.account_reenrol_cancel().await.unwrap();
    computer.pass(2 * 24 * 60 * 60 * 1_000);
    assert_eq!(computer.coffer.regain_send().await.unwrap().step, RegainStep::Cancelled);
    bob.add("Still mine").await;
    bob.until(|view| view.unsent == 0).await;
}

#[tokio::test]
async fn recovery_on_a_computer_is_begun_once_and_survives() {
    let company = Company::new().await;
    company.consent().await;
    let mut computer = company.begins().await;
    let offer =
        company.alice.coffer.recovery_offer(company.team, company.account_of_bob.clone()).await.unwrap();
    let begin = |offer: &str, password: &str| RegainRequest {
        offer: offer.to_owned(),
        login: BOB.to_owned(),
        password: password.to_owned(),
    };
    let runs = computer.coffer.regain_begin(begin(&offer, NEW)).await.unwrap_err();
    assert_eq!(runs.code, ErrorCode::RecoveryRuns);
    let answer = company.answer(&company.alice, &computer).await.unwrap();
    let wrong = computer.coffer.regain_answer(answer.clone(), PASSWORD.into()).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassword);
    let text = computer.coffer.regain_answer(offer.clone(), NEW.into()).await.unwrap_err();
    assert_eq!(text.code, ErrorCode::RecoveryTextInvalid);
    // Mail programs break lines.
    let broken: Vec<String> =
        answer.as_bytes().chunks(70).map(|line| String::from_utf8_lossy(line).into()).collect();
    takes(&computer, broken.join("\r\n ")).await;
    let path = computer.path("coffer/recovery");
    std::fs::write(&path, b"damaged").unwrap();
    computer.kill();
    assert_eq!(computer.coffer.regain_status().await.unwrap_err().code, ErrorCode::RecoveryDamaged);
    computer.coffer.regain_end().await.unwrap();
    assert_eq!(computer.coffer.regain_status().await.unwrap(), None);
    assert_eq!(computer.coffer.regain_send().await.unwrap_err().code, ErrorCode::NotFound);
    let weak = computer.coffer.regain_begin(begin(&offer, "short")).await.unwrap_err();
    assert_eq!(weak.code, ErrorCode::PasswordTooWeak);
    let cut = offer.get(..offer.len() - 8).unwrap();
    let damaged = computer.coffer.regain_begin(begin(cut, NEW)).await.unwrap_err();
    assert_eq!(damaged.code, ErrorCode::RecoveryTextInvalid);
    assert!(!path.exists());
}

#[tokio::test]
async fn own_device_learns_of_a_consent_that_another_gave() {
    let company = Company::new().await;
    company.consent().await;
    let other = joined(&company.hostile, &company.alice).await;
    other.until_recovery(company.team, is_given).await;
    let offer = other.coffer.recovery_offer(company.team, company.account_of_bob.clone()).await;
    assert!(offer.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn python_reader_verifies_what_a_directory_says() {
    let company = Company::of(Program::start_at(KdfParams::FLOOR)).await;
    let Company { hostile, bob, carol, team, account_of_bob, .. } = &company;
    company.consent().await;
    let computer = company.begins().await;
    company.answer(carol, &computer).await.unwrap();
    carol.up_to_date().await;
    bob.until_recovery(*team, |recovery| recovery.released.len() == 1).await;
    let request = RecoveryRequest::from_text(&computer.regains().await.request).unwrap();

    let key = secret_key(bob).await;
    let output = pull_as(hostile, &hostile.trust(), (BOB, &key, PASSWORD), &[]).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let said = &read["vaults"][team.to_string()]["recovery"];
    assert_eq!((said["guardians"].as_array().unwrap().len(), &said["threshold"]), (2, &json!(2)));
    assert_eq!(said["consents"][account_of_bob]["given"], json!(true));
    assert_eq!(said["released"], json!([[account_of_bob, request.hash().to_string()]]));
}

#[tokio::test]
async fn consent_of_a_replaced_identity_opens_nothing() {
    let company = Company::new().await;
    let Company { hostile, alice, bob, carol, team, account_of_bob, .. } = &company;
    company.consent().await;
    let computer = company.begins().await;
    let lost = another(hostile, bob, PASSWORD).await;
    renew(bob, &lost).await.unwrap();
    for guardian in [alice, carol] {
        guardian
            .until_recovery(*team, |recovery| {
                recovery.consents.iter().any(|consent| consent.state == ConsentStateView::Outdated)
            })
            .await;
        let refused = company.answer(guardian, &computer).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::RecoveryOutdated);
        let refused = guardian.coffer.recovery_offer(*team, account_of_bob.clone()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::RecoveryOutdated);
    }
}
