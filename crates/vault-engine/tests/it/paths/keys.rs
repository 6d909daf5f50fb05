//! What changes the keys of a profile.

use std::fs;

use vault_crypto::SecretText;
use vault_engine::session::{Rotation, SecretKeyAfter};

use super::{ANOTHER, At, CODE, Trouble, WritePath, go_on, only, path, unlock};
use crate::support::{PASSWORD, World, rng};

/// Those that change the keys of a profile.
pub const KEYS: &[WritePath] = &[
    path("change the password", change_password),
    path("set a recovery code", set_code),
    path("replace the recovery code", set_code).after(with_code),
    path("remove the recovery code", |at| Ok(at.session()?.remove_recovery(&SecretText::from(PASSWORD))?))
        .after(with_code),
    path("set the password by the recovery code", |at| {
        let code = SecretText::from(fs::read_to_string(at.world.root().join(CODE)).unwrap().as_str());
        let new = SecretText::from(ANOTHER);
        at.session = Some(at.world.profiles.recover(at.id, &code, &new, rng(81))?);
        Ok(())
    })
    .after(with_code),
    path("change the root key", |at| rotate(at, None, SecretKeyAfter::Same)),
    path("change root key, Secret Key and password", |at| rotate(at, Some(ANOTHER), SecretKeyAfter::New))
        .after(with_code),
    path("mend the key file", |at| Ok(at.session()?.set_setting("x", "new")?)).after(damage_key_file),
];

fn change_password(at: &mut At<'_>) -> Result<(), Trouble> {
    Ok(at.session()?.change_password(&SecretText::from(PASSWORD), &SecretText::from(ANOTHER))?)
}

fn set_code(at: &mut At<'_>) -> Result<(), Trouble> {
    let session = at.session()?;
    let pending = session.begin_recovery(&SecretText::from(PASSWORD))?;
    Ok(session.confirm_recovery(pending)?)
}

/// Gives the profile a recovery code, and writes it on paper.
fn with_code(world: &World) {
    let mut session = unlock(world, only(world)).unwrap();
    let pending = session.begin_recovery(&SecretText::from(PASSWORD)).unwrap();
    fs::write(world.root().join(CODE), pending.text().expose()).unwrap();
    session.confirm_recovery(pending).unwrap();
}

fn rotate(at: &mut At<'_>, new: Option<&str>, secret_key: SecretKeyAfter) -> Result<(), Trouble> {
    let (password, new) = (SecretText::from(PASSWORD), new.map(SecretText::from));
    at.session()?;
    let session = at.session.take().unwrap();
    let code = fs::read_to_string(at.world.root().join(CODE)).ok().map(SecretText::new);
    let rotation = Rotation {
        password: &password,
        new_password: new.as_ref(),
        recovery_code: code.as_ref(),
        secret_key,
    };
    at.session = Some(at.world.profiles.rotate(session, &rotation, &mut go_on)?);
    Ok(())
}

fn damage_key_file(world: &World) {
    fs::write(world.file(world.profiles.list()[0].id, "profile.keys"), "cut off").unwrap();
}
