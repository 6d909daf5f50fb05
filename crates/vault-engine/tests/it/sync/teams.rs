//! Random work of several accounts in a shared vault, over a simulated network: edits, invitations, roles, removals, members
//! who leave and come back, answers that are lost or late, members who are offline, and crashes between any two steps. All
//! members end with the same items and the same roster, what was typed with write access is there, and former members cannot
//! read what came after them, even with the whole log.
//!
//! The engine, its database and the rules of the log are the real ones; the server's logs are in memory. Everything follows
//! from the seed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use rand_core::Rng as _;
use vault_crypto::InviteLink;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Item, encode};
use vault_engine::search::Scope;
use vault_engine::session::{
    Bodies, Invited, MemberChange, NewInvitation, Opened, PushLimits, Put, Session, VaultAppearance,
};
use vault_testkit::{FixedRng, LogServer, PageBodies};
use vault_wire::grant::Grant;
use vault_wire::invitation::Answer;
use vault_wire::log::{Head, Recovery, empty_root, next_root};
use vault_wire::message::{LogEntry, LogPage, PushBatch, PushReply};
use vault_wire::roster::{MemberRole, Roster};
use vault_wire::{AccountId, ItemId, ProfileId, VaultId};

use crate::support::{World, login, new_profile, query};

/// Schedules in an ordinary test run.
const SCHEDULES: u64 = 20;

const LIMITS: PushLimits = PushLimits { entries: 200, body: 1 << 20 };

/// Far after the clock of the tests.
const LATER: Timestamp = Timestamp(4_000_000_000_000);

/// An answer on its way.
enum Sent {
    Page(LogPage),
    Push(PushBatch, PushReply),
    Record(PushBatch, PushReply),
}

/// An account with a computer.
struct Person {
    number: u32,
    world: World,
    id: ProfileId,
    account: AccountId,
    /// `None` while it is restarted.
    session: Option<Session>,
    answer: Option<Sent>,
    /// Whether the network does not reach it.
    apart: bool,
}

/// How an account ceased to be a member.
struct Left {
    /// The number of the record.
    seq: u64,
    epoch: u32,
    /// The number of values that had been typed when the next epoch began: those after them are sealed for others.
    cut: Option<usize>,
}

struct Simulation {
    rng: FixedRng,
    seed: u64,
    generators: u64,
    people: Vec<Person>,
    vault: VaultId,
    logs: LogServer,
    grants: BTreeMap<(u32, AccountId), Grant>,
    answers: Vec<Answer>,
    /// Links that were passed on, by the number of the one who got them.
    links: BTreeMap<usize, Vec<String>>,
    /// What was typed, by whom, and into which item.
    typed: Vec<(String, usize, ItemId)>,
    left: BTreeMap<usize, Left>,
    /// How often former members came back.
    returned: u64,
}

impl Person {
    fn session(&mut self) -> &mut Session {
        self.session.as_mut().unwrap()
    }

    fn has(&self, vault: VaultId) -> bool {
        self.session.as_ref().unwrap().vault_ids().contains(&vault)
    }

    fn role(&mut self, vault: VaultId) -> Option<MemberRole> {
        if self.has(vault) { self.session().members(vault).unwrap().role } else { None }
    }

    /// What it shows of the vault.
    fn shown(&mut self, vault: VaultId) -> BTreeMap<ItemId, Vec<u8>> {
        let session = self.session();
        let ids: Vec<_> =
            session.list(&query(Scope::All)).unwrap().rows.into_iter().map(|row| row.id).collect();
        let opened = ids.into_iter().map(|id| (id, session.get(id).unwrap()));
        let items = opened.filter(|(_, opened)| opened.vault == vault);
        items.map(|(id, opened)| (id, encode(&opened.item).unwrap().to_vec())).collect()
    }

    /// All values in items and their histories.
    fn values(&mut self) -> BTreeSet<String> {
        let session = self.session();
        let mut found = BTreeSet::new();
        let mut note = |item: &Item| {
            found.insert(item.title.clone());
            found.extend(item.superseded.iter().map(|old| old.value.expose().to_owned()));
        };
        for row in session.list(&query(Scope::All)).unwrap().rows {
            note(&session.get(row.id).unwrap().item);
            for entry in session.history(row.id).unwrap() {
                if let Ok(item) = session.at_revision(row.id, entry.revision) {
                    note(&item);
                }
            }
        }
        found
    }

    fn unsent(&mut self, vault: VaultId) -> (u64, u64) {
        let all = self.session().sync_status().unwrap();
        let status = all.into_iter().find(|status| status.vault == vault).unwrap();
        (status.unsent, status.refused)
    }
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let mut new = Self {
            rng: FixedRng::new(seed),
            seed,
            generators: 0,
            people: Vec::new(),
            vault: VaultId::from_bytes([0; 16]),
            logs: LogServer::default(),
            grants: BTreeMap::new(),
            answers: Vec::new(),
            links: BTreeMap::new(),
            typed: Vec::new(),
            left: BTreeMap::new(),
            returned: 0,
        };
        let count = 3 + new.rng.next_u32() % 3;
        for number in 0..count {
            let (world, generator) = (World::new(), new.generator());
            let session = world.profiles.create(new_profile("Home"), Box::new(generator)).unwrap();
            let (id, account) = (session.profile().id, session.account());
            let session = Some(session);
            new.people.push(Person { number, world, id, account, session, answer: None, apart: false });
        }
        let team = VaultAppearance { name: "Team".to_owned(), ..VaultAppearance::default() };
        new.vault = new.people[0].session().create_vault(&team).unwrap();
        let vault = new.vault;
        let founding = new.people[0].session().founding(vault).unwrap();
        new.logs.create(vault, &founding.entry);
        for at in 1..new.people.len() {
            new.invite(0, at, MemberRole::Editor);
        }
        for _ in 0..3 {
            for at in 0..new.people.len() {
                new.sync(at);
            }
        }
        new
    }

    fn generator(&mut self) -> FixedRng {
        self.generators += 1;
        FixedRng::new(self.seed.wrapping_mul(1_000_003).wrapping_add(self.generators))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.rng.next_u32() as usize % bound
    }

    fn roster(&self) -> &Roster {
        self.logs.roster(self.vault).unwrap()
    }

    fn is_member(&self, at: usize) -> bool {
        self.roster().member(&self.people[at].account).is_some()
    }

    fn restart(&mut self, at: usize) {
        let generator = self.generator();
        let person = &mut self.people[at];
        (person.session, person.answer) = (None, None);
        let opened = person.world.profiles.unlock(
            person.id,
            &crate::support::PASSWORD.into(),
            None,
            Box::new(generator),
        );
        person.session = Some(opened.unwrap());
    }

    fn step(&mut self) {
        let at = self.below(self.people.len());
        match self.below(32) {
            0..=7 => self.edit(at),
            8..=10 => self.manage(at),
            11 => self.restart(at),
            12 => self.people[at].apart ^= true,
            _ if self.people[at].apart => {}
            13..=15 => {
                self.people[at].answer = None;
                self.sync(at);
            }
            _ => match self.people[at].answer.take() {
                Some(_) if self.below(6) == 0 => {}
                Some(answer) => self.arrive(at, answer),
                None => self.ask(at),
            },
        }
    }

    /// A member writes.
    fn edit(&mut self, at: usize) {
        let vault = self.vault;
        let title = format!("value {}", self.typed.len());
        let items: Vec<_> = if self.people[at].has(vault) {
            self.people[at].shown(vault).into_keys().collect()
        } else {
            return;
        };
        let of = if items.is_empty() || self.below(2) == 0 { None } else { Some(self.below(items.len())) };
        let session = self.people[at].session();
        let put = match of {
            None => Put { vault: Some(vault), ..Put::new(login(&title, "u", "p")) },
            Some(number) => {
                let Opened { mut item, revision, .. } = session.get(items[number]).unwrap();
                item.title.clone_from(&title);
                Put::change(items[number], revision, item)
            }
        };
        if let Ok(stored) = session.put(put) {
            self.typed.push((title, at, stored.id));
        }
    }

    /// A member changes the roster, if it may.
    fn manage(&mut self, at: usize) {
        let vault = self.vault;
        let Some(role) = self.people[at].role(vault) else { return };
        let other = self.below(self.people.len());
        let account = self.people[other].account;
        let roles = [MemberRole::Manager, MemberRole::Editor, MemberRole::Editor, MemberRole::Viewer];
        let new = roles[self.below(roles.len())];
        let members = self.people[at].session().members(vault).unwrap().members;
        if !members.iter().any(|member| member.account == account) {
            return self.invite(at, other, new);
        }
        let change = match self.below(6) {
            0 if role != MemberRole::Owner => MemberChange::Leave,
            0..=2 => MemberChange::Remove { account },
            _ => MemberChange::Role { account, role: new },
        };
        // What is not permitted changes nothing.
        drop(self.people[at].session().change_members(vault, &change, None));
    }

    /// Invites one who is no member, perhaps not any more.
    fn invite(&mut self, at: usize, other: usize, role: MemberRole) {
        let vault = self.vault;
        let session = self.people[at].session();
        let new =
            NewInvitation { role, expires_at: LATER, name: String::new(), own_name: format!("Member {at}") };
        if let Ok(link) = session.invite(vault, &new) {
            self.links.entry(other).or_default().push(link.expose().to_owned());
        }
    }

    /// Sends one request. Its answer arrives later, or never.
    fn ask(&mut self, at: usize) {
        let (vault, way) = (self.vault, self.below(8));
        if !self.is_member(at) {
            self.outside(at);
            return;
        }
        if !self.people[at].has(vault) {
            self.enter(at);
            return;
        }
        let limit = 1 + self.below(6);
        let person = &mut self.people[at];
        match way {
            0..=2 => {
                let confirmed = person.session().confirmed(vault).unwrap();
                let page = self.logs.page(vault, confirmed, limit, PageBodies::Live).unwrap();
                person.answer = Some(Sent::Page(page));
            }
            3..=4 => {
                let limits = PushLimits { entries: limit, body: 1 << 20 };
                if let Some(batch) = person.session().next_push(vault, &limits).unwrap() {
                    let reply = self.logs.push(vault, person.number, &batch).unwrap();
                    self.people[at].answer = Some(Sent::Push(batch, reply));
                }
            }
            5 => {
                if let Some(batch) = person.session().next_record(vault).unwrap() {
                    let reply = self.push_record(at, &batch);
                    self.people[at].answer = Some(Sent::Record(batch, reply));
                }
            }
            6 => {
                self.give_and_take_keys(at);
            }
            _ => {
                self.take_answers(at);
            }
        }
    }

    /// The server takes a record, and notes who ceased to be a member by it.
    fn push_record(&mut self, at: usize, batch: &PushBatch) -> PushReply {
        let (before, epoch) = (self.roster().clone(), self.roster().epoch());
        let reply = self.logs.push(self.vault, self.people[at].number, batch).unwrap();
        let (seq, now) = (self.logs.head(self.vault).seq, self.roster().epoch());
        for other in 0..self.people.len() {
            let account = self.people[other].account;
            match (before.member(&account).is_some(), self.is_member(other)) {
                (true, false) => drop(self.left.insert(other, Left { seq, epoch, cut: None })),
                (false, true) => self.returned += u64::from(self.left.remove(&other).is_some()),
                _ => {}
            }
        }
        let typed = self.typed.len();
        for left in self.left.values_mut().filter(|left| left.cut.is_none() && now > left.epoch) {
            left.cut = Some(typed);
        }
        reply
    }

    /// What a program does that is no member: it learns of the end, or answers an invitation.
    fn outside(&mut self, at: usize) -> bool {
        let vault = self.vault;
        if self.people[at].has(vault) && !self.people[at].session().is_former(vault).unwrap() {
            let last = usize::try_from(self.left[&at].seq).unwrap();
            let session = self.people[at].session();
            let confirmed = session.confirmed(vault).unwrap();
            let mut page = self.logs.page(vault, confirmed, 100_000, PageBodies::None).unwrap();
            page.entries.truncate(last - usize::try_from(confirmed).unwrap());
            let Head { seq, root } = head(vault, &self.logs.entries(vault)[..last]);
            (page.head_seq, page.head_root) = (seq, root);
            assert!(self.people[at].session().receive_removal(vault, &[page]).unwrap(), "seed {}", self.seed);
            return true;
        }
        let waiting = self.people[at].session().joining().unwrap();
        if let Some(joining) = waiting.first() {
            if joining.is_sent {
                return false;
            }
            let answer = self.people[at].session().joining_answer(vault).unwrap();
            self.answers.push(answer);
            self.people[at].session().joining_sent(vault).unwrap();
            return true;
        }
        let Some(link) = self.links.get_mut(&at).and_then(Vec::pop) else { return false };
        let mut invited = Invited::new(InviteLink::from_text(&link.as_str().into()).unwrap());
        loop {
            let page = self.logs.page(vault, invited.read(), 7, PageBodies::None).unwrap();
            if invited.receive(&page).unwrap() {
                break;
            }
        }
        // It may not be there yet, or not any more.
        if invited.offer().is_ok() {
            self.people[at].session().accept_invitation(&invited, "Somebody").unwrap();
        }
        true
    }

    fn enter(&mut self, at: usize) {
        let first = self.logs.entries(self.vault)[0].clone();
        assert!(self.people[at].session().join_invited(self.vault, &first).unwrap(), "seed {}", self.seed);
    }

    /// Sends keys to others, and asks for the own one.
    fn give_and_take_keys(&mut self, at: usize) -> bool {
        let (vault, account) = (self.vault, self.people[at].account);
        let session = self.people[at].session();
        let grants = session.grants_due(vault, 256).unwrap();
        session.grants_sent(vault, &grants).unwrap();
        let mut changed = !grants.is_empty();
        for grant in grants {
            self.grants.insert((grant.context.epoch, grant.context.recipient), grant);
        }
        let session = self.people[at].session();
        if let Some(epoch) = session.missing_key(vault).unwrap()
            && let Some(grant) = self.grants.get(&(epoch, account))
        {
            assert!(session.receive_grant(vault, grant).unwrap(), "seed {}", self.seed);
            changed = true;
        }
        changed
    }

    fn take_answers(&mut self, at: usize) -> bool {
        let vault = self.vault;
        let session = self.people[at].session();
        if !session.expects_answers(vault).unwrap() {
            return false;
        }
        let mut changed = session.take_answers(vault, &self.answers).unwrap() > 0;
        for waiting in session.members(vault).unwrap().answers {
            changed |= session.confirm_answer(vault, &waiting.account).is_ok();
        }
        changed
    }

    fn arrive(&mut self, at: usize, answer: Sent) {
        let (vault, seed) = (self.vault, self.seed);
        let session = self.people[at].session();
        match answer {
            Sent::Page(page) => {
                let received = session.receive(vault, &page, Bodies::Live, Recovery::None);
                let received = received.unwrap_or_else(|error| panic!("seed {seed}: {at}: {error:?}"));
                assert_eq!(received.void, 0, "seed {seed}");
            }
            Sent::Push(batch, reply) => drop(session.acknowledge(vault, &batch, &reply).unwrap()),
            Sent::Record(batch, reply) => {
                assert!(session.acknowledge_record(vault, &batch, &reply).unwrap(), "seed {seed}");
            }
        }
    }

    /// Synchronizes without disturbance. Returns whether anything was transferred.
    fn sync(&mut self, at: usize) -> bool {
        let vault = self.vault;
        let mut changed = false;
        for _ in 0..1_000 {
            if !self.is_member(at) {
                if !self.outside(at) {
                    return changed;
                }
                changed = true;
                continue;
            }
            if !self.people[at].has(vault) {
                self.enter(at);
            }
            let confirmed = self.people[at].session().confirmed(vault).unwrap();
            let page = self.logs.page(vault, confirmed, 1_000, PageBodies::Live).unwrap();
            let mut again = !page.entries.is_empty();
            self.arrive(at, Sent::Page(page));
            again |= self.give_and_take_keys(at) | self.take_answers(at);
            if let Some(batch) = self.people[at].session().next_record(vault).unwrap() {
                let reply = self.push_record(at, &batch);
                self.arrive(at, Sent::Record(batch, reply));
                again = true;
            } else if let Some(batch) = self.people[at].session().next_push(vault, &LIMITS).unwrap() {
                let reply = self.logs.push(vault, self.people[at].number, &batch).unwrap();
                self.arrive(at, Sent::Push(batch, reply));
                again = true;
            }
            if !again {
                return changed;
            }
            changed = true;
        }
        panic!("seed {}: {at} does not settle", self.seed);
    }

    /// The network is whole again: all synchronize until nothing is left to do. Checks what they have.
    fn finish(&mut self) {
        let (seed, vault) = (self.seed, self.vault);
        self.people.iter_mut().for_each(|person| person.answer = None);
        let mut rounds = 0;
        loop {
            let synced: Vec<_> = (0..self.people.len()).map(|at| self.sync(at)).collect();
            if !synced.contains(&true) {
                break;
            }
            rounds += 1;
            assert!(rounds < 12, "seed {seed}: they do not settle");
        }
        assert!(!self.roster().is_epoch_due(), "seed {seed}");
        let expected: BTreeMap<_, _> =
            self.roster().members().map(|(account, member)| (*account, member.role)).collect();
        let mut items: Option<BTreeMap<ItemId, Vec<u8>>> = None;
        let mut found: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut unsent = BTreeSet::new();
        for at in 0..self.people.len() {
            self.restart(at);
            let is_member = self.is_member(at);
            let person = &mut self.people[at];
            person.session().check_log().unwrap_or_else(|error| panic!("seed {seed}: {at}: {error}"));
            found.insert(at, person.values());
            if !is_member {
                continue;
            }
            let members = person.session().members(vault).unwrap();
            let roles: BTreeMap<_, _> =
                members.members.iter().map(|member| (member.account, member.role)).collect();
            assert_eq!(roles, expected, "seed {seed}: {at}");
            assert!(members.pending.iter().all(|change| change.problem.is_some()), "seed {seed}: {at}");
            assert_eq!(person.session().missing_key(vault).unwrap(), None, "seed {seed}: {at}");
            assert_eq!(person.session().confirmed(vault).unwrap(), self.logs.head(vault).seq);
            let (waiting, refused) = person.unsent(vault);
            if waiting > 0 {
                let may_write = members.role != Some(MemberRole::Viewer);
                assert!(!may_write || waiting == refused, "seed {seed}: {at}: {waiting} {refused}");
                unsent.insert(at);
                continue;
            }
            let shown = person.shown(vault);
            assert_eq!(*items.get_or_insert_with(|| shown.clone()), shown, "seed {seed}: {at}");
        }
        // The owner gets the bodies of current revisions only, so earlier values may be with their authors alone.
        let of_owner = self.people[0].shown(vault);
        for (title, by, item) in &self.typed {
            assert!(found[by].contains(title), "seed {seed}: `{title}` of {by} is lost");
            let is_sent = self.roster().member(&self.people[*by].account).is_some() && !unsent.contains(by);
            assert!(!is_sent || of_owner.contains_key(item), "seed {seed}: `{title}` of {by} was not sent");
        }
        self.check_former();
    }

    /// Former members get the whole log from the server, and every grant that is theirs.
    fn check_former(&mut self) {
        let (seed, vault) = (self.seed, self.vault);
        for at in 0..self.people.len() {
            if self.is_member(at) || !self.people[at].has(vault) {
                continue;
            }
            let (account, cut) = (self.people[at].account, self.left[&at].cut.unwrap());
            let session = self.people[at].session();
            let page =
                self.logs.page(vault, session.confirmed(vault).unwrap(), 100_000, PageBodies::Live).unwrap();
            session.receive(vault, &page, Bodies::Live, Recovery::None).unwrap();
            for ((_, recipient), grant) in &self.grants {
                if *recipient == account {
                    session.receive_grant(vault, grant).unwrap();
                }
            }
            let values = self.people[at].values();
            for (title, by, _) in &self.typed[cut..] {
                assert!(*by == at || !values.contains(title), "seed {seed}: {at} reads `{title}`");
            }
        }
    }
}

/// The head of a log with these entries.
fn head(vault: VaultId, entries: &[LogEntry]) -> Head {
    let root = (1..).zip(entries).fold(empty_root(&vault), |root, (seq, entry)| {
        let signatures = match entry {
            LogEntry::Revision { revision, .. } => revision.signature.as_bytes().to_vec(),
            LogEntry::Record(record) => record.signatures(),
        };
        next_root(&root, seq, &entry.entry_hash(), &signatures)
    });
    Head { seq: entries.len() as u64, root }
}

/// Runs a schedule. Returns how often former members came back.
fn run(seed: u64) -> u64 {
    let mut simulation = Simulation::new(seed);
    for _ in 0..60 + simulation.below(120) {
        simulation.step();
    }
    simulation.finish();
    simulation.returned
}

#[test]
fn members_converge_and_former_ones_read_nothing_new() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("COFFER_SOAK_SEED").unwrap_or(1);
    let count = number("COFFER_SOAK_ROUNDS").unwrap_or(SCHEDULES);
    let (next, returned) = (AtomicU64::new(first), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first.saturating_add(count) {
                        return;
                    }
                    returned.fetch_add(run(seed), Ordering::Relaxed);
                }
            });
        }
    });
    assert!(returned.into_inner() > 0, "nobody came back");
}
