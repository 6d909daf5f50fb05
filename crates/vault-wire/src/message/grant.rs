//! Lists of grants and of answers to invitations.

use crate::AccountId;
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::grant::Grant;
use crate::invitation::Answer;
use crate::message::{MAX_ANSWERS, MAX_GRANTS};

/// Grants uploaded together, as after a new epoch: one for each member, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantList {
    /// The grants.
    pub grants: Vec<Grant>,
}

impl GrantList {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for GrantList {
    const MAX_LEN: usize = 5 + Grant::MAX_LEN * 256;

    fn write(&self) -> Array {
        let grants = self.grants.iter().fold(Array::new(), |list, grant| list.array(&grant.write()));
        Array::new().uint(Self::VERSION).array(&grants)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        reader.version(Self::VERSION)?;
        Ok(Self { grants: reader.nonempty_list(MAX_GRANTS, Grant::read)? })
    }
}

/// Members for whom the server has no grant of the present epoch, by what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LackingGrants {
    /// The present epoch.
    pub epoch: u32,
    /// The first of them, ascending.
    pub accounts: Vec<AccountId>,
}

impl LackingGrants {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for LackingGrants {
    const MAX_LEN: usize = 2 + 5 + 3 + 17 * 256;

    fn write(&self) -> Array {
        let Self { epoch, accounts } = self;
        let accounts = accounts.iter().fold(Array::new(), |list, account| list.bytes(account.as_bytes()));
        Array::new().uint(Self::VERSION).uint((*epoch).into()).array(&accounts)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.version(Self::VERSION)?;
        let lacking = Self { epoch: reader.uint32()?, accounts: reader.list(MAX_GRANTS, Reader::fixed)? };
        let is_ascending = lacking.accounts.is_sorted_by(|a, b| a < b);
        if is_ascending { Ok(lacking) } else { Err(DecodeError::Malformed) }
    }
}

/// Answers to invitations that wait for a member who may add members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerList {
    /// The answers, oldest first.
    pub answers: Vec<Answer>,
}

impl AnswerList {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for AnswerList {
    const MAX_LEN: usize = 5 + Answer::MAX_LEN * 1024;

    fn write(&self) -> Array {
        let answers = self.answers.iter().fold(Array::new(), |list, answer| list.array(&answer.write()));
        Array::new().uint(Self::VERSION).array(&answers)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        reader.version(Self::VERSION)?;
        Ok(Self { answers: reader.list(MAX_ANSWERS, Answer::read)? })
    }
}
