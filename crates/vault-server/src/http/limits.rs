//! The limits that discovery states.

use vault_wire::message::Limits;

/// Those of the format; of an account's storage, as much as SQL can count.
pub const LIMITS: Limits = Limits { account_bytes: i64::MAX.cast_unsigned(), ..Limits::MAX };
