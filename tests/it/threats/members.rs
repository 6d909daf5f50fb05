//! Grants, records and removals that a server or a member forges or hides.

use vault_crypto::{InviteSecret, make_grant};
use vault_engine::session::{AlarmKind, MemberChange, SessionError, VaultReadOnly};
use vault_sync::Error;
use vault_sync::cycle::{InvitationError, VaultProblem};
use vault_wire::grant::Grant;
use vault_wire::log::{Head, LogVerifier, RejectReason};
use vault_wire::message::{Bodies, LogEntry, LogPage, LogQuery, ProblemCode, PushResult, Refusal, VaultList};
use vault_wire::roster::{MemberRole, Op, Record};
use vault_wire::{AccountId, Root, VaultId, cbor::Canonical as _};

use super::scene::{fork, head, show};
use super::team::{Person, Team, code, removal, without_body};
use crate::support::{HostileServer, NOW, Owner, Reply, rng};

/// Changes the grants that an account gets.
fn change_grants(server: &HostileServer, change: impl Fn(&mut Reply) + Send + Sync + 'static) {
    server.changes("GET /v1/vaults/*", move |sent, reply| {
        if sent.route.contains("/grants/") {
            change(reply);
        }
    });
}

/// Leaves a vault out of the list.
fn hide(server: &HostileServer, vault: VaultId) {
    server.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| list.vaults.retain(|head| head.vault_id != vault));
    });
}

fn rejected(reason: RejectReason) -> PushResult {
    PushResult::Refused(Refusal::Rejected(reason))
}

/// The member has the vault and waits for its key: nothing is shown, and nothing can be written.
async fn expect_waiting(bob: &Person, vault: VaultId) {
    match bob.try_sync(vault).await {
        Ok(synced) => assert!(synced.waits_for_key),
        Err(problem) => assert_eq!(problem, VaultProblem::Other),
    }
    assert_eq!(bob.work(|session| session.missing_key(vault).unwrap()), Some(1));
    assert!(bob.titles().is_empty());
    let refused = bob.try_add(vault, "Of Bob").unwrap_err();
    assert_eq!(refused, SessionError::VaultReadOnly(VaultReadOnly::KeyMissing));
}

#[tokio::test]
async fn t17_member_with_another_grant_waits_for_the_key() {
    let team = Team::new().await;
    let bob = team.added("bob", MemberRole::Editor).await;
    let (vault, own) = (team.vault, bob.account());
    let get = async |person: &Person, vault: VaultId| {
        person.connected.session.grant(&vault, 1, &person.account()).await.unwrap()
    };
    let (of_bob, of_alice, of_home) =
        (get(&bob, vault).await, get(&team.alice, vault).await, get(&bob, bob.connected.home()).await);
    // Of a key that the server has, for a vault of its own.
    let owner = Owner::new(9);
    let log = LogVerifier::from_genesis(&owner.home.record, None).unwrap();
    let of_server = make_grant(log.roster(), 1, &owner.root.account_id(), &owner.home.key, &mut rng());
    let of_server = of_server.unwrap();
    let context = of_bob.context;
    let forged = [
        Grant { context, ..of_server.clone() },
        of_server,
        of_alice.clone(),
        Grant { context, ..of_alice },
        of_home.clone(),
        Grant { context, ..of_home },
        Grant { context: vault_wire::grant::GrantContext { epoch: 2, ..context }, ..of_bob.clone() },
        Grant { context: vault_wire::grant::GrantContext { generation: 2, ..context }, ..of_bob },
    ];
    for grant in forged {
        change_grants(&bob.lying, move |reply| reply.body = grant.encode().into());
        expect_waiting(&bob, vault).await;
        bob.lying.reforms();
    }
    change_grants(&bob.lying, |reply| reply.body = vec![0xff; 64].into());
    expect_waiting(&bob, vault).await;
    bob.lying.reforms();
    bob.connected.sync().await;
    assert_eq!(bob.titles(), ["Shared"]);
    assert_eq!(bob.role_of(vault, own), Some(MemberRole::Editor));
    bob.add(vault, "Of Bob");
    bob.connected.sync().await;
}

#[tokio::test]
async fn t17_earlier_grant_is_not_the_key_that_is_missing() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let carol = team.member("carol", MemberRole::Viewer).await;
    let vault = team.vault;
    let earlier = bob.connected.session.grant(&vault, 1, &bob.account()).await.unwrap();
    team.remove(carol.account()).await;
    change_grants(&bob.lying, move |reply| reply.body = earlier.encode().into());
    assert!(bob.try_sync(vault).await.unwrap().waits_for_key, "it is said");
    assert_eq!(bob.work(|session| session.missing_key(vault).unwrap()), Some(2));
    let refused = bob.try_add(vault, "Of Bob").unwrap_err();
    assert_eq!(refused, SessionError::VaultReadOnly(VaultReadOnly::KeyMissing));
    bob.lying.reforms();
    bob.connected.sync().await;
    bob.add(vault, "Of Bob");
    bob.connected.sync().await;
}

#[tokio::test]
async fn t25_t26_forged_records_in_pages_have_no_effect() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let vault = team.vault;
    let (eve, owner, own) = (Owner::new(9), team.alice.account(), bob.account());
    let add = |role| Op::Add { certificate: Box::new(eve.certificate.clone()), role, accept: None };
    let before = bob.members(vault);
    let mut entries = team.log().await;
    let honest = entries.len();
    // In the server's own name, and in those of members.
    for author in [eve.root.account_id(), owner, own] {
        for ops in [
            vec![add(MemberRole::Viewer)],
            vec![add(MemberRole::Owner)],
            vec![Op::Role { account: own, role: MemberRole::Manager }],
            vec![Op::Role { account: owner, role: MemberRole::Viewer }],
            removal(&entries[..honest], own),
            vec![Op::Leave],
            vec![Op::Close],
        ] {
            let forged = team.record(&entries[..honest], author, &eve.keyset.identity, ops);
            entries.push(forged);
        }
    }
    let forged = entries.len() - honest;
    show(&bob.lying, vault, entries);
    let synced = bob.try_sync(vault).await.unwrap();
    assert_eq!((synced.void, synced.received), (forged, forged));
    let status = bob.work(|session| session.sync_status().unwrap());
    let status = status.into_iter().find(|status| status.vault == vault).unwrap();
    assert_eq!(status.void, forged as u64, "it is said");
    assert_eq!(bob.members(vault), before);
    assert_eq!((bob.read_only(vault), bob.titles()), (None, vec!["Shared".to_owned()]));
    bob.work(|session| session.check_log().unwrap());
    // The log that others have is another one.
    bob.lying.reforms();
    team.alice.add(vault, "Next");
    team.alice.connected.sync().await;
    bob.expect_alarm(vault, AlarmKind::Fork).await;
}

#[tokio::test]
async fn t27_hidden_removal_shows_with_the_next_entry() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let carol = team.member("carol", MemberRole::Viewer).await;
    bob.connected.sync().await;
    let (vault, before) = (team.vault, team.log().await);
    show(&bob.lying, vault, before.clone());
    team.remove(carol.account()).await;
    team.alice.add(vault, "After");
    team.alice.connected.sync().await;
    let all = team.log().await;
    let [.., removal, next] = all.as_slice() else { panic!("no entries") };
    assert!(matches!(removal, LogEntry::Record(_)));
    // As long as everything after it is hidden, too, nothing contradicts what he sees.
    bob.connected.sync().await;
    assert_eq!(bob.role_of(vault, carol.account()), Some(MemberRole::Viewer));
    // The next entry names the log that its author saw, and is sealed with the key of an epoch that is not there.
    bob.lying.reforms();
    show(&bob.lying, vault, [before, vec![next.clone()]].concat());
    bob.expect_alarm(vault, AlarmKind::Contradiction).await;
    bob.lying.reforms();
    bob.connected.sync().await;
    assert_eq!(bob.role_of(vault, carol.account()), None);
    assert_eq!(bob.titles(), ["After", "Shared"]);
}

#[tokio::test]
async fn t27_entry_written_while_a_removal_is_hidden_is_void() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let carol = team.member("carol", MemberRole::Viewer).await;
    bob.connected.sync().await;
    let (vault, before) = (team.vault, team.log().await);
    // The server takes what he writes into a history without the removal.
    let other = fork(&bob.lying, vault, &before);
    team.remove(carol.account()).await;
    bob.add(vault, "Of Bob");
    assert_eq!(bob.connected.sync().await.sent, 1);
    let written = other.lock().unwrap().entries(vault).last().unwrap().clone();
    bob.lying.reforms();
    assert_eq!(bob.push(vault, written.clone()).await.unwrap(), rejected(RejectReason::Epoch));
    show(&team.alice.lying, vault, [team.log().await, vec![written]].concat());
    assert_eq!(team.alice.try_sync(vault).await.unwrap().void, 1);
    assert_eq!(team.alice.titles(), ["Shared"]);
    // The true log lacks an entry that the server accepted. What he wrote stays.
    bob.expect_alarm(vault, AlarmKind::Fork).await;
    assert_eq!(bob.titles(), ["Of Bob", "Shared"]);
}

#[tokio::test]
async fn t27_removal_that_the_server_fakes_ends_nothing() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let (vault, eve) = (team.vault, Owner::new(9));
    bob.connected.sync().await;
    team.alice.add(vault, "Second");
    team.alice.connected.sync().await;
    let true_log = team.log().await;
    bob.add(vault, "Of Bob");
    let remove = removal(&true_log, bob.account());
    let authors = [(team.alice.account(), &eve.keyset.identity), (bob.account(), &eve.keyset.identity)];
    let honest = |entries: Vec<LogEntry>| (head(vault, &entries), entries);
    let mut shown = vec![honest(true_log.clone()), honest(true_log[..3].to_vec())];
    for (author, by) in authors {
        let forged = team.record(&true_log, author, by, remove.clone());
        shown.push(honest([true_log.clone(), vec![forged]].concat()));
    }
    // One who may not remove him, and a true record out of place.
    let own = team.record(&true_log, bob.account(), &bob.identity(), remove.clone());
    shown.push(honest([true_log.clone(), vec![own]].concat()));
    let early = team.record(&true_log[..3], team.alice.account(), &team.alice.identity(), remove.clone());
    shown.push(honest([true_log.clone(), vec![early]].concat()));
    // A removal that was signed and not sent, in a log that is not the stated one.
    let signed = team.record(&true_log, team.alice.account(), &team.alice.identity(), remove);
    let other_end = Head { root: Root::from_bytes([7; 32]), ..head(vault, &true_log) };
    shown.push((Head { seq: other_end.seq + 1, ..other_end }, [true_log.clone(), vec![signed]].concat()));
    let before = (bob.titles(), bob.members(vault));
    let expect_member = async |bob: &Person| {
        assert_eq!(bob.try_sync(vault).await, Err(VaultProblem::Missing), "it is said");
        assert_eq!((bob.titles(), bob.members(vault)), before);
        assert!(!bob.work(|session| session.can_forget_vault(vault).unwrap()));
        assert_eq!(bob.read_only(vault), None);
    };
    for (end, entries) in shown {
        hide(&bob.lying, vault);
        bob.lying.answers(&format!("GET /v1/vaults/{vault}/log"), move |sent| {
            let query: LogQuery = sent.query.as_deref().unwrap_or_default().parse().unwrap();
            let after = usize::try_from(query.after).unwrap();
            let entries = entries.iter().skip(after).cloned().map(without_body).collect();
            let page = LogPage {
                vault_id: vault,
                after: query.after,
                entries,
                head_seq: end.seq,
                head_root: end.root,
            };
            Reply::new(200, "application/cbor", page.encode())
        });
        expect_member(&bob).await;
        bob.lying.reforms();
    }
    hide(&bob.lying, vault);
    bob.lying.answers(&format!("GET /v1/vaults/{vault}/log"), |_| Reply::problem(404, ProblemCode::NotFound));
    expect_member(&bob).await;
    bob.lying.reforms();
    bob.connected.sync().await;
    team.alice.connected.sync().await;
    for person in [&bob, &team.alice] {
        assert_eq!(person.titles(), ["Of Bob", "Second", "Shared"]);
    }
}

#[tokio::test]
async fn t27_log_without_end_is_not_read_to_it() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let link = team.alice.invite(team.vault, MemberRole::Viewer).await;
    bob.connected.sync().await;
    let carol = team.other("carol").await;
    let vault = team.vault;
    let log = team.log().await;
    let LogEntry::Record(mut record) = log[0].clone() else { panic!("no record") };
    record.bytes = vec![7; Record::MAX_LEN];
    for person in [&bob, &carol] {
        let record = record.clone();
        person.lying.answers(&format!("GET /v1/vaults/{vault}/log"), move |sent| {
            let LogQuery { after, .. } = sent.query.as_deref().unwrap_or_default().parse().unwrap();
            let entries = vec![LogEntry::Record(record.clone()); 50];
            let head_root = Root::from_bytes([7; 32]);
            let page = LogPage { vault_id: vault, after, entries, head_seq: after + 2_000_000, head_root };
            Reply::new(200, "application/cbor", page.encode())
        });
        person.lying.forget();
    }
    hide(&bob.lying, vault);
    assert_eq!(bob.try_sync(vault).await, Err(VaultProblem::Missing));
    let pages = |person: &Person| person.lying.count(&format!("GET /v1/vaults/{vault}/log"));
    assert!(pages(&bob) < 30, "{}", pages(&bob));
    assert_eq!(bob.titles(), ["Shared"]);
    assert!(matches!(carol.read(&link).await, Err(InvitationError::Server(Error::Malformed))));
    assert_eq!(pages(&carol), 1);
}

#[tokio::test]
async fn t31_removed_member_neither_reads_nor_writes() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let vault = team.vault;
    bob.connected.sync().await;
    let before = team.log().await;
    let own = before.len() as u64;
    bob.add(vault, "Of Bob");
    team.remove(bob.account()).await;
    team.alice.add(vault, "After");
    team.alice.connected.sync().await;
    // With the session that he has.
    let session = &bob.connected.session;
    let item = team.item(&before, bob.account(), &bob.identity(), 1);
    let late = team.item(&team.log().await, bob.account(), &bob.identity(), 2);
    for entry in [&item, &late] {
        assert_eq!(code(bob.push(vault, entry.clone()).await), Some(ProblemCode::NotFound));
    }
    let query = |after, bodies| LogQuery { after, limit: 50, bodies };
    for bodies in [Bodies::All, Bodies::Live] {
        assert_eq!(code(session.log_page(&vault, &query(0, bodies)).await), Some(ProblemCode::NotFound));
    }
    assert_eq!(code(session.head(&vault).await), Some(ProblemCode::NotFound));
    assert_eq!(code(session.answers(&vault).await), Some(ProblemCode::NotFound));
    for epoch in [1, 2] {
        let grant = session.grant(&vault, epoch, &bob.account()).await;
        assert_eq!(code(grant), Some(ProblemCode::NotFound));
    }
    let page = session.log_page(&vault, &query(0, Bodies::None)).await.unwrap();
    assert_eq!((page.entries.len() as u64, page.head_seq), (own + 1, own + 1), "up to the removal");
    let rest = session.log_page(&vault, &query(own + 1, Bodies::None)).await.unwrap();
    assert_eq!((rest.entries.len(), rest.head_seq), (0, own + 1));
    // His program says so, and keeps what he had.
    assert!(bob.try_sync(vault).await.is_ok());
    assert_eq!(bob.role_of(vault, bob.account()), None);
    assert_eq!(bob.titles(), ["Of Bob", "Shared"]);
    assert_eq!(bob.try_add(vault, "More"), Err(SessionError::VaultReadOnly(VaultReadOnly::NotPermitted)));
    // What a server lets in nevertheless has no effect.
    let forced = vec![item, late, team.record(&before, bob.account(), &bob.identity(), vec![Op::Leave])];
    show(&team.alice.lying, vault, [team.log().await, forced].concat());
    assert_eq!(team.alice.try_sync(vault).await.unwrap().void, 3);
    assert_eq!(team.alice.titles(), ["After", "Shared"]);
    team.alice.work(|session| session.check_log().unwrap());
}

#[tokio::test]
async fn t32_role_limits_hold_at_server_and_programs() {
    let team = Team::new().await;
    let viewer = team.member("viewer", MemberRole::Viewer).await;
    let editor = team.member("editor", MemberRole::Editor).await;
    let (vault, entries) = (team.vault, team.log().await);
    let owner: AccountId = team.alice.account();
    let (by_viewer, by_editor) = (viewer.identity(), editor.identity());
    let secret = InviteSecret::make(&mut rng());
    let mut forced = vec![(&viewer, team.item(&entries, viewer.account(), &by_viewer, 1))];
    for (person, by) in [(&viewer, &by_viewer), (&editor, &by_editor)] {
        for ops in [
            vec![Op::Role { account: person.account(), role: MemberRole::Manager }],
            vec![Op::Role { account: owner, role: MemberRole::Viewer }],
            removal(&entries, owner),
            vec![secret.invite_op(MemberRole::Viewer, NOW + 1)],
            vec![Op::Policy { keep_days: 30 }],
            vec![Op::Close],
        ] {
            forced.push((person, team.record(&entries, person.account(), by, ops)));
        }
    }
    for (person, entry) in &forced {
        let refused = person.push(vault, entry.clone()).await.unwrap();
        assert!(matches!(refused, PushResult::Refused(Refusal::Rejected(_))), "{refused:?}");
    }
    assert_eq!(team.log().await.len(), entries.len());
    // Their programs do not offer it.
    let refused = viewer.try_add(vault, "Of a viewer");
    assert_eq!(refused, Err(SessionError::VaultReadOnly(VaultReadOnly::NotPermitted)));
    let promote = MemberChange::Role { account: editor.account(), role: MemberRole::Manager };
    assert!(editor.work(|session| session.change_members(vault, &promote, None)).is_err());
    // Those of others do not take it.
    let void = forced.len();
    let forced = forced.into_iter().map(|(_, entry)| entry).collect();
    show(&team.alice.lying, vault, [entries, forced].concat());
    let before = (team.alice.titles(), team.alice.members(vault));
    assert_eq!(team.alice.try_sync(vault).await.unwrap().void, void);
    assert_eq!((team.alice.titles(), team.alice.members(vault)), before);
    team.alice.work(|session| session.check_log().unwrap());
}
