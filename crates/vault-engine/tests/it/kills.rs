//! Kills a process again and again while it runs random operations. Operations that it confirmed must be complete, and
//! the one that it had begun complete or absent.

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
use crate::power_loss::scratch;
use crate::support::{PASSWORD, World, login, query};

/// Items added by one operation.
const BATCH: usize = 25;

/// Kills in an ordinary test run; `cargo xtask soak` sets more.
const KILLS: u64 = 60;

/// The content of a profile: the notes of each item by title, with a mark if it is trashed, and a setting.
type State = BTreeMap<String, String>;

/// An operation of the worker, which prints it as a line.
#[derive(Clone, Debug)]
enum Operation {
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

impl Operation {
    /// Chooses a random operation that is possible in a state.
    fn choose(state: &State, name: &str, rng: &mut FixedRng) -> Self {
        let number = rng.next_u64() % 1_000_000;
        let items: Vec<&String> = state.keys().filter(|title| *title != SETTING).collect();
        let picked =
            items.get(usize::try_from(number).unwrap() % items.len().max(1)).map(|title| (*title).clone());
        match (rng.next_u64() % 10, picked) {
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

    fn from_line(line: &str) -> Self {
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
            _ => panic!("unknown operation: {line}"),
        }
    }

    /// Applies the operation to the expected content.
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

    fn run(&self, world: &World, session: &mut Session) {
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

/// Reads the content of a profile, and checks that its documents open with unchanged content.
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

/// Runs random operations until it is killed, and prints each one before and after it.
fn work_until_killed(world: &World) {
    let id = world.profiles.list()[0].id;
    let mut session = world.profiles.unlock(id, &SecretText::from(PASSWORD), None, system_rng()).unwrap();
    let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
    let mut rng = FixedRng::new(seed);
    let mut expected = state(&mut session);
    for number in 0.. {
        let work = Operation::choose(&expected, &format!("{seed}-{number}"), &mut rng);
        println!("@begin {}", work.to_line());
        std::io::stdout().flush().unwrap();
        work.run(world, &mut session);
        println!("@done {}", work.to_line());
        std::io::stdout().flush().unwrap();
        work.apply(&mut expected);
    }
}

#[test]
fn t52_kills_during_any_operation_lose_nothing_confirmed() {
    if let Some(folder) = child::folder() {
        return work_until_killed(&World::at(&folder));
    }
    let number = |name| std::env::var(name).ok().map(|value: String| value.parse::<u64>().unwrap());
    let (first, kills) =
        (number("COFFER_SOAK_SEED").unwrap_or(1), number("COFFER_SOAK_KILLS").unwrap_or(KILLS));
    // A kill loses nothing that the kernel has received, so the disk may be in memory.
    let mut folder = scratch();
    let mut world = World::at(folder.path());
    let mut known = State::new();
    let mut id = world.create().profile().id;
    let mut done = 0;
    for seed in first..first.wrapping_add(kills) {
        // Operations become slow in a large profile.
        if known.len() > 300 {
            folder = scratch();
            world = World::at(folder.path());
            (known, id) = (State::new(), world.create().profile().id);
        }
        let mut rng = FixedRng::new(seed);
        let name = "kills::t52_kills_during_any_operation_lose_nothing_confirmed";
        let mut command = child::command(name, world.root(), &[], "exec \"$@\"");
        let mut worker = command.env(SEED, seed.to_string()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(worker.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut lines = lines.filter_map(|line| Some(line.split_once('@')?.1.to_owned()));
        // The kill falls within an operation or between two; lines printed before it are still read.
        let mut printed: Vec<String> = Vec::new();
        let begun = usize::try_from(rng.next_u64() % 6).unwrap();
        printed.extend(lines.by_ref().take(2 * begun + 1));
        std::thread::sleep(Duration::from_micros(rng.next_u64() % 4_000));
        worker.kill().unwrap();
        printed.extend(lines);
        worker.wait().unwrap();
        assert!(!printed.is_empty(), "seed {seed}: the worker stopped early");

        let mut begun = None;
        for line in printed {
            if let Some(work) = line.strip_prefix("done ") {
                Operation::from_line(work).apply(&mut known);
                begun = None;
                done += 1;
            } else {
                begun = line.strip_prefix("begin ").map(Operation::from_line);
            }
        }
        world.clock.advance(Duration::from_secs(1));
        let mut session = world.unlock(id).unwrap();
        let found = state(&mut session);
        if found != known {
            let begun =
                begun.unwrap_or_else(|| panic!("seed {seed}: {known:#?} was confirmed, found {found:#?}"));
            begun.apply(&mut known);
            assert_eq!(
                found, known,
                "seed {seed}: {begun:?} is incomplete, or a confirmed operation is lost"
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
