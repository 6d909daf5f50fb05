//! The programs of several accounts and their server, each killed again and again while all work in one vault, over a network that
//! cuts connections. Meanwhile one of them is removed. Those who stay have the same in the end, nothing that was typed is lost,
//! and the removed one has nothing of what was written after the removal, and no key to it.
//!
//! Each program and the server are processes of their own. What is done follows from the seed; how it interleaves, from the machine.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future as _, poll_fn};
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use rand_core::Rng as _;
use tempfile::TempDir;
use vault_api::views::{
    ChangeKind, ItemDraft, ItemQuery, ItemScope, ItemSort, MembersView, RoleView, VaultReadOnlyView,
};
use vault_api::{ErrorCode, ItemId, Result};
use vault_crypto::{VaultKey, open_body, open_grant, open_history};
use vault_engine::VaultId;
use vault_testkit::FixedRng;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{Bodies, LogEntry, LogQuery, ProblemCode};
use vault_wire::revision::RevisionHeader;

use crate::cycle::Connected;
use crate::members::{account_of, change, team};
use crate::storm::{shown, values};
use crate::support::{
    CHILD, Computer, FOLDER, PASSWORD, Process, Program, ROLE, RoughNetwork, TestServer, choice, introduce,
    introduction, number,
};
use crate::threats::team::{code, verified};

const NAME: &str = "crowd::t31_killed_programs_converge_and_removed_member_reads_nothing";
const VAULT: &str = "COFFER_TEST_VAULT";
/// The account that is removed, and the variable that says to remove it.
const LEAVER: &str = "COFFER_TEST_LEAVER";
const REMOVE: &str = "COFFER_TEST_REMOVE";

/// Accounts, and kills before and after the removal, in an ordinary test run.
const MEMBERS: u64 = 3;
const KILLS: u64 = 7;
/// The most that the network carries between two kills.
const PIECES: usize = 500;
/// A program that has so many changes to send changes nothing more.
const UNSENT: u32 = 8;
/// A vault with so many items gets no more of them.
const ITEMS: usize = 30;
/// The most that a process may need, in KiB.
const MEMORY: u64 = 384 * 1024;

/// The server of a folder, until it is killed.
async fn serve(folder: &Path, members: usize) {
    let server = TestServer::at(folder).await;
    introduce(&server, members).await;
    std::future::pending::<()>().await;
}

/// A member who types, until the process is killed. Prints what was typed once it is stored: `typed`, or `after` if the program
/// knew of the removal by then.
async fn work(folder: &Path, seed: u64) {
    let program = Program::at(folder);
    program.unlock().await;
    let vault: VaultId = std::env::var(VAULT).unwrap().parse().unwrap();
    let leaver = std::env::var(LEAVER).unwrap();
    let mut user = User { rng: FixedRng::new(seed), seed, typed: 0, vault, program: &program };
    loop {
        let next = program.next();
        let members = program.coffer.members_get(vault).await.unwrap();
        let removed = !has(&members, &leaver);
        if removed {
            println!("removed {leaver}");
        } else if std::env::var_os(REMOVE).is_some() && members.pending.is_empty() {
            let removal = change(vault, ChangeKind::Remove, Some(&leaver));
            user.expected(program.coffer.member_change(removal).await);
        }
        if program.coffer.sync_status().await.unwrap().unsent < UNSENT
            && let Some(value) = user.change().await
        {
            println!("{} {value}", if removed { "after" } else { "typed" });
        }
        program.coffer.sync_now().await.unwrap();
        next.await;
    }
}

fn has(members: &MembersView, account: &str) -> bool {
    members.members.iter().any(|member| member.account == account)
}

struct User<'a> {
    rng: FixedRng,
    seed: u64,
    typed: u64,
    vault: VaultId,
    program: &'a Program,
}

impl User<'_> {
    fn below(&mut self, bound: usize) -> usize {
        self.rng.next_u32() as usize % bound
    }

    /// What a change led to. The vault may have changed in the moment before.
    fn expected<T>(&self, result: Result<T>) -> Option<T> {
        const LATE: &[ErrorCode] = &[
            ErrorCode::VaultNotWritable,
            // The key of the epoch after the removal has not arrived yet.
            ErrorCode::VaultKeyMissing,
            ErrorCode::MemberUnchanged,
            ErrorCode::NotFound,
            ErrorCode::Conflict,
        ];
        result.map_err(|error| assert!(LATE.contains(&error.code), "{} {error:?}", self.seed)).ok()
    }

    /// Changes something in the vault; returns the value that it has now, if it could be written.
    async fn change(&mut self) -> Option<String> {
        self.typed += 1;
        let value = format!("value-{}-{}", self.seed, self.typed);
        let (coffer, items) = (&self.program.coffer, items(self.program, ItemScope::All).await);
        let (kind, at) = (self.below(8), self.below(items.len().max(1)));
        let draft = match items.get(at) {
            Some(&id) if kind > 2 || items.len() > ITEMS => {
                let view = self.expected(coffer.item_get(id).await)?;
                let (mut title, mut notes) = (view.title, view.notes);
                value.clone_into(if kind == 3 { &mut title } else { &mut notes });
                let base_revision = Some(view.revision);
                ItemDraft { id: Some(view.id), base_revision, notes, ..Program::draft(&title) }
            }
            _ => Program::draft(&value),
        };
        let new = draft.id.is_none();
        let saved = coffer.item_save_in(new.then_some(self.vault), draft, None).await;
        let id: ItemId = self.expected(saved)?.id.parse().unwrap();
        match kind {
            4 => drop(self.expected(coffer.item_trash(vec![id]).await)),
            5 => {
                let trashed = items_in_trash(self.program).await;
                self.expected(coffer.item_restore(trashed).await);
            }
            _ => {}
        }
        Some(value)
    }
}

async fn items(program: &Program, scope: ItemScope) -> Vec<ItemId> {
    let query = ItemQuery { scope, sort: ItemSort::Title, text: String::new(), offset: 0, limit: 200 };
    let rows = program.coffer.item_list(query).await.unwrap().rows;
    rows.into_iter().map(|row| row.id.parse().unwrap()).collect()
}

async fn items_in_trash(program: &Program) -> Vec<ItemId> {
    items(program, ItemScope::Trash).await
}

/// The latest revision of each item that a program has, and whether it is in the trash.
async fn seen(program: &Program) -> BTreeMap<ItemId, (String, bool)> {
    let ids = [items(program, ItemScope::All).await, items_in_trash(program).await].concat();
    let mut seen = BTreeMap::new();
    for id in ids {
        // It may have been deleted in the meantime.
        if let Ok(view) = program.coffer.item_get(id).await {
            seen.insert(id, (view.revision, view.trashed_at.is_some()));
        }
    }
    seen
}

/// Whether a program has sent everything, and the vault has these members and the key that only they have.
async fn is_settled(program: &Program, vault: VaultId, members: usize) -> bool {
    let view = program.coffer.members_get(vault).await.unwrap();
    let settled = view.members.len() == members && view.pending.is_empty() && !view.epoch_due;
    let unsent = program.coffer.sync_status().await.unwrap().unsent;
    settled && unsent == 0 && program.vault(vault).await.unwrap().read_only.is_none()
}

/// Waits until all programs are settled and show the same.
async fn converge(programs: &[Program], vault: VaultId) {
    loop {
        let mut next: Vec<_> = programs.iter().map(|program| Box::pin(program.next())).collect();
        let (mut settled, mut all) = (true, Vec::new());
        for program in programs {
            settled = settled && is_settled(program, vault, programs.len()).await;
            all.push(seen(program).await);
        }
        if settled && all.iter().all(|of_one| of_one == &all[0]) {
            return;
        }
        let any = poll_fn(|context| {
            let ready = next.iter_mut().any(|next| pin!(next).poll(context).is_ready());
            if ready { Poll::Ready(()) } else { Poll::Pending }
        });
        any.await;
    }
}

fn login(number: usize) -> String {
    format!("member-{number}@example.test")
}

/// Accounts with a vault: an owner, a manager, and editors. Returns the vault and the last one's account.
async fn crowd(network: &RoughNetwork, server: &mut Process, folders: &[TempDir]) -> (VaultId, String) {
    let (_, _, codes) = introduction(server).await;
    let mut programs = Vec::new();
    for (number, (folder, code)) in folders.iter().zip(codes).enumerate() {
        let program = Program::at(folder.path());
        program.coffer.profile_create("Home".to_owned(), PASSWORD.into()).await.unwrap();
        program.open_account_with(&code, choice(network), &login(number)).await;
        program.coffer.upload_begin().await.unwrap();
        program.up_to_date().await;
        programs.push(program);
    }
    let (owner, others) = programs.split_first().unwrap();
    let vault = team(owner).await;
    for (number, member) in others.iter().enumerate() {
        let role = if number == 0 { RoleView::Manager } else { RoleView::Editor };
        member.accept(owner.invite(vault, role).await).await;
        if number == 0 {
            owner.until_members(vault, |members| !members.answers.is_empty()).await;
            let answer = owner.coffer.members_get(vault).await.unwrap().answers.remove(0);
            owner.coffer.answer_decide(vault, answer.account, true).await.unwrap();
        }
        member.until_vault(vault, |found| found.read_only.is_none()).await;
        member.coffer.member_name_set(vault, login(number + 1)).await.unwrap();
        member.up_to_date().await;
        let name = Some(login(number + 1));
        owner.until_members(vault, |view| view.members.iter().any(|member| member.name == name)).await;
    }
    let leaver = account_of(&owner.coffer.members_get(vault).await.unwrap(), &login(others.len()));
    (vault, leaver)
}

/// All of the log, as the server gives it to a member.
async fn log(member: &Connected, vault: VaultId) -> Vec<LogEntry> {
    let mut entries = Vec::new();
    loop {
        let query = LogQuery { after: entries.len() as u64, bodies: Bodies::All, ..LogQuery::default() };
        let page = member.session.log_page(&vault, &query).await.unwrap();
        entries.extend(page.entries);
        if entries.len() as u64 >= page.head_seq {
            return entries;
        }
    }
}

/// The removed member gets nothing from the server, and nothing that its keys open is in the log after the removal, nor in a
/// grant for somebody else.
async fn expect_nothing_new(network: &RoughNetwork, vault: VaultId, computers: Vec<Computer>) {
    let mut members = Vec::new();
    for (number, computer) in computers.into_iter().enumerate() {
        members.push(Connected::signed_in(network, computer, &login(number)).await);
    }
    let removed = members.pop().unwrap();
    let (account, identity) = {
        let parts = removed.computer.account_parts();
        (parts.root.account_id(), parts.keyset.identity)
    };
    let query = |bodies| LogQuery { bodies, ..LogQuery::default() };
    for bodies in [Bodies::All, Bodies::Live] {
        let page = removed.session.log_page(&vault, &query(bodies)).await;
        assert_eq!(code(page), Some(ProblemCode::NotFound));
    }
    let end = removed.session.log_page(&vault, &query(Bodies::None)).await.unwrap().head_seq;
    let removal = usize::try_from(end).unwrap();
    let entries = log(&members[0], vault).await;
    let before = verified(&entries[..removal - 1]);
    assert!(before.roster().member(&account).is_some());
    let now = verified(&entries);
    assert!(now.roster().member(&account).is_none());
    let (known, newest) = (before.roster().epoch(), now.roster().epoch());
    assert!(known < newest);

    let mut keys: Option<BTreeMap<u32, VaultKey>> = None;
    for member in &members {
        let parts = member.computer.account_parts();
        let id = parts.root.account_id();
        let grant = member.session.grant(&vault, newest, &id).await.unwrap();
        assert!(open_grant(now.roster(), &grant, &id, &identity).is_err());
        let key = open_grant(now.roster(), &grant, &id, &parts.keyset.identity).ok().unwrap();
        keys = open_history(now.roster(), newest, key).ok();
    }
    let keys = keys.unwrap();
    for epoch in 1..=newest {
        assert_eq!(code(removed.session.grant(&vault, epoch, &account).await), Some(ProblemCode::NotFound));
    }
    let mut opened = 0;
    for (number, entry) in entries.iter().enumerate() {
        let LogEntry::Revision { revision, body: Some(body) } = entry else { continue };
        let header = RevisionHeader::decode(&revision.header).unwrap();
        assert!(open_body(revision, body, &keys[&header.epoch]).is_ok());
        let opens = keys.range(..=known).any(|(_, key)| open_body(revision, body, key).is_ok());
        assert_eq!(opens, number < removal, "entry {number}, removal {removal}");
        opened += usize::from(!opens);
    }
    assert!(opened > 0, "nothing was written after the removal");
}

#[tokio::test(flavor = "multi_thread")]
async fn t31_killed_programs_converge_and_removed_member_reads_nothing() {
    let count = usize::try_from(number("COFFER_SOAK_MEMBERS").unwrap_or(MEMBERS)).unwrap();
    if let (Ok(role), Ok(folder)) = (std::env::var(ROLE), std::env::var(FOLDER)) {
        return match role.as_str() {
            "server" => serve(Path::new(&folder), count).await,
            _ => work(Path::new(&folder), number(CHILD).unwrap()).await,
        };
    }
    let seed = number("COFFER_SOAK_SEED").unwrap_or(31);
    let kills = number("COFFER_SOAK_KILLS").unwrap_or(KILLS);
    let mut rng = FixedRng::new(seed);
    let mut below = |bound: usize| rng.next_u32() as usize % bound;
    let folder = TempDir::new().unwrap();
    let folders: Vec<_> = (0..count).map(|_| TempDir::new().unwrap()).collect();
    let mut processes = seed.wrapping_mul(1_000_003) % (1 << 32);
    let mut variables = Vec::new();
    let mut start = |role: &str, folder: &Path, variables: &[(&str, String)]| {
        processes += 1;
        Process::start_with(NAME, role, folder, processes, variables)
    };

    let mut server = start("server", folder.path(), &[]);
    let (address, key, _) = introduction(&mut server).await;
    let network = RoughNetwork::to(key, seed).await;
    network.leads_to(Some(address));
    let (vault, leaver) = crowd(&network, &mut server, &folders).await;
    variables.extend([(VAULT, vault.to_string()), (LEAVER, leaver.clone())]);

    network.calm(false);
    let mut said: Vec<(usize, &str, String)> = Vec::new();
    let mut members: Vec<_> =
        folders.iter().map(|folder| start("member", folder.path(), &variables)).collect();
    for kill in 0..=2 * kills {
        // The owner is killed, and comes back to remove somebody.
        let at = if kill == kills { 0 } else { below(count + 1) };
        if kill == kills {
            variables.push((REMOVE, "yes".to_owned()));
        }
        network.after(1 + below(PIECES) as u64).await;
        match members.get_mut(at) {
            None => {
                network.leads_to(None);
                server.kill(MEMORY).await;
                server = start("server", folder.path(), &[]);
                network.leads_to(Some(introduction(&mut server).await.0));
            }
            Some(member) => {
                member.kill(MEMORY).await;
                for word in ["typed", "after"] {
                    said.extend(member.said(word).into_iter().map(|value| (at, word, value)));
                }
                *member = start("member", folders[at].path(), &variables);
            }
        }
    }
    // All who stay have written after it, and the one who was removed knows it.
    for (at, member) in members.iter_mut().enumerate() {
        member.says(if at + 1 < count { "after" } else { "removed" }).await;
        member.kill(MEMORY).await;
        for word in ["typed", "after"] {
            said.extend(member.said(word).into_iter().map(|value| (at, word, value)));
        }
    }
    assert!(network.cut() > 0, "seed {seed}: it was calm");

    network.calm(true);
    let mut programs: Vec<_> = folders.iter().map(|folder| Program::at(folder.path())).collect();
    for program in &programs {
        program.unlock().await;
    }
    let removed = programs.pop().unwrap();
    converge(&programs, vault).await;
    removed.until_vault(vault, |found| found.read_only == Some(VaultReadOnlyView::NoMember)).await;
    drop((programs, removed));

    let computers: Vec<_> = folders.iter().map(|folder| Computer::at(folder.path())).collect();
    let (last, stay) = computers.split_last().unwrap();
    let found: Vec<BTreeSet<String>> = computers.iter().map(|computer| computer.work(values)).collect();
    for (at, word, value) in &said {
        // What the removed one had not sent yet is its own.
        let kept = found[..count - 1].iter().any(|values| values.contains(value));
        assert!(kept || *at + 1 == count && found[*at].contains(value), "seed {seed}: {value} is lost");
        assert!(*word == "typed" || !found[count - 1].contains(value), "seed {seed}: {value} was read");
    }
    for computer in stay {
        assert_eq!(computer.work(shown), stay[0].work(shown), "seed {seed}");
    }
    for computer in stay.iter().chain([last]) {
        computer.work(|session| session.check_log().unwrap());
    }
    expect_nothing_new(&network, vault, computers).await;
}
