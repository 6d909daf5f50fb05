//! Items that somebody shares in order to learn something, or to write where it should not.

use std::sync::{Arc, Mutex};

use vault_api::{BlobId as DocumentId, ItemId as ShownId};
use vault_engine::clock::Timestamp;
use vault_engine::document::{NewBlob, seal};
use vault_engine::item::{Item, ItemType};
use vault_engine::session::Put;
use vault_wire::VaultId;
use vault_wire::roster::MemberRole;

use super::team::{Person, Team};
use crate::documents::content;
use crate::support::{HostileServer, NOW, Program};

impl Person {
    /// Adds a note with a document to a vault.
    fn add_with_document(&self, vault: VaultId, (title, notes): (&str, &str), name: &str, bytes: &[u8]) {
        self.work(|session| {
            let mut item = Item::new(ItemType::Note, Timestamp(NOW));
            item.title = title.to_owned();
            item.notes = notes.into();
            let new = NewBlob::make(session.rng());
            let size = u64::try_from(bytes.len()).unwrap();
            let go_on = &mut |_| std::ops::ControlFlow::Continue(());
            let sealed = seal(bytes, size, new, session.blobs(), go_on).unwrap();
            let blobs = vec![sealed.blob];
            item.attachments.push(sealed.into_attachment(name.to_owned(), Timestamp(NOW)));
            session.put(Put { vault: Some(vault), blobs, ..Put::new(item) }).unwrap();
        });
    }
}

/// What an observer of the network sees of a request: its route without ids, and the sizes of both bodies.
type Traffic = Vec<(String, usize, usize)>;

/// Bob's traffic, who has a note and a document of his own, after Alice has shared ones with this content.
async fn traffic(own: (&str, &[u8]), shared: (&str, &[u8])) -> Traffic {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let home = bob.connected.home();
    bob.add_with_document(home, ("Mine", own.0), "mine", own.1);
    bob.connected.sync().await;
    team.alice.add_with_document(team.vault, ("Probe", shared.0), "probe", shared.1);
    team.alice.connected.sync().await;
    let seen = Arc::new(Mutex::new(Traffic::new()));
    let all = seen.clone();
    bob.lying.changes("*", move |sent, reply| {
        let is_id = |part: &&str| part.len() >= 32;
        let route: Vec<&str> =
            sent.route.split('/').map(|part| if is_id(&part) { "*" } else { part }).collect();
        all.lock().unwrap().push((route.join("/"), sent.body.len(), reply.body.len()));
    });
    // The probe arrives; then Bob changes what is his, and adds the document once more.
    bob.connected.sync().await;
    assert_eq!(bob.titles(), ["Mine", "Probe", "Shared"]);
    bob.add_with_document(home, ("Again", own.0), "again", own.1);
    bob.connected.sync().await;
    let mut seen = seen.lock().unwrap().clone();
    // Requests for several vaults have no order.
    seen.sort();
    seen
}

#[tokio::test]
async fn t33_shared_copy_of_a_secret_changes_no_traffic() {
    let (secret, guess) = ("the tower of London, 4711", "the tower of Berlin, 1234");
    let (document, noise) = (content(1, 50_000), content(2, 50_000));
    let own = (secret, document.as_slice());
    let hit = traffic(own, own).await;
    let miss = traffic(own, (guess, &noise)).await;
    assert_eq!(hit, miss);
    assert!(hit.iter().any(|(route, sent, _)| route.starts_with("PUT") && *sent >= 50_000), "{hit:?}");
    // It would be seen: a document of another size is.
    let larger = content(1, 60_000);
    assert_ne!(traffic((secret, &larger), own).await, hit);
    // Not so a text that is some letters longer.
    let longer = format!("{secret}, second floor");
    assert_eq!(traffic((&longer, &document), own).await, hit);
}

#[tokio::test]
async fn t36_names_of_shared_files_are_made_safe() {
    let team = Team::new().await;
    let hostile = HostileServer::before(&team.server).await;
    let bob = Program::with_profile().await;
    bob.connect_as(&team.server, &hostile, "bob@example.test").await;
    bob.up_to_date().await;
    let link = team.alice.invite(team.vault, MemberRole::Viewer).await;
    bob.accept(link).await;
    bob.until_holds(async |coffer| coffer.joining_list().await.unwrap().iter().all(|joining| joining.sent))
        .await;
    team.alice.connected.sync().await;
    let long = "W".repeat(150);
    let names = [
        ("../../../.bashrc", "_bashrc"),
        ("/etc/passwd", "passwd"),
        ("C:\\run.bat", "run.bat"),
        ("nul.txt", "_nul.txt"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("line\none\u{0}two", "line onetwo"),
        (long.as_str(), long.as_str()),
    ];
    for (number, (name, _)) in names.iter().enumerate() {
        team.alice.add_with_document(team.vault, (&format!("File {number}"), ""), name, b"shared");
    }
    team.alice.connected.sync().await;
    let mut titles: Vec<String> = (0..names.len()).map(|number| format!("File {number}")).collect();
    titles.push("Shared".to_owned());
    bob.until_titles(&titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    bob.up_to_date().await;
    for (number, (name, offered)) in names.into_iter().enumerate() {
        let item: ShownId = bob.id_of(&format!("File {number}")).await;
        let file = bob.coffer.item_get(item).await.unwrap().attachments.remove(0);
        let blob: DocumentId = file.blob_id.parse().unwrap();
        assert_eq!(bob.coffer.document_name(item, blob).await.unwrap(), offered, "{name:?}");
    }
    // The file is written where Bob says, and nowhere else.
    assert_eq!(bob.document("File 0").await.unwrap(), b"shared");
    assert!(!bob.path("../../../.bashrc").exists());
}
