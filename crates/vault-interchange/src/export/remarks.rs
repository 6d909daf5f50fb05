//! Collects the remarks of an export.

use std::collections::BTreeMap;

use crate::limits;
use crate::report::{Outcome, Remark, name_in_remark};

/// Remarks, at most [`limits::REMARKS`]; further ones are counted.
#[derive(Default)]
pub(super) struct Remarks {
    list: Vec<Remark>,
    unlisted: u32,
    counted: BTreeMap<(&'static str, &'static str), (Outcome, u32)>,
}

impl Remarks {
    /// Adds a remark on a field of an item.
    pub(super) fn add(
        &mut self,
        position: u32,
        title: &str,
        field: &str,
        outcome: Outcome,
        reason: &'static str,
    ) {
        if self.list.len() >= limits::REMARKS {
            self.unlisted = self.unlisted.saturating_add(1);
            return;
        }
        let (title, field, reason) = (name_in_remark(title), name_in_remark(field), reason.to_owned());
        self.list.push(Remark { position, title, field, outcome, reason });
    }

    /// Counts a remark that concerns many items alike.
    pub(super) fn count(&mut self, field: &'static str, outcome: Outcome, reason: &'static str) {
        let (_, times) = self.counted.entry((field, reason)).or_insert((outcome, 0));
        *times = times.saturating_add(1);
    }

    /// Returns all remarks, those on the file last.
    pub(super) fn finish(mut self) -> Vec<Remark> {
        for ((field, reason), (outcome, times)) in self.counted {
            let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
            let reason = format!("{reason} ({times} in this file)");
            self.list.push(Remark {
                position: 0,
                title: String::new(),
                field: field.to_owned(),
                outcome,
                reason,
            });
        }
        if self.unlisted > 0 {
            let reason = format!("{} more remarks are not listed.", self.unlisted);
            let (title, field, outcome) = (String::new(), String::new(), Outcome::NotKept);
            self.list.push(Remark { position: 0, title, field, outcome, reason });
        }
        self.list
    }
}
