//! Measures search as one types over made-up items: `cargo run --release -p vault-engine --example search [items]`.

use std::error::Error;
use std::time::{Duration, Instant};

use vault_engine::item::{ItemType, Timestamp};
use vault_engine::search::{Entry, Index, Place, SearchQuery};
use vault_engine::session::{Scope, Sort};
use vault_wire::ItemId;

const SYLLABLES: [&str; 40] = [
    "ba", "ber", "bo", "ca", "co", "da", "den", "dor", "el", "en", "fa", "fi", "ga", "gen", "hal", "in",
    "ka", "kor", "la", "lin", "lo", "ma", "mer", "mi", "na", "no", "or", "pa", "per", "ra", "ri", "sa",
    "sen", "ser", "ta", "ter", "ti", "va", "vi", "zo",
];
const TYPED: [&str; 14] = [
    "github login",
    "ser",
    "e",
    "a",
    "berlin",
    "koma",
    "example.net",
    "ann.",
    "tag:work ba",
    "has:totp mail",
    "zo",
    "bank 12",
    "Ünïcode",
    "xqzjw",
];

/// A repeatable stream of numbers; not for secrets.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % n
    }

    fn word(&mut self) -> String {
        (0..2 + self.below(3)).map(|_| SYLLABLES.get(self.below(40)).copied().unwrap_or_default()).collect()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let items: u32 = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    let mut numbers = Numbers(88_172_645_463_325_252);
    let before = resident();
    let start = Instant::now();
    let mut index = Index::with_capacity(items as usize);
    for number in 0..items {
        put(&mut index, number, &mut numbers);
    }
    println!(
        "{items} items in {:?}, resident memory +{} KiB",
        start.elapsed(),
        resident().saturating_sub(before)
    );

    let mut exact = Vec::new();
    let mut fuzzy = Vec::new();
    for typed in TYPED {
        for end in (1..=typed.len()).filter(|end| typed.is_char_boundary(*end)) {
            let query = SearchQuery::parse(typed.get(..end).unwrap_or_default());
            // The best of a few, since the machine has other work: the machine's own time is what is left.
            let mut took = Duration::MAX;
            let mut total = 0;
            for _ in 0..15 {
                let start = Instant::now();
                let hits = index.search(&query, &Scope::All, Sort::Title, 0, 100, &|| false);
                took = took.min(start.elapsed());
                total = hits.map_or(0, |hits| hits.total);
            }
            println!("{:16} {total:7} hits {took:?}", typed.get(..end).unwrap_or_default());
            if total < 10 { fuzzy.push(took) } else { exact.push(took) }
        }
    }
    report("prefix and substring", exact);
    report("with fuzzy", fuzzy);

    let mut changes = Vec::new();
    for number in 0..30_000 {
        let start = Instant::now();
        put(&mut index, number % items, &mut numbers);
        changes.push(start.elapsed());
    }
    report("change of an item", changes);
    Ok(())
}

fn put(index: &mut Index, number: u32, numbers: &mut Numbers) {
    let (brand, user) = (numbers.word(), numbers.word());
    let title = match numbers.below(5) {
        0 => format!("{brand} {}", numbers.word()),
        1 => format!("{brand} {number}"),
        2 => format!("GitHub login {brand}"),
        3 => format!("Bank {brand} {number}"),
        _ => brand.clone(),
    };
    let words = format!("{user}@example.net\u{1f}www.{brand}.example.com\u{1f}{}", numbers.word());
    let tags = [numbers.word(), "work".to_owned()];
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    index.put(&Entry {
        id: ItemId::from_bytes(id),
        item_type: ItemType::Login,
        place: Place::Listed,
        title: &title,
        words: &words,
        tags: tags.get(..numbers.below(3)).unwrap_or_default(),
        folder: None,
        favourite: numbers.below(50) == 0,
        has_code: numbers.below(4) == 0,
        has_attachments: false,
        created_at: Timestamp(u64::from(number)),
        modified_at: Timestamp(u64::from(number) * 1_000),
    });
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent: usize| {
        times.get((times.len().saturating_sub(1)) * percent / 100).copied().unwrap_or_default()
    };
    println!("{what}: {} samples, p50 {:?}, p99 {:?}, most {:?}", times.len(), at(50), at(99), at(100));
}

/// Resident memory in KiB, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}
