//! Members of vaults: who they are, changing them, inviting, and accepting an invitation.

use std::time::Duration;

use vault_engine::session::{Invited, Joining, MemberChange, MembersError, NewInvitation, Session};
use vault_engine::{AccountId, CertificateHash, InviteLink, SecretText, SignPublicKey, VaultId};
use vault_sync::cycle::{InvitationError, read_invitation};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::events::Event;
use crate::state::PendingInvitation;
use crate::tokens::make_token;
use crate::views::{
    ChangeKind, ChangeRequest, InvitationLinkView, InviteRequest, JoiningView, MembersView, OfferView,
    VaultView,
};

/// Entries of a log in one request.
const PAGE: u64 = 500;
/// The longest time for which an invitation is open, in days.
const MOST_DAYS: u32 = 30;

fn members(session: &Session, vault: VaultId) -> Result<MembersView> {
    let can_forget = session.can_forget_vault(vault)?;
    Ok(MembersView::new(vault.to_string(), session.members(vault)?, can_forget))
}

/// An id that the interface has from here: another one does not exist.
pub(super) fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| ErrorCode::NotFound.into())
}

impl Coffer {
    /// Returns the members of a vault, open invitations, and changes that wait.
    ///
    /// # Errors
    /// `not_found`, `locked`, or the disk.
    pub async fn members_get(&self, vault: VaultId) -> Result<MembersView> {
        self.read(move |session| members(session, vault)).await
    }

    /// Changes a member or an invitation. It is sent with the next synchronization.
    ///
    /// # Errors
    /// `password_needed` if the change concerns an owner and has no password; `member_not_permitted`,
    /// `member_unchanged`, `last_owner`, `member_changes_wait`, `wrong_password`, or the disk.
    pub async fn member_change(&self, request: ChangeRequest) -> Result<MembersView> {
        let ChangeRequest { vault, kind, account, role, invitation, password } = request;
        let vault: VaultId = id(&vault)?;
        let account = || id::<AccountId>(account.as_deref().unwrap_or_default());
        if kind == ChangeKind::Transfer {
            return self.transfer_ownership(vault, account()?, password).await;
        }
        let change = match kind {
            ChangeKind::Role => {
                MemberChange::Role { account: account()?, role: role.ok_or(ErrorCode::NotFound)?.into() }
            }
            ChangeKind::Remove => MemberChange::Remove { account: account()? },
            ChangeKind::Leave => MemberChange::Leave,
            ChangeKind::Revoke => {
                let key: SignPublicKey = id(invitation.as_deref().unwrap_or_default())?;
                MemberChange::Revoke { invitation: key }
            }
            ChangeKind::Close => MemberChange::Close,
            ChangeKind::RequireFactor => MemberChange::SecondFactor { required: true },
            ChangeKind::DropFactor => MemberChange::SecondFactor { required: false },
            ChangeKind::Invite | ChangeKind::Add | ChangeKind::Transfer | ChangeKind::Other => {
                return Err(ErrorCode::NotFound.into());
            }
        };
        let password = password.map(SecretText::new);
        self.sign(vault, move |session| session.change_members(vault, &change, password.as_ref())).await
    }

    async fn transfer_ownership(
        &self,
        vault: VaultId,
        account: AccountId,
        password: Option<String>,
    ) -> Result<MembersView> {
        let password = SecretText::new(password.ok_or(ErrorCode::PasswordNeeded)?);
        self.sign(vault, move |session| session.transfer_ownership(vault, account, &password)).await
    }

    /// Changes members, perhaps with the password.
    async fn sign(
        &self,
        vault: VaultId,
        change: impl FnOnce(&mut Session) -> std::result::Result<(), MembersError> + Send + 'static,
    ) -> Result<MembersView> {
        let changed = self
            .actor
            .call(move |state| {
                // A wrong password delays the next attempt.
                let changed = state.ask(|session| match change(session) {
                    Err(MembersError::Keys(keys)) => Err(keys),
                    other => Ok(other),
                })?;
                changed.map_err(ErrorView::from)?;
                members(state.session()?, vault)
            })
            .await?;
        self.events.send(Event::ItemsChanged);
        Ok(changed)
    }

    /// Withdraws a change that was not sent yet, or removes the notice that it had no effect.
    ///
    /// # Errors
    /// `not_found`, or the disk.
    pub async fn member_change_withdraw(&self, vault: VaultId, change: i32) -> Result<MembersView> {
        self.change(move |session| {
            session.withdraw_change(vault, change.into())?;
            members(session, vault)
        })
        .await
    }

    /// Invites somebody into a vault, and returns the link to pass on.
    ///
    /// # Errors
    /// `home_not_shared`, `member_not_permitted`, `invalid_input` for a name, or the disk.
    pub async fn member_invite(&self, request: InviteRequest) -> Result<InvitationLinkView> {
        let InviteRequest { vault, role, days, name, own_name } = request;
        let vault: VaultId = id(&vault)?;
        let days = Duration::from_hours(24) * days.clamp(1, MOST_DAYS);
        let now = self.clock.now();
        let expires_at = vault_engine::clock::Timestamp(
            now.0.saturating_add(u64::try_from(days.as_millis()).unwrap_or(u64::MAX)),
        );
        let new = NewInvitation { role: role.into(), expires_at, name: name.trim().to_owned(), own_name };
        self.change(move |session| {
            let link = session.invite(vault, &new).map_err(ErrorView::from)?;
            Ok(InvitationLinkView { link: link.expose().to_owned() })
        })
        .await
    }

    /// Returns the link of an open invitation that was made on this computer.
    ///
    /// # Errors
    /// `not_found`, or the disk.
    pub async fn invitation_link(&self, vault: VaultId, invitation: String) -> Result<InvitationLinkView> {
        let key: SignPublicKey = id(&invitation)?;
        self.read(move |session| {
            let link = session.invitation_link(vault, &key)?;
            Ok(InvitationLinkView { link: link.expose().to_owned() })
        })
        .await
    }

    /// Returns the text of an invitation, to be copied.
    ///
    /// # Errors
    /// `invitation_malformed`.
    pub fn invitation(text: SecretText) -> Result<SecretText> {
        match InviteLink::from_text(&text) {
            Ok(_) => Ok(text),
            Err(_) => Err(ErrorCode::InvitationMalformed.into()),
        }
    }

    /// Makes an account that answered an invitation a member, or declines it.
    ///
    /// # Errors
    /// `not_found`, `member_identity_changed`, or the disk.
    pub async fn answer_decide(&self, vault: VaultId, account: String, accept: bool) -> Result<MembersView> {
        let account: AccountId = id(&account)?;
        self.change(move |session| {
            let done = if accept {
                session.confirm_answer(vault, &account)
            } else {
                session.decline_answer(vault, &account)
            };
            done.map_err(ErrorView::from)?;
            members(session, vault)
        })
        .await
    }

    /// Stores that people have compared the words of a member.
    ///
    /// # Errors
    /// `not_found` if it has another identity by now, or the disk.
    pub async fn member_verify(
        &self,
        vault: VaultId,
        account: String,
        certificate: String,
    ) -> Result<MembersView> {
        let (account, certificate): (AccountId, CertificateHash) = (id(&account)?, id(&certificate)?);
        self.change(move |session| {
            session.verify_member(vault, &account, &certificate)?;
            members(session, vault)
        })
        .await
    }

    /// Sets how this account is called in a vault.
    ///
    /// # Errors
    /// `invalid_input` for the name, `vault_not_writable`, or the disk.
    pub async fn member_name_set(&self, vault: VaultId, name: String) -> Result<MembersView> {
        self.change(move |session| {
            session.set_own_name(vault, &name).map_err(ErrorView::from)?;
            members(session, vault)
        })
        .await
    }

    /// Keeps an invitation that the system opened with the program, in place of an earlier one, until the interface reads
    /// it. A text that is none is ignored.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn invitation_opened(&self, text: SecretText) -> Result<()> {
        if InviteLink::from_text(&text).is_err() {
            return Ok(());
        }
        self.actor
            .call(move |state| {
                state.invitation = Some(text);
                Ok(())
            })
            .await?;
        self.events.send(Event::InvitationOpened);
        Ok(())
    }

    /// Reads the vault of an invitation from the server, and returns what it offers. Without a text it is the one that the
    /// system opened with the program.
    ///
    /// # Errors
    /// `invitation_malformed`, `invitation_not_open`, `invitation_expired`, `invitation_other_log`, `already_member`,
    /// `not_connected`, or why the server cannot be used.
    pub async fn invitation_read(&self, text: Option<SecretText>) -> Result<OfferView> {
        if let Some(text) = text {
            return self.read_invitation(text).await;
        }
        let opened =
            self.actor.call(|state| Ok(state.invitation.as_ref().map(SecretText::duplicate))).await?;
        let read = self.read_invitation(opened.ok_or(ErrorCode::NotFound)?).await;
        let is_unread = read.as_ref().is_err_and(|error| {
            matches!(error.code, ErrorCode::NotConnected | ErrorCode::Locked | ErrorCode::ServerUnreachable)
        });
        if !is_unread {
            self.actor
                .call(|state| {
                    state.invitation = None;
                    Ok(())
                })
                .await?;
        }
        read
    }

    async fn read_invitation(&self, text: SecretText) -> Result<OfferView> {
        let link = InviteLink::from_text(&text).map_err(|_| ErrorCode::InvitationMalformed)?;
        let vault = link.vault_id;
        let (account, own) = self
            .read(move |session| {
                if session.connection()?.is_none() {
                    return Err(ErrorCode::NotConnected.into());
                }
                if !session.can_join(vault) {
                    return Err(ErrorCode::AlreadyMember.into());
                }
                Ok((session.account(), session.certificate_hash()))
            })
            .await?;
        let session = self.sync.session().ok_or(ErrorCode::ServerUnreachable)?;
        let read = read_invitation(&session, account, Invited::new(link), PAGE).await;
        let invited = read.map_err(|error| match error {
            // The server does not say whether the vault exists.
            InvitationError::Server(error) if error.code() == Some(vault_sync::ProblemCode::NotFound) => {
                ErrorCode::InvitationNotOpen.into()
            }
            InvitationError::Server(error) => ErrorView::from(error),
            InvitationError::Log(failure) => failure.into(),
        })?;
        let offer = invited.offer().map_err(ErrorView::from)?;
        if offer.expires_at < self.clock.now() {
            return Err(ErrorCode::InvitationExpired.into());
        }
        let token = make_token(&mut (self.make_rng)());
        self.actor
            .call(move |state| {
                let open = state.open()?;
                let name = open.session.known_name(&offer.inviter)?;
                let link = invited.link();
                let vault = open.session.known_vault_name(link.vault_id, &link.genesis_hash)?;
                let view = OfferView::new(token.clone(), &offer, (vault, name), &own);
                open.invitation = Some(PendingInvitation { token, invited });
                Ok(view)
            })
            .await
    }

    /// Accepts the invitation that was read last. The answer is sent with the next synchronization.
    ///
    /// # Errors
    /// `not_found` if it is not the one that was read, `invalid_input` for the name, or the disk.
    pub async fn invitation_accept(&self, token: String, name: String) -> Result<Vec<JoiningView>> {
        let joining = self
            .actor
            .call(move |state| {
                let open = state.open()?;
                let pending = open.invitation.take_if(|pending| pending.token == token);
                let pending = pending.ok_or(ErrorCode::NotFound)?;
                if let Err(error) = open.session.accept_invitation(&pending.invited, &name) {
                    open.invitation = Some(pending);
                    return Err(error.into());
                }
                joining(&open.session)
            })
            .await?;
        self.sync.signals().now();
        Ok(joining)
    }

    /// Lists the accepted invitations whose vaults are not here yet.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn joining_list(&self) -> Result<Vec<JoiningView>> {
        self.read(|session| joining(session)).await
    }

    /// Forgets an accepted invitation. If the account is made a member nevertheless, the vault is not joined.
    ///
    /// # Errors
    /// `not_found`, or the disk.
    pub async fn joining_withdraw(&self, vault: VaultId) -> Result<Vec<JoiningView>> {
        self.read(move |session| {
            session.withdraw_joining(vault)?;
            joining(session)
        })
        .await
    }

    /// Removes a vault of which this account is no member any more from the profile.
    ///
    /// # Errors
    /// `vault_shared` if it is a member, `not_found`, or the disk.
    pub async fn vault_forget(&self, vault: VaultId) -> Result<Vec<VaultView>> {
        self.change(move |session| {
            session.forget_vault(vault)?;
            Ok(session.vaults()?.into_iter().map(Into::into).collect())
        })
        .await
    }
}

fn joining(session: &Session) -> Result<Vec<JoiningView>> {
    let own = session.certificate_hash();
    let view = |joining: &Joining| Ok(JoiningView::new(joining, session.known_name(&joining.inviter)?, &own));
    session.joining()?.iter().map(view).collect()
}
