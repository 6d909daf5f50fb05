//! `{version, userId, encrypted, vaults: {<id>: {name, description, display, folders, items}}}`.

use std::collections::HashMap;

use super::{
    files::Files,
    item::{self, Folders},
};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    limits,
    report::ParsedFile,
    syntax::{
        json::Object,
        raw::{self, Members, Shape},
    },
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "proton_json",
        name: "Proton Pass JSON",
        program: &super::PROGRAM,
        extensions: &["json"],
        secret: Secret::Nothing,
    },
    reader: Reader::Json { recognises, read: |text, _, import| read(text, Files::Missing, import) },
};

fn recognises(text: &str) -> Result<bool, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Ok(false) };
    let mut is_of_proton = members.has(&["version"]) || members.has(&["userId"]);
    let vaults = members.take_members("vaults")?.into_all();
    is_of_proton &= !vaults.is_empty();
    for (_, vault) in vaults {
        is_of_proton &= raw::members(vault)?.has(&["items"]);
    }
    Ok(is_of_proton)
}

/// Reads an export that may have the files of its items beside it.
pub(super) fn read(
    text: &str,
    mut files: Files<'_>,
    mut import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Err(ImportError::Damaged) };
    let mut position = 0;
    for (_, vault) in members.take_members("vaults")?.into_all() {
        let mut vault = raw::members(vault)?;
        let name = vault.text("name").replace('/', " ");
        let folders = read_folders(&name, &mut vault, &mut import)?;
        for raw in vault.take_list("items")? {
            position += 1;
            if let Some(members) = import.object(position, raw) {
                item::read(&mut import, position, members, &folders, &mut files)?;
            }
        }
        let _ = vault.take("name");
        if vault.take("description").is_some_and(|raw| raw.get().len() > 2) {
            import.count_lost("description", "Coffer has no descriptions of vaults.", 1);
        }
        if vault.take("display").is_some() {
            import.count_dropped("display", "Colour and picture of a vault.");
        }
        for (name, _) in vault.into_rest() {
            import.unknown_part(&name);
        }
    }
    for name in ["version", "userId", "encrypted"] {
        let _ = members.take(name);
    }
    for (name, _) in members.into_rest() {
        import.unknown_part(&name);
    }
    files.remark_on_rest(&mut import);
    Ok(import.finish())
}

/// Reads the folders in a vault: `[{folderId, parentFolderId, name}]`. One that is within itself ends there.
fn read_folders(
    vault_name: &str,
    vault: &mut Members<'_>,
    import: &mut ImportBuilder<'_>,
) -> Result<Folders, ImportError> {
    let mut known: HashMap<String, (String, String)> = HashMap::new();
    for mut folder in vault.take_list("folders")?.into_iter().filter_map(raw::object) {
        let text = |folder: &mut Object, name: &str| folder.take_text(name).expose().to_owned();
        let (id, name) = (text(&mut folder, "folderId"), text(&mut folder, "name").replace('/', " "));
        known.insert(id, (name, text(&mut folder, "parentFolderId")));
    }
    let mut paths = HashMap::new();
    for id in known.keys() {
        let (mut levels, mut seen, mut at) = (Vec::new(), Vec::new(), id);
        while let Some((name, around)) = known.get(at).filter(|_| seen.len() < limits::DEPTH) {
            if seen.contains(&at) {
                break;
            }
            seen.push(at);
            levels.push(name.as_str());
            at = around;
        }
        levels.push(vault_name);
        levels.reverse();
        let path = levels.join("/");
        import.add_folder(&path);
        paths.insert(id.clone(), path);
    }
    Ok(Folders { vault: vault_name.to_owned(), paths })
}
