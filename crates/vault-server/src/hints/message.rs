//! What nodes send each other: ids of what changed, and nothing else.

use std::fmt::Write as _;

use super::change::Change;

/// The most changes of a message.
pub const CHANGES: usize = 200;
/// The longest message, in bytes. PostgreSQL sends no longer ones.
const LEN: usize = 7999;
/// The version, which is its first word.
const VERSION: &str = "1";

/// The number of a node, random at each start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId(pub u64);

/// A message: words with single spaces between, the version, the node, and `v`, `i` or `a` with an id for each vault, invited vault and account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The node that sent it.
    pub from: NodeId,
    /// What changed; nothing in a message by which a node finds out whether messages arrive.
    pub changes: Vec<Change>,
}

impl Message {
    /// The text.
    pub fn encode(&self) -> String {
        let mut text = String::with_capacity(LEN);
        // Writing to a text does not fail.
        let _ = write!(text, "{VERSION} {:016x}", self.from.0);
        for change in &self.changes {
            let _ = match change {
                Change::Vault(id) => write!(text, " v{id}"),
                Change::Beside(id) => write!(text, " i{id}"),
                Change::Account(id) => write!(text, " a{id}"),
            };
        }
        text
    }

    /// Parses what anybody may have sent; `None` if it has another form.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > LEN {
            return None;
        }
        let mut words = str::from_utf8(bytes).ok()?.split(' ');
        words.next().filter(|version| *version == VERSION)?;
        let from = words.next().filter(|word| word.len() == 16)?;
        let from = NodeId(u64::from_str_radix(from, 16).ok()?);
        let change = |word: &str| match word.split_at_checked(1)? {
            ("v", id) => id.parse().ok().map(Change::Vault),
            ("i", id) => id.parse().ok().map(Change::Beside),
            ("a", id) => id.parse().ok().map(Change::Account),
            _ => None,
        };
        let changes: Option<Vec<_>> = words.map(change).collect();
        changes.filter(|changes| changes.len() <= CHANGES).map(|changes| Self { from, changes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vault_wire::{AccountId, VaultId};

    #[test]
    fn the_longest_message_fits_and_is_read_as_it_was_written() {
        let ids = (0..=u8::MAX).map(|number| [number; 16]);
        let changes = ids.flat_map(|id| {
            [Change::Vault(VaultId::from_bytes(id)), Change::Account(AccountId::from_bytes(id))]
        });
        let message = Message { from: NodeId(u64::MAX), changes: changes.take(CHANGES).collect() };
        let text = message.encode();
        assert!(text.len() <= LEN);
        assert_eq!(Message::parse(text.as_bytes()), Some(message));
        let probe = Message { from: NodeId(1), changes: Vec::new() };
        assert_eq!(Message::parse(probe.encode().as_bytes()), Some(probe));
    }

    #[test]
    fn what_has_another_form_is_no_message() {
        let id = "00112233445566778899aabbccddeeff";
        let node = "0123456789abcdef";
        assert!(Message::parse(format!("1 {node} v{id}").as_bytes()).is_some());
        for text in [
            String::new(),
            "1".to_owned(),
            format!("2 {node} v{id}"),
            format!("1 {node} x{id}"),
            format!("1 {node} v{}", &id[1..]),
            format!("1 {node} v{}", id.to_uppercase()),
            format!("1 {node} v{id} "),
            format!("1 {node}  v{id}"),
            format!("1 {node} é"),
            format!("1 {} v{id}", &node[1..]),
            format!("1 +{} v{id}", &node[1..]) + "z",
            format!("1 {node}{}", format!(" v{id}").repeat(CHANGES + 1)),
            format!("1 {node}{}", " ".repeat(LEN)),
        ] {
            assert_eq!(Message::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Message::parse(b"1 0123456789abcdef \xff"), None);
    }
}
