//! Merge of lists as ordered sets: additions and removals of both sides are applied.

use std::collections::BTreeMap;

use super::choice::Choice;

/// An element and its version in each of the three lists.
pub(super) struct Found<'a, T> {
    pub(super) base: Option<&'a T>,
    pub(super) log: Option<&'a T>,
    pub(super) local: Option<&'a T>,
    /// Its index in the base's list, if present there.
    base_at: usize,
}

impl<T> Found<'_, T> {
    /// Returns whether the element is not in the base.
    pub(super) fn is_added(&self) -> bool {
        self.base.is_none()
    }

    fn is_on_both(&self) -> bool {
        self.log.is_some() && self.local.is_some()
    }
}

/// An element's key, and its 1-based number among the elements with the same key in its list.
type OccurrenceKey<K> = (K, usize);

/// The three lists of a merge.
pub(super) struct Lists<'a, T> {
    pub(super) base: &'a [T],
    pub(super) log: &'a [T],
    pub(super) local: &'a [T],
}

impl<'a, T> Lists<'a, T> {
    /// Merges the lists and returns the remaining elements in their new order.
    ///
    /// An element that one side removed stays if the other changed it, as determined by `is_changed(base, side)`.
    /// Repeated keys in a list are matched by their order: the first with the first, the second with the second.
    pub(super) fn merge<K: Ord + Copy>(
        &self,
        key: impl Fn(&'a T) -> K,
        is_changed: impl Fn(&T, &T) -> bool,
    ) -> Vec<Found<'a, T>> {
        let (base, log, local) =
            (numbered(self.base, &key), numbered(self.log, &key), numbered(self.local, &key));
        let mut found: BTreeMap<OccurrenceKey<K>, Found<'a, T>> = BTreeMap::new();
        let mut times: BTreeMap<K, [usize; 3]> = BTreeMap::new();
        let new = || Found { base: None, log: None, local: None, base_at: 0 };
        for (at, ((key, nth), element)) in base.iter().enumerate() {
            let found = found.entry((*key, *nth)).or_insert_with(new);
            (found.base, found.base_at) = (Some(*element), at);
            let [in_base, _, _] = times.entry(*key).or_default();
            *in_base = *nth;
        }
        for ((key, nth), element) in &log {
            found.entry((*key, *nth)).or_insert_with(new).log = Some(*element);
            let [_, in_log, _] = times.entry(*key).or_default();
            *in_log = *nth;
        }
        for ((key, nth), element) in &local {
            found.entry((*key, *nth)).or_insert_with(new).local = Some(*element);
            let [_, _, in_local] = times.entry(*key).or_default();
            *in_local = *nth;
        }
        found.retain(|(key, nth), found| {
            let [base, log, local] = times.get(key).copied().unwrap_or_default();
            let wanted = match Choice::between(&base, &log, &local) {
                Choice::Both => log.max(local),
                choice => choice.take(log, local),
            };
            let changed = || {
                found.base.zip(found.log.or(found.local)).is_some_and(|(base, side)| is_changed(base, side))
            };
            *nth <= wanted || changed()
        });
        let head = |list: &[(OccurrenceKey<K>, &T)]| list.first().map(|(key, _)| *key);
        let kept = |list: &[(OccurrenceKey<K>, &T)]| {
            list.iter().map(|(key, _)| *key).filter(|key| found.contains_key(key)).collect::<Vec<_>>()
        };
        let sides = Interleave {
            log: kept(&log),
            local: kept(&local),
            log_has_new_head: head(&log) != head(&base),
            local_has_new_head: head(&local) != head(&base),
        };
        let order = sides.interleave(&found);
        order.iter().filter_map(|key| found.remove(key)).collect()
    }
}

/// Numbers equal keys by their order, starting at 1.
fn numbered<'a, T, K: Ord + Copy>(list: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<(OccurrenceKey<K>, &'a T)> {
    let mut seen: BTreeMap<K, usize> = BTreeMap::new();
    let number = |element| {
        let key = key(element);
        let before = seen.entry(key).or_default();
        *before += 1;
        ((key, *before), element)
    };
    list.iter().map(number).collect()
}

/// The keys that stay, in the order of each side.
struct Interleave<K> {
    log: Vec<OccurrenceKey<K>>,
    local: Vec<OccurrenceKey<K>>,
    log_has_new_head: bool,
    local_has_new_head: bool,
}

impl<K: Ord + Copy> Interleave<K> {
    /// Uses the order of the side that moved elements (the log's if both or neither did), and inserts each element that
    /// only the other side has after its predecessor there.
    fn interleave<T>(&self, found: &BTreeMap<OccurrenceKey<K>, Found<'_, T>>) -> Vec<OccurrenceKey<K>> {
        let moved = |keys: &[OccurrenceKey<K>]| {
            let dirs = keys.iter().filter_map(|key| found.get(key)).filter(|found| !found.is_added());
            !dirs.is_sorted_by_key(|found| found.base_at)
        };
        let local_leads = moved(&self.local) && !moved(&self.log);
        let (leading, following) =
            if local_leads { (&self.local, &self.log) } else { (&self.log, &self.local) };
        let on_both = |key: &OccurrenceKey<K>| found.get(key).is_some_and(Found::is_on_both);

        let mut behind: BTreeMap<Option<OccurrenceKey<K>>, Vec<OccurrenceKey<K>>> = BTreeMap::new();
        let mut anchor = None;
        for key in following {
            if on_both(key) {
                anchor = Some(*key);
            } else {
                behind.entry(anchor).or_default().push(*key);
            }
        }

        // The first element is the main one: a new first element stays first, the log's before the local one.
        let keeps_head = if local_leads {
            self.local_has_new_head && !self.log_has_new_head
        } else {
            self.log_has_new_head
        };
        let is_new = |key: &&OccurrenceKey<K>| !on_both(key) && found.get(key).is_some_and(Found::is_added);
        let heads = if keeps_head { leading.iter().take_while(is_new).count() } else { 0 };

        let mut interleaved: Vec<OccurrenceKey<K>> = leading.iter().take(heads).copied().collect();
        interleaved.append(&mut behind.remove(&None).unwrap_or_default());
        for key in leading.iter().skip(heads) {
            interleaved.push(*key);
            interleaved.append(&mut behind.remove(&Some(*key)).unwrap_or_default());
        }
        interleaved
    }
}
