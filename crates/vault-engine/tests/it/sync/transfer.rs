//! Handing a vault over to another member.

use vault_engine::session::{ChangeProblem, MemberChange, MembersError};
use vault_engine::{AccountId, MemberRole, SecretText, VaultId};
use vault_wire::log::RejectReason;

use super::device::Device;
use super::sharing::{Server, founder, member};
use crate::support::PASSWORD;

impl Device {
    fn hand_over(&mut self, vault: VaultId, account: AccountId) -> Result<(), MembersError> {
        self.session.transfer_ownership(vault, account, &SecretText::from(PASSWORD))
    }
}

#[test]
fn ownership_is_handed_over_in_one_record() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    assert!(alice.session.solely_owned().unwrap().is_empty(), "nobody else is in it");
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    let (own, other) = (alice.account(), bob.account());
    assert_eq!(alice.session.solely_owned().unwrap(), ["Team"]);
    let refused = bob.hand_over(vault, own);
    assert!(matches!(refused, Err(MembersError::Rejected(RejectReason::Role))), "{refused:?}");
    let before = server.logs.entries(vault).len();
    alice.hand_over(vault, other).unwrap();
    let again = alice.hand_over(vault, other);
    assert!(matches!(again, Err(MembersError::ChangesWait)), "{again:?}");
    alice.change(&mut server, vault);
    assert_eq!(server.logs.entries(vault).len(), before + 1);
    assert_eq!(alice.role_of(vault, own), Some(MemberRole::Manager));
    assert_eq!(alice.role_of(vault, other), Some(MemberRole::Owner));
    assert!(alice.session.solely_owned().unwrap().is_empty());
    bob.follow(&server, vault);
    assert_eq!(bob.session.solely_owned().unwrap(), ["Team"]);
    alice.restart().session.check_log().unwrap();
}

#[test]
fn transfer_that_others_overtook_changes_nothing() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    let mut mia = member(&mut server, &mut alice, vault, 3, MemberRole::Manager);
    let own = alice.account();
    alice.pull(&server.logs, vault);
    alice.hand_over(vault, bob.account()).unwrap();
    // A manager is quicker to remove the new owner.
    let removal = MemberChange::Remove { account: bob.account() };
    mia.follow(&server, vault);
    mia.session.change_members(vault, &removal, None).unwrap();
    mia.change(&mut server, vault);
    alice.change(&mut server, vault);
    assert_eq!(alice.role_of(vault, own), Some(MemberRole::Owner));
    let [lost] = alice.session.pending_changes(vault).unwrap().try_into().unwrap();
    assert_eq!(lost.problem, Some(ChangeProblem::PasswordAgain));
    // What had no effect does not count as waiting.
    let vaults = alice.session.vaults().unwrap();
    assert_eq!(vaults.iter().find(|found| found.id == vault).unwrap().sharing.pending, 0);
}
