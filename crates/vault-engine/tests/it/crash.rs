use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::process::Stdio;

use vault_crypto::SecretText;
use vault_engine::clock::system_rng;
use vault_engine::session::{Put, Scope};
use vault_wire::ProfileId;

use crate::child;
use crate::support::{PASSWORD, World, login, query};

const BATCH: usize = 25;

/// Writes batch after batch and tells of each that is through, until it is killed.
fn write_for_ever(world: &World, id: ProfileId) {
    // Real randomness: fixed seeds would draw the same ids in every child.
    let mut session = world.profiles.unlock(id, &SecretText::from(PASSWORD), None, system_rng()).unwrap();
    for batch in 0.. {
        let puts = (0..BATCH).map(|n| Put::new(login(&format!("{batch}/{n}"), "ada", "x"))).collect();
        session.put_many(puts, &mut |_| ControlFlow::Continue(())).unwrap();
        println!("through {batch}");
        std::io::stdout().flush().unwrap();
    }
}

#[test]
fn t52_a_kill_at_any_moment_leaves_whole_transactions_and_loses_none_that_was_confirmed() {
    if let Some(folder) = child::folder() {
        let world = World::at(&folder);
        let id = world.profiles.list()[0].id;
        return write_for_ever(&world, id);
    }
    let world = World::new();
    let id = world.create().profile().id;
    let mut confirmed = 0;
    for round in 1..=6 {
        let name =
            "crash::t52_a_kill_at_any_moment_leaves_whole_transactions_and_loses_none_that_was_confirmed";
        let mut writer =
            child::command(name, world.root(), &[], "exec \"$@\"").stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines().map(Result::unwrap);
        // The kill falls somewhere into the batch after this one.
        let seen = lines.filter(|line| line.contains("through ")).take(round).count();
        writer.kill().unwrap();
        writer.wait().unwrap();
        assert_eq!(seen, round, "the writer stopped early");
        confirmed += seen;

        let mut session = world.unlock(id).unwrap();
        let total = session.list(&query(Scope::All)).unwrap().total as usize;
        assert_eq!(total % BATCH, 0, "a batch is there in part");
        assert!(total >= confirmed * BATCH, "a confirmed batch is lost");
        assert_eq!(session.check_log(), Ok(total as u64 + 1));
        // The killed process may have been further than it told.
        confirmed = total / BATCH;
    }
}
