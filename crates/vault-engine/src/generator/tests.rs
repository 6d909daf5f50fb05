use std::collections::BTreeMap;
use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

use crate::generator::draw::below;
use crate::generator::*;

/// A deterministic random number generator: SHA-256 of a counter.
struct Stream(u64);

impl TryRng for Stream {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|number| (number >> 32).try_into().unwrap())
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 += 1;
        Ok(u64::from_be_bytes(Sha256::digest(self.0.to_be_bytes())[..8].try_into().unwrap()))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill_with(|| {
            Sha256::digest({
                self.0 += 1;
                self.0.to_be_bytes()
            })[0]
        });
        Ok(())
    }
}
impl TryCryptoRng for Stream {}

/// A random number generator that always returns the same number.
struct Stuck(u32);

impl TryRng for Stuck {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0)
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.into())
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(0);
        Ok(())
    }
}
impl TryCryptoRng for Stuck {}

const ALL: Classes = Classes { lower: true, upper: true, digits: true, symbols: true };
const DIGITS: Classes = Classes { lower: false, upper: false, digits: true, symbols: false };

fn characters(length: usize, classes: Classes, avoid_ambiguous: bool) -> Recipe {
    Recipe::Characters { length, classes, avoid_ambiguous }
}

fn words(count: usize, separator: Separator, capitalize: bool, number: bool) -> Recipe {
    Recipe::Words { list: WordList::English, count, separator, capitalize, number }
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9, "{a} {b}");
}

#[test]
fn texts_contain_every_chosen_class_and_no_other() {
    let mut rng = Stream(0);
    for length in (4..=128).chain([4; 200]) {
        let made = generate(&characters(length, ALL, true), &mut rng).unwrap();
        let text = made.text.expose();
        assert_eq!(text.len(), length);
        assert!(ALL.chosen(true).iter().all(|class| text.bytes().any(|c| class.contains(&c))), "{text}");
        assert!(!text.contains(['0', 'O', '1', 'l', 'I', '|']), "{text}");
    }
    let made = generate(&characters(64, DIGITS, false), &mut rng).unwrap();
    assert!(made.text.expose().bytes().all(|c| c.is_ascii_digit()));
    close(made.entropy_bits, 64.0 * 10_f64.log2());
}

#[test]
fn entropy_agrees_with_enumeration() {
    let classes = [b"ab".to_vec(), b"123".to_vec(), b"!".to_vec()];
    let all = classes.concat();
    let mut allowed = 0_u32;
    for n in 0..6_usize.pow(4) {
        let text: Vec<u8> = (0..4).map(|place| all[n / 6_usize.pow(place) % 6]).collect();
        allowed += u32::from(classes.iter().all(|class| text.iter().any(|c| class.contains(c))));
    }
    close(characters::entropy(&classes, 4), f64::from(allowed).log2());
    let four = characters::entropy(&ALL.chosen(false), 4);
    close(four, (24.0_f64 * 26.0 * 26.0 * 10.0 * 28.0).log2());
    assert!(characters::entropy(&ALL.chosen(false), 128).is_finite());
}

#[test]
fn draws_are_uniform() {
    let mut rng = Stream(7);
    let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
    for _ in 0..60_000 {
        *seen.entry(below(6, &mut rng).unwrap()).or_default() += 1;
    }
    // Five standard deviations of 60,000 draws with a probability of 1/6.
    assert!(seen.len() == 6 && seen.values().all(|n| n.abs_diff(10_000) < 457), "{seen:?}");

    // With a modulo reduction of 2^32 to 3·2^30, the lower third would be twice as likely.
    let limit = 3 << 30;
    let low = (0..9_000).filter(|_| below(limit, &mut rng).unwrap() < 1 << 30).count();
    assert!(low.abs_diff(3_000) < 224, "{low}");
}

#[test]
fn constrained_texts_are_uniform() {
    // Fixing a text to contain each class would favour some texts; redrawing does not. Two classes, length 4.
    let mut rng = Stream(11);
    let classes = Classes { lower: true, digits: true, ..Classes::default() };
    let mut digits = [0_u32; 5];
    for _ in 0..20_000 {
        let made = generate(&characters(4, classes, false), &mut rng).unwrap();
        digits[made.text.expose().bytes().filter(u8::is_ascii_digit).count()] += 1;
    }
    let ways = |d: i32, choose: f64| choose * 10_f64.powi(d) * 26_f64.powi(4 - d);
    let expected = [0.0, ways(1, 4.0), ways(2, 6.0), ways(3, 4.0), 0.0];
    let total: f64 = expected.iter().sum();
    for (seen, expected) in digits.iter().zip(expected) {
        let chance = expected / total;
        let sigma = (20_000.0 * chance * (1.0 - chance)).sqrt();
        assert!((f64::from(*seen) - 20_000.0 * chance).abs() <= 5.0 * sigma, "{digits:?}");
    }
}

#[test]
fn the_word_lists_are_clean() {
    for (list, number, longest) in [(WordList::English, 7_772, 9), (WordList::German, 7_423, 12)] {
        let words = list.words();
        assert_eq!(words.len(), number);
        assert!(words.is_sorted_by(|a, b| a < b));
        // In alphabetical order a word is followed by the words it is a prefix of.
        assert!(!words.windows(2).any(|pair| pair[1].starts_with(pair[0])), "a word is a prefix of another");
        let plain = |word: &&str| word.bytes().all(|c| c.is_ascii_lowercase());
        assert!(words.iter().all(|word| (3..=longest).contains(&word.len()) && plain(word)));
    }
}

#[test]
fn passphrases_consist_of_listed_words() {
    let mut rng = Stream(3);
    for (separator, between) in [
        (Separator::Hyphen, '-'),
        (Separator::Space, ' '),
        (Separator::Dot, '.'),
        (Separator::Underscore, '_'),
    ] {
        let made = generate(&words(6, separator, false, false), &mut rng).unwrap();
        let parts: Vec<&str> = made.text.expose().split(between).collect();
        assert_eq!(parts.len(), 6);
        assert!(parts.iter().all(|part| WordList::English.words().binary_search(part).is_ok()), "{parts:?}");
        close(made.entropy_bits, 6.0 * 7_772_f64.log2());
    }
    let made = generate(&words(5, Separator::Digit, true, true), &mut rng).unwrap();
    let text = made.text.expose();
    assert_eq!(text.bytes().filter(u8::is_ascii_digit).count(), 5);
    let parts: Vec<&str> = text.split(|c: char| c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    assert_eq!(parts.len(), 5);
    assert!(parts.iter().all(|part| part.starts_with(|c: char| c.is_ascii_uppercase())), "{text}");
    close(made.entropy_bits, 5.0 * 7_772_f64.log2() + 4.0 * 10_f64.log2() + 10_f64.log2() + 5_f64.log2());
}

#[test]
fn pins_are_digits_without_sequences() {
    let made = generate(&Recipe::Pin { length: 6 }, &mut Stream(5)).unwrap();
    assert!(made.text.expose().len() == 6 && made.text.expose().bytes().all(|c| c.is_ascii_digit()));
    close(made.entropy_bits, (1e6_f64 - 30.0).log2());
    let mut rng = Stream(17);
    for _ in 0..3_000 {
        let made = generate(&Recipe::Pin { length: 3 }, &mut rng).unwrap();
        let digits: Vec<u32> = made.text.expose().chars().map(|c| c.to_digit(10).unwrap()).collect();
        assert!(!pin::is_trivial(&digits), "{digits:?}");
    }
    for length in 3..=5 {
        let all = 0..10_u32.pow(length);
        let allowed = all.filter(|n| {
            let digits: Vec<u32> = (0..length).map(|place| n / 10_u32.pow(place) % 10).collect();
            !pin::is_trivial(&digits)
        });
        let allowed = u32::try_from(allowed.count()).unwrap();
        close(pin::entropy(usize::try_from(length).unwrap()), f64::from(allowed).log2());
    }
    for sequence in [[1, 2, 3, 4], [9, 0, 1, 2], [3, 2, 1, 0], [7, 7, 7, 7]] {
        assert!(pin::is_trivial(&sequence));
    }
    assert!(!pin::is_trivial(&[1, 2, 3, 5]) && !pin::is_trivial(&[1, 1, 1, 2]));
}

fn rules(length: usize, sets: &[(&str, usize)], without: &str) -> PasswordRules {
    let set = |(characters, least): &(&str, usize)| CharacterSet {
        characters: (*characters).to_owned(),
        least: *least,
    };
    PasswordRules { length, sets: sets.iter().map(set).collect(), without: without.to_owned() }
}

#[test]
fn generated_passwords_satisfy_the_rules() {
    let mut rng = Stream(19);
    let rules =
        rules(16, &[("0123456789", 3), ("abcdefghijklmnopqrstuvwxyz", 1), ("!?é€", 2), ("ABC012", 0)], "01l");
    for _ in 0..200 {
        let made = rules.generate(&mut rng).unwrap();
        let text = made.text.expose();
        let number = |set: &str| text.chars().filter(|c| set.contains(*c)).count();
        assert_eq!(text.chars().count(), 16);
        assert!(number("23456789") >= 3 && number("!?é€") >= 2, "{text}");
        assert!(number("abcdefghijkmnopqrstuvwxyz") >= 1 && number("01l") == 0, "{text}");
        assert!(made.entropy_bits > 70.0 && made.entropy_bits < 16.0 * 40_f64.log2());
    }
}

#[test]
fn the_entropy_of_rules_agrees_with_enumeration() {
    for least in [[0, 0, 0], [1, 1, 1], [2, 0, 1], [0, 3, 0], [1, 3, 1], [5, 0, 0]] {
        let sets: Vec<(Vec<char>, usize)> =
            [['a'; 1].to_vec(), vec!['1', '2', '3'], vec!['!', '?']].into_iter().zip(least).collect();
        let all: Vec<usize> = (0..).zip(&sets).flat_map(|(set, (of, _))| vec![set; of.len()]).collect();
        let mut allowed = 0_u32;
        for n in 0..6_usize.pow(5) {
            let mut seen = [0; 3];
            (0..5).for_each(|place| seen[all[n / 6_usize.pow(place) % 6]] += 1);
            allowed += u32::from(seen.iter().zip(least).all(|(seen, least)| *seen >= least));
        }
        close(rules::entropy(&sets, 5).unwrap(), f64::from(allowed).log2());
    }
    // Compare with inclusion-exclusion, at a length too large for enumeration.
    let sets: Vec<(Vec<char>, usize)> =
        ALL.chosen(false).into_iter().map(|set| (set.into_iter().map(char::from).collect(), 1)).collect();
    close(rules::entropy(&sets, 128).unwrap(), characters::entropy(&ALL.chosen(false), 128));
    let wide = vec![((0..256).map(|n| char::from_u32(0x4e00 + n).unwrap()).collect(), 128)];
    close(rules::entropy(&wide, 128).unwrap(), 1024.0);
    assert_eq!(rules::entropy(&sets, 3), None);
}

#[test]
fn invalid_rules_are_refused() {
    let refused = |rules: PasswordRules| rules.generate(&mut Stream(0)).err();
    assert_eq!(refused(rules(3, &[("abc", 1)], "")), Some(GeneratorError::Length));
    assert_eq!(refused(rules(129, &[("abc", 1)], "")), Some(GeneratorError::Length));
    assert_eq!(refused(rules(8, &[], "")), Some(GeneratorError::NoClass));
    assert_eq!(refused(rules(8, &[("abc", 0)], "abc")), Some(GeneratorError::NoClass));
    assert_eq!(refused(rules(8, &[("abc", 0), ("cba", 1)], "")), Some(GeneratorError::NoClass));
    assert_eq!(refused(rules(8, &[("\0\n", 1)], "")), Some(GeneratorError::NoClass));
    assert_eq!(refused(rules(8, &[("abc", 5), ("123", 4)], "")), Some(GeneratorError::TooStrict));
    assert_eq!(refused(rules(8, &[("a", 8), ("0123456789", 0)], "")), Some(GeneratorError::TooStrict));
    assert_eq!(refused(rules(8, &[("a", usize::MAX)], "")), Some(GeneratorError::TooStrict));
    assert_eq!(refused(rules(8, &[("ab", 0); 9], "")), Some(GeneratorError::Length));
    let many: String = (0..257).filter_map(|n| char::from_u32(0x4e00 + n)).collect();
    assert_eq!(refused(rules(8, &[(&many, 0)], "")), Some(GeneratorError::Length));
    let stuck = rules(8, &[("ab", 1), ("12", 1)], "").generate(&mut Stuck(0)).err();
    assert_eq!(stuck, Some(GeneratorError::Randomness));
}

#[test]
fn user_names_are_words_and_digits() {
    let mut rng = Stream(23);
    let name = UserName { list: WordList::German, words: 2, separator: Some(Separator::Dot), digits: 3 };
    let made = name.generate(&mut rng).unwrap();
    let text = made.text.expose();
    let (words, digits) = text.split_at(text.len() - 3);
    assert!(words.split('.').all(|word| WordList::German.words().binary_search(&word).is_ok()), "{text}");
    assert!(words.split('.').count() == 2 && digits.bytes().all(|c| c.is_ascii_digit()));
    close(made.entropy_bits, 2.0 * 7_423_f64.log2() + 3.0 * 10_f64.log2());

    let joined = UserName { list: WordList::English, words: 3, separator: None, digits: 0 };
    let made = joined.generate(&mut rng).unwrap();
    assert_eq!(made.text.expose().bytes().filter(u8::is_ascii_uppercase).count(), 2);
    close(made.entropy_bits, 3.0 * 7_772_f64.log2());
    for wrong in
        [UserName { words: 0, ..joined }, UserName { words: 5, ..joined }, UserName { digits: 9, ..joined }]
    {
        assert_eq!(wrong.generate(&mut rng).err(), Some(GeneratorError::Length));
    }
}

#[test]
fn recipes_out_of_range_are_refused() {
    let refused = |recipe| generate(&recipe, &mut Stream(0)).err();
    for recipe in [
        characters(3, ALL, false),
        characters(129, ALL, false),
        words(2, Separator::Hyphen, false, false),
        words(21, Separator::Hyphen, false, false),
        Recipe::Pin { length: 2 },
        Recipe::Pin { length: 21 },
    ] {
        assert_eq!(refused(recipe), Some(GeneratorError::Length), "{recipe:?}");
    }
    assert_eq!(refused(characters(20, Classes::default(), true)), Some(GeneratorError::NoClass));
}

#[test]
fn a_stuck_random_number_generator_is_detected() {
    assert_eq!(generate(&characters(20, ALL, false), &mut Stuck(0)).err(), Some(GeneratorError::Randomness));
    assert_eq!(below(10, &mut Stuck(u32::MAX)), Err(GeneratorError::Randomness));
}
