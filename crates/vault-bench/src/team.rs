//! A team of 2,000 members with 200 groups and 500 vaults: the program of its owner, and a server's logs in memory, which
//! verify everything as a server does. What the network costs comes on top.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use vault_crypto::{Identity, InviteLink, RootSigner, SecretText, make_vault, sign_record};
use vault_engine::KdfParams;
use vault_engine::clock::{Timestamp, system_rng};
use vault_engine::profile::NewProfile;
use vault_engine::session::{
    Bodies, GroupChange, MemberState, NewInvitation, PushLimits, Session, TeamVaultChange, VaultAppearance,
};
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::log::{Entry, LogVerifier, Recovery, Verdict};
use vault_wire::message::LogEntry;
use vault_wire::roster::{MemberRole, Op, Record, SignedRecord};
use vault_wire::{AccountId, ItemId, VaultId};

use crate::logs::Logs;
use crate::profile::{PASSWORD, profiles};
use crate::result::Result;
use crate::table::{Table, milliseconds};

const MEMBERS: usize = 2_000;
const GROUPS: usize = 200;
const VAULTS: usize = 500;
/// The vaults that many groups have, and their number.
const LARGE: usize = 100;
const GROUPS_OF_LARGE: usize = 20;
/// Invitations that are open at the same time.
const STEP: usize = 50;
const LIMITS: PushLimits = PushLimits { entries: 200, body: 1 << 20 };
/// The records of the log that is verified.
const RECORDS: u32 = 10_000;
/// Far after any clock.
const LATER: Timestamp = Timestamp(4_000_000_000_000);

/// The owner of the team.
struct Owner {
    session: Session,
    server: Logs,
    team: VaultId,
}

/// Measures the team and the log of its members.
pub fn measure(table: &mut Table) -> Result {
    records(table)?;
    let folder = tempfile::tempdir()?;
    let new = NewProfile {
        name: "Bench".to_owned(),
        password: SecretText::from(PASSWORD),
        device: "bench".to_owned(),
        kdf: KdfParams::DEFAULT,
    };
    let mut session = profiles(folder.path()).create(new, system_rng())?;
    let team = session.create_team("Team", "Owner")?;
    let mut owner = Owner { session, server: Logs::default(), team };
    owner.found(team)?;
    let begun = Instant::now();
    let members = owner.admit(MEMBERS)?;
    let each = begun.elapsed() / u32::try_from(MEMBERS)?;
    table.add(format!("{MEMBERS} members invited and let in, each, both sides"), milliseconds(each), None);
    let groups = owner.groups(&members)?;
    let begun = Instant::now();
    let mut vaults = Vec::new();
    for number in 0..VAULTS {
        let count = if number < LARGE { GROUPS_OF_LARGE } else { 1 };
        // The first groups have all large vaults.
        let first = if number < LARGE { 0 } else { number % GROUPS };
        let of: Vec<ItemId> = groups.iter().copied().cycle().skip(first).take(count).collect();
        vaults.push(owner.vault(number, &of)?);
    }
    table.add(
        format!("{VAULTS} vaults made, {LARGE} of 200 members, the others of 10"),
        format!("{:.1} s", begun.elapsed().as_secs_f64()),
        None,
    );
    listed(&owner, table)?;

    let [.., last] = vaults.as_slice() else { return Err("no vault".into()) };
    let begun = Instant::now();
    let two: Vec<ItemId> = groups.iter().copied().take(2).collect();
    owner.give(*last, &two)?;
    owner.carry_out(*last)?;
    goal(table, "a group of 10 members gets a vault, records and grants made", begun.elapsed(), 1.0);

    let leaver = *members.first().ok_or("no member")?;
    let begun = Instant::now();
    owner.session.set_member_state(team, leaver, MemberState::Suspended, None)?;
    owner.send(team)?;
    let mut removed = 0;
    for vault in &vaults {
        if owner.session.has_roster_work(*vault)? {
            owner.carry_out(*vault)?;
            removed += 1;
        }
    }
    if removed < LARGE {
        return Err(format!("removed from {removed} vaults only").into());
    }
    let what = format!("a member removed from {removed} vaults of 200, with new keys for all others");
    goal(table, &what, begun.elapsed(), 30.0);
    listed(&owner, table)
}

fn goal(table: &mut Table, what: &str, took: Duration, goal: f64) {
    let ratio = took.as_secs_f64() / goal;
    table.add(what, format!("{:.2} s", took.as_secs_f64()), Some(("goal", format!("{goal} s"), ratio)));
}

fn listed(owner: &Owner, table: &mut Table) -> Result {
    let begun = Instant::now();
    let team = owner.session.team(owner.team)?;
    let took = begun.elapsed();
    let open: usize = team.vaults.iter().map(|vault| vault.deviations.len()).sum();
    let what = format!("the team read for the screen, {open} differences");
    goal(table, &what, took, 0.2);
    Ok(())
}

impl Owner {
    fn found(&mut self, vault: VaultId) -> Result {
        let founding = self.session.founding(vault)?;
        self.server.create(vault, &founding.entry)?;
        self.send(vault)
    }

    /// Receives and sends everything of a vault: entries, records and grants.
    fn send(&mut self, vault: VaultId) -> Result {
        loop {
            self.pull(vault)?;
            let Some(batch) = self.session.next_push(vault, &LIMITS)? else { return Ok(()) };
            let reply = self.server.push(vault, &batch)?;
            self.session.acknowledge(vault, &batch, &reply)?;
        }
    }

    fn carry_out(&mut self, vault: VaultId) -> Result {
        loop {
            self.pull(vault)?;
            loop {
                let grants = self.session.grants_due(vault, 256)?;
                if grants.is_empty() {
                    break;
                }
                self.session.grants_sent(vault, &grants)?;
            }
            let Some(batch) = self.session.next_record(vault)? else { break };
            let reply = self.server.push(vault, &batch)?;
            if !self.session.acknowledge_record(vault, &batch, &reply)? {
                return Err("a record was refused".into());
            }
        }
        self.send(vault)
    }

    fn pull(&mut self, vault: VaultId) -> Result {
        loop {
            let after = self.session.confirmed(vault)?;
            let page = self.server.page(vault, after, 1_000)?;
            if self.session.receive(vault, &page, Bodies::Live, Recovery::None)?.at_head {
                return Ok(());
            }
        }
    }

    /// Invites members, who accept at once.
    fn admit(&mut self, count: usize) -> Result<Vec<AccountId>> {
        let mut rng = system_rng();
        let mut log: Option<LogVerifier> = None;
        let mut members = Vec::new();
        while members.len() < count {
            let new = |_| NewInvitation {
                role: MemberRole::Viewer,
                expires_at: LATER,
                name: String::new(),
                own_name: "Owner".to_owned(),
            };
            let links = (0..STEP.min(count - members.len()))
                .map(|number| Ok(InviteLink::from_text(&self.session.invite(self.team, &new(number))?)?));
            let links = links.collect::<Result<Vec<_>>>()?;
            self.carry_out(self.team)?;
            let entries = self.server.entries(self.team);
            let log = match &mut log {
                Some(log) => log,
                none => {
                    let Some(LogEntry::Record(genesis)) = entries.first() else {
                        return Err("no vault".into());
                    };
                    none.insert(LogVerifier::from_genesis(genesis, None)?)
                }
            };
            let known = usize::try_from(log.head().seq)?;
            let more: Vec<Entry<'_>> = entries.iter().skip(known).map(LogEntry::as_entry).collect();
            log.extend(&more);
            let mut answers = Vec::new();
            for link in links {
                let (root, identity) = (RootSigner::make(&mut rng), Identity::make_first(&mut rng));
                let certificate: SignedCertificate = root.certify(&identity, Predecessor::Sound, 0);
                let name = SecretText::from(format!("Member {}", members.len()).as_str());
                answers.push(link.accept(log, &identity, &certificate, &name, 0, &mut rng)?);
                members.push(root.account_id());
            }
            self.session.take_answers(self.team, &answers)?;
            self.carry_out(self.team)?;
        }
        Ok(members)
    }

    fn groups(&mut self, members: &[AccountId]) -> Result<Vec<ItemId>> {
        let mut groups = Vec::new();
        for (number, part) in members.chunks(members.len() / GROUPS).enumerate() {
            let accounts: BTreeSet<AccountId> = part.iter().copied().collect();
            let change = GroupChange { id: None, name: format!("Group {number}"), accounts };
            groups.push(self.session.put_group(self.team, &change)?);
        }
        self.send(self.team)?;
        Ok(groups)
    }

    fn vault(&mut self, number: usize, groups: &[ItemId]) -> Result<VaultId> {
        let appearance = VaultAppearance { name: format!("Vault {number}"), ..VaultAppearance::default() };
        let vault = self.session.create_vault(&appearance)?;
        self.found(vault)?;
        self.give(vault, groups)?;
        self.carry_out(vault)?;
        Ok(vault)
    }

    fn give(&mut self, vault: VaultId, groups: &[ItemId]) -> Result {
        let groups = groups.iter().map(|group| (*group, MemberRole::Editor)).collect();
        let change = TeamVaultChange { vault, groups, accounts: BTreeMap::new() };
        self.session.put_team_vault(self.team, &change)?;
        self.send(self.team)
    }
}

/// Verifies a log of records beside their signatures alone.
fn records(table: &mut Table) -> Result {
    let mut rng = system_rng();
    let (root, identity) = (RootSigner::make(&mut rng), Identity::make_first(&mut rng));
    let certificate = root.certify(&identity, Predecessor::Sound, 0);
    let new = make_vault(&root.account_id(), &identity, &certificate, 0, &mut rng);
    let founded = LogVerifier::from_genesis(&new.record, None)?;
    let (other_root, other) = (RootSigner::make(&mut rng), Identity::make_first(&mut rng));
    let certificate = Box::new(other_root.certify(&other, Predecessor::Sound, 0));
    let mut log = founded.clone();
    let mut made = Vec::new();
    for number in 0..RECORDS {
        let role = if number % 2 == 0 { MemberRole::Viewer } else { MemberRole::Editor };
        let op = match number {
            0 => Op::Add { certificate: certificate.clone(), role, accept: None },
            _ => Op::Role { account: other_root.account_id(), role },
        };
        let head = log.head();
        let record = Record {
            vault_id: new.vault_id,
            prev: *log.roster().last_record(),
            base_seq: head.seq,
            base_root: head.root,
            author: root.account_id(),
            generation: 1,
            made_at: 0,
            ops: vec![op],
        };
        let signed = sign_record(&record, &identity, None);
        if log.push(Entry::Record(&signed)) != Verdict::Accepted {
            return Err("a record was refused".into());
        }
        made.push(signed);
    }
    let entries: Vec<Entry<'_>> = made.iter().map(Entry::Record).collect();
    let mut log = founded;
    let begun = Instant::now();
    let verdicts = log.extend(&entries);
    let verifying = begun.elapsed();
    if verdicts.iter().any(|verdict| *verdict != Verdict::Accepted) {
        return Err("a record was refused".into());
    }
    let bare = signatures_alone(&made, &identity)?;
    let per_second = |took: Duration| format!("{:.0}/s", f64::from(RECORDS) / took.as_secs_f64());
    table.add(
        format!("verify a log of {RECORDS} records"),
        per_second(verifying),
        Some((
            "its signatures alone, on as many threads",
            per_second(bare),
            verifying.div_duration_f64(bare),
        )),
    );
    Ok(())
}

fn signatures_alone(records: &[SignedRecord], identity: &Identity) -> Result<Duration> {
    let messages: Vec<_> = records
        .iter()
        .map(|record| {
            let signature = ed25519_dalek::Signature::from_bytes(record.signature.as_bytes());
            (Record::message(&record.bytes).encode(), signature)
        })
        .collect();
    crate::log::verified(&messages, identity)
}
