//! What separates the values of a table of any program.

/// Separators; of those that fit alike the first is taken.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at.
const ROWS: usize = 5;

/// Returns the separator of a table, and where its first row begins. A first line such as `sep=;`, which spreadsheets write,
/// names it. Otherwise it is the one that every one of the first rows has most of, outside of quotation marks.
pub(crate) fn find(text: &str) -> (u8, usize) {
    let begin = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + (rest.len() - rest.trim_start_matches(['\r', '\n']).len())
    };
    if let Some([separator, b'\r' | b'\n', ..]) = text.strip_prefix("sep=").map(str::as_bytes)
        && SEPARATORS.contains(separator)
    {
        return (*separator, begin("sep=;".len()));
    }
    let start = begin(0);
    let found = SEPARATORS.map(|separator| count(text.get(start..).unwrap_or_default(), separator));
    let mut best = (SEPARATORS[0], found[0]);
    for (separator, count) in SEPARATORS.into_iter().zip(found) {
        if count > best.1 {
            best = (separator, count);
        }
    }
    (best.0, start)
}

/// How many of a separator each of the first rows has at least, and all of them together.
fn count(text: &str, separator: u8) -> (usize, usize) {
    let (mut least, mut total, mut rows) = (usize::MAX, 0, 0);
    let (mut here, mut quoted, mut blank) = (0, false, true);
    for byte in text.bytes().chain([b'\n']) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if !blank {
                    (least, total, rows) = (least.min(here), total + here, rows + 1);
                }
                (here, blank) = (0, true);
                if rows == ROWS {
                    break;
                }
            }
            _ if byte == separator && !quoted => (here, blank) = (here + 1, false),
            _ => blank = false,
        }
    }
    (if rows == 0 { 0 } else { least }, total)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_separator_is_the_one_that_every_row_has_most() {
        for (text, separator, start) in [
            ("a,b\n1,2\n", b',', 0),
            ("name;user;pass\nMail, private;ann;x,y\n", b';', 0),
            ("\"name, first\";user;pass\n1;2;3\n", b';', 0),
            ("a,b,\"x;y;z;v;w\"\n", b',', 0),
            ("a\tb\r\n1,2,3\t4\r\n", b'\t', 0),
            ("a|b|c\n1|2|3\n", b'|', 0),
            ("sep=;\r\na;b,c,d\r\n", b';', 7),
            ("\r\n\r\na;b\n", b';', 4),
            // A row of a title alone has none.
            ("name;user\nmail\n", b';', 0),
            ("", b',', 0),
        ] {
            assert_eq!(find(text), (separator, start), "{text:?}");
        }
    }
}
