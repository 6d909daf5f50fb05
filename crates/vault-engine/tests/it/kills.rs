//! A process that does work of every kind is killed again and again. What it confirmed must be there, and what it had begun
//! in whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::process::Stdio;
use std::time::Duration;

use rand_core::Rng;
use vault_crypto::SecretText;
use vault_engine::backup::Documents;
use vault_engine::clock::Timestamp;
use vault_engine::clock::system_rng;
use vault_engine::document::{Existing, NewBlob, open_to_file, seal};
use vault_engine::search::Scope;
use vault_engine::session::{Put, Row, Session};
use vault_testkit::FixedRng;

use crate::child;
use crate::power::scratch;
use crate::support::{PASSWORD, World, login, query};

/// Items that are added at once.
const BATCH: usize = 25;

/// Kills in a run of the tests; `cargo xtask soak` asks for more.
const KILLS: u64 = 60;

/// What is in a profile, by the titles of items: their notes, a mark for those in the trash, and a setting.
type State = BTreeMap<String, String>;

/// One piece of work, as the worker says it.
#[derive(Clone, Debug)]
enum Work {
    Put(String),
    Many(String),
    Document(String),
    Edit(String, u64),
    Trash(String),
    Purge(String),
    Set(u64),
    BackUp,
}

const SETTING: &str = "=setting";
const TRASHED: &str = " (in the trash)";

impl Work {
    /// Some work that the state allows.
    fn choose(state: &State, name: &str, chance: &mut FixedRng) -> Self {
        let number = chance.next_u64() % 1_000_000;
        let items: Vec<&String> = state.keys().filter(|title| *title != SETTING).collect();
        let picked =
            items.get(usize::try_from(number).unwrap() % items.len().max(1)).map(|title| (*title).clone());
        match (chance.next_u64() % 10, picked) {
            (0..3, Some(title)) if !state[&title].ends_with(TRASHED) => Self::Edit(title, number),
            (3, Some(title)) if !state[&title].ends_with(TRASHED) => Self::Trash(title),
            (0..5, Some(title)) if state[&title].ends_with(TRASHED) => Self::Purge(title),
            (5, _) => Self::Document(name.to_owned()),
            (6, _) => Self::Set(number),
            (7, _) => Self::Many(name.to_owned()),
            (8, _) => Self::BackUp,
            _ => Self::Put(name.to_owned()),
        }
    }

    fn to_line(&self) -> String {
        match self {
            Self::Put(title) => format!("put {title}"),
            Self::Many(title) => format!("many {title}"),
            Self::Document(title) => format!("document {title}"),
            Self::Edit(title, number) => format!("edit {title} {number}"),
            Self::Trash(title) => format!("trash {title}"),
            Self::Purge(title) => format!("purge {title}"),
            Self::Set(number) => format!("set {number}"),
            Self::BackUp => "backup".to_owned(),
        }
    }

    fn of_line(line: &str) -> Self {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["put", title] => Self::Put(title.to_owned()),
            ["many", title] => Self::Many(title.to_owned()),
            ["document", title] => Self::Document(title.to_owned()),
            ["edit", title, number] => Self::Edit(title.to_owned(), number.parse().unwrap()),
            ["trash", title] => Self::Trash(title.to_owned()),
            ["purge", title] => Self::Purge(title.to_owned()),
            ["set", number] => Self::Set(number.parse().unwrap()),
            ["backup"] => Self::BackUp,
            _ => panic!("what is {line}?"),
        }
    }

    /// What a profile holds when this is through.
    fn apply(&self, state: &mut State) {
        match self {
            Self::Put(title) => drop(state.insert(title.clone(), String::new())),
            Self::Document(title) => drop(state.insert(format!("{title}-document"), String::new())),
            Self::Many(title) => {
                state.extend((0..BATCH).map(|number| (format!("{title}-{number}"), String::new())));
            }
            Self::Edit(title, number) => drop(state.insert(title.clone(), number.to_string())),
            Self::Trash(title) => state.get_mut(title).unwrap().push_str(TRASHED),
            Self::Purge(title) => drop(state.remove(title)),
            Self::Set(number) => drop(state.insert(SETTING.to_owned(), number.to_string())),
            Self::BackUp => {}
        }
    }

    fn carry_out(&self, world: &World, session: &mut Session) {
        let go_on = &mut |_| ControlFlow::Continue(());
        match self {
            Self::Put(title) => drop(session.put(Put::new(login(title, "ada", "x"))).unwrap()),
            Self::Many(title) => {
                let puts = (0..BATCH).map(|number| Put::new(login(&format!("{title}-{number}"), "ada", "x")));
                session.put_many(puts.collect(), &mut |_| ControlFlow::Continue(())).unwrap();
            }
            Self::Document(title) => {
                let title = format!("{title}-document");
                let content = title.repeat(5_000);
                let new = NewBlob::make(session.rng());
                let size = content.len() as u64;
                let sealed = seal(content.as_bytes(), size, new, session.blobs(), go_on).unwrap();
                let blobs = vec![sealed.blob];
                let mut item = login(&title, "", "");
                item.attachments.push(sealed.into_attachment(title, Timestamp(1)));
                session.put(Put { blobs, ..Put::new(item) }).unwrap();
            }
            Self::Edit(title, number) => {
                let id = row(session, title).id;
                let opened = session.get(id).unwrap();
                let mut item = opened.item;
                item.notes = SecretText::new(number.to_string());
                session.put(Put::change(id, opened.revision, item)).unwrap();
            }
            Self::Trash(title) => {
                let id = row(session, title).id;
                session.trash(&[id]).unwrap();
            }
            Self::Purge(title) => {
                let id = row(session, title).id;
                session.purge(&[id]).unwrap();
            }
            Self::Set(number) => session.set_setting("x", &number.to_string()).unwrap(),
            Self::BackUp => {
                let target = world.root().join("home.tar");
                let snapshot = session.snapshot(&target, Documents::All, go_on).unwrap();
                snapshot.write(Existing::Replace, go_on).unwrap();
            }
        }
    }
}

fn rows(session: &mut Session) -> Vec<Row> {
    let all = |scope| vault_engine::session::Query { limit: 10_000, ..query(scope) };
    let [mut listed, trashed] =
        [Scope::All, Scope::Trash].map(|scope| session.list(&all(scope)).unwrap().rows);
    listed.extend(trashed);
    listed
}

fn row(session: &mut Session, title: &str) -> Row {
    rows(session).into_iter().find(|row| row.title == title).unwrap()
}

/// What is in a profile. Its documents open and are what they were.
fn state(session: &mut Session) -> State {
    let mut state = State::new();
    let folder = scratch();
    for row in rows(session) {
        let item = session.get(row.id).unwrap().item;
        let mut what = item.notes.expose().to_owned();
        if item.trashed_at.is_some() {
            what.push_str(TRASHED);
        }
        for attachment in &item.attachments {
            let (attachment, blob) = session.attached(row.id, &attachment.blob_id).unwrap();
            let target = folder.path().join("document");
            let go_on = &mut |_| ControlFlow::Continue(());
            open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Replace, go_on).unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), attachment.name.repeat(5_000));
        }
        state.insert(row.title, what);
    }
    state.extend(session.setting("x").unwrap().map(|value| (SETTING.to_owned(), value)));
    state
}

const SEED: &str = "COFFER_TEST_SEED";

/// Does work that chance chooses, says each piece before and after it, until it is killed.
fn work_for_ever(world: &World) {
    let id = world.profiles.list()[0].id;
    let mut session = world.profiles.unlock(id, &SecretText::from(PASSWORD), None, system_rng()).unwrap();
    let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
    let mut chance = FixedRng::new(seed);
    let mut expected = state(&mut session);
    for number in 0.. {
        let work = Work::choose(&expected, &format!("{seed}-{number}"), &mut chance);
        println!("@begin {}", work.to_line());
        std::io::stdout().flush().unwrap();
        work.carry_out(world, &mut session);
        println!("@done {}", work.to_line());
        std::io::stdout().flush().unwrap();
        work.apply(&mut expected);
    }
}

#[test]
fn t52_kills_during_any_work_lose_nothing_that_was_confirmed() {
    if let Some(folder) = child::folder() {
        return work_for_ever(&World::at(&folder));
    }
    let number = |name| std::env::var(name).ok().map(|value: String| value.parse::<u64>().unwrap());
    let (first, kills) =
        (number("COFFER_SOAK_SEED").unwrap_or(1), number("COFFER_SOAK_KILLS").unwrap_or(KILLS));
    // A kill loses nothing that was handed to the system, so the disk may be in memory.
    let mut folder = scratch();
    let mut world = World::at(folder.path());
    let mut known = State::new();
    let mut id = world.create().profile().id;
    let mut done = 0;
    for seed in first..first.wrapping_add(kills) {
        // Work becomes slow in a large profile.
        if known.len() > 300 {
            folder = scratch();
            world = World::at(folder.path());
            (known, id) = (State::new(), world.create().profile().id);
        }
        let mut chance = FixedRng::new(seed);
        let name = "kills::t52_kills_during_any_work_lose_nothing_that_was_confirmed";
        let mut command = child::command(name, world.root(), &[], "exec \"$@\"");
        let mut worker = command.env(SEED, seed.to_string()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(worker.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut lines = lines.filter_map(|line| Some(line.split_once('@')?.1.to_owned()));
        // The kill falls somewhere into a piece of work, or between two; what the worker said until then still comes.
        let mut said: Vec<String> = Vec::new();
        let begun = usize::try_from(chance.next_u64() % 6).unwrap();
        said.extend(lines.by_ref().take(2 * begun + 1));
        std::thread::sleep(Duration::from_micros(chance.next_u64() % 4_000));
        worker.kill().unwrap();
        said.extend(lines);
        worker.wait().unwrap();
        assert!(!said.is_empty(), "seed {seed}: the worker stopped early");

        let mut begun = None;
        for line in said {
            if let Some(work) = line.strip_prefix("done ") {
                Work::of_line(work).apply(&mut known);
                begun = None;
                done += 1;
            } else {
                begun = line.strip_prefix("begin ").map(Work::of_line);
            }
        }
        world.clock.advance(Duration::from_secs(1));
        let mut session = world.unlock(id).unwrap();
        let found = state(&mut session);
        if found != known {
            let begun =
                begun.unwrap_or_else(|| panic!("seed {seed}: {known:#?} was confirmed, not {found:#?}"));
            begun.apply(&mut known);
            assert_eq!(
                found, known,
                "seed {seed}: {begun:?} is there in part, or what was confirmed is lost"
            );
        }
        session.check_log().unwrap();
        let backup = world.root().join("home.tar");
        if backup.exists() {
            session.open_backup(&backup, &mut |_| ControlFlow::Continue(())).unwrap();
        }
    }
    assert!(done > 1 || kills < 5, "the workers did nothing: {done}");
}
