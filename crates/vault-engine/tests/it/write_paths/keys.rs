//! Write paths that change the keys of a profile.

use std::fs;

use vault_crypto::{SecretText, UnlockSeed};
use vault_engine::session::{
    RecoveryAfter, Rotation, SecretKeyAfter, ServerConnection, Session, SessionError,
};
use vault_wire::message::Origin;

use super::{CODE, Context, NEW_PASSWORD, WriteError, WritePath, go_on, only_profile, path, unlock};
use crate::connection::{store_network, store_server};
use crate::support::{PASSWORD, World, rng};

/// The write paths that change the keys of a profile.
pub const KEYS: &[WritePath] = &[
    path("change the password", change_password),
    path("set a recovery code", set_code),
    path("replace the recovery code", replace_code).with_setup(with_code),
    path("remove the recovery code", |ctx| rotate(ctx, None, RecoveryAfter::None, SecretKeyAfter::Same))
        .with_setup(with_code),
    path("set a new password with the recovery code", |ctx| {
        let code = SecretText::from(fs::read_to_string(ctx.world.root().join(CODE)).unwrap().as_str());
        let new = SecretText::from(NEW_PASSWORD);
        ctx.session = Some(ctx.world.profiles.recover(ctx.id, &code, &new, rng(81))?);
        Ok(())
    })
    .with_setup(with_code),
    path("set a new password with the recovery code, with a server", |ctx| {
        let code = SecretText::from(fs::read_to_string(ctx.world.root().join(CODE)).unwrap().as_str());
        let new = SecretText::from(NEW_PASSWORD);
        ctx.session = Some(ctx.world.profiles.recover(ctx.id, &code, &new, rng(82))?);
        Ok(())
    })
    .with_setup(with_code_and_server),
    path("change how the server is reached", |ctx| Ok(store_network(ctx.session()?)?)),
    path("hold what is to be sent", |ctx| Ok(ctx.session()?.hold_upload()?)),
    path("leave the server", |ctx| Ok(ctx.session()?.leave_server()?)).with_setup(with_server),
    path("move to another server", |ctx| Ok(move_away(ctx.session()?)?)).with_setup(with_server),
    path("forget the server that was left", |ctx| Ok(ctx.session()?.forget_left_server()?))
        .with_setup(with_left_server),
    path("change the root key", |ctx| rotate(ctx, None, RecoveryAfter::None, SecretKeyAfter::Same)),
    path("change root key, Secret Key and password", |ctx| {
        let code = SecretText::new(fs::read_to_string(ctx.world.root().join(CODE)).unwrap());
        rotate(ctx, Some(NEW_PASSWORD), RecoveryAfter::Same(&code), SecretKeyAfter::New)
    })
    .with_setup(with_code),
    path("repair the key file", |ctx| Ok(ctx.session()?.set_setting("x", "new")?))
        .with_setup(damage_key_file),
];

fn change_password(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    Ok(ctx.session()?.change_password(&SecretText::from(PASSWORD), &SecretText::from(NEW_PASSWORD))?)
}

fn set_code(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let session = ctx.session()?;
    let pending = session.begin_recovery(&SecretText::from(PASSWORD))?;
    Ok(session.confirm_recovery(pending)?)
}

/// Sets a recovery code and writes it to a file.
fn with_code(world: &World) {
    let mut session = unlock(world, only_profile(world)).unwrap();
    let pending = session.begin_recovery(&SecretText::from(PASSWORD)).unwrap();
    fs::write(world.root().join(CODE), pending.text().expose()).unwrap();
    session.confirm_recovery(pending).unwrap();
}

fn with_code_and_server(world: &World) {
    with_code(world);
    with_server(world);
}

/// Connects the profile with a server.
fn with_server(world: &World) {
    let mut session = unlock(world, only_profile(world)).unwrap();
    store_server(&mut session);
}

/// Moves the connected profile to another server.
fn with_left_server(world: &World) {
    with_server(world);
    move_away(&mut unlock(world, only_profile(world)).unwrap()).unwrap();
}

/// Moves the profile to another server.
fn move_away(session: &mut Session) -> Result<(), SessionError> {
    let (connection, login) = (session.connection()?.unwrap(), session.device_login()?.unwrap());
    let (issuer, unlock_seed) =
        (Origin::new("https://elsewhere.test").unwrap(), UnlockSeed::from_bytes(&[9; 32]));
    session.move_server(&ServerConnection { issuer, unlock_seed, ..connection }, &login)
}

fn replace_code(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let pending = ctx.session()?.begin_recovery(&SecretText::from(PASSWORD))?;
    rotate(ctx, None, RecoveryAfter::New(&pending), SecretKeyAfter::Same)
}

fn rotate(
    ctx: &mut Context<'_>,
    new: Option<&str>,
    recovery: RecoveryAfter<'_>,
    secret_key: SecretKeyAfter,
) -> Result<(), WriteError> {
    let (password, new) = (SecretText::from(PASSWORD), new.map(SecretText::from));
    ctx.session()?;
    let session = ctx.session.take().unwrap();
    let rotation = Rotation { password: &password, new_password: new.as_ref(), recovery, secret_key };
    ctx.session = Some(ctx.world.profiles.rotate(session, &rotation, &mut go_on)?);
    Ok(())
}

fn damage_key_file(world: &World) {
    fs::write(world.file(world.profiles.list()[0].id, "profile.keys"), "cut off").unwrap();
}
