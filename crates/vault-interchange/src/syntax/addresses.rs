//! Lists of addresses in one value.

/// Splits a list of addresses at each comma that a scheme follows, and at one between two hosts without a path. Other commas
/// belong to an address.
pub(crate) fn addresses(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        let text = rest?;
        let comma = text.match_indices(',').enumerate().find(|(number, (at, _))| {
            let (before, after) =
                (text.get(..*at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
            // A host has no comma, so only the first one can follow a host. To look at all would take quadratic time.
            begins_with_scheme(after) || (*number == 0 && is_host_only(before) && begins_with_host(after))
        });
        let (first, others) = match comma {
            Some((_, (at, _))) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
            None => (text, None),
        };
        rest = others;
        Some(first)
    })
}

/// Whether an address ends with its host, so that a comma after it is not part of a path.
fn is_host_only(address: &str) -> bool {
    let rest = address.trim().split_once("://").map_or(address.trim(), |(_, rest)| rest);
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    !rest.is_empty() && !rest.contains(['/', '?', '#', ' '])
}

/// Whether a text begins with the name of a host, such as `www.example.com`, up to a comma, a path or its end.
fn begins_with_host(text: &str) -> bool {
    let name = text.trim_start_matches(' ').split([',', '/', ':', '?', '#']).next().unwrap_or_default();
    let of_label = |c: char| c.is_alphanumeric() || c == '-';
    let mut labels = name.split('.');
    let last = labels.next_back().unwrap_or_default();
    name.contains('.')
        && labels.all(|label| !label.is_empty() && label.chars().all(of_label))
        && last.chars().count() > 1
        && last.chars().all(char::is_alphabetic)
}

fn begins_with_scheme(text: &str) -> bool {
    let text = text.trim_start_matches(' ');
    let of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.trim_start_matches(of_scheme).starts_with("://")
}
