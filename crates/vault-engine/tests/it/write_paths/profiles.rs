//! Write paths that change a profile as a whole, or write files next to it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use vault_crypto::SecretText;
use vault_engine::backup::RestoreAs;
use vault_engine::backup::{BackupPlan, Documents};
use vault_engine::document::{Existing, write_new_file};
use vault_engine::profile::BackupsAfter;

use super::{
    BACKUP, Context, DAY, ELSEWHERE, WriteError, WritePath, done, go_on, only_profile, other, path, unlock,
};
use crate::compat;
use crate::support::{PASSWORD, World, new_profile, rng};

/// The write paths that change a profile as a whole, or write files next to it.
pub const PROFILES: &[WritePath] = &[
    path("store a setting of the program", |ctx| Ok(ctx.world.profiles.set_setting("theme", "dark")?)),
    path("rename a profile", |ctx| Ok(ctx.world.profiles.rename(ctx.id, "Renamed")?)),
    path("create a profile", make_profile),
    path("write a file", |ctx| {
        Ok(write_new_file(&ctx.world.root().join("kit.pdf"), b"the kit", Existing::Replace)?)
    }),
    path("write a backup", |ctx| back_up(ctx, "second.tar")),
    path("replace a backup", |ctx| back_up(ctx, BACKUP)),
    path("write a daily backup", daily).with_setup(week_of_backups),
    path("restore a backup", restore_profile).with_setup(remove_profile),
    path("restore an item from a backup", restore_item),
    path("migrate the schema of the database", |ctx| ctx.session()?.check_log().map(drop).map_err(other))
        .with_setup(use_schema_1)
        .without_visible_effect(),
    path("remove orphaned files", |ctx| Ok(ctx.session()?.set_setting("x", "new")?))
        .with_setup(leave_orphans),
    path("replace a damaged profile by a backup", |ctx| {
        let (backup, password, secret_key) = kit(ctx.world);
        let profiles = &ctx.world.profiles;
        ctx.session =
            Some(profiles.restore_or_replace(&backup, &password, &secret_key, rng(79), &mut go_on)?);
        Ok(())
    })
    .with_setup(damage_profile),
    path("salvage into a new profile", |ctx| {
        let password = SecretText::from(PASSWORD);
        let known = (ctx.id, &password, None);
        let made = ctx.world.profiles.salvage(known, new_profile("Salvaged"), &|| rng(82), &mut go_on)?;
        ctx.session = Some(made.0);
        Ok(())
    }),
    path("move a profile", |ctx| {
        done(ctx.world.profiles.relocate(ctx.id, &ctx.world.root().join(ELSEWHERE), &mut go_on)?)
    }),
    path("move a profile back", |ctx| {
        done(ctx.world.profiles.relocate(ctx.id, ctx.world.dirs().profiles(), &mut go_on)?)
    })
    .with_setup(move_elsewhere),
    path("add an existing profile", |ctx| done(ctx.world.profiles.add_existing(&moved_folder(ctx.world))?))
        .with_setup(|world| {
            move_elsewhere(world);
            world.profiles.forget(only_profile(world)).unwrap();
        }),
    path("remove a profile from the list", |ctx| Ok(ctx.world.profiles.forget(ctx.id)?))
        .with_setup(move_elsewhere),
    path("delete a profile", |ctx| done(ctx.world.profiles.delete(ctx.id, BackupsAfter::Deleted)?)),
    path("delete a profile and keep its backups", |ctx| {
        done(ctx.world.profiles.delete(ctx.id, BackupsAfter::Kept)?)
    })
    .with_setup(week_of_backups),
];

fn make_profile(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    ctx.session = Some(ctx.world.profiles.create(new_profile("Second"), rng(78))?);
    Ok(())
}

fn back_up(ctx: &mut Context<'_>, name: &str) -> Result<(), WriteError> {
    let target = ctx.world.root().join(name);
    let snapshot = ctx.session()?.snapshot(&target, Documents::All, &mut go_on)?;
    snapshot.write(Existing::Replace, &mut go_on)?;
    Ok(())
}

/// Makes daily backups on nine days, two more than are kept.
fn week_of_backups(world: &World) {
    let session = unlock(world, only_profile(world)).unwrap();
    for _ in 0..9 {
        world.clock.advance(Duration::from_secs(DAY));
        session
            .daily_snapshot(&BackupPlan::default(), &mut go_on)
            .unwrap()
            .unwrap()
            .write(&mut go_on)
            .unwrap();
    }
}

fn daily(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let daily = ctx.session()?.daily_snapshot(&BackupPlan::default(), &mut go_on)?;
    daily.unwrap().write(&mut go_on)?;
    Ok(())
}

/// Removes the profile, as on a computer with only the backup and the Secret Key.
fn remove_profile(world: &World) {
    let id = only_profile(world);
    fs::rename(world.file(id, "secret-key"), world.root().join("secret-key")).unwrap();
    fs::remove_dir_all(world.dirs().profile(id)).unwrap();
}

/// Overwrites both copies of the key file; the other files stay.
fn damage_profile(world: &World) {
    let id = only_profile(world);
    fs::copy(world.file(id, "secret-key"), world.root().join("secret-key")).unwrap();
    for name in ["profile.keys", "profile.keys.bak"] {
        fs::write(world.file(id, name), "gone").unwrap();
    }
}

/// The backup, and the password and Secret Key that open it.
fn kit(world: &World) -> (PathBuf, SecretText, SecretText) {
    let root = world.root();
    let secret_key = SecretText::new(fs::read_to_string(root.join("secret-key")).unwrap());
    (root.join(BACKUP), SecretText::from(PASSWORD), secret_key)
}

/// The folder of the profile after it was moved.
fn moved_folder(world: &World) -> PathBuf {
    let mut folders = fs::read_dir(world.root().join(ELSEWHERE)).unwrap();
    folders.next().unwrap().unwrap().path()
}

fn move_elsewhere(world: &World) {
    world.profiles.relocate(only_profile(world), &world.root().join(ELSEWHERE), &mut go_on).unwrap();
}

fn restore_profile(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let (backup, password, secret_key) = kit(ctx.world);
    ctx.session = Some(ctx.world.profiles.restore(&backup, &password, &secret_key, rng(79), &mut go_on)?);
    Ok(())
}

fn restore_item(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let (id, backup) = (ctx.item("Scan, later")?, ctx.world.root().join(BACKUP));
    let session = ctx.session()?;
    let backup = session.open_backup(&backup, &mut go_on)?;
    session.restore_item(&backup, id, RestoreAs::Copy, &mut go_on)?;
    Ok(())
}

/// Replaces the profile by a stored one of schema version 1.
fn use_schema_1(world: &World) {
    let id = only_profile(world);
    fs::remove_dir_all(world.dirs().profile(id)).unwrap();
    fs::remove_file(world.dirs().registry()).unwrap();
    let (id, password, secret_key) = compat::install("closed", world);
    fs::write(world.file(id, "secret-key"), secret_key.expose()).unwrap();
    fs::write(world.root().join("password"), password.expose()).unwrap();
}

fn leave_orphans(world: &World) {
    let blobs = world.file(only_profile(world), "blobs");
    for name in ["00/00000000000000000000000000000000", "00/.coffer-x.part"] {
        let orphan = blobs.join(name);
        fs::create_dir_all(orphan.parent().unwrap()).unwrap();
        fs::write(&orphan, "left").unwrap();
    }
}
