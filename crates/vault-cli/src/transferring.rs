//! Imports, exports and backups.

use std::path::{Path, PathBuf};

use serde::Serialize;
use vault_agent::protocol::{self, Imported, LockedFile, Reply, Request, Secret};
use vault_api::views::{
    ExportFormatView, ExportReportView, FieldOutcome, ImportFormat, ImportNote, ImportPreview, ImportReport,
    ImportSame,
};
use vault_text::safe_to_show;
use zeroize::Zeroizing;

use crate::arguments::{Backup, Existing, Export, ExportFormat, Import};
use crate::connection::{Connection, Context};
use crate::failure::{Exit, Failure};
use crate::{find, output, password};

/// A report, as JSON.
#[derive(Serialize)]
struct Report<T> {
    #[serde(flatten)]
    report: T,
    /// How many notes tell of something that was lost.
    lost: u32,
}

/// `import`
pub fn import(context: &Context, what: Import) -> Result<Exit, Failure> {
    let Import {
        file,
        format,
        password_fd,
        key_file,
        accept_cost,
        folder,
        tag,
        keep_identical,
        existing: same,
        dry_run,
    } = what;
    let same = match same {
        Existing::Keep => ImportSame::Keep,
        Existing::Update => ImportSame::Merge,
        Existing::Skip => ImportSame::Skip,
    };
    if let Some(format) = &format {
        ImportFormat::try_from(format.clone()).map_err(|error| Failure::new(Exit::Usage, error))?;
    }
    let path = existing(&file)?;
    let key_file = key_file.as_deref().map(existing).transpose()?;
    let given = given(password_fd)?.into_iter().next();
    let mut connection = context.connect()?;
    let ask = |connection: &mut Connection, password: Option<Zeroizing<String>>| {
        let password = password.map(|password| Secret::new(password.to_string()));
        let request = protocol::Import {
            path: path.clone(),
            format: format.clone(),
            password,
            key_file: key_file.clone(),
            accept_cost,
            folder: folder.clone(),
            tag: tag.clone(),
            keep_identical,
            existing: same,
            dry_run,
        };
        match connection.ask_for_work(&Request::Import(Box::new(request)))? {
            Reply::Imported(imported) => Ok(*imported),
            _ => Err(Connection::unexpected()),
        }
    };
    let was_given = given.is_some();
    let mut imported = ask(&mut connection, given)?;
    if let (Imported::Locked(locked), false) = (&imported, was_given) {
        expect_openable(locked, &file)?;
        if let Some(password) = password::at_terminal("Password of the file: ") {
            imported = ask(&mut connection, Some(password))?;
        }
    }
    match imported {
        Imported::Locked(locked) => {
            expect_openable(&locked, &file)?;
            Err(Failure::new(Exit::Denied, format!("{} is encrypted", file.display())).with(format!(
                "Use --password-fd{}.",
                if locked.takes_key_file { ", and --key-file if it has one" } else { "" }
            )))
        }
        Imported::UnknownColumns => {
            Err(Failure::new(Exit::Usage, format!("{} is a table of an unknown program", file.display()))
                .with("Import it in the window of Coffer, where you say what each column means."))
        }
        Imported::OtherFormat { wanted, found } => Err(Failure::new(
            Exit::Usage,
            format!("{} is of the format {found}, not {wanted}", file.display()),
        )),
        Imported::Preview { preview, lost } => report_preview(context, preview, lost),
        Imported::Report { report, lost } => report_import(context, report, lost),
    }
}

/// Fails if a file was not opened with what was given, or only at a cost.
fn expect_openable(locked: &LockedFile, file: &Path) -> Result<(), Failure> {
    if let Some(cost) = locked.cost {
        let (memory, seconds) = (cost.memory_mib, cost.seconds);
        let message = format!("opening {} takes {memory} MiB and some {seconds} seconds", file.display());
        return Err(Failure::new(Exit::Denied, message).with("Use --accept-cost if it is your file."));
    }
    if locked.wrong {
        let with = if locked.takes_key_file { "the password or the key file" } else { "the password" };
        return Err(Failure::new(Exit::Denied, format!("{with} of {} is wrong", file.display())));
    }
    Ok(())
}

fn report_preview(context: &Context, preview: ImportPreview, lost: u32) -> Result<Exit, Failure> {
    if context.json {
        output::json("preview", &Report { report: preview, lost })?;
    } else {
        let ImportPreview { format, items, identical, updates, files, notes, .. } = preview;
        let updates = if updates > 0 { format!(", {updates} with another content") } else { String::new() };
        eprintln!(
            "coffer: {}: {}, {}, {identical} exist already{updates}",
            format.id(),
            counted(items, "item"),
            counted(files, "file")
        );
        write_notes(&notes);
    }
    Ok(exit(lost))
}

fn report_import(context: &Context, report: ImportReport, lost: u32) -> Result<Exit, Failure> {
    if context.json {
        output::json("report", &Report { report, lost })?;
    } else {
        let ImportReport { imported, updated, skipped, .. } = report;
        let updates = if updated > 0 { format!(", {updated} with a newer revision") } else { String::new() };
        eprintln!("coffer: {} imported{updates}, {skipped} exist already", counted(imported, "item"));
        write_notes(&report.notes);
    }
    Ok(exit(lost))
}

/// A number with its noun.
fn counted(number: u32, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn exit(lost: u32) -> Exit {
    if lost > 0 { Exit::Partial } else { Exit::Done }
}

/// Writes what did not come over as it was.
fn write_notes(notes: &[ImportNote]) {
    for note in notes {
        let outcome = match note.outcome {
            FieldOutcome::KeptAsCustomField => "kept as a field of its own",
            FieldOutcome::NotKept => "lost",
            FieldOutcome::RowSkipped => "lost as a whole",
            FieldOutcome::NotNeeded => continue,
        };
        let what = [note.title.as_str(), note.field.as_str()].map(safe_to_show).join("/");
        eprintln!("  {} {what}: {outcome}: {}", note.position, safe_to_show(&note.reason));
    }
}

/// `export`
pub fn export(context: &Context, what: Export) -> Result<Exit, Failure> {
    let Export { file, format, vault, folder, tag, item, trash, password_fd, force } = what;
    let path = new_file(&file, force)?;
    let format = match format {
        ExportFormat::Archive => ExportFormatView::Archive,
        ExportFormat::Kdbx => ExportFormatView::Kdbx,
        ExportFormat::Bitwarden => ExportFormatView::BitwardenEncrypted,
        ExportFormat::BitwardenJson => ExportFormatView::BitwardenJson,
        ExportFormat::Csv => ExportFormatView::Csv,
    };
    let encrypted = !matches!(format, ExportFormatView::BitwardenJson | ExportFormatView::Csv);
    let mut connection = context.connect()?;
    let ids = |vaults: Vec<String>| (!vaults.is_empty()).then_some(vaults);
    let vaults = vault
        .iter()
        .map(|name| Ok(find::vault(&mut connection, name)?.id))
        .collect::<Result<_, Failure>>()?;
    let items = item
        .iter()
        .map(|name| Ok(find::item(&mut connection, None, name)?.id))
        .collect::<Result<_, Failure>>()?;
    if !encrypted {
        eprintln!(
            "coffer: every program and person that gets {} can read the passwords in it",
            file.display()
        );
    }
    let (master, of_file) = passwords(password_fd, encrypted)?;
    connection.ask(&Request::Confirm { password: Secret::new(master.to_string()) })?;
    let request = protocol::Export {
        path,
        replace: force,
        format,
        vaults: ids(vaults),
        folder,
        tag,
        items: ids(items),
        trash,
        password: of_file.map(|password| Secret::new(password.to_string())),
    };
    let Reply::Exported(exported) = connection.ask_for_work(&Request::Export(Box::new(request)))? else {
        return Err(Connection::unexpected());
    };
    let protocol::Exported { report, lost } = *exported;
    let partial = lost > 0 || !report.forbidden.is_empty();
    if context.json {
        output::json("report", &Report { report, lost })?;
    } else {
        let ExportReportView { items, documents, forbidden, notes } = report;
        eprintln!("coffer: {}, {}", counted(items, "item"), counted(documents, "document"));
        for vault in forbidden {
            eprintln!("  the team of the vault {} does not permit it", safe_to_show(&vault));
        }
        write_notes(&notes);
    }
    Ok(if partial { Exit::Partial } else { Exit::Done })
}

/// The master password, and that of the file if it has one.
fn passwords(
    descriptor: Option<u32>,
    encrypted: bool,
) -> Result<(Zeroizing<String>, Option<Zeroizing<String>>), Failure> {
    if descriptor.is_some() {
        let mut lines = given(descriptor)?.into_iter();
        let missing = || Failure::new(Exit::Usage, "the descriptor gives too few lines");
        let master = lines.next().ok_or_else(missing)?;
        let of_file = if encrypted { Some(lines.next().ok_or_else(missing)?) } else { None };
        return Ok((master, of_file));
    }
    let ask = |prompt| {
        password::at_terminal(prompt).ok_or_else(|| {
            Failure::new(Exit::Denied, "there is no terminal to ask for the password")
                .with("Use --password-fd.")
        })
    };
    let master = ask("Master password: ")?;
    if !encrypted {
        return Ok((master, None));
    }
    let of_file = ask("Password of the file: ")?;
    if ask("Again: ")? != of_file {
        return Err(Failure::new(Exit::Usage, "the two passwords of the file differ"));
    }
    Ok((master, Some(of_file)))
}

/// `backup`
pub fn backup(context: &Context, what: &Backup) -> Result<Exit, Failure> {
    let path = new_file(&what.file, what.force)?;
    context.connect()?.ask_for_work(&Request::Backup { path, replace: what.force })?;
    Ok(Exit::Done)
}

/// `check`
pub fn check(context: &Context, file: Option<&Path>) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    if let Some(file) = file {
        let path = Some(existing(file)?);
        connection.ask_for_work(&Request::CheckBackup { path, name: None })?;
        return Ok(Exit::Done);
    }
    let Reply::Backups(backups) = connection.ask(&Request::Backups)? else {
        return Err(Connection::unexpected());
    };
    if backups.backups.is_empty() {
        return Err(Failure::new(Exit::NotFound, "there is no automatic backup yet"));
    }
    let mut damaged = None;
    for row in backups.backups {
        let request = Request::CheckBackup { path: None, name: Some(row.name.clone()) };
        let sound = connection.ask_for_work(&request);
        let name = safe_to_show(&row.name);
        output::line(&format!("{name}\t{}", if sound.is_ok() { "sound" } else { "damaged" }))?;
        damaged = damaged.or(sound.err());
    }
    damaged.map_or(Ok(Exit::Done), Err)
}

/// The lines of a descriptor, if one is named.
fn given(descriptor: Option<u32>) -> Result<Vec<Zeroizing<String>>, Failure> {
    descriptor.map_or_else(|| Ok(Vec::new()), password::from_descriptor)
}

/// The absolute path of a file to be read.
fn existing(file: &Path) -> Result<PathBuf, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(Exit::Usage, format!("{} cannot be read: {error}", file.display()))
    };
    let path = file.canonicalize().map_err(failed)?;
    expect_text(path)
}

/// The absolute path of a file to be written.
fn new_file(file: &Path, force: bool) -> Result<PathBuf, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(Exit::Usage, format!("{} cannot be written: {error}", file.display()))
    };
    match file.symlink_metadata() {
        Ok(meta) if !meta.is_file() => {
            return Err(Failure::new(Exit::Usage, format!("{} is no regular file", file.display())));
        }
        Ok(_) if !force => {
            return Err(Failure::new(Exit::Usage, format!("{} exists", file.display()))
                .with("Use --force to replace it."));
        }
        _ => {}
    }
    expect_text(std::path::absolute(file).map_err(failed)?)
}

fn expect_text(path: PathBuf) -> Result<PathBuf, Failure> {
    match path.to_str() {
        Some(_) => Ok(path),
        None => Err(Failure::new(Exit::Usage, format!("{} is not written in UTF-8", path.display()))),
    }
}
