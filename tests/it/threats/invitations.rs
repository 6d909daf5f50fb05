//! Invitations and answers that a server or a member changes, redirects or repeats.

use vault_crypto::{Identity, InviteLink, InviteSecret, JoinError};
use vault_engine::session::{AlarmKind, JoinFailure, MemberChange, MembersError};
use vault_sync::cycle::InvitationError;
use vault_wire::account::Predecessor;
use vault_wire::invitation::Answer;
use vault_wire::log::Head;
use vault_wire::message::{AnswerList, LogEntry, LogPage, ProblemCode, PushResult, VaultHead, VaultList};
use vault_wire::roster::{MemberRole, Op};
use vault_wire::{VaultId, cbor::Canonical as _};

use super::scene::{head, log, show};
use super::team::{Team, code, join_failure, verified, without_body};
use crate::support::{HostileServer, NOW, Owner, Reply, rng};

/// Shows these answers to invitations of a vault.
pub fn show_answers(server: &HostileServer, vault: VaultId, answers: Vec<Answer>) {
    let list = AnswerList { answers }.encode();
    server.answers(&format!("GET /v1/vaults/{vault}/accepts"), move |_| {
        Reply::new(200, "application/cbor", list.clone())
    });
}

#[tokio::test]
async fn t24_known_account_with_another_identity_waits() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let second = team.alice.team("Second");
    team.alice.connected.sync().await;
    let link = team.alice.invite(second, MemberRole::Editor).await;
    // The account's root certifies another identity of the same generation.
    let identity = Identity::make_first(&mut rng());
    let root = bob.connected.computer.account_parts().root;
    let certificate = root.certify(&identity, Predecessor::Sound, NOW);
    let invited = InviteLink::from_text(&link).unwrap();
    let log = verified(&log(&team.alice.connected, second).await);
    let answer = invited.accept(&log, &identity, &certificate, &"Bob".into(), NOW, &mut rng()).unwrap();
    show_answers(&team.alice.lying, second, vec![answer]);
    team.alice.lying.forget();
    team.alice.connected.sync().await;
    let members = team.alice.members(second);
    assert_eq!((members.members.len(), members.answers.len(), members.pending.len()), (1, 1, 0));
    let refused = team.alice.work(|session| session.confirm_answer(second, &bob.account())).unwrap_err();
    assert!(matches!(refused, MembersError::OtherIdentity), "{refused:?}");
    team.alice.connected.sync().await;
    assert!(!team.alice.lying.routes().iter().any(|route| route.ends_with("/grants")), "nothing is wrapped");
    assert_eq!(team.alice.members(second).members.len(), 1);
}

/// An answer to an invitation that nobody made: the server signed for it in the log that it shows to nobody.
async fn unmade(team: &Team, eve: &Owner) -> Answer {
    let secret = InviteSecret::make(&mut rng());
    let entries = team.log().await;
    let (inviter, by) = (team.alice.account(), team.alice.identity());
    let record = team.record(&entries, inviter, &by, vec![secret.invite_op(MemberRole::Editor, NOW + 1)]);
    let entries = [entries, vec![record]].concat();
    let log = verified(&entries);
    let Head { seq, root } = log.head();
    let genesis_hash = *log.roster().genesis_hash();
    let link =
        InviteLink { server: String::new(), vault_id: team.vault, genesis_hash, inviter, seq, root, secret };
    let identity = &eve.keyset.identity;
    link.accept(&log, identity, &eve.certificate, &"Eve".into(), NOW, &mut rng()).unwrap()
}

#[tokio::test]
async fn t23_changed_answer_adds_nobody() {
    let team = Team::new().await;
    let bob = team.invited("bob", MemberRole::Editor).await;
    let carol = team.other("carol").await;
    let (vault, answer) = (team.vault, bob.answer(team.vault));
    let before = team.alice.members(vault);
    let (other, eve) = (carol.connected.computer.account_parts(), Owner::new(9));
    let change = |change: &dyn Fn(&mut Answer)| {
        let mut changed = answer.clone();
        change(&mut changed);
        changed
    };
    let forged = [
        change(&|answer| answer.certificate = other.certificate.clone()),
        change(&|answer| answer.certificate = eve.certificate.clone()),
        unmade(&team, &eve).await,
        change(&|answer| answer.accept.by_invite = answer.accept.by_key),
        change(&|answer| answer.accept.bytes[40] ^= 1),
        change(&|answer| *answer.name = [7; Answer::NAME]),
    ];
    for answer in forged {
        show_answers(&team.alice.lying, vault, vec![answer]);
        team.alice.connected.sync().await;
        let after = team.alice.members(vault);
        assert_eq!((&after.members, &after.answers, &after.pending), (&before.members, &vec![], &vec![]));
        team.alice.lying.reforms();
    }
    let wrapped = team.alice.lying.routes().into_iter().filter(|route| route.ends_with("/grants"));
    assert_eq!(wrapped.count(), 0);
    team.alice.connected.sync().await;
    bob.connected.sync().await;
    assert_eq!(bob.titles(), ["Shared"]);
}

#[tokio::test]
async fn t28_vault_without_an_own_answer_is_not_joined() {
    let team = Team::new().await;
    let bob = team.other("bob").await;
    // An owner makes him a member whom nobody asked, with the vault's key.
    let parts = bob.connected.computer.account_parts();
    let add =
        Op::Add { certificate: Box::new(parts.certificate.clone()), role: MemberRole::Editor, accept: None };
    let record = team.record(&team.log().await, team.alice.account(), &team.alice.identity(), vec![add]);
    assert!(matches!(team.alice.push(team.vault, record).await, Ok(PushResult::Accepted { .. })));
    let listed = bob.connected.session.vaults(None).await.unwrap();
    assert!(listed.vaults.iter().any(|head| head.vault_id == team.vault));
    bob.lying.forget();
    bob.connected.sync().await;
    assert_eq!((bob.vaults(), bob.titles()), (1, Vec::new()));
    let asked = format!("/v1/vaults/{}", team.vault);
    assert!(!bob.lying.routes().iter().any(|route| route.contains(&asked)), "nothing of it is asked for");
    // Neither is one that is listed although he is not a member, nor one whose invitation he withdrew.
    let carol = team.invited("carol", MemberRole::Viewer).await;
    carol.work(|session| session.withdraw_joining(team.vault).unwrap());
    team.alice.connected.sync().await;
    carol.connected.sync().await;
    assert_eq!(carol.vaults(), 1);
}

#[tokio::test]
async fn t28_invitation_leads_to_no_other_vault() {
    let team = Team::new().await;
    let bob = team.added("bob", MemberRole::Editor).await;
    let (vault, other) = (team.vault, Owner::new(9));
    let pages = format!("GET /v1/vaults/{vault}/log");
    bob.lying.changes(&pages, move |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            page.entries = vec![LogEntry::Record(other.home.record.clone())];
            let end = head(page.vault_id, &page.entries);
            (page.head_seq, page.head_root) = (end.seq, end.root);
        });
    });
    bob.try_all().await;
    assert_eq!(bob.vaults(), 1);
    assert_eq!(bob.work(|session| session.joining().unwrap().len()), 1, "it still waits");
    // Another vault under an id that was invited to, in the list.
    bob.lying.reforms();
    let second = team.alice.team("Second");
    team.alice.connected.sync().await;
    bob.lying.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| {
            let listed = list.vaults.iter_mut().find(|head| head.vault_id == vault).unwrap();
            *listed = VaultHead { vault_id: second, ..*listed };
            list.vaults.sort_by_key(|head| head.vault_id);
        });
    });
    bob.try_all().await;
    assert_eq!(bob.vaults(), 1);
    bob.lying.reforms();
    bob.connected.sync().await;
    assert_eq!((bob.vaults(), bob.titles()), (2, vec!["Shared".to_owned()]));
}

#[tokio::test]
async fn t28_other_history_after_an_invitation_raises_an_alarm() {
    let team = Team::new().await;
    let bob = team.added("bob", MemberRole::Editor).await;
    let vault = team.vault;
    let entries = team.log().await;
    // The founder signs another history as well, which is as long as the one that the link names.
    let mut other = vec![entries[0].clone()];
    let by = team.alice.identity();
    for _ in 0..entries.len() {
        let op = Op::Policy { keep_days: u32::try_from(other.len()).unwrap() + 30 };
        let record = team.record(&other, team.alice.account(), &by, vec![op]);
        other.push(record);
    }
    show(&bob.lying, vault, other);
    bob.try_all().await;
    bob.expect_alarm(vault, AlarmKind::Fork).await;
    // A member has signed it, so another history of the server does not end the alarm.
    bob.lying.reforms();
    bob.expect_alarm(vault, AlarmKind::Fork).await;
    assert_eq!(bob.titles(), Vec::<String>::new());
}

#[tokio::test]
async fn t30_link_lets_one_account_in() {
    let team = Team::new().await;
    let (bob, carol, dave) = (team.other("bob").await, team.other("carol").await, team.other("dave").await);
    let vault = team.vault;
    let link = team.alice.invite(vault, MemberRole::Editor).await;
    // A link that leaked is answered by two, and read by a third.
    let late = dave.read(&link).await.unwrap();
    bob.accept(&link).await;
    carol.accept(&link).await;
    team.alice.connected.sync().await;
    let members = team.alice.members(vault);
    assert_eq!((members.members.len(), members.answers.len(), members.pending.len()), (2, 0, 0));
    let (first, second) = match team.alice.role_of(vault, bob.account()) {
        Some(_) => (bob, carol),
        None => (carol, bob),
    };
    for person in [&first, &second] {
        person.connected.sync().await;
    }
    assert_eq!(first.titles(), ["Shared"]);
    assert_eq!((second.vaults(), second.titles()), (1, Vec::new()));
    // The server refuses what comes later.
    assert!(
        matches!(dave.read(&link).await, Err(InvitationError::Server(error)) if error.code() == Some(ProblemCode::NotFound))
    );
    // His program does, too, if the server shows him the log nevertheless.
    let entries: Vec<LogEntry> = team.log().await.into_iter().map(without_body).collect();
    let end = head(vault, &entries);
    dave.lying.answers(&format!("GET /v1/vaults/{vault}/log"), move |_| {
        let entries = entries.clone();
        let page = LogPage { vault_id: vault, after: 0, entries, head_seq: end.seq, head_root: end.root };
        Reply::new(200, "application/cbor", page.encode())
    });
    let used = join_failure(dave.try_accept(&link).await);
    assert!(matches!(used, JoinFailure::Join(JoinError::NotOpen)), "{used:?}");
    dave.lying.reforms();
    dave.work(|session| session.accept_invitation(&late, "Dave").unwrap());
    let refused = dave.connected.session.answer(&vault, &dave.answer(vault)).await;
    assert_eq!(code(refused), Some(ProblemCode::Refused));
    // And the programs do if it does not: in this vault, after a removal, and in another one.
    team.remove(first.account()).await;
    let second_vault = team.alice.team("Second");
    team.alice.connected.sync().await;
    let _open = team.alice.invite(vault, MemberRole::Viewer).await;
    let _open = team.alice.invite(second_vault, MemberRole::Viewer).await;
    let repeated = vec![second.answer(vault), dave.answer(vault)];
    for vault in [vault, second_vault] {
        show_answers(&team.alice.lying, vault, repeated.clone());
    }
    team.alice.connected.sync().await;
    for vault in [vault, second_vault] {
        let members = team.alice.members(vault);
        assert_eq!((members.members.len(), members.answers.len(), members.pending.len()), (1, 0, 0));
    }
}

#[tokio::test]
async fn t30_used_answer_repeated_after_a_removal_adds_nobody() {
    let team = Team::new().await;
    let bob = team.invited("bob", MemberRole::Editor).await;
    let (vault, answer) = (team.vault, bob.answer(team.vault));
    team.alice.connected.sync().await;
    bob.connected.sync().await;
    team.remove(bob.account()).await;
    let _open = team.alice.invite(vault, MemberRole::Editor).await;
    show_answers(&team.alice.lying, vault, vec![answer.clone(), answer.clone()]);
    team.alice.connected.sync().await;
    assert_eq!(team.alice.role_of(vault, bob.account()), None);
    team.alice.lying.reforms();
    let refused = bob.connected.session.answer(&vault, &answer).await;
    assert_eq!(code(refused), Some(ProblemCode::Refused));
    // He may be invited again.
    let link = team.alice.invite(vault, MemberRole::Viewer).await;
    bob.connected.sync().await;
    bob.accept(&link).await;
    team.alice.connected.sync().await;
    bob.connected.sync().await;
    assert_eq!(bob.role_of(vault, bob.account()), Some(MemberRole::Viewer));
}

#[tokio::test]
async fn t30_expired_and_withdrawn_invitations_let_nobody_in() {
    // The founder's computer is later than that of the one who answers.
    let team = Team::with_clock(NOW + 1_000).await;
    let (bob, carol) = (team.other("bob").await, team.other("carol").await);
    let vault = team.vault;
    let expired = team.alice.try_invite(vault, MemberRole::Editor, NOW + 500);
    team.alice.connected.sync().await;
    bob.accept(&expired).await;
    let withdrawn = team.alice.try_invite(vault, MemberRole::Editor, NOW + 2_000);
    team.alice.connected.sync().await;
    carol.try_accept(&withdrawn).await.unwrap();
    let key = InviteLink::from_text(&withdrawn).unwrap().secret.public();
    team.alice.change(vault, &MemberChange::Revoke { invitation: key });
    team.alice.connected.sync().await;
    let refused = carol.connected.session.answer(&vault, &carol.answer(vault)).await;
    assert_eq!(code(refused), Some(ProblemCode::Refused));
    let _open = team.alice.invite(vault, MemberRole::Viewer).await;
    show_answers(&team.alice.lying, vault, vec![bob.answer(vault), carol.answer(vault)]);
    team.alice.connected.sync().await;
    let members = team.alice.members(vault);
    assert_eq!((members.members.len(), members.answers.len(), members.pending.len()), (1, 0, 0));
    team.alice.lying.reforms();
    team.server.pass(501);
    let late = team.other("late").await;
    assert!(
        matches!(late.read(&expired).await, Err(InvitationError::Server(error)) if error.code() == Some(ProblemCode::NotFound))
    );
    let refused = bob.connected.session.answer(&vault, &bob.answer(vault)).await;
    assert_eq!(code(refused), Some(ProblemCode::Refused));
}
