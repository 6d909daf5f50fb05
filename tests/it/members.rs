//! Vaults with several members, through the programs of several accounts and a real server.

use vault_api::views::{
    ChangeKind, ChangeRequest, InviteRequest, ItemQuery, ItemScope, ItemSort, JoinRequest, MembersView,
    RoleView, TransferMode, VaultAppearanceView, VaultReadOnlyView, VaultView,
};
use vault_api::{ErrorCode, InputProblem, SecretText};
use vault_engine::VaultId;
use vault_wire::Root;
use vault_wire::message::{LogPage, ProblemCode};

use crate::support::{HostileServer, PASSWORD, Program, Reply, TestServer, connected, join_request, joined};

/// A second account at the server.
pub async fn other(server: &TestServer, hostile: &HostileServer) -> Program {
    let bob = Program::start();
    bob.coffer.profile_create("Of Bob".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    bob.connect_as(server, hostile, "bob@example.test").await;
    bob.up_to_date().await;
    bob
}

/// A vault of the first account with an item.
pub async fn team(alice: &Program) -> VaultId {
    let look = VaultAppearanceView { name: "Team".to_owned(), hue: Some(40), icon: String::new() };
    let vaults = alice.coffer.vault_create(look).await.unwrap();
    let vault = vaults.iter().find(|vault| !vault.home).unwrap().id.parse().unwrap();
    alice.add_to("Shared", vault).await;
    alice.up_to_date().await;
    vault
}

impl Program {
    /// Adds an item; waits for the vault's key where a new epoch came just now.
    pub async fn add_to(&self, title: &str, vault: VaultId) {
        self.until_holds(async |_| match self.try_add_to(Some(vault), title).await {
            Err(error) if error.code == ErrorCode::VaultKeyMissing => false,
            added => {
                added.unwrap();
                true
            }
        })
        .await;
    }

    async fn move_to(&self, title: &str, vault: VaultId) {
        let query = ItemQuery {
            scope: ItemScope::All,
            sort: ItemSort::Title,
            text: title.to_owned(),
            offset: 0,
            limit: 1,
        };
        let id = self.coffer.item_list(query).await.unwrap().rows.remove(0).id.parse().unwrap();
        self.coffer.item_transfer(vec![id], vault, TransferMode::Move).await.unwrap();
    }

    pub async fn invite(&self, vault: VaultId, role: RoleView) -> SecretText {
        let request = InviteRequest {
            vault: vault.to_string(),
            role,
            days: 7,
            name: "Bob".to_owned(),
            own_name: "Alice".to_owned(),
        };
        let link = self.coffer.member_invite(request).await.unwrap().link;
        self.until_members(vault, |members| !members.invitations.is_empty()).await;
        SecretText::new(link)
    }

    pub async fn accept(&self, link: SecretText) {
        let offer = self.coffer.invitation_read(Some(link)).await.unwrap();
        let joining = self.coffer.invitation_accept(offer.token, "Bob".to_owned()).await.unwrap();
        assert_eq!(joining.len(), 1);
    }

    pub async fn until_members(&self, vault: VaultId, holds: impl Fn(&MembersView) -> bool) {
        self.until_holds(async |coffer| holds(&coffer.members_get(vault).await.unwrap())).await;
    }

    pub async fn vault(&self, vault: VaultId) -> Option<VaultView> {
        let vaults = self.coffer.vault_list().await.unwrap();
        vaults.into_iter().find(|found| found.id == vault.to_string())
    }

    pub async fn until_vault(&self, vault: VaultId, holds: impl Fn(&VaultView) -> bool) {
        self.until_holds(async |coffer| {
            let vaults = coffer.vault_list().await.unwrap();
            vaults.iter().any(|found| found.id == vault.to_string() && holds(found))
        })
        .await;
    }
}

pub fn change(vault: VaultId, kind: ChangeKind, account: Option<&str>) -> ChangeRequest {
    ChangeRequest {
        vault: vault.to_string(),
        kind,
        account: account.map(str::to_owned),
        role: None,
        invitation: None,
        password: None,
    }
}

pub fn account_of(members: &MembersView, name: &str) -> String {
    members.members.iter().find(|member| member.name.as_deref() == Some(name)).unwrap().account.clone()
}

#[tokio::test]
async fn shared_vault_is_joined_edited_offline_and_left() {
    let (server, hostile, alice) = connected().await;
    let vault = team(&alice).await;
    let bob = other(&server, &hostile).await;

    let link = alice.invite(vault, RoleView::Editor).await;
    bob.accept(link).await;
    // Alice's program lets him in by itself, and his gets the key.
    bob.until_vault(vault, |found| found.read_only.is_none() && found.appearance.name == "Team").await;
    bob.until_titles(&["Shared"]).await;
    let seen = bob.vault(vault).await.unwrap();
    assert_eq!((seen.sharing.members, seen.sharing.role), (2, Some(RoleView::Editor)));
    assert_eq!(seen.sharing.shared_by.as_deref(), Some("Alice"));
    assert!(bob.coffer.joining_list().await.unwrap().is_empty());
    alice.until_members(vault, |members| members.members.len() == 2 && members.answers.is_empty()).await;

    // Both write while the server is away.
    hostile.answers("*", |_| Reply::problem(503, ProblemCode::Unavailable));
    alice.add_to("Of Alice", vault).await;
    bob.add_to("Of Bob", vault).await;
    hostile.reforms();
    alice.coffer.sync_now().await.unwrap();
    bob.coffer.sync_now().await.unwrap();
    alice.until_titles(&["First", "Of Alice", "Of Bob", "Shared"]).await;
    bob.until_titles(&["Of Alice", "Of Bob", "Shared"]).await;

    // Bob leaves: the key is renewed by Alice's program without being asked.
    bob.coffer.member_change(change(vault, ChangeKind::Leave, None)).await.unwrap();
    bob.until_vault(vault, |found| found.read_only == Some(VaultReadOnlyView::NoMember)).await;
    alice.until_members(vault, |members| members.members.len() == 1 && !members.epoch_due).await;
    assert_eq!(bob.coffer.vault_forget(vault).await.unwrap().len(), 1);
    bob.until_titles(&[]).await;
    alice.add_to("After", vault).await;
    alice.up_to_date().await;
    alice.check_log().await;
    bob.check_log().await;
}

#[tokio::test]
async fn invitation_is_used_once_and_by_its_holder() {
    let (server, hostile, alice) = connected().await;
    let vault = team(&alice).await;
    let bob = other(&server, &hostile).await;
    let damaged = bob.coffer.invitation_read(Some("coffer://join#AAAA".into())).await.unwrap_err();
    assert_eq!(damaged.code, ErrorCode::InvitationMalformed);

    let link = alice.invite(vault, RoleView::Viewer).await;
    let own = alice.coffer.invitation_read(Some(link.duplicate())).await.unwrap_err();
    assert_eq!(own.code, ErrorCode::AlreadyMember);
    bob.accept(link.duplicate()).await;
    bob.until_vault(vault, |found| found.read_only == Some(VaultReadOnlyView::Viewer)).await;
    bob.until_titles(&["Shared"]).await;
    let again = bob.coffer.invitation_read(Some(link.duplicate())).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::AlreadyMember);
    assert_eq!(bob.try_add_to(Some(vault), "Refused").await.unwrap_err().code, ErrorCode::VaultNotWritable);

    // A viewer is removed, and cannot come back with the used link.
    let members = alice.coffer.members_get(vault).await.unwrap();
    let account = account_of(&members, "Bob");
    alice.coffer.member_change(change(vault, ChangeKind::Remove, Some(&account))).await.unwrap();
    alice.until_members(vault, |members| members.members.len() == 1 && members.pending.is_empty()).await;
    bob.coffer.sync_now().await.unwrap();
    bob.until_vault(vault, |found| found.read_only == Some(VaultReadOnlyView::NoMember)).await;
    let used = bob.coffer.invitation_read(Some(link)).await.unwrap_err();
    assert_eq!(used.code, ErrorCode::InvitationNotOpen);
    let last = alice.coffer.member_change(change(vault, ChangeKind::Leave, None)).await.unwrap_err();
    assert_eq!(last.code, ErrorCode::LastOwner);
    let twice = alice.coffer.member_change(change(vault, ChangeKind::Remove, Some(&account))).await;
    assert_eq!(twice.unwrap_err().code, ErrorCode::MemberUnchanged);
    // With another one he can: the vault that he still has goes on.
    alice.add_to("Second", vault).await;
    let link = alice.invite(vault, RoleView::Editor).await;
    bob.accept(link).await;
    bob.until_titles(&["Second", "Shared"]).await;
    bob.add_to("Of Bob", vault).await;
    alice.until_titles(&["First", "Of Bob", "Second", "Shared"]).await;
    alice.check_log().await;
}

#[tokio::test]
async fn manager_waits_for_a_decision_and_can_be_declined() {
    let (server, hostile, alice) = connected().await;
    let vault = team(&alice).await;
    let bob = other(&server, &hostile).await;
    let link = alice.invite(vault, RoleView::Manager).await;
    bob.accept(link).await;
    alice.until_members(vault, |members| !members.answers.is_empty()).await;
    let members = alice.coffer.members_get(vault).await.unwrap();
    let answer = members.answers.first().unwrap();
    assert_eq!((answer.name.as_deref(), answer.role), (Some("Bob"), RoleView::Manager));
    let words = bob.coffer.joining_list().await.unwrap().remove(0).words;
    assert_eq!(answer.words, words, "what Bob reads out is what Alice sees");
    alice.coffer.answer_decide(vault, answer.account.clone(), true).await.unwrap();
    bob.until_vault(vault, |found| found.read_only.is_none()).await;
    let members = alice.coffer.members_get(vault).await.unwrap();
    let member = members.members.iter().find(|member| !member.own).unwrap();
    assert!(!member.verified);
    let certificate = member.certificate.clone();
    let verified = alice.coffer.member_verify(vault, member.account.clone(), certificate).await.unwrap();
    assert!(verified.members.iter().any(|member| member.verified && !member.own));

    // Another one is declined: its invitation is closed.
    bob.coffer.member_name_set(vault, "Robert".to_owned()).await.unwrap();
    alice
        .until_members(vault, |members| {
            members.members.iter().any(|member| member.name.as_deref() == Some("Robert"))
        })
        .await;
    let home = alice.coffer.vault_list().await.unwrap().into_iter().find(|vault| vault.home).unwrap().id;
    let request = InviteRequest {
        vault: home,
        role: RoleView::Viewer,
        days: 1,
        name: String::new(),
        own_name: "Alice".to_owned(),
    };
    assert_eq!(alice.coffer.member_invite(request).await.err().unwrap().code, ErrorCode::HomeNotShared);
}

#[tokio::test]
async fn second_device_of_a_member_gets_the_vault_and_its_keys() {
    let (server, hostile, alice) = connected().await;
    let vault = team(&alice).await;
    let bob = other(&server, &hostile).await;
    let link = alice.invite(vault, RoleView::Editor).await;
    bob.accept(link).await;
    bob.until_titles(&["Shared"]).await;
    // A removal has begun a second epoch before Alice's other device comes.
    let members = alice.coffer.members_get(vault).await.unwrap();
    let account = account_of(&members, "Bob");
    alice.coffer.member_change(change(vault, ChangeKind::Remove, Some(&account))).await.unwrap();
    alice.until_members(vault, |members| members.members.len() == 1 && members.pending.is_empty()).await;
    alice.add_to("Second", vault).await;
    alice.up_to_date().await;
    let two = joined(&hostile, &alice).await;
    two.until_titles(&["First", "Second", "Shared"]).await;
    two.add_to("Third", vault).await;
    alice.until_titles(&["First", "Second", "Shared", "Third"]).await;
    two.check_log().await;
}

/// A grant may arrive after the hint of its record, and other changes of the profile in between.
#[tokio::test]
async fn key_that_comes_late_is_asked_for_again() {
    let (server, hostile, alice) = connected().await;
    let vault = team(&alice).await;
    let bob = other(&server, &hostile).await;
    hostile.answers_some("GET /v1/vaults/*", |sent| {
        let is_grant = sent.route.contains("/grants/");
        is_grant.then(|| Reply::problem(404, ProblemCode::NotFound))
    });
    let link = alice.invite(vault, RoleView::Editor).await;
    bob.accept(link).await;
    bob.until_vault(vault, |found| found.read_only == Some(VaultReadOnlyView::KeyMissing)).await;
    alice.up_to_date().await;
    // Nothing but this is sent with the next synchronization.
    bob.add("Of his own").await;
    bob.until(|view| view.unsent == 0).await;
    hostile.reforms();
    bob.until_vault(vault, |found| found.read_only.is_none()).await;
    bob.until_titles(&["Of his own", "Shared"]).await;
}

#[tokio::test]
async fn what_is_not_permitted_says_why() {
    let (server, hostile, alice) = connected().await;
    let vault = team(&alice).await;
    let bob = other(&server, &hostile).await;
    let request = |own_name: &str| InviteRequest {
        vault: vault.to_string(),
        role: RoleView::Editor,
        days: 30,
        name: String::new(),
        own_name: own_name.to_owned(),
    };
    let unnamed = alice.coffer.member_invite(request(" ")).await.err().unwrap();
    assert_eq!(unnamed.problem, Some(InputProblem::MemberName));

    let withdrawn = alice.invite(vault, RoleView::Editor).await;
    let members = alice.coffer.members_get(vault).await.unwrap();
    let key = members.invitations.first().unwrap().key.clone();
    let revoke = ChangeRequest { invitation: Some(key), ..change(vault, ChangeKind::Revoke, None) };
    alice.coffer.member_change(revoke).await.unwrap();
    alice.until_members(vault, |members| members.invitations.is_empty()).await;
    assert_eq!(read_code(&bob, &withdrawn).await, ErrorCode::InvitationNotOpen);

    let link = alice.invite(vault, RoleView::Editor).await;
    let pages = format!("GET /v1/vaults/{vault}/log");
    hostile.changes(&pages, |_, reply| {
        reply.change_cbor(|page: &mut LogPage| page.head_root = Root::from_bytes([7; 32]));
    });
    assert_eq!(read_code(&bob, &link).await, ErrorCode::InvitationOtherLog);
    hostile.reforms();
    bob.accept(link).await;
    bob.until_vault(vault, |found| found.read_only.is_none()).await;
    let refused = bob.coffer.member_invite(request("Bob")).await.err().unwrap();
    assert_eq!(refused.code, ErrorCode::MemberNotPermitted);
    let deleted = alice.coffer.vault_delete(vault, Some(1)).await.unwrap_err();
    assert_eq!(deleted.code, ErrorCode::VaultShared);
    assert_eq!(alice.coffer.vault_forget(vault).await.unwrap_err().code, ErrorCode::VaultShared);

    // A change that needs the root waits for nothing.
    hostile.answers("*", |_| Reply::problem(503, ProblemCode::Unavailable));
    alice.coffer.member_invite(request("Alice")).await.unwrap();
    let members = alice.coffer.members_get(vault).await.unwrap();
    let account = account_of(&members, "Bob");
    let promote = ChangeRequest {
        role: Some(RoleView::Owner),
        password: Some(PASSWORD.to_owned()),
        ..change(vault, ChangeKind::Role, Some(&account))
    };
    let waits = alice.coffer.member_change(promote.clone()).await.unwrap_err();
    assert_eq!(waits.code, ErrorCode::MemberChangesWait);
    let pending = members_pending(&alice, vault).await;
    alice.coffer.member_change_withdraw(vault, pending).await.unwrap();
    let typed = ChangeRequest { password: None, ..promote.clone() };
    assert_eq!(alice.coffer.member_change(typed).await.unwrap_err().code, ErrorCode::PasswordNeeded);
    let wrong = ChangeRequest { password: Some("wrong".to_owned()), ..promote.clone() };
    assert_eq!(alice.coffer.member_change(wrong).await.unwrap_err().code, ErrorCode::WrongPassword);
    alice.pass(60_000);
    alice.coffer.member_change(promote).await.unwrap();
    hostile.reforms();
    alice.coffer.sync_now().await.unwrap();
    bob.until_members(vault, |members| members.role == Some(RoleView::Owner)).await;

    let late = alice.invite(vault, RoleView::Viewer).await;
    let carol = Program::start();
    carol.coffer.profile_create("Of Carol".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    carol.connect_as(&server, &hostile, "carol@example.test").await;
    carol.up_to_date().await;
    carol.pass(31 * 24 * 60 * 60 * 1000);
    assert_eq!(read_code(&carol, &late).await, ErrorCode::InvitationExpired);
}

async fn read_code(program: &Program, link: &SecretText) -> ErrorCode {
    program.coffer.invitation_read(Some(link.duplicate())).await.unwrap_err().code
}

async fn members_pending(program: &Program, vault: VaultId) -> i32 {
    program.coffer.members_get(vault).await.unwrap().pending.first().unwrap().id
}

#[tokio::test]
async fn documents_of_a_shared_vault_are_read_by_all_members() {
    let (server, hostile, alice) = connected().await;
    let vault = team(&alice).await;
    let content = vec![7_u8; 300_000];
    alice.add_document("plan.txt", &content).await;
    alice.move_to("plan", vault).await;
    alice.up_to_date().await;
    let bob = other(&server, &hostile).await;
    let link = alice.invite(vault, RoleView::Viewer).await;
    bob.accept(link).await;
    bob.until_titles(&["plan", "Shared"]).await;
    bob.up_to_date().await;
    assert_eq!(bob.document("plan").await.unwrap(), content);

    // What comes later is sealed and sent for the members as well, and moving it away takes it from them.
    alice.add_document("later.txt", &content[..9]).await;
    alice.move_to("later", vault).await;
    bob.until_titles(&["later", "plan", "Shared"]).await;
    bob.up_to_date().await;
    assert_eq!(bob.document("later").await.unwrap(), content[..9]);
    let home = alice.coffer.vault_list().await.unwrap().remove(0).id.parse().unwrap();
    alice.move_to("later", home).await;
    bob.until_titles(&["plan", "Shared"]).await;
    assert_eq!(alice.document("later").await.unwrap(), content[..9]);
}

#[tokio::test]
async fn second_computer_of_an_invited_member_gets_the_vault() {
    let (server, hostile, alice) = connected().await;
    let vault = team(&alice).await;
    let bob = other(&server, &hostile).await;
    let link = alice.invite(vault, RoleView::Editor).await;
    bob.accept(link).await;
    bob.until_titles(&["Shared"]).await;
    bob.up_to_date().await;

    let laptop = Program::start();
    let request =
        JoinRequest { login: "bob@example.test".to_owned(), ..join_request(&hostile, &bob, PASSWORD).await };
    laptop.coffer.account_join(request).await.unwrap();
    laptop.until_titles(&["Shared"]).await;
    laptop.add_to("Of the laptop", vault).await;
    alice.until_titles(&["First", "Of the laptop", "Shared"]).await;
}
