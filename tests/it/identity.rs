//! A new identity of an account that lost an unlocked device: in every vault, on its other devices, for other members.

use vault_api::views::{
    LostDeviceRequest, RoleView, SignInView, SyncState, VaultAppearanceView, VaultReadOnlyView,
};
use vault_api::{ErrorCode, VaultId};
use vault_crypto::{Identity, VaultKey, make_revision};
use vault_engine::clock::{Clock, Timestamp};
use vault_engine::disk::AppDirs;
use vault_engine::profile::{NoKeychain, Profiles};
use vault_wire::log::{Head, next_root};
use vault_wire::message::{LogEntry, LogPage, ProblemCode};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::{AccountId, ItemId};

use crate::members::{account_of, other, team};
use crate::support::{
    HostileServer, NOW, PASSWORD, Program, Reply, TestServer, connected, join_request, profile_id, rng,
    unlock_request,
};

pub const NEW: &str = "another staple of horses";

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp(NOW)
    }

    fn steady(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}

/// Alice's team, in which Bob is an editor, and the computer that he is going to lose.
pub struct Scene {
    _server: TestServer,
    pub hostile: HostileServer,
    alice: Program,
    pub bob: Program,
    pub lost: Program,
    vault: VaultId,
}

impl Scene {
    pub async fn new() -> Self {
        let (server, hostile, alice) = connected().await;
        let vault = team(&alice).await;
        let bob = other(&server, &hostile).await;
        let link = alice.invite(vault, RoleView::Editor).await;
        bob.accept(link).await;
        bob.until_vault(vault, |found| found.read_only.is_none() && found.appearance.name == "Team").await;
        bob.until_titles(&["Shared"]).await;
        bob.up_to_date().await;
        let lost = another(&hostile, &bob, PASSWORD).await;
        lost.until_titles(&["Shared"]).await;
        lost.up_to_date().await;
        let members = alice.coffer.members_get(vault).await.unwrap();
        let account = account_of(&members, "Bob");
        let seen = members.members.into_iter().find(|member| member.account == account).unwrap();
        alice.coffer.member_verify(vault, account, seen.certificate).await.unwrap();
        Self { _server: server, hostile, alice, bob, lost, vault }
    }

    /// What Bob does about his lost computer.
    async fn renew(&self, lost: &Program) -> vault_api::Result<()> {
        renew(&self.bob, lost).await
    }

    /// Alice has the new identity and the new key, and both write.
    pub async fn expect_all(&self) {
        let Self { alice, bob, vault, .. } = self;
        alice
            .until_members(*vault, |members| {
                let bob = members.members.iter().find(|member| !member.own).unwrap();
                bob.renewed && !bob.verified && !bob.contradicted && !members.epoch_due
            })
            .await;
        bob.until_vault(*vault, |found| found.read_only.is_none()).await;
        bob.add_to("Of Bob", *vault).await;
        alice.until_titles(&["First", "Of Bob", "Shared"]).await;
        alice.add_to("Of Alice", *vault).await;
        bob.until_titles(&["Of Alice", "Of Bob", "Shared"]).await;
        bob.up_to_date().await;
        alice.up_to_date().await;
        let members = bob.coffer.members_get(*vault).await.unwrap();
        let own = members.members.iter().find(|member| member.own).unwrap();
        assert_eq!(alice.certificate_of_bob(*vault).await, own.certificate);
        alice.check_log().await;
        check_log(bob, NEW).await;
    }
}

impl Program {
    async fn certificate_of_bob(&self, vault: VaultId) -> String {
        let members = self.coffer.members_get(vault).await.unwrap().members;
        members.into_iter().find(|member| !member.own).unwrap().certificate
    }
}

/// Revokes the computer that was connected last, and renews the account.
pub async fn renew(owner: &Program, lost: &Program) -> vault_api::Result<()> {
    let (own, other) = (owner.coffer.device_list().await.unwrap(), lost.coffer.device_list().await);
    let of_lost = other.ok().and_then(|listed| listed.into_iter().find(|device| device.current));
    let of_lost = of_lost.or_else(|| own.into_iter().find(|device| !device.current)).unwrap();
    let request = LostDeviceRequest {
        device: of_lost.id,
        password: PASSWORD.to_owned(),
        new_password: NEW.to_owned(),
        code: None,
    };
    owner.coffer.device_lost(request).await.map(drop)
}

/// Another computer of Bob's.
pub async fn another(hostile: &HostileServer, bob: &Program, password: &str) -> Program {
    let login = "bob@example.test".to_owned();
    let request = vault_api::views::JoinRequest { login, ..join_request(hostile, bob, password).await };
    let program = Program::start();
    assert_eq!(program.coffer.account_join(request).await, Ok(SignInView::Done));
    program
}

fn profiles(program: &Program) -> Profiles {
    Profiles::new(AppDirs::portable(&program.path("")), Box::new(NoKeychain), std::sync::Arc::new(Fixed))
}

async fn check_log(program: &Program, password: &str) {
    let id = profile_id(program).await;
    program.coffer.session_lock().await.unwrap();
    let unlocked = profiles(program).unlock(id.parse().unwrap(), &password.into(), None, Box::new(rng()));
    unlocked.unwrap().check_log().unwrap();
    program.coffer.session_unlock(unlock_request(id, password)).await.map(drop).unwrap();
}

/// The identity and account of a profile, as somebody has them who holds it unlocked.
async fn stolen(program: &Program) -> (Identity, AccountId) {
    let id = profile_id(program).await;
    program.coffer.session_lock().await.unwrap();
    let unlocked = profiles(program).unlock(id.parse().unwrap(), &PASSWORD.into(), None, Box::new(rng()));
    let session = unlocked.unwrap();
    (session.account_parts(&PASSWORD.into()).unwrap().keyset.identity, session.account())
}

#[tokio::test]
async fn lost_device_ends_the_identity_in_every_vault() {
    let scene = Scene::new().await;
    let Scene { hostile, alice, bob, lost, vault, .. } = &scene;
    // A third computer is away.
    let away = another(hostile, bob, PASSWORD).await;
    away.until_titles(&["Shared"]).await;
    away.up_to_date().await;
    away.coffer.session_lock().await.unwrap();

    scene.renew(lost).await.unwrap();
    lost.coffer.sync_now().await.unwrap();
    lost.until(|view| view.state == SyncState::SignedOut).await;
    scene.expect_all().await;

    // It gets the identity by signing in, and what waited there arrives.
    away.unlock().await;
    away.add_to("Waited", *vault).await;
    away.until(|view| view.state == SyncState::SignedOut).await;
    assert_eq!(away.coffer.account_sign_in(NEW.into(), None).await, Ok(SignInView::Done));
    away.until_titles(&["Of Alice", "Of Bob", "Shared", "Waited"]).await;
    away.up_to_date().await;
    alice.until_titles(&["First", "Of Alice", "Of Bob", "Shared", "Waited"]).await;
    check_log(&away, NEW).await;
    // So does a computer that begins with it.
    let fresh = another(hostile, bob, NEW).await;
    fresh.until_titles(&["Of Alice", "Of Bob", "Shared", "Waited"]).await;
    fresh.up_to_date().await;
    fresh.add_to("Fresh", *vault).await;
    alice.until_titles(&["First", "Fresh", "Of Alice", "Of Bob", "Shared", "Waited"]).await;
    check_log(&fresh, NEW).await;
}

#[tokio::test]
async fn vault_of_one_computer_gets_the_new_identity() {
    let (_server, hostile, alice) = connected().await;
    let lost = crate::support::joined(&hostile, &alice).await;
    let look = VaultAppearanceView { name: "Here".to_owned(), hue: None, icon: String::new() };
    let vaults = alice.coffer.vault_create_only_here(look).await.unwrap();
    let here: VaultId = vaults.iter().find(|vault| !vault.home).unwrap().id.parse().unwrap();
    alice.add_to("Before", here).await;
    renew(&alice, &lost).await.unwrap();
    alice.add_to("After", here).await;
    check_log(&alice, NEW).await;
    assert_eq!(alice.titles().await, ["After", "Before", "First"]);
    // A server that gets it later takes all of it.
    alice.up_to_date().await;
    alice.coffer.vault_set_only_here(here, false).await.unwrap();
    let view = alice.up_to_date().await;
    assert!(view.vaults.iter().all(|vault| vault.refused == 0 && vault.void == 0), "{view:?}");
    let fresh = Program::start();
    let request = join_request(&hostile, &alice, NEW).await;
    assert_eq!(fresh.coffer.account_join(request).await, Ok(SignInView::Done));
    fresh.until_titles(&["After", "Before", "First"]).await;
}

#[tokio::test]
async fn interrupted_new_identity_is_continued_by_signing_in() {
    let scene = Scene::new().await;
    let Scene { hostile, bob, lost, .. } = &scene;
    // The server has it, and its answer is lost.
    hostile.loses("POST /v1/auth/register/finish");
    assert_eq!(scene.renew(lost).await.unwrap_err().code, ErrorCode::ServerUnreachable);
    hostile.reforms();
    bob.coffer.sync_now().await.unwrap();
    bob.until(|view| view.state == SyncState::SignedOut).await;
    assert_eq!(bob.coffer.account_sign_in(NEW.into(), None).await, Ok(SignInView::Done));
    scene.expect_all().await;
}

#[tokio::test]
async fn restarted_program_tells_the_vaults_its_new_identity() {
    let scene = Scene::new().await;
    let push = format!("POST /v1/vaults/{}/log", scene.vault);
    scene.hostile.answers(&push, |_| Reply::problem(503, ProblemCode::Unavailable));
    scene.renew(&scene.lost).await.unwrap();
    let Scene { bob, vault, .. } = &scene;
    for _ in 0..2 {
        // The vault is readable only until its log has the identity.
        bob.until_vault(*vault, |found| found.read_only == Some(VaultReadOnlyView::NewIdentity)).await;
        let refused = bob.try_add_to(Some(*vault), "Too early").await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::VaultIdentityWaits);
        assert!(bob.titles().await.contains(&"Shared".to_owned()));
        let id = profile_id(bob).await;
        bob.coffer.session_lock().await.unwrap();
        bob.coffer.session_unlock(unlock_request(id, NEW)).await.map(drop).unwrap();
    }
    scene.hostile.reforms();
    scene.bob.coffer.sync_now().await.unwrap();
    scene.expect_all().await;
}

#[tokio::test]
async fn t31_stolen_identity_writes_nothing_after_it_was_replaced() {
    let scene = Scene::new().await;
    let Scene { hostile, alice, lost, vault, .. } = &scene;
    let (identity, account) = stolen(lost).await;
    scene.renew(lost).await.unwrap();
    scene.expect_all().await;
    alice.up_to_date().await;
    // The server lets it in, after an entry of Bob's.
    let (id, route) = (*vault, format!("GET /v1/vaults/{vault}/log"));
    hostile.changes(&route, move |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            if page.entries.is_empty() || page.after + page.entries.len() as u64 != page.head_seq {
                return;
            }
            let end = Head { seq: page.head_seq, root: page.head_root };
            let entry = forged(&identity, account, id, end);
            let LogEntry::Revision { revision, .. } = &entry else { panic!("a revision") };
            let signature = revision.signature.as_bytes();
            page.head_seq += 1;
            page.head_root = next_root(&end.root, page.head_seq, &entry.entry_hash(), signature);
            page.entries.push(entry);
        });
    });
    scene.bob.add_to("More of Bob", *vault).await;
    alice.until_titles(&["First", "More of Bob", "Of Alice", "Of Bob", "Shared"]).await;
    let view = alice.coffer.sync_status().await.unwrap();
    let of_team = view.vaults.iter().find(|found| found.id == vault.to_string()).unwrap();
    assert_eq!(of_team.void, 1, "it has no effect, and that is said");
}

/// An item that an identity of the first generation signs, on the present log.
fn forged(by: &Identity, author: AccountId, vault_id: VaultId, head: Head) -> LogEntry {
    let header = RevisionHeader {
        vault_id,
        item_id: ItemId::from_bytes([9; 16]),
        kind: RevisionKind::Put,
        parent: None,
        author,
        generation: 1,
        epoch: 2,
        base_seq: head.seq,
        base_root: head.root,
        blobs: Vec::new(),
    };
    let sealed = make_revision(&header, b"payload", &VaultKey::make(&mut rng()), by, &mut rng()).unwrap();
    LogEntry::Revision { revision: sealed.signed, body: Some(sealed.body) }
}
