/// The error if both sides changed a part that cannot be merged into one item.
pub(super) struct Conflict;
