//! Walks over the keys of a keyboard, such as `qwertz`, `lkjh` or `1qay2wsx`.

/// Keys that a walk has at least, and one of letters alone: fewer neighbours occur in words.
const SHORTEST: usize = 4;
const SHORTEST_OF_LETTERS: usize = 5;

/// A row: the column of its first key, and what its keys write without and with Shift.
type Row = (usize, &'static str, &'static str);

/// The layouts of German, English and French keyboards. Each key touches those of the next column above and below.
const LAYOUTS: [[Row; 4]; 3] = [
    [
        (0, "^1234567890ß´", "°!\"§$%&/()=?`"),
        (1, "qwertzuiopü+", "QWERTZUIOPÜ*"),
        (1, "asdfghjklöä#", "ASDFGHJKLÖÄ'"),
        (0, "<yxcvbnm,.-", ">YXCVBNM;:_"),
    ],
    [
        (0, "`1234567890-=", "~!@#$%^&*()_+"),
        (1, "qwertyuiop[]\\", "QWERTYUIOP{}|"),
        (1, "asdfghjkl;'", "ASDFGHJKL:\""),
        (1, "zxcvbnm,./", "ZXCVBNM<>?"),
    ],
    [
        (0, "²&é\"'(-è_çà)=", "~1234567890°+"),
        (1, "azertyuiop^$", "AZERTYUIOP¨£"),
        (1, "qsdfghjklmù*", "QSDFGHJKLM%µ"),
        (0, "<wxcvbn,;:!", ">WXCVBN?./§"),
    ],
];

/// Returns the parts of a text that walk from key to touching key, in any direction.
pub(super) fn walks(text: &str) -> Vec<&str> {
    LAYOUTS.iter().flat_map(|layout| walks_on(layout, text)).collect()
}

fn walks_on<'t>(layout: &[Row; 4], text: &'t str) -> Vec<&'t str> {
    let mut found = Vec::new();
    let (mut start, mut keys, mut last) = (0, 0, None);
    let ends = text.char_indices().map(|(at, c)| (at, key(layout, c))).chain([(text.len(), None)]);
    for (at, next) in ends {
        let touches = matches!((last, next), (Some(last), Some(next)) if touch(last, next));
        if !touches {
            let walk = text.get(start..at).unwrap_or_default();
            let letters = walk.chars().all(char::is_alphabetic);
            if keys >= if letters { SHORTEST_OF_LETTERS } else { SHORTEST } {
                found.push(walk);
            }
            (start, keys) = (at, 0);
        }
        keys += 1;
        last = next;
    }
    found
}

/// Returns row and column of the key that writes a character.
fn key(layout: &[Row; 4], c: char) -> Option<(usize, usize)> {
    layout.iter().enumerate().find_map(|(row, (first, plain, shifted))| {
        let at = [plain, shifted].into_iter().find_map(|keys| keys.chars().position(|key| key == c))?;
        Some((row, first + at))
    })
}

fn touch(one: (usize, usize), other: (usize, usize)) -> bool {
    one != other && one.0.abs_diff(other.0) <= 1 && one.1.abs_diff(other.1) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_are_found_on_every_layout_and_in_both_directions() {
        for walk in [
            "qwertz",
            "ztrewq",
            "QWERTZ",
            "azerty",
            "qwertyuiop",
            "asdfghjklöä",
            "äölkjhgf",
            "poiuzt",
            "yxcvbnm",
            "wxcvbn",
            "1234567890ß",
            "0987654321",
            "!\"§$%&/",
            "1q2w3e4r",
            "1qay2wsx",
            "1qaz2wsx",
        ] {
            let longest = walks(walk).into_iter().map(|part| part.chars().count()).max();
            assert!(longest >= Some(SHORTEST), "{walk}");
        }
        assert!(walks("x!asdfgh-7").contains(&"asdfgh"));
    }

    #[test]
    fn words_and_random_characters_are_no_walks() {
        for text in ["", "a", "aaaaaaaa", "Gartenzwerg", "cactus-plunder-silo", "v7#Kq!2zRw9@", "🦀🦀🦀🦀🦀"]
        {
            assert_eq!(walks(text), [""; 0], "{text}");
        }
    }
}
