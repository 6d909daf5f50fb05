//! Accounts that share a vault. The server can lie to each of them.

use vault_crypto::{Identity, InviteLink, KdfParams, SecretText, VaultKey, make_revision, sign_record};
use vault_engine::clock::Timestamp;
use vault_engine::item::{Item, ItemType};
use vault_engine::session::{
    AlarmKind, Invited, JoinFailure, MemberChange, NewInvitation, Put, SessionError, VaultAppearance,
    VaultMembers, VaultReadOnly,
};
use vault_sync::cycle::{InvitationError, Synced, VaultProblem, VaultSynced, read_invitation};
use vault_wire::invitation::Answer;
use vault_wire::log::{Head, LogVerifier};
use vault_wire::message::{LogEntry, ProblemCode, PushBatch};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::roster::{EpochOp, MemberRole, Op, Record};
use vault_wire::{AccountId, EntryHash, ItemId, KeyCommitment, VaultId};

use super::scene::{head, log};
use crate::cycle::{Connected, LOGIN};
use crate::support::{Computer, HostileServer, NOW, TestServer, rng};

/// The length of the earlier key in an epoch, sealed.
const BACK_LEN: usize = 73 + 32;

/// An account with a computer, and the server as it sees it.
pub struct Person {
    pub lying: HostileServer,
    pub connected: Connected,
}

/// A vault of the first account, with the item `Shared`.
pub struct Team {
    pub server: TestServer,
    pub alice: Person,
    pub vault: VaultId,
}

impl Person {
    pub async fn new(server: &TestServer, login: &str, now: u64) -> Self {
        let lying = HostileServer::before(server).await;
        let computer = Computer::with_clock(now, None);
        let connected = Connected::first_as(server, &lying, computer, KdfParams::TEST, login).await;
        connected.sync().await;
        Self { lying, connected }
    }

    pub fn work<T>(&self, work: impl FnOnce(&mut vault_engine::session::Session) -> T) -> T {
        self.connected.computer.work(work)
    }

    pub fn account(&self) -> AccountId {
        self.work(|session| session.account())
    }

    pub fn identity(&self) -> Identity {
        self.connected.computer.account_parts().keyset.identity
    }

    pub fn titles(&self) -> Vec<String> {
        self.connected.computer.titles()
    }

    pub fn vaults(&self) -> usize {
        self.work(|session| session.vaults().unwrap().len())
    }

    pub fn try_add(&self, vault: VaultId, title: &str) -> Result<ItemId, SessionError> {
        let mut item = Item::new(ItemType::Note, Timestamp(NOW));
        item.title = title.to_owned();
        self.work(|session| session.put(Put { vault: Some(vault), ..Put::new(item) }).map(|put| put.id))
    }

    pub fn add(&self, vault: VaultId, title: &str) -> ItemId {
        self.try_add(vault, title).unwrap()
    }

    pub fn try_invite(&self, vault: VaultId, role: MemberRole, expires_at: u64) -> SecretText {
        let expires_at = Timestamp(expires_at);
        let new = NewInvitation { role, expires_at, name: String::new(), own_name: "Alice".to_owned() };
        self.work(|session| session.invite(vault, &new).unwrap())
    }

    /// Invites somebody; the server has the invitation.
    pub async fn invite(&self, vault: VaultId, role: MemberRole) -> SecretText {
        let link = self.try_invite(vault, role, NOW + 1_000_000);
        self.connected.sync().await;
        link
    }

    pub async fn read(&self, link: &SecretText) -> Result<Invited, InvitationError> {
        let invited = Invited::new(InviteLink::from_text(link).unwrap());
        read_invitation(&self.connected.session, self.account(), invited, 50).await
    }

    /// Accepts an invitation. The answer is not sent yet.
    pub async fn try_accept(&self, link: &SecretText) -> Result<(), InvitationError> {
        let invited = self.read(link).await?;
        self.work(|session| session.accept_invitation(&invited, "Bob"))?;
        Ok(())
    }

    /// Accepts an invitation; the server has the answer.
    pub async fn accept(&self, link: &SecretText) {
        self.try_accept(link).await.unwrap();
        self.connected.sync().await;
    }

    pub fn answer(&self, vault: VaultId) -> Answer {
        self.work(|session| session.joining_answer(vault).unwrap())
    }

    pub fn change(&self, vault: VaultId, change: &MemberChange) {
        self.work(|session| session.change_members(vault, change, None).unwrap());
    }

    pub fn members(&self, vault: VaultId) -> VaultMembers {
        self.work(|session| session.members(vault).unwrap())
    }

    pub fn role_of(&self, vault: VaultId, account: AccountId) -> Option<MemberRole> {
        let members = self.members(vault).members;
        members.into_iter().find(|member| member.account == account).map(|member| member.role)
    }

    pub fn read_only(&self, vault: VaultId) -> Option<VaultReadOnly> {
        let vaults = self.work(|session| session.vaults().unwrap());
        vaults.into_iter().find(|found| found.id == vault).unwrap().read_only
    }

    pub async fn try_all(&self) -> Synced {
        self.connected.try_sync().await.unwrap()
    }

    pub async fn try_sync(&self, vault: VaultId) -> Result<VaultSynced, VaultProblem> {
        self.try_all().await.remove(&vault).unwrap()
    }

    /// An alarm of this kind is raised and stays, and nothing is changed by it.
    pub async fn expect_alarm(&self, vault: VaultId, kind: AlarmKind) {
        let before = (self.titles(), self.members(vault).members);
        for _ in 0..2 {
            let problem = self.try_sync(vault).await.unwrap_err();
            let VaultProblem::Alarm(alarm) = problem else { panic!("{problem:?}") };
            assert_eq!(alarm.kind, kind);
        }
        assert_eq!((self.titles(), self.members(vault).members), before);
        assert_eq!(self.read_only(vault), Some(VaultReadOnly::Alarm));
    }

    /// Sends an entry as this account may.
    pub async fn push(
        &self,
        vault: VaultId,
        entry: LogEntry,
    ) -> Result<vault_wire::message::PushResult, vault_sync::Error> {
        let batch =
            PushBatch { batch_id: vault_crypto::make_id(&mut rng()), atomic: false, entries: vec![entry] };
        let reply = self.connected.session.push(&vault, &batch).await?;
        Ok(reply.results.into_iter().next().unwrap())
    }
}

impl Team {
    pub async fn new() -> Self {
        Self::with_clock(NOW).await
    }

    /// One whose founder's computer shows another time.
    pub async fn with_clock(now: u64) -> Self {
        let server = TestServer::start().await;
        let alice = Person::new(&server, LOGIN, now).await;
        let vault = alice.team("Team");
        alice.add(vault, "Shared");
        alice.connected.sync().await;
        Self { server, alice, vault }
    }

    /// Another account, which is no member.
    pub async fn other(&self, name: &str) -> Person {
        Person::new(&self.server, &format!("{name}@example.test"), NOW).await
    }

    /// Another account that accepted an invitation; its answer is at the server.
    pub async fn invited(&self, name: &str, role: MemberRole) -> Person {
        let person = self.other(name).await;
        let link = self.alice.invite(self.vault, role).await;
        person.accept(&link).await;
        person
    }

    /// An account that was let in and does not know it yet.
    pub async fn added(&self, name: &str, role: MemberRole) -> Person {
        let person = self.invited(name, role).await;
        self.alice.connected.sync().await;
        person
    }

    /// A member with everything.
    pub async fn member(&self, name: &str, role: MemberRole) -> Person {
        let person = self.added(name, role).await;
        person.connected.sync().await;
        assert_eq!(person.role_of(self.vault, person.account()), Some(role));
        assert!(person.titles().contains(&"Shared".to_owned()));
        person
    }

    /// Removes a member, who does not know it yet.
    pub async fn remove(&self, account: AccountId) {
        self.alice.change(self.vault, &MemberChange::Remove { account });
        self.alice.connected.sync().await;
        assert_eq!(self.alice.role_of(self.vault, account), None);
    }

    /// The log as it is.
    pub async fn log(&self) -> Vec<LogEntry> {
        log(&self.alice.connected, self.vault).await
    }

    /// A record on these entries, signed by an identity.
    pub fn record(&self, on: &[LogEntry], author: AccountId, by: &Identity, ops: Vec<Op>) -> LogEntry {
        let Head { seq, root } = head(self.vault, on);
        let record = Record {
            vault_id: self.vault,
            prev: last_record(on),
            base_seq: seq,
            base_root: root,
            author,
            generation: 1,
            made_at: NOW,
            ops,
        };
        LogEntry::Record(sign_record(&record, by, None))
    }

    /// A new item on these entries, signed by an identity, sealed with a key that nobody has.
    pub fn item(&self, on: &[LogEntry], author: AccountId, by: &Identity, epoch: u32) -> LogEntry {
        let Head { seq, root } = head(self.vault, on);
        let header = RevisionHeader {
            vault_id: self.vault,
            item_id: ItemId::from_bytes([9; 16]),
            kind: RevisionKind::Put,
            parent: None,
            author,
            generation: 1,
            epoch,
            base_seq: seq,
            base_root: root,
            blobs: Vec::new(),
        };
        let key = VaultKey::make(&mut rng());
        let sealed = make_revision(&header, b"payload", &key, by, &mut rng()).unwrap();
        LogEntry::Revision { revision: sealed.signed, body: Some(sealed.body) }
    }
}

impl Person {
    /// A vault of this account.
    pub fn team(&self, name: &str) -> VaultId {
        let look = VaultAppearance { name: name.to_owned(), ..VaultAppearance::default() };
        self.work(|session| session.create_vault(&look).unwrap())
    }
}

/// Verifies a log.
pub fn verified(entries: &[LogEntry]) -> LogVerifier {
    let [LogEntry::Record(genesis), rest @ ..] = entries else { panic!("no genesis record") };
    let mut log = LogVerifier::from_genesis(genesis, None).unwrap();
    log.extend(&rest.iter().map(LogEntry::as_entry).collect::<Vec<_>>());
    log
}

/// The changes that remove a member, with a key that nobody has.
pub fn removal(on: &[LogEntry], account: AccountId) -> Vec<Op> {
    let current = verified(on).roster().epoch();
    let commitment = KeyCommitment::from_bytes([7; 32]);
    let epoch = EpochOp { epoch: current + 1, commitment, back_to: current, back: vec![0; BACK_LEN] };
    vec![Op::Remove { account }, Op::Epoch(epoch)]
}

/// The hash of the last record in a log.
fn last_record(entries: &[LogEntry]) -> EntryHash {
    let is_record = |entry: &&LogEntry| matches!(entry, LogEntry::Record(_));
    entries.iter().rfind(is_record).unwrap().entry_hash()
}

/// Why an invitation was refused by this program.
pub fn join_failure(refused: Result<(), InvitationError>) -> JoinFailure {
    match refused.unwrap_err() {
        InvitationError::Log(failure) => failure,
        InvitationError::Server(error) => panic!("{error}"),
    }
}

/// What a server answered that refused something.
pub fn code<T: std::fmt::Debug>(refused: Result<T, vault_sync::Error>) -> Option<ProblemCode> {
    refused.unwrap_err().code()
}

/// The entry as pages without bodies have it.
pub fn without_body(entry: LogEntry) -> LogEntry {
    match entry {
        LogEntry::Revision { revision, .. } => LogEntry::Revision { revision, body: None },
        record @ LogEntry::Record(_) => record,
    }
}
