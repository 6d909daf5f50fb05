//! Loads a server: `load [NAME…] [NUMBER…]`. The names are `pushes`, `postgres`, `sign-ins`, `chunks`, `growth` and `streams`. The numbers
//! limit the entries of a vault and the vaults for `growth`, 100000 and 1000 unless said; for `streams`, the first one is how
//! many, 10000 unless said. The server is the real program in a process of its own, on the loopback interface, over TLS, so
//! server and clients share the processors.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement")]

mod bare;
mod bench;
mod clients;
mod connection;
mod growth;
mod postgres;
mod program;
mod pushes;
mod report;
mod sign_ins;
mod streams;

/// What can be measured.
const MEASURED: [&str; 6] = ["pushes", "postgres", "sign-ins", "chunks", "growth", "streams"];

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let names: Vec<&String> = words.iter().filter(|word| word.parse::<u64>().is_err()).collect();
    assert!(names.iter().all(|name| MEASURED.contains(&name.as_str())), "not one of {MEASURED:?}: {names:?}");
    let wants = |name: &str| names.is_empty() || names.iter().any(|word| *word == name);
    let number = |at: usize, default| numbers.get(at).copied().unwrap_or(default);
    report::head();
    if wants("pushes") {
        pushes::own_vaults(1, None).await;
        pushes::own_vaults(16, None).await;
        pushes::one_vault(16).await;
    }
    if wants("postgres") {
        for clients in [1, 16] {
            let postgres = postgres::Postgres::start().await;
            pushes::own_vaults(clients, Some(&postgres)).await;
        }
    }
    if wants("sign-ins") {
        sign_ins::measure().await;
    }
    if wants("chunks") {
        growth::chunks().await;
    }
    if wants("growth") {
        growth::entries(number(0, 100_000)).await;
        growth::vaults(number(1, 1_000)).await;
    }
    if wants("streams") {
        streams::measure(usize::try_from(number(0, 10_000)).unwrap()).await;
    }
}
