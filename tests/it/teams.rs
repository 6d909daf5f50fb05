//! Teams through the programs of two accounts and a real server.

use vault_api::views::{
    ChangeKind, ChangeRequest, ExportChoice, ExportFormatView, ExportRequest, FactorKind, FieldDraft,
    FieldKindView, GroupRequest, ItemDraft, PolicyView, RoleView, SignInView, SyncView, TeamGrantView,
    TeamStateRequest, TeamStateView, TeamVaultRequest, TeamView, TransferMode, VaultReadOnlyView,
};
use vault_api::{ErrorCode, FieldId, InputProblem, ItemId, SecretText};
use vault_engine::VaultId;

use crate::members::{account_of, change, other, team as vault_with_item};
use crate::support::{PASSWORD, Program, TestServer, connected, digits};

/// What a group request says of one group.
fn group(team: &TeamView, id: Option<&str>, name: &str, accounts: &[&str]) -> GroupRequest {
    GroupRequest {
        team: team.id.clone(),
        id: id.map(str::to_owned),
        name: name.to_owned(),
        accounts: accounts.iter().map(|&account| account.to_owned()).collect(),
    }
}

pub fn gives(team: &TeamView, vault: VaultId, groups: &[&str]) -> TeamVaultRequest {
    let grant = |id: &&str| TeamGrantView { id: (*id).to_owned(), role: RoleView::Editor };
    TeamVaultRequest {
        team: team.id.clone(),
        vault: vault.to_string(),
        groups: groups.iter().map(grant).collect(),
        accounts: Vec::new(),
    }
}

fn state(team: &TeamView, account: &str, state: TeamStateView) -> TeamStateRequest {
    TeamStateRequest { team: team.id.clone(), account: account.to_owned(), state, password: None }
}

/// A team of Alice with Bob, who is in the group "Designers", and the account of Bob.
pub async fn company(alice: &Program, bob: &Program) -> (TeamView, String) {
    let mut teams = alice.coffer.team_create("Company".to_owned(), "Alice".to_owned()).await.unwrap();
    let directory: VaultId = teams.remove(0).id.parse().unwrap();
    let link = alice.invite(directory, RoleView::Viewer).await;
    bob.accept(link).await;
    bob.until_vault(directory, |found| found.read_only.is_some()).await;
    alice.until_members(directory, |members| members.members.len() == 2).await;
    let account = account_of(&alice.coffer.members_get(directory).await.unwrap(), "Bob");
    let team = alice.coffer.team_list().await.unwrap().remove(0);
    let teams = alice.coffer.team_group_put(group(&team, None, "Designers", &[&account])).await.unwrap();
    (teams.into_iter().next().unwrap(), account)
}

/// Adds an item with a one-time code to a vault, and returns it with the field.
async fn add_code(program: &Program, vault: VaultId) -> (ItemId, FieldId) {
    let code = FieldDraft {
        id: None,
        role: Some("code".to_owned()),
        label: String::new(),
        kind: FieldKindView::Code,
        value: Some("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ".to_owned()),
        section: None,
    };
    let draft = ItemDraft { fields: vec![code], ..Program::draft("With a code") };
    let saved = program.coffer.item_save_in(Some(vault), draft, None).await.unwrap();
    let field = saved.fields.first().unwrap();
    (saved.id.parse().unwrap(), field.id.parse().unwrap())
}

#[tokio::test]
async fn team_gives_vaults_to_its_groups_and_takes_them() {
    let (server, hostile, alice) = connected().await;
    let vault = vault_with_item(&alice).await;
    let bob = other(&server, &hostile).await;
    let (team, account) = company(&alice, &bob).await;
    let [designers] = team.groups.as_slice() else { panic!("one group") };
    alice.coffer.team_vault_put(gives(&team, vault, &[&designers.id])).await.unwrap();
    bob.until_titles(&["Shared"]).await;
    bob.until_vault(vault, |found| found.read_only.is_none()).await;
    bob.add_to("Of Bob", vault).await;
    alice.until_titles(&["First", "Of Bob", "Shared"]).await;
    let seen = bob.coffer.team_list().await.unwrap().remove(0);
    assert_eq!((seen.name.as_str(), seen.role), ("Company", RoleView::Viewer));
    assert_eq!(seen.vaults[0].name, "Team");
    let refused = bob.coffer.team_group_put(group(&team, None, "Mine", &[])).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::MemberNotPermitted);
    assert!(alice.coffer.team_list().await.unwrap()[0].vaults[0].deviations.is_empty());
    assert!(
        !alice.coffer.team_group_grows(group(&team, Some(&designers.id), "D", &[&account])).await.unwrap()
    );
    assert!(alice.coffer.team_group_grows(group(&team, None, "D", &[&account])).await.unwrap());

    // Away for a while: no vaults, and all of them again afterwards.
    alice.coffer.team_member_set(state(&team, &account, TeamStateView::Suspended)).await.unwrap();
    bob.until_vault(vault, |found| found.read_only == Some(VaultReadOnlyView::NoMember)).await;
    alice.add_to("Meanwhile", vault).await;
    alice.coffer.team_member_set(state(&team, &account, TeamStateView::Active)).await.unwrap();
    bob.until_vault(vault, |found| found.read_only.is_none()).await;
    bob.until_titles(&["Meanwhile", "Of Bob", "Shared"]).await;

    // Removed from the team: the directory goes, too.
    let gone = alice.coffer.team_member_set(state(&team, &account, TeamStateView::Removed)).await.unwrap();
    assert!(gone[0].people.iter().any(|person| person.state == TeamStateView::Removed));
    bob.until_vault(vault, |found| found.read_only == Some(VaultReadOnlyView::NoMember)).await;
    bob.until_holds(async |coffer| coffer.team_list().await.unwrap().is_empty()).await;
    alice.up_to_date().await;
    alice.check_log().await;
    bob.check_log().await;
}

#[tokio::test]
async fn vault_leaves_its_team_and_keeps_its_members() {
    let (server, hostile, alice) = connected().await;
    let vault = vault_with_item(&alice).await;
    let bob = other(&server, &hostile).await;
    let (team, _) = company(&alice, &bob).await;
    let designers = team.groups[0].id.clone();
    alice.coffer.team_vault_put(gives(&team, vault, &[&designers])).await.unwrap();
    bob.until_titles(&["Shared"]).await;

    let directory: VaultId = team.id.parse().unwrap();
    assert_eq!(alice.coffer.team_vault_name(directory, vault).await.unwrap(), "Team");
    let mut others = alice.coffer.team_create("Another".to_owned(), "Alice".to_owned()).await.unwrap();
    let another = others.remove(0);
    let taken = alice.coffer.team_vault_put(gives(&another, vault, &[])).await.unwrap_err();
    assert_eq!(taken.code, ErrorCode::OtherTeam);
    let unnamed = alice.coffer.team_group_put(group(&team, None, " ", &[])).await.unwrap_err();
    assert_eq!(unnamed.problem, Some(InputProblem::TeamName));
    let no_item = alice.try_add_to(Some(directory), "In the directory").await.unwrap_err();
    assert_eq!(no_item.code, ErrorCode::TeamDirectory);

    let teams = alice.coffer.team_leave(vault).await.unwrap();
    let left = teams.iter().find(|found| found.id == team.id).unwrap();
    assert!(!left.vaults[0].followed);
    alice.coffer.team_group_delete(directory, designers).await.unwrap();
    alice.up_to_date().await;
    assert_eq!(alice.vault(vault).await.unwrap().sharing.members, 2);
    assert!(
        alice
            .coffer
            .team_vault_remove(directory, vault)
            .await
            .unwrap()
            .iter()
            .all(|team| team.vaults.is_empty())
    );
    assert_eq!(bob.vault(vault).await.unwrap().sharing.members, 2);
}

#[tokio::test]
async fn policy_of_a_team_limits_what_programs_do() {
    let (server, hostile, alice) = connected().await;
    let vault = vault_with_item(&alice).await;
    let bob = other(&server, &hostile).await;
    let (team, _) = company(&alice, &bob).await;
    let designers = team.groups[0].id.clone();
    alice.coffer.team_vault_put(gives(&team, vault, &[&designers])).await.unwrap();
    bob.until_titles(&["Shared"]).await;
    let directory: VaultId = team.id.parse().unwrap();
    let policy = PolicyView {
        password: Some(4),
        no_plain_export: true,
        no_export: true,
        no_personal_copies: true,
        lock_minutes: Some(5),
        trash_days: Some(30),
        second_factor: false,
    };
    let never = PolicyView { lock_minutes: Some(0), ..policy };
    let refused = alice.coffer.team_policy_set(directory, never).await.unwrap_err();
    assert_eq!(refused.problem, Some(InputProblem::TeamLimits));
    assert_eq!(
        bob.coffer.team_policy_set(directory, policy).await.unwrap_err().code,
        ErrorCode::MemberNotPermitted
    );

    // What the user chose is kept below what a team asks for.
    let weak = SecretText::from("plum harbour 52");
    let measured = bob.coffer.strength_measure(weak.duplicate(), Vec::new()).await.unwrap();
    assert_eq!((measured.score, measured.acceptable), (3, true));
    let mut settings = bob.coffer.settings_get().await.unwrap();
    settings.lock_after_minutes = 20;
    bob.coffer.settings_set(settings).await.unwrap();
    alice.coffer.team_policy_set(directory, policy).await.unwrap();
    bob.until_holds(async |coffer| coffer.policy_get().await.unwrap() == policy).await;
    let mut settings = bob.coffer.settings_get().await.unwrap();
    assert_eq!(settings.lock_after_minutes, 5);
    settings.clear_clipboard_seconds = 60;
    assert_eq!(bob.coffer.settings_set(settings.clone()).await.unwrap().lock_after_minutes, 5);
    settings.lock_after_minutes = 0;
    assert_eq!(bob.coffer.settings_set(settings.clone()).await.unwrap().lock_after_minutes, 5);
    settings.lock_after_minutes = 20;
    bob.coffer.settings_set(settings).await.unwrap();

    assert!(!bob.coffer.strength_measure(weak.duplicate(), Vec::new()).await.unwrap().acceptable);
    let own = SecretText::from(PASSWORD);
    let too_weak = bob.coffer.session_change_password(own, weak, None).await.unwrap_err();
    assert_eq!(too_weak.problem, Some(InputProblem::PasswordTeam));

    let (code, field) = add_code(&bob, vault).await;
    bob.coffer.session_confirm(SecretText::from(PASSWORD)).await.unwrap();
    let job = bob.coffer.code_export(vec![code], bob.path("codes.txt")).await.unwrap();
    assert_eq!(bob.failed(job).await, ErrorCode::PolicyForbids);
    assert!(!bob.path("codes.txt").exists());
    let export = |format, id: ItemId| ExportRequest {
        format,
        choice: ExportChoice { item_ids: Some(vec![id.to_string()]), ..ExportChoice::default() },
        password: Some("seven purple umbrellas dance".to_owned()),
    };
    for format in [ExportFormatView::Csv, ExportFormatView::Kdbx] {
        let refused = bob.coffer.item_export(export(format, code), bob.path("items")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::PolicyForbids);
    }
    let files = bob.coffer.document_export_all(export(ExportFormatView::Csv, code).choice, bob.path("."));
    assert_eq!(files.await.unwrap_err().code, ErrorCode::PolicyForbids);
    assert_eq!(bob.coffer.code_share(code, field).await.err().unwrap().code, ErrorCode::PolicyForbids);
    bob.add_document("own.txt", b"mine").await;
    assert_eq!(bob.document("own").await.unwrap(), b"mine");
    let whole = ExportRequest { choice: ExportChoice::default(), ..export(ExportFormatView::Csv, code) };
    let report = bob.coffer.item_export(whole, bob.path("items.csv")).await.unwrap();
    assert_eq!((report.items, report.forbidden.len()), (1, 1));
    let home: VaultId = bob
        .coffer
        .vault_list()
        .await
        .unwrap()
        .into_iter()
        .find(|found| found.home)
        .unwrap()
        .id
        .parse()
        .unwrap();
    for mode in [TransferMode::Copy, TransferMode::Move] {
        let copied = bob.coffer.item_transfer(vec![code], home, mode).await.unwrap_err();
        assert_eq!(copied.code, ErrorCode::PolicyForbids);
    }

    let encrypted_only = PolicyView { no_export: false, ..policy };
    alice.coffer.team_policy_set(directory, encrypted_only).await.unwrap();
    bob.until_holds(async |coffer| coffer.policy_get().await.unwrap() == encrypted_only).await;
    let readable = bob.coffer.item_export(export(ExportFormatView::Csv, code), bob.path("items.csv"));
    assert_eq!(readable.await.unwrap_err().code, ErrorCode::PolicyForbids);
    let encrypted = bob.coffer.item_export(export(ExportFormatView::Kdbx, code), bob.path("items.kdbx"));
    assert_eq!(encrypted.await.unwrap().items, 1);

    // Bob leaves the team, and is asked for nothing any more.
    bob.coffer.member_change(change(directory, ChangeKind::Leave, None)).await.unwrap();
    bob.until_holds(async |coffer| coffer.policy_get().await.unwrap() == PolicyView::default()).await;
    assert_eq!(bob.coffer.settings_get().await.unwrap().lock_after_minutes, 20);
}

/// Turns on a second factor and signs in with it.
pub async fn protect(program: &Program, server: &TestServer) {
    let offer = program.coffer.factor_begin(PASSWORD.into(), None).await.unwrap();
    let code = SecretText::new(digits(&offer.secret, server.now()));
    let codes = program.coffer.factor_confirm(code).await.unwrap().codes;
    program.coffer.account_sign_out().await.unwrap();
    let step = program.coffer.account_sign_in(PASSWORD.into(), None).await.unwrap();
    assert!(matches!(step, SignInView::Factor { .. }), "{step:?}");
    let code = SecretText::from(codes.first().unwrap().as_str());
    assert_eq!(program.coffer.account_factor(FactorKind::Recovery, code).await, Ok(SignInView::Done));
}

#[tokio::test]
async fn vault_can_need_a_second_factor() {
    let (server, hostile, alice) = connected().await;
    let vault = vault_with_item(&alice).await;
    let bob = other(&server, &hostile).await;
    let link = alice.invite(vault, RoleView::Editor).await;
    bob.accept(link).await;
    bob.until_titles(&["Shared"]).await;
    let require = |kind, password: Option<&str>| ChangeRequest {
        password: password.map(str::to_owned),
        ..change(vault, kind, None)
    };
    let unproven = alice.coffer.member_change(require(ChangeKind::RequireFactor, None)).await.unwrap_err();
    assert_eq!(unproven.code, ErrorCode::PasswordNeeded);
    protect(&alice, &server).await;
    alice.up_to_date().await;
    alice.coffer.member_change(require(ChangeKind::RequireFactor, Some(PASSWORD))).await.unwrap();
    alice.until_members(vault, |members| members.second_factor && members.pending.is_empty()).await;
    alice.add_to("Protected", vault).await;
    alice.up_to_date().await;

    let problem_of = |view: &SyncView| {
        let found = view.vaults.iter().find(|found| found.id == vault.to_string());
        found.and_then(|found| found.problem.as_ref()).map(|problem| problem.code)
    };
    bob.coffer.sync_now().await.unwrap();
    bob.until(|view| problem_of(view) == Some(ErrorCode::SecondFactorNeeded)).await;
    bob.add_to("Offline", vault).await;
    assert_eq!(bob.titles().await, ["Offline", "Shared"]);
    protect(&bob, &server).await;
    bob.until_titles(&["Offline", "Protected", "Shared"]).await;
    bob.until(|view| problem_of(view).is_none()).await;

    alice.coffer.member_change(require(ChangeKind::DropFactor, Some(PASSWORD))).await.unwrap();
    bob.until_members(vault, |members| !members.second_factor).await;
    alice.until_titles(&["First", "Offline", "Protected", "Shared"]).await;
}
