//! What follows an alarm: it is explained, can be shown to others, and its end is noted.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use vault_api::ErrorCode;
use vault_api::views::SyncState;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{LogEntry, LogPage};
use vault_wire::{Root, log_words};

use crate::support::{ISSUER, PASSWORD, connected, joined, profile_id, unlock_request};

#[tokio::test]
async fn t08_evidence_of_an_alarm_proves_it_without_secrets() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    let home = one.coffer.vault_list().await.unwrap().remove(0).id.parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evidence.json");
    let none = one.coffer.sync_evidence_to(home, file.clone()).await.unwrap_err();
    assert_eq!((none.code, file.exists()), (ErrorCode::NotFound, false));
    // The server leaves out an entry of another computer, and returns the next one, which was written with it in view.
    one.coffer.session_lock().await.unwrap();
    for title in ["Hidden", "Second"] {
        two.add(title).await;
        two.up_to_date().await;
    }
    hostile.changes("GET /v1/vaults/*", move |_, reply| {
        if LogPage::decode(&reply.body).is_ok_and(|page| page.entries.len() > 1) {
            reply.change_cbor(|page: &mut LogPage| {
                page.entries.remove(0);
                page.head_seq -= 1;
            });
        }
    });
    let unlock = unlock_request(profile_id(&one).await, PASSWORD);
    one.coffer.session_unlock(unlock).await.unwrap();
    let view = one.until(|view| view.state == SyncState::Alarm).await;
    let alarm = view.vaults[0].alarm.clone().unwrap();
    let own = alarm.own.unwrap();
    assert_ne!(own.words, alarm.server.words);

    one.coffer.sync_evidence_to(home, file.clone()).await.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&value["coffer-evidence"], &value["kind"]), (&json!(1), &json!("contradiction")));
    assert_eq!((&value["entry"], &value["own"]["entries"]), (&json!(alarm.entry), &json!(own.entries)));
    assert_eq!(value["own"]["words"], json!(own.words.join(" ")));
    assert_eq!(value["issuer"], json!(ISSUER));
    // The answer is the one that the server gave: its entries are signed, and their base is not the log's.
    let message = Base64UrlUnpadded::decode_vec(value["answer"]["message"].as_str().unwrap()).unwrap();
    let page = LogPage::decode(&message).unwrap();
    assert_eq!((page.vault_id, page.head_seq), (home, alarm.server.entries));
    assert_eq!(value["server"]["words"], json!(log_words(&page.head_root).join(" ")));
    let bodies =
        page.entries.iter().filter(|entry| matches!(entry, LogEntry::Revision { body: Some(_), .. }));
    assert_eq!((page.entries.len(), bodies.count()), (1, 0));
    let [last, root] = &value["roots"].as_array().unwrap().last().unwrap().as_array().unwrap()[..] else {
        panic!("{text}")
    };
    let root: Root = root.as_str().unwrap().parse().unwrap();
    assert_eq!((last, log_words(&root).join(" ")), (&json!(own.entries), own.words.join(" ")));
    assert!(!text.contains("First"));

    // The end of it leaves a trace.
    hostile.reforms();
    one.coffer.sync_now().await.unwrap();
    one.up_to_date().await;
    let events = one.coffer.event_list(0, 2).await.unwrap();
    assert_eq!(events.iter().map(|event| &*event.what).collect::<Vec<_>>(), ["alarm_ended", "alarm_raised"]);
    assert_eq!(one.coffer.sync_evidence_to(home, file).await.unwrap_err().code, ErrorCode::NotFound);
}
