//! Several vaults in one profile.

use std::ops::ControlFlow;

use vault_engine::VaultId;
use vault_engine::backup::Documents;
use vault_engine::backup::RestoreAs;
use vault_engine::document::Existing;
use vault_engine::item::PayloadError;
use vault_engine::profile::UnlockError;
use vault_engine::search::Scope;
use vault_engine::session::{
    CheckError, Contents, EventKind, Put, Query, Session, SessionError, Stored, VaultAppearance,
};
use vault_wire::ItemId;

use crate::damage::{database_key, open_database};
use crate::support::{World, add, login, query, titles, titles_in};

pub fn look(name: &str) -> VaultAppearance {
    VaultAppearance { name: name.to_owned(), hue: Some(210), icon: "briefcase".to_owned() }
}

pub fn add_to(session: &mut Session, vault: VaultId, title: &str) -> Stored {
    session.put(Put { vault: Some(vault), ..Put::new(login(title, "ada", "x")) }).unwrap()
}

pub fn home(session: &Session) -> VaultId {
    session.vaults().unwrap()[0].id
}

fn names(session: &Session) -> Vec<String> {
    session.vaults().unwrap().into_iter().map(|vault| vault.appearance.name).collect()
}

fn found(session: &mut Session, text: &str, scope: Scope) -> Vec<String> {
    let page = session.list(&Query { text: text.to_owned(), ..query(scope) }).unwrap();
    titles(&page).into_iter().map(str::to_owned).collect()
}

fn go_on<T>(_: T) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[test]
fn vaults_are_created_renamed_ordered_and_searched() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    assert_eq!(names(&session), [""]);
    assert!(session.vaults().unwrap()[0].home);

    let work = session.create_vault(&look(" Work ")).unwrap();
    let club = session.create_vault(&look("Club")).unwrap();
    add(&mut session, login("Mail", "ada", "x"));
    add_to(&mut session, work, "Server");
    let Stored { id, revision } = add_to(&mut session, work, "Printer");
    // A change never moves an item to another vault.
    session
        .put(Put { vault: Some(club), ..Put::change(id, revision, login("Scanner", "bob", "y")) })
        .unwrap();
    assert_eq!(session.get(id).unwrap().vault, work);
    session
        .set_vault_appearance(home(&session), &VaultAppearance { name: "Private".to_owned(), ..look("") })
        .unwrap();
    session
        .set_vault_appearance(
            work,
            &VaultAppearance { name: "Office".to_owned(), ..VaultAppearance::default() },
        )
        .unwrap();
    session.order_vaults(&[club, work]).unwrap();

    let check = |session: &mut Session| {
        assert_eq!(names(session), ["Private", "Club", "Office"]);
        let vaults = session.vaults().unwrap();
        assert_eq!(vaults[1].appearance, look("Club"));
        assert_eq!((vaults[2].appearance.hue, vaults[2].appearance.icon.as_str()), (None, ""));
        let counts: Vec<_> =
            vaults.iter().map(|vault| (vault.listed, vault.archived, vault.trashed)).collect();
        assert_eq!(counts, [(1, 0, 0), (0, 0, 0), (2, 0, 0)]);
        assert_eq!(titles_in(session, Scope::All), ["Mail", "Scanner", "Server"]);
        assert_eq!(titles_in(session, Scope::Vault(work)), ["Scanner", "Server"]);
        assert_eq!(titles_in(session, Scope::Vault(club)), [""; 0]);
        assert_eq!(session.sidebar().unwrap().all, 3, "vault metadata is not an item");
        assert_eq!(found(session, "ada", Scope::All), ["Mail", "Server"]);
        assert_eq!(found(session, "ada", Scope::Vault(work)), ["Server"]);
        assert_eq!(found(session, "vault:off", Scope::All), ["Scanner", "Server"]);
        assert_eq!(found(session, "-vault:office", Scope::All), ["Mail"]);
        assert_eq!(found(session, "vault:nowhere", Scope::All), [""; 0]);
        // Geneses, metadata of two new vaults, item revisions, two changed appearances, the order of two vaults.
        assert_eq!(session.check_log(), Ok(3 + 2 + 4 + 2 + 2));
    };
    check(&mut session);
    drop(session);
    let mut session = world.unlock(profile).unwrap();
    check(&mut session);
    assert_eq!(session.get(id).unwrap().item.title, "Scanner");
    assert_eq!(session.history(id).unwrap().len(), 2);
}

#[test]
fn an_invalid_name_order_or_vault_changes_nothing() {
    let world = World::new();
    let mut session = world.create();
    let work = session.create_vault(&look("Work")).unwrap();
    let before = session.check_log().unwrap();
    let malformed = Err(SessionError::Invalid(PayloadError::Malformed));
    for bad in [
        look(""),
        look("a\nb"),
        look(&"x".repeat(101)),
        VaultAppearance { hue: Some(360), ..look("x") },
        VaultAppearance { icon: "../x".to_owned(), ..look("x") },
        VaultAppearance { icon: "x".repeat(33), ..look("x") },
    ] {
        assert_eq!(session.set_vault_appearance(work, &bad), malformed);
        assert!(session.create_vault(&bad).is_err());
    }
    let (home, other) = (home(&session), VaultId::from_bytes([9; 16]));
    for order in [vec![], vec![home, work], vec![work, work], vec![other]] {
        assert_eq!(session.order_vaults(&order), Err(SessionError::NotFound));
    }
    assert_eq!(session.set_vault_appearance(other, &look("x")), Err(SessionError::NotFound));
    let put = Put { vault: Some(other), ..Put::new(login("x", "", "")) };
    assert_eq!(session.put(put), Err(SessionError::NotFound));
    assert_eq!(session.delete_vault(home, Contents::None, &mut go_on), Err(SessionError::NotFound));
    assert_eq!(session.check_log(), Ok(before));
}

#[test]
fn a_vault_is_deleted_only_with_the_stated_number_of_items() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let work = session.create_vault(&look("Work")).unwrap();
    let ids: Vec<ItemId> = ["a", "b", "c"].map(|title| add_to(&mut session, work, title).id).to_vec();
    add(&mut session, login("Mail", "ada", "x"));
    session.trash(&ids[..1]).unwrap();
    session.set_archived(&ids[1..2], true).unwrap();

    let there = Err(SessionError::NotEmpty { items: 3 });
    assert_eq!(session.delete_vault(work, Contents::None, &mut go_on), there);
    assert_eq!(session.delete_vault(work, Contents::Delete { items: 2 }, &mut go_on), there);
    let stop = &mut |done| if done == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let all = Contents::Delete { items: 3 };
    assert_eq!(session.delete_vault(work, all, stop), Err(SessionError::Cancelled));
    assert_eq!(session.items_of_vault(work).unwrap().len(), 3);
    let undo = session.set_favourite(&ids[2..], true).unwrap().undo.unwrap();

    session.delete_vault(work, all, &mut go_on).unwrap();
    assert_eq!(session.undo(undo, &mut go_on).err(), Some(SessionError::NotFound));
    let check = |session: &mut Session| {
        assert_eq!(session.vaults().unwrap().len(), 1);
        assert_eq!(titles_in(session, Scope::All), ["Mail"]);
        assert_eq!(found(session, "a", Scope::All), ["Mail"]);
        assert_eq!((session.sidebar().unwrap().archived, session.sidebar().unwrap().trash), (0, 0));
        assert_eq!(session.get(ids[0]).err(), Some(SessionError::NotFound));
        assert!(session.set_vault_appearance(work, &look("x")).is_err());
        // The log still verifies without the content.
        session.check_log().unwrap();
    };
    check(&mut session);
    let kinds: Vec<EventKind> = session.events(0, 2).unwrap().iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::VaultDeleted, EventKind::VaultCreated]);
    drop(session);
    let mut session = world.unlock(profile).unwrap();
    check(&mut session);
    assert_eq!(session.events(0, 1).unwrap()[0].kind, EventKind::Unlocked);
    session.create_vault(&look("Work")).unwrap();
    session.check_log().unwrap();
}

#[test]
fn t47_items_and_vaults_swapped_in_the_database_are_refused() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let work = session.create_vault(&look("Work")).unwrap();
    let club = session.create_vault(&look("Club")).unwrap();
    let mail = add(&mut session, login("Mail", "ada", "x")).id;
    let server = add_to(&mut session, work, "Server").id;
    let key = database_key(&world, profile);
    drop(session);
    let database = world.file(profile, "vault.db");
    let good = std::fs::read(&database).unwrap();
    let after = |sql: &str| {
        std::fs::write(&database, &good).unwrap();
        let sql = sql.replace("MAIL", &mail.to_string()).replace("SERVER", &server.to_string());
        let sql = sql.replace("WORK", &work.to_string()).replace("CLUB", &club.to_string());
        open_database(&database, &key).execute_batch(&sql).unwrap();
        world.unlock(profile)
    };
    let both = [mail, server];

    // Swapped bodies, whole revisions and rows of items of two vaults.
    for sql in [
        "CREATE TEMP TABLE b AS SELECT item_id, body FROM entry WHERE item_id IN (x'MAIL', x'SERVER');
         UPDATE entry SET body = (SELECT body FROM b WHERE b.item_id <> entry.item_id)
         WHERE item_id IN (x'MAIL', x'SERVER')",
        "CREATE TEMP TABLE e AS SELECT * FROM entry WHERE item_id IN (x'MAIL', x'SERVER');
         UPDATE entry SET (hash, header, signature, body_hash, body) =
             (SELECT hash, header, signature, body_hash, body FROM e WHERE e.item_id <> entry.item_id)
         WHERE item_id IN (x'MAIL', x'SERVER')",
        "CREATE TEMP TABLE i AS SELECT item_id, entry_key, revision FROM item;
         UPDATE item SET (entry_key, revision) =
             (SELECT entry_key, revision FROM i WHERE i.item_id <> item.item_id)",
    ] {
        let session = after(sql).unwrap();
        for id in both {
            assert_eq!(session.get(id).err(), Some(SessionError::RevisionDamaged), "{sql}");
        }
        assert!(session.check_log().is_err(), "{sql}");
    }
    // An item assigned to another vault: by its row, and by the log.
    let session = after("UPDATE item SET vault_key = 3 WHERE item_id = x'SERVER'").unwrap();
    assert_eq!(session.check_log(), Err(CheckError::View));
    drop(session);
    let session = after("UPDATE entry SET vault_key = 3, seq = 2 WHERE item_id = x'SERVER'").unwrap();
    assert_eq!(session.get(server).err(), Some(SessionError::RevisionDamaged));
    assert!(session.check_log().is_err());
    drop(session);

    // Vaults swapped, inserted or removed.
    for sql in [
        "UPDATE vault SET vault_id = randomblob(16) WHERE vault_id = x'WORK'",
        "UPDATE epoch_key SET sealed =
             (SELECT sealed FROM epoch_key JOIN vault USING (vault_key) WHERE vault_id = x'CLUB')
         WHERE vault_key = (SELECT vault_key FROM vault WHERE vault_id = x'WORK')",
        "DELETE FROM epoch_key WHERE vault_key = (SELECT vault_key FROM vault WHERE vault_id = x'WORK')",
        "UPDATE vault SET vault_id = x'00' WHERE vault_id = x'WORK';
         UPDATE vault SET vault_id = x'WORK' WHERE vault_id = x'CLUB';
         UPDATE vault SET vault_id = x'CLUB' WHERE vault_id = x'00'",
        "UPDATE joined SET vault_id = x'00' WHERE vault_id = x'WORK';
         UPDATE joined SET vault_id = x'WORK' WHERE vault_id = x'CLUB';
         UPDATE joined SET vault_id = x'CLUB' WHERE vault_id = x'00'",
        "DELETE FROM joined WHERE vault_id = x'WORK'",
        "INSERT INTO vault (vault_id, genesis_hash, epoch, head_seq, head_root)
         SELECT randomblob(16), genesis_hash, epoch, head_seq, head_root FROM vault LIMIT 1",
        "UPDATE joined SET entry_key = (SELECT entry_key FROM item WHERE item_id = x'MAIL')
         WHERE vault_id = x'WORK'",
        "UPDATE entry SET body = NULL
         WHERE entry_key = (SELECT entry_key FROM joined WHERE vault_id = x'WORK')",
    ] {
        assert_eq!(after(sql).err(), Some(UnlockError::DatabaseDamaged), "{sql}");
    }
}

#[test]
fn backups_contain_every_vault_and_restore_items_to_theirs() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let work = session.create_vault(&look("Work")).unwrap();
    let club = session.create_vault(&look("Club")).unwrap();
    let server = add_to(&mut session, work, "Server").id;
    let statutes = add_to(&mut session, club, "Statutes").id;
    let target = world.root().join("backup.tar");
    let snapshot = session.snapshot(&target, Documents::All, &mut go_on).unwrap();
    snapshot.write(Existing::Keep, &mut go_on).unwrap();

    session.trash(&[server]).unwrap();
    session.purge(&[server]).unwrap();
    session.delete_vault(club, Contents::Delete { items: 1 }, &mut go_on).unwrap();
    // Vault rows have other numbers than in the backup.
    session.create_vault(&look("Family")).unwrap();
    let backup = session.open_backup(&target, &mut go_on).unwrap();
    assert_eq!(backup.info().entries, Some(3 + 2 + 2));
    let restored = session.restore_item(&backup, server, RestoreAs::Copy, &mut go_on).unwrap().stored;
    assert_eq!(session.get(restored.id).unwrap().vault, work);
    // Its own vault is gone, so it is restored to the home vault.
    let restored = session.restore_item(&backup, statutes, RestoreAs::Copy, &mut go_on).unwrap().stored;
    assert_eq!(session.get(restored.id).unwrap().vault, home(&session));
    assert_eq!(session.get(restored.id).unwrap().item.title, "Statutes");
    session.check_log().unwrap();
    let secret_key = session.secret_key().unwrap().to_text();
    drop((backup, session));

    let elsewhere = World::new();
    let password = vault_crypto::SecretText::from(crate::support::PASSWORD);
    let rng = crate::support::rng(4);
    let mut session = elsewhere.profiles.restore(&target, &password, &secret_key, rng, &mut go_on).unwrap();
    assert_eq!(session.profile().id, profile);
    assert_eq!(names(&session), ["", "Work", "Club"]);
    assert_eq!(titles_in(&mut session, Scope::Vault(work)), ["Server"]);
    session.check_log().unwrap();
}
