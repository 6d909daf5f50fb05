use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::process::Stdio;

use vault_crypto::SecretText;
use vault_engine::clock::system_rng;
use vault_engine::search::Scope;
use vault_engine::session::{Put, TransferMode};
use vault_wire::ProfileId;

use crate::child;
use crate::moves::{contents, put_file};
use crate::support::{PASSWORD, World, login, query};
use crate::vaults::look;

const BATCH: usize = 25;

/// Writes batches until it is killed, and reports each one that is done.
fn write_until_killed(world: &World, id: ProfileId) {
    // Real randomness: a fixed seed would produce the same ids in every child.
    let mut session = world.profiles.unlock(id, &SecretText::from(PASSWORD), None, system_rng()).unwrap();
    for batch in 0.. {
        let puts = (0..BATCH).map(|n| Put::new(login(&format!("{batch}/{n}"), "ada", "x"))).collect();
        session.put_many(puts, &mut |_| ControlFlow::Continue(())).unwrap();
        println!("through {batch}");
        std::io::stdout().flush().unwrap();
    }
}

#[test]
fn t52_a_kill_leaves_whole_transactions_and_loses_none_confirmed() {
    if let Some(folder) = child::folder() {
        let world = World::at(&folder);
        let id = world.profiles.list()[0].id;
        return write_until_killed(&world, id);
    }
    let world = World::new();
    let id = world.create().profile().id;
    let mut confirmed = 0;
    for round in 1..=6 {
        let name = "crash::t52_a_kill_leaves_whole_transactions_and_loses_none_confirmed";
        let mut writer =
            child::command(name, world.root(), &[], "exec \"$@\"").stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines().map(Result::unwrap);
        // The kill falls within the batch after this one.
        let seen = lines.filter(|line| line.contains("through ")).take(round).count();
        writer.kill().unwrap();
        writer.wait().unwrap();
        assert_eq!(seen, round, "the writer stopped early");
        confirmed += seen;

        let mut session = world.unlock(id).unwrap();
        let total = session.list(&query(Scope::All)).unwrap().total as usize;
        assert_eq!(total % BATCH, 0, "a batch is incomplete");
        assert!(total >= confirmed * BATCH, "a confirmed batch is lost");
        assert_eq!(session.check_log(), Ok(total as u64 + 1));
        // The killed process may have done more than it reported.
        confirmed = total / BATCH;
    }
}

const MOVED: usize = 40;

/// Moves all items to the other vault and back until it is killed, and reports each move that is done.
fn move_until_killed(world: &World, id: ProfileId) {
    let mut session = world.profiles.unlock(id, &SecretText::from(PASSWORD), None, system_rng()).unwrap();
    let vaults: Vec<_> = session.vaults().unwrap().into_iter().map(|vault| vault.id).collect();
    let (home, work) = (vaults[0], vaults[1]);
    for round in 0.. {
        let ids = [session.items_of_vault(home).unwrap(), session.items_of_vault(work).unwrap()];
        let (from, to) = if ids[0].is_empty() { (&ids[1], home) } else { (&ids[0], work) };
        let mut plan = session.plan_transfer(from, to, TransferMode::Move).unwrap();
        plan.seal(&mut system_rng(), &mut |_| ControlFlow::Continue(())).unwrap();
        let done = session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(done.items.len(), MOVED);
        println!("through {round}");
        std::io::stdout().flush().unwrap();
    }
}

#[test]
fn t52_a_kill_during_a_move_leaves_every_item_in_one_vault() {
    if let Some(folder) = child::folder() {
        let world = World::at(&folder);
        let id = world.profiles.list()[0].id;
        return move_until_killed(&world, id);
    }
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    let work = session.create_vault(&look("Work")).unwrap();
    for number in 0..MOVED {
        put_file(&mut session, None, format!("document {number}").as_bytes());
    }
    drop(session);
    for round in 1..=4 {
        let name = "crash::t52_a_kill_during_a_move_leaves_every_item_in_one_vault";
        let mut mover =
            child::command(name, world.root(), &[], "exec \"$@\"").stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(mover.stdout.take().unwrap()).lines().map(Result::unwrap);
        let seen = lines.filter(|line| line.contains("through ")).take(round).count();
        mover.kill().unwrap();
        mover.wait().unwrap();
        assert_eq!(seen, round, "the mover stopped early");

        let session = world.unlock(id).unwrap();
        session.check_log().unwrap();
        let there = session.items_of_vault(work).unwrap();
        let ids = if there.is_empty() {
            session.items_of_vault(session.vaults().unwrap()[0].id).unwrap()
        } else {
            there
        };
        assert_eq!(ids.len(), MOVED, "a move is incomplete");
        for id in ids {
            assert_eq!(contents(&session, id).len(), 1, "its document opens");
        }
    }
}
