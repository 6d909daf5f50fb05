//! The program, killed in the middle of pushes.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;
use vault_wire::message::{LogEntry, LogPage, PushBatch, PushReply};

use super::peer::accepted;
use super::{Account, Peer};
use crate::support::program::{Program, copy, set_up};
use crate::support::{Client, Database};

/// Pushes batches of one client one after the other, until the server is gone. Returns the batches that were acknowledged,
/// with their numbers, and the one that was not.
async fn push_until_killed(
    client: &mut Client,
    path: &str,
    batches: impl Iterator<Item = PushBatch>,
    acknowledged: &AtomicUsize,
    enough: &Notify,
    wanted: usize,
) -> (Vec<(LogEntry, u64)>, Option<PushBatch>) {
    let mut done = Vec::new();
    for batch in batches {
        let Some(answer) = client.try_post_cbor(path, &batch).await else { return (done, Some(batch)) };
        let reply: PushReply = answer.cbor();
        done.extend(batch.entries.into_iter().zip(reply.results.iter().map(accepted)));
        if acknowledged.fetch_add(1, Ordering::Relaxed) + 1 == wanted {
            enough.notify_one();
        }
    }
    (done, None)
}

#[tokio::test]
async fn a_server_killed_in_the_middle_of_pushes_keeps_each_acknowledged_entry_once() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let database = Database::new(&temporary);
    let url = database.url();
    let account = Account::new(1);
    let mut clients = set_up(&data, url.as_deref(), &account, 3).await;
    let variables: Vec<_> = url.iter().map(|url| ("COFFER_DATABASE", url.as_str())).collect();

    let (program, address) = Program::start(&data, &variables);
    clients.iter_mut().for_each(|client| client.move_to(address));
    // In PostgreSQL a second node works beside it, with a folder of the same content.
    let mut second = url.as_ref().map(|_| Program::start(&copy(&data), &variables));
    let (mut judge, genesis) = Peer::make(&account, 1);
    assert_eq!(clients[0].post_cbor("/v1/vaults", &genesis).await.status, 201);
    let path = format!("/v1/vaults/{}/log", judge.vault);
    let mut running = Some(program);
    let mut expected: Vec<(LogEntry, u64)> = Vec::new();
    let mut open: Vec<Option<PushBatch>> = vec![None; clients.len()];
    for round in 0..3_u8 {
        if let (Some((_, address)), Some(client)) = (&second, clients.last_mut()) {
            client.move_to(*address);
        }
        let (acknowledged, enough) = (AtomicUsize::new(0), Notify::new());
        let (acknowledged, enough) = (&acknowledged, &enough);
        let work = clients.iter_mut().zip(open.drain(..)).zip(0_u8..).map(|((client, open), number)| {
            let (mut peer, path) = (judge.of(&account), &path);
            peer.rng = vault_testkit::FixedRng::new(u64::from(round) * 10 + u64::from(number));
            async move {
                // The batch whose reply was lost, then new ones, each of two entries on items of its own.
                let next = (0..20_u8).map(move |count| {
                    let item = round * 80 + number * 24 + count;
                    let first = peer.put(item);
                    let mut header = peer.header(item);
                    if let LogEntry::Revision { revision, .. } = &first {
                        header.parent = Some(revision.hash());
                    }
                    let second = peer.seal(&header, b"second");
                    peer.batch(true, vec![first, second])
                });
                push_until_killed(client, path, open.into_iter().chain(next), acknowledged, enough, 12).await
            }
        });
        let kill = async {
            enough.notified().await;
            running.take().unwrap().data.clone()
        };
        let (ends, killed) = tokio::join!(futures_all(work), kill);
        for (done, left) in ends {
            expected.extend(done);
            open.push(left);
        }
        // The other node takes over the clients of the one that was killed, which comes back.
        let again = Program::start(&killed, &variables);
        let (program, address) = match second.replace(again) {
            Some(other) => other,
            None => second.take().unwrap(),
        };
        running = Some(program);
        clients.iter_mut().for_each(|client| client.move_to(address));
        let page: LogPage = clients[0].get(&format!("{path}?after={}", judge.log.head().seq)).await.cbor();
        judge.take(&page);
    }
    // The replies that were lost at the end.
    for (client, batch) in clients.iter_mut().zip(open) {
        let Some(batch) = batch else { continue };
        let reply: PushReply = client.post_cbor(&path, &batch).await.cbor();
        expected.extend(batch.entries.into_iter().zip(reply.results.iter().map(accepted)));
    }
    let page: LogPage = clients[0].get(&format!("{path}?after=1&bodies=all")).await.cbor();
    expected.sort_by_key(|(_, seq)| *seq);
    assert_eq!(
        expected.iter().map(|(_, seq)| *seq).collect::<Vec<_>>(),
        (2..=page.head_seq).collect::<Vec<_>>()
    );
    assert_eq!(page.entries, expected.into_iter().map(|(entry, _)| entry).collect::<Vec<_>>());
    let (mut fresh, _) = Peer::make(&account, 1);
    fresh.take(&page);
}

/// Runs futures at the same time.
async fn futures_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.map(Box::pin).collect();
    let mut outputs: Vec<_> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *output = Some(value);
            }
        }
        if outputs.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
