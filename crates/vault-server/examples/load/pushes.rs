//! Pushes of one entry, and small pulls.

use crate::bare::Bare;
use crate::bench::{Bench, Owner, Vault, session};
use crate::clients::{Client, batches, pull, push};
use crate::postgres::Postgres;
use crate::report::{Load, median, row};

const ROUNDS: usize = 5;
/// What each client sends in a round.
const PUSHES: usize = 100;
const PULLS: usize = 400;

/// Clients that push to one vault each, beside the bare database, one after the other, and pull.
pub async fn own_vaults(clients: u64, postgres: Option<&Postgres>) {
    let on = postgres.map_or(String::new(), |postgres| format!(", PostgreSQL {}", postgres.version));
    let url = |database| postgres.map(|postgres| postgres.url(database));
    let bench = Bench::start_on(1, url("server").as_deref());
    let owners: Vec<_> = (0..clients).map(|number| Owner::new(number + 1)).collect();
    let (mut ready, mut vaults) = (Vec::new(), Vec::new());
    for (number, owner) in (0..).zip(&owners) {
        let (client, vault) = Client::open(&bench, owner, number).await;
        ready.push(client);
        vaults.push(vault);
    }
    let mut bare = Bare::new(&owners[0], url("bare").as_deref()).await;
    let (mut rounds, mut bares, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let made = vaults.iter_mut().map(|vault| batches(vault, PUSHES)).collect();
        let (done, load) = push(&bench, ready, made).await;
        ready = done;
        let alone = bare.push(load.count).await;
        ratios.push(load.per_second() / alone.per_second());
        rounds.push(load);
        bares.push(alone);
    }
    ratios.sort_by(f64::total_cmp);
    let alone = median(bares);
    let beside = format!("the same SQL by a bare client: {:.0}/s", alone.per_second());
    let what = format!("pushes of one entry, {clients} clients with a vault each{on}");
    row(&what, &median(rounds).to_string(), Some((&beside, ratios[ROUNDS / 2])));

    let (after, mut rounds) = (vaults[0].head.seq - 1, Vec::new());
    for _ in 0..ROUNDS {
        let (done, load) = pull(&bench, ready, after, 1, PULLS).await;
        ready = done;
        rounds.push(load);
    }
    row(&format!("pulls of one entry, {clients} clients{on}"), &median(rounds).to_string(), None);
}

/// Clients that push to the same vault.
pub async fn one_vault(clients: u64) {
    let bench = Bench::start(1);
    let owner = Owner::new(1);
    let mut vault = Vault::found(&bench.app, &owner, 1).await;
    vault.chained = false;
    let mut ready = Vec::new();
    for number in 0..clients {
        let session = session(&bench.app, &owner, number).await;
        ready.push(Client::of(&bench, &session, &vault).await);
    }
    let mut rounds: Vec<Load> = Vec::new();
    for _ in 0..ROUNDS {
        let made = ready.iter().map(|_| batches(&mut vault, PUSHES)).collect();
        let (done, load) = push(&bench, ready, made).await;
        ready = done;
        rounds.push(load);
    }
    let what = format!("pushes of one entry, {clients} clients with one vault");
    row(&what, &median(rounds).to_string(), None);
}
