//! What changes a profile as a whole, or writes beside it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use vault_crypto::SecretText;
use vault_engine::backup::RestoreAs;
use vault_engine::backup::{Documents, Plan};
use vault_engine::document::{Existing, write_new_file};
use vault_engine::profile::BackupsAfter;

use super::{At, BACKUP, DAY, ELSEWHERE, Trouble, WritePath, done, go_on, only, other, path, unlock};
use crate::kept;
use crate::support::{PASSWORD, World, new_profile, rng};

/// Those that change a profile as a whole, or write beside it.
pub const PROFILES: &[WritePath] = &[
    path("keep a setting of the program", |at| Ok(at.world.profiles.set_setting("theme", "dark")?)),
    path("rename a profile", |at| Ok(at.world.profiles.rename(at.id, "Renamed")?)),
    path("make a profile", make_profile),
    path("write a file", |at| {
        Ok(write_new_file(&at.world.root().join("kit.pdf"), b"the kit", Existing::Replace)?)
    }),
    path("write a backup", |at| back_up(at, "second.tar")),
    path("replace a backup", |at| back_up(at, BACKUP)),
    path("write a daily backup", daily).after(week_of_backups),
    path("restore a backup", restore_profile).after(forget_profile),
    path("restore an item of a backup", restore_item),
    path("change the form of the database", |at| at.session()?.check_log().map(drop).map_err(other))
        .after(of_the_first_form)
        .unseen(),
    path("sweep up what a crash left", |at| Ok(at.session()?.set_setting("x", "new")?)).after(leave_orphans),
    path("a backup takes the place of a damaged profile", |at| {
        let (backup, password, secret_key) = kit(at.world);
        let profiles = &at.world.profiles;
        at.session =
            Some(profiles.restore_or_replace(&backup, &password, &secret_key, rng(79), &mut go_on)?);
        Ok(())
    })
    .after(damage_profile),
    path("save what opens into a new profile", |at| {
        let password = SecretText::from(PASSWORD);
        let known = (at.id, &password, None);
        let made = at.world.profiles.salvage(known, new_profile("Saved"), &|| rng(82), &mut go_on)?;
        at.session = Some(made.0);
        Ok(())
    }),
    path("move a profile", |at| {
        done(at.world.profiles.relocate(at.id, &at.world.root().join(ELSEWHERE), &mut go_on)?)
    }),
    path("move a profile back", |at| {
        done(at.world.profiles.relocate(at.id, at.world.places().profiles(), &mut go_on)?)
    })
    .after(move_elsewhere),
    path("take a profile in", |at| done(at.world.profiles.take_in(&elsewhere(at.world))?)).after(|world| {
        move_elsewhere(world);
        world.profiles.forget(only(world)).unwrap();
    }),
    path("take a profile from the list", |at| Ok(at.world.profiles.forget(at.id)?)).after(move_elsewhere),
    path("delete a profile", |at| done(at.world.profiles.delete(at.id, BackupsAfter::Deleted)?)),
    path("delete a profile and keep its backups", |at| {
        done(at.world.profiles.delete(at.id, BackupsAfter::Kept)?)
    })
    .after(week_of_backups),
];

fn make_profile(at: &mut At<'_>) -> Result<(), Trouble> {
    at.session = Some(at.world.profiles.create(new_profile("Second"), rng(78))?);
    Ok(())
}

fn back_up(at: &mut At<'_>, name: &str) -> Result<(), Trouble> {
    let target = at.world.root().join(name);
    let snapshot = at.session()?.snapshot(&target, Documents::All, &mut go_on)?;
    snapshot.write(Existing::Replace, &mut go_on)?;
    Ok(())
}

/// Nine days with a backup each: two more than are kept.
fn week_of_backups(world: &World) {
    let session = unlock(world, only(world)).unwrap();
    for _ in 0..9 {
        world.clock.advance(Duration::from_secs(DAY));
        session.daily_snapshot(&Plan::default(), &mut go_on).unwrap().unwrap().write(&mut go_on).unwrap();
    }
}

fn daily(at: &mut At<'_>) -> Result<(), Trouble> {
    let daily = at.session()?.daily_snapshot(&Plan::default(), &mut go_on)?;
    daily.unwrap().write(&mut go_on)?;
    Ok(())
}

/// A computer that has the backup only; the Secret Key is in the Kit.
fn forget_profile(world: &World) {
    let id = only(world);
    fs::rename(world.file(id, "secret-key"), world.root().join("secret-key")).unwrap();
    fs::remove_dir_all(world.places().profile(id)).unwrap();
}

/// Both copies of the key file are gone; what else there is stays as it is.
fn damage_profile(world: &World) {
    let id = only(world);
    fs::copy(world.file(id, "secret-key"), world.root().join("secret-key")).unwrap();
    for name in ["profile.keys", "profile.keys.bak"] {
        fs::write(world.file(id, name), "gone").unwrap();
    }
}

/// The backup, and what opens it.
fn kit(world: &World) -> (PathBuf, SecretText, SecretText) {
    let root = world.root();
    let secret_key = SecretText::new(fs::read_to_string(root.join("secret-key")).unwrap());
    (root.join(BACKUP), SecretText::from(PASSWORD), secret_key)
}

/// The folder of the profile, once it was moved.
fn elsewhere(world: &World) -> PathBuf {
    let mut folders = fs::read_dir(world.root().join(ELSEWHERE)).unwrap();
    folders.next().unwrap().unwrap().path()
}

fn move_elsewhere(world: &World) {
    world.profiles.relocate(only(world), &world.root().join(ELSEWHERE), &mut go_on).unwrap();
}

fn restore_profile(at: &mut At<'_>) -> Result<(), Trouble> {
    let (backup, password, secret_key) = kit(at.world);
    at.session = Some(at.world.profiles.restore(&backup, &password, &secret_key, rng(79), &mut go_on)?);
    Ok(())
}

fn restore_item(at: &mut At<'_>) -> Result<(), Trouble> {
    let (id, backup) = (at.item("Scan, later")?, at.world.root().join(BACKUP));
    let session = at.session()?;
    let backup = session.open_backup(&backup, &mut go_on)?;
    session.restore_item(&backup, id, RestoreAs::Copy, &mut go_on)?;
    Ok(())
}

/// A profile that was left by the program that knew the first form only.
fn of_the_first_form(world: &World) {
    let id = only(world);
    fs::remove_dir_all(world.places().profile(id)).unwrap();
    fs::remove_file(world.places().ui_file()).unwrap();
    let (id, password, secret_key) = kept::lay_down("closed", world);
    fs::write(world.file(id, "secret-key"), secret_key.expose()).unwrap();
    fs::write(world.root().join("password"), password.expose()).unwrap();
}

fn leave_orphans(world: &World) {
    let blobs = world.file(only(world), "blobs");
    for name in ["00/00000000000000000000000000000000", "00/.coffer-x.part"] {
        let orphan = blobs.join(name);
        fs::create_dir_all(orphan.parent().unwrap()).unwrap();
        fs::write(&orphan, "left").unwrap();
    }
}
