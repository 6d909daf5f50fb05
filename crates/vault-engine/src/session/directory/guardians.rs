//! Guardians: members of a team consent to a recovery, and guardians release their shares for one.

use std::collections::BTreeSet;

use vault_crypto::{RecoveryPlan, RecoveryPlanError, RecoveryShare, SecretText};
use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::guardians::{AsText, RecoveryAnswer, RecoveryCard, RecoveryOffer};
use vault_wire::recovery::{ConsentPin, RecoveryKind, RecoveryRequest};
use vault_wire::roster::{MemberRole, Roster};
use vault_wire::{AccountId, VaultId, request_words};

use super::consents::ConsentPins;
use super::content::{Content, MemberState};
use super::edit::TeamError;
use super::model::{Directory, Row};
use super::recovery::{GuardianGroup, RecoveryContent, SignedCard};
use crate::session::error::SessionError;
use crate::session::keys::{AccountParts, KeysError};
use crate::session::sharing::{cards, people};
use crate::session::state::Session;

/// Why guardians, a consent or an answer were not made. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum GuardianError {
    /// The vault is no directory, or this account is no member of it, or the account is none.
    #[error("no such team or member")]
    NotFound,
    /// Only owners choose guardians; only a guardian who works in the team answers, and only for others who do.
    #[error("the account's role does not permit it")]
    NotPermitted,
    /// The number of guardians or of those who are needed is not possible.
    #[error("the guardians are not possible")]
    Invalid,
    /// There are too few guardians besides this account.
    #[error("too few guardians")]
    TooFew,
    /// The text is damaged, or of another kind.
    #[error("the text is not of this kind")]
    Text,
    /// The member did not consent, has withdrawn it or has consented again since.
    #[error("there is no such consent")]
    NotConsented,
    /// The member has a new identity since the consent.
    #[error("the consent is outdated")]
    Outdated,
    /// The words that were typed are not those of the request.
    #[error("the words differ")]
    WordsDiffer,
    /// The identity of a member contradicts an earlier one.
    #[error("the member's identity contradicts an earlier one")]
    OtherIdentity,
    /// The profile has no server.
    #[error("the profile has no server")]
    NotConnected,
    /// The password could not be checked.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The profile could not be read or written.
    #[error(transparent)]
    Session(SessionError),
}

impl From<SessionError> for GuardianError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::NotFound => Self::NotFound,
            error => Self::Session(error),
        }
    }
}

impl From<TeamError> for GuardianError {
    fn from(error: TeamError) -> Self {
        match error {
            TeamError::NotPermitted => Self::NotPermitted,
            TeamError::Members(crate::session::MembersError::Session(error)) => error.into(),
            _ => Self::NotFound,
        }
    }
}

/// Whether guardians can open a member's account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConsentState {
    /// The member did not consent, or has withdrawn it.
    #[default]
    None,
    /// The guardians of the team can, together.
    Given,
    /// The guardians or keys are others since, so the member must consent again.
    Outdated,
}

/// What a team says about recovery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamRecovery {
    /// The guardians; none if the team has no recovery.
    pub guardians: BTreeSet<AccountId>,
    /// How many of them are needed.
    pub threshold: u8,
    /// The members who consented, or must do so again.
    pub consents: Vec<(AccountId, ConsentState)>,
    /// Whether this account is asked to consent: it did not, or must do so again, and did not withdraw it.
    pub asks: bool,
    /// Guardians who have released a share, and of whose account.
    pub released: Vec<(AccountId, AccountId)>,
}

/// A consent or withdrawal that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentMade {
    /// It is in the directory.
    Stored,
    /// This account may not write there: an owner or manager does it, with this text.
    ToBeHanded(String),
}

/// A request that a guardian may answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRequest {
    /// The team.
    pub team: VaultId,
    /// The account to be opened.
    pub account: AccountId,
    /// Its name, if it is known.
    pub name: Option<String>,
}

impl Session {
    /// Chooses the guardians of a team, as an owner. Nobody ends the recovery of the team; who has consented is asked again.
    ///
    /// # Errors
    /// See [`GuardianError`].
    pub fn set_guardians(&mut self, team: VaultId, group: GuardianGroup) -> Result<(), GuardianError> {
        let (vault_key, directory) = self.administered(team)?;
        let vault = self.vaults.get(vault_key)?;
        if vault.role_of(&self.vaults.author.account) != Some(MemberRole::Owner) {
            return Err(GuardianError::NotPermitted);
        }
        let may = |account: &AccountId| directory.may_guard(&vault.roster, account);
        if !group.is_sound() || !group.accounts.iter().all(may) {
            return Err(GuardianError::Invalid);
        }
        let row = directory.guardians.as_ref().map(|(row, _)| *row);
        if directory.guardians.as_ref().is_some_and(|(_, known)| *known == group) {
            return Ok(());
        }
        let content = Content::Recovery(RecoveryContent::Guardians(group));
        self.write(|tx| tx.put_directory_item(vault_key, row, &content))?;
        Ok(())
    }

    /// Returns what a team says about recovery.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if the vault is no directory, or this account is no member of it.
    pub fn team_recovery(&self, team: VaultId) -> Result<TeamRecovery, SessionError> {
        let vault = self.vaults.find(team)?;
        let directory = self.directory_of(vault)?.ok_or(SessionError::NotFound)?;
        let pins = ConsentPins::read(&self.db)?;
        let group = directory.guardians.as_ref().map(|(_, group)| group.clone()).unwrap_or_default();
        let consents = directory.cards.values().filter_map(|(_, card)| {
            vault.roster.member(&card.account)?;
            let state = directory.consent_state(&vault.roster, card, &pins);
            (state != ConsentState::None).then_some((card.account, state))
        });
        let consents: Vec<_> = consents.collect();
        let own = self.account();
        let others = group.accounts.iter().filter(|account| **account != own);
        let others = others.filter(|account| directory.may_guard(&vault.roster, account)).count();
        let is_withdrawn = directory.cards.get(&own).is_some_and(|(_, card)| card.consent.terms.is_none());
        let asks = group.threshold >= 2
            && others >= usize::from(group.threshold)
            && directory.state(&own) == MemberState::Active
            && !is_withdrawn
            && !consents.contains(&(own, ConsentState::Given));
        Ok(TeamRecovery {
            consents,
            asks,
            released: directory.releases.iter().map(|(by, account, _)| (*by, *account)).collect(),
            guardians: group.accounts,
            threshold: group.threshold,
        })
    }

    /// Consents to recovery by the team's guardians. Takes about a second on all cores.
    ///
    /// # Errors
    /// See [`GuardianError`].
    pub fn consent_to_recovery(
        &mut self,
        team: VaultId,
        password: &SecretText,
    ) -> Result<ConsentMade, GuardianError> {
        let own = self.account();
        let vault = self.vaults.find(team)?;
        let directory = self.directory_of(vault)?.ok_or(GuardianError::NotFound)?;
        let (_, group) = directory.guardians.as_ref().ok_or(GuardianError::NotFound)?;
        let mut guardians: Vec<Certificate> = Vec::new();
        for account in group.accounts.iter().filter(|account| **account != own) {
            let member = vault.roster.member(account);
            let Some(member) = member.filter(|_| directory.may_guard(&vault.roster, account)) else {
                continue;
            };
            if !people::is_accepted(&self.db, member.certificate())? {
                return Err(GuardianError::OtherIdentity);
            }
            guardians.push(member.certificate().clone());
        }
        let threshold = group.threshold;
        if threshold < 2 || guardians.len() < usize::from(threshold) {
            return Err(GuardianError::TooFew);
        }
        let AccountParts { root, keyset, certificate, secret_key: _ } = self.account_parts(password)?;
        let (number, made_at) = self.next_consent(&own)?;
        let kind = RecoveryKind::Recovery;
        let plan = RecoveryPlan { kind, number, threshold, wait_days: 0, guardians: &guardians, made_at };
        let made = root.make_recovery(&keyset, &plan, &mut self.rng);
        let made = made.map_err(|error| match error {
            RecoveryPlanError::Terms => GuardianError::Invalid,
            RecoveryPlanError::Guardian => GuardianError::OtherIdentity,
        })?;
        let (consent, sealed, shares) = (made.consent, made.sealed, made.shares);
        self.hand_in(team, RecoveryCard { consent, sealed, certificate, guardians, shares })
    }

    /// Withdraws the consent of this account.
    ///
    /// # Errors
    /// [`GuardianError::NotConsented`] if there is none; see [`GuardianError`].
    pub fn withdraw_consent(
        &mut self,
        team: VaultId,
        password: &SecretText,
    ) -> Result<ConsentMade, GuardianError> {
        let own = self.account();
        let directory = self.directory_of(self.vaults.find(team)?)?.ok_or(GuardianError::NotFound)?;
        let (_, card) = directory.cards.get(&own).ok_or(GuardianError::NotConsented)?;
        if card.consent.terms.is_none() {
            return Err(GuardianError::NotConsented);
        }
        let AccountParts { root, certificate, .. } = self.account_parts(password)?;
        let (number, made_at) = self.next_consent(&own)?;
        let consent = root.withdraw_recovery(RecoveryKind::Recovery, number, made_at);
        let (sealed, guardians, shares) = (Vec::new(), Vec::new(), Vec::new());
        self.hand_in(team, RecoveryCard { consent, sealed, certificate, guardians, shares })
    }

    /// Puts the consent or withdrawal of a member who may not write there into the directory. Returns whose it is.
    ///
    /// # Errors
    /// See [`GuardianError`].
    pub fn add_recovery_card(&mut self, team: VaultId, text: &str) -> Result<AccountId, GuardianError> {
        let card = RecoveryCard::from_text(text).ok().and_then(SignedCard::verify);
        let card = card.ok_or(GuardianError::Text)?;
        let account = card.account;
        let vault = self.vaults.find(team)?;
        let member = vault.roster.member(&account).ok_or(GuardianError::NotFound)?;
        if member.identity.hash != card.card.certificate.hash() {
            return Err(GuardianError::Outdated);
        }
        let known = ConsentPins::read(&self.db)?;
        if known.of(&account).is_some_and(|pin| pin.number > card.consent.number || other(pin, &card)) {
            return Err(GuardianError::NotConsented);
        }
        self.store_card(team, card)?;
        Ok(account)
    }

    /// Returns the text with which a member begins a recovery on a new computer.
    ///
    /// # Errors
    /// See [`GuardianError`].
    pub fn recovery_offer(&self, team: VaultId, account: AccountId) -> Result<String, GuardianError> {
        let connection = self.connection()?.ok_or(GuardianError::NotConnected)?;
        let vault = self.vaults.find(team)?;
        let directory = self.directory_of(vault)?.ok_or(GuardianError::NotFound)?;
        let (_, card) = directory.cards.get(&account).ok_or(GuardianError::NotConsented)?;
        self.check_open(&directory, &vault.roster, card)?;
        let RecoveryCard { consent, sealed, certificate, guardians: _, shares: _ } = card.card.clone();
        let (address, issuer, key) = (connection.address, connection.issuer, connection.key);
        Ok(RecoveryOffer { address, issuer, key, consent, sealed, certificate }.to_text())
    }

    /// Returns whose request a text is.
    ///
    /// # Errors
    /// See [`GuardianError`]; that this account may answer is checked.
    pub fn read_recovery_request(&self, text: &str) -> Result<OpenRequest, GuardianError> {
        let request = RecoveryRequest::from_text(text).map_err(|_| GuardianError::Text)?;
        let asked = self.asked(&request)?;
        let vault = self.vaults.find(asked.team)?;
        let name = cards::name_of(&self.db, vault.vault_key, &vault.roster, &request.account)?;
        Ok(OpenRequest { team: asked.team, account: request.account, name })
    }

    /// Releases the share of this account for a request. `words` are those that the member has read out from the new computer. The
    /// directory says so to all members before anybody has the answer. Takes about a second on all cores.
    ///
    /// # Errors
    /// See [`GuardianError`].
    pub fn release_share(
        &mut self,
        text: &str,
        words: &str,
        password: &SecretText,
    ) -> Result<String, GuardianError> {
        let request = RecoveryRequest::from_text(text).map_err(|_| GuardianError::Text)?;
        let asked = self.asked(&request)?;
        let typed = words.split_whitespace().map(str::to_lowercase);
        if !typed.eq(request_words(&request.hash()).map(str::to_owned)) {
            return Err(GuardianError::WordsDiffer);
        }
        let AccountParts { keyset, certificate, .. } = self.account_parts(password)?;
        let own = certificate.verify().map_err(|_| SessionError::DatabaseDamaged)?;
        let Asked { team, card, position } = asked;
        let sealed = card.card.shares.get(position).ok_or(GuardianError::NotPermitted)?;
        let consent = &card.card.consent;
        let share = RecoveryShare::open(sealed, consent, &request.account, &keyset.identity, &own);
        let share = share.map_err(|_| GuardianError::Outdated)?;
        let release = share.release(&request, &keyset.identity, &mut self.rng);
        let release = release.map_err(|_| GuardianError::Text)?;
        let named = card.card.guardians.get(position).filter(|named| named.hash() != own.hash());
        let answer = RecoveryAnswer { release, signer: certificate, named: named.cloned() };
        let (vault_key, directory) = self.administered(team)?;
        let (account, hash) = (request.account, request.hash());
        // Asked for again, the answer is made again; it is said once.
        if !directory.releases.contains(&(self.account(), account, hash)) {
            let content = Content::Recovery(RecoveryContent::Release(account, hash));
            self.write(|tx| tx.put_directory_item(vault_key, None, &content))?;
        }
        Ok(answer.to_text())
    }

    /// Finds the consent on which a request is based, and the position of this account in it.
    fn asked(&self, request: &RecoveryRequest) -> Result<Asked, GuardianError> {
        let own = self.account();
        for directory in self.directories()? {
            let Some((_, card)) = directory.cards.get(&request.account) else { continue };
            if card.card.consent.hash() != request.consent || request.kind != card.consent.kind {
                continue;
            }
            let vault = self.vaults.find(directory.id)?;
            self.check_open(&directory, &vault.roster, card)?;
            let group = directory.guardians.as_ref().map(|(_, group)| group);
            let is_guardian = group.is_some_and(|group| group.accounts.contains(&own));
            let position = card.card.guardians.iter().position(|named| named.account_id() == own);
            if request.account == own || !is_guardian || !directory.may_guard(&vault.roster, &own) {
                return Err(GuardianError::NotPermitted);
            }
            let position = position.ok_or(GuardianError::NotPermitted)?;
            return Ok(Asked { team: directory.id, card: card.clone(), position });
        }
        Err(GuardianError::NotConsented)
    }

    /// Fails unless guardians may open an account with its consent: it works in the team, the consent is the latest that this
    /// computer has seen, and is for the present keys.
    fn check_open(
        &self,
        directory: &Directory,
        roster: &Roster,
        card: &SignedCard,
    ) -> Result<(), GuardianError> {
        let member = roster.member(&card.account).ok_or(GuardianError::NotPermitted)?;
        if directory.state(&card.account) != MemberState::Active {
            return Err(GuardianError::NotPermitted);
        }
        let pins = ConsentPins::read(&self.db)?;
        if card.consent.terms.is_none() || !pins.has(&card.account, &card.pin()) {
            return Err(GuardianError::NotConsented);
        }
        if !people::is_accepted(&self.db, member.certificate())? {
            return Err(GuardianError::OtherIdentity);
        }
        if member.identity.hash != card.card.certificate.hash() {
            return Err(GuardianError::Outdated);
        }
        Ok(())
    }

    /// The number of the next consent and its time. Numbers grow with the clock, so that devices of an account need no common
    /// count.
    fn next_consent(&self, own: &AccountId) -> Result<(u64, u64), SessionError> {
        let now = self.clock.now().0;
        let pins = ConsentPins::read(&self.db)?;
        let after = pins.of(own).map_or(1, |pin| pin.number.saturating_add(1));
        Ok((now.max(after), now))
    }

    fn hand_in(&mut self, team: VaultId, card: RecoveryCard) -> Result<ConsentMade, GuardianError> {
        let role = self.vaults.find(team)?.role_of(&self.vaults.author.account);
        if !role.is_some_and(MemberRole::may_rotate) {
            return Ok(ConsentMade::ToBeHanded(card.to_text()));
        }
        let card = SignedCard::verify(card).ok_or(SessionError::DatabaseDamaged)?;
        self.store_card(team, card)?;
        Ok(ConsentMade::Stored)
    }

    fn store_card(&mut self, team: VaultId, card: SignedCard) -> Result<(), GuardianError> {
        let (vault_key, directory) = self.administered(team)?;
        let row: Option<Row> = directory.cards.get(&card.account).map(|(row, _)| *row);
        let content = Content::Recovery(RecoveryContent::Card(Box::new(card)));
        self.write(|tx| tx.put_directory_item(vault_key, row, &content))?;
        Ok(())
    }
}

/// What a request asks for.
struct Asked {
    team: VaultId,
    card: SignedCard,
    /// Where this account is among the guardians, counted from 0.
    position: usize,
}

/// Whether a consent is another one than the known one with its number.
fn other(pin: &ConsentPin, card: &SignedCard) -> bool {
    pin.number == card.consent.number && *pin != card.pin()
}

impl Directory {
    /// Returns whether an account can be a guardian: an owner or manager who works in the team.
    fn may_guard(&self, roster: &Roster, account: &AccountId) -> bool {
        let member = roster.member(account);
        member.is_some_and(|member| member.role.may_rotate()) && self.state(account) == MemberState::Active
    }

    fn consent_state(&self, roster: &Roster, card: &SignedCard, pins: &ConsentPins) -> ConsentState {
        let Some(terms) = &card.consent.terms else { return ConsentState::None };
        let group = self.guardians.as_ref().map(|(_, group)| group);
        let present = |certificate: &Certificate| {
            let account = certificate.account_id();
            let member = roster.member(&account);
            self.may_guard(roster, &account)
                && member.is_some_and(|member| member.identity.hash == certificate.hash())
        };
        let same = group.is_some_and(|group| {
            let named = card.card.guardians.iter().map(Certificate::account_id);
            let wanted = group.accounts.iter().filter(|account| **account != card.account);
            terms.threshold == group.threshold && named.collect::<BTreeSet<_>>() == wanted.copied().collect()
        });
        let certificate: &SignedCertificate = &card.card.certificate;
        let own = roster.member(&card.account);
        let is_current = own.is_some_and(|member| member.identity.hash == certificate.hash());
        let given = same
            && is_current
            && pins.has(&card.account, &card.pin())
            && card.card.guardians.iter().all(present);
        if given { ConsentState::Given } else { ConsentState::Outdated }
    }
}
