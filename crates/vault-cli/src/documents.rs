//! Documents: into the profile and out of it, through pipes as well.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::Path;

use serde::Serialize;
use vault_agent::protocol::{DocumentPlace, Reply, Request};
use vault_api::views::{AttachmentView, EarlierFileView, ItemScope, ItemView};
use vault_text::safe_to_show;

use crate::arguments::{DocGet, DocList, DocPut, Document};
use crate::connection::{Connection, Context};
use crate::failure::{Exit, Failure};
use crate::{find, output, reading};

/// The name of a document from a pipe.
const UNNAMED: &str = "document";

/// A file of an item, as JSON.
#[derive(Serialize)]
struct Row<'a> {
    item_id: &'a str,
    title: &'a str,
    #[serde(flatten)]
    file: &'a AttachmentView,
    /// Whether the item has it now, and not only had it before.
    current: bool,
}

/// `doc`
pub fn run(context: &Context, what: &Document) -> Result<Exit, Failure> {
    match what {
        Document::Put(what) => put(context, what),
        Document::Get(what) => get(context, what),
        Document::Ls(what) => list(context, what),
    }
}

/// `doc put`
fn put(context: &Context, what: &DocPut) -> Result<Exit, Failure> {
    let (mut source, name): (Box<dyn Read>, String) = match what.file.as_deref() {
        Some(path) if path != Path::new("-") => {
            let failed =
                |error| Failure::new(Exit::Usage, format!("{} cannot be read: {error}", path.display()));
            let file = File::open(path).map_err(failed)?;
            if file.metadata().map_err(failed)?.is_dir() {
                return Err(Failure::new(Exit::Usage, format!("{} is a folder", path.display())));
            }
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            (Box::new(file), name.unwrap_or_default())
        }
        _ => (Box::new(io::stdin().lock()), String::new()),
    };
    let name = what.name.clone().unwrap_or(if name.is_empty() { UNNAMED.to_owned() } else { name });
    let mut connection = context.connect()?;
    let place = match &what.item {
        None => DocumentPlace::New,
        Some(item) => {
            let vault = reading::chosen(&mut connection, what.vault.as_deref())?;
            let item = find::item(&mut connection, vault.as_ref(), item)?;
            match &what.replace {
                None => DocumentPlace::Attach { item: item.id },
                Some(file) => {
                    DocumentPlace::Replace { blob: file_of(&item, file)?.blob_id.clone(), item: item.id }
                }
            }
        }
    };
    match connection.put(&Request::PutDocument { place, name }, &mut source)? {
        Reply::Stored(stored) if context.json => output::json("item_id", &stored.item),
        Reply::Stored(stored) => output::line(&stored.item),
        _ => Err(Connection::unexpected()),
    }
}

/// `doc get`
fn get(context: &Context, what: &DocGet) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let vault = reading::chosen(&mut connection, what.vault.as_deref())?;
    let item = find::item(&mut connection, vault.as_ref(), &what.item)?;
    let blob = match what.file.as_deref() {
        Some(name) => match file_of(&item, name) {
            Ok(file) => file.blob_id.clone(),
            Err(failure) if failure.exit == Exit::NotFound => earlier_of(&mut connection, &item, name)?,
            Err(failure) => return Err(failure),
        },
        None => find::only("file", &item.title, item.attachments.iter().collect(), |file| describe(file))?
            .blob_id
            .clone(),
    };
    let request = Request::GetDocument { item: item.id, blob };
    let Some(path) = what.output.as_deref() else {
        let mut standard = io::stdout().lock();
        if standard.is_terminal() {
            return Err(Failure::new(Exit::Usage, "a document is not written to a terminal")
                .with("Name a file with -o, or use a pipe."));
        }
        connection.get(&request, &mut standard)?;
        return standard.flush().map(|()| Exit::Done).map_err(Failure::output);
    };
    let mut file = output::PrivateFile::create(path)?;
    connection.get(&request, &mut file)?;
    file.finish()
}

/// `doc ls`
fn list(context: &Context, what: &DocList) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let vault = reading::chosen(&mut connection, what.vault.as_deref())?;
    let items = match &what.item {
        Some(item) => vec![find::item(&mut connection, vault.as_ref(), item)?],
        None => with_files(&mut connection, &find::scope_of(vault.as_ref()))?,
    };
    let mut files = Vec::new();
    for item in &items {
        files.extend(item.attachments.iter().map(|file| (item, file.clone(), true)));
        if what.versions {
            let earlier = earlier(&mut connection, item)?;
            files.extend(earlier.into_iter().filter(|file| file.kept).map(|file| (item, file.file, false)));
        }
    }
    if context.json {
        let rows: Vec<Row<'_>> = files
            .iter()
            .map(|(item, file, current)| Row {
                item_id: &item.id,
                title: &item.title,
                file,
                current: *current,
            })
            .collect();
        return output::json("files", &rows);
    }
    let mut text = String::new();
    for (item, file, current) in &files {
        let mark = if *current { "" } else { "\tearlier" };
        let (title, name) = (safe_to_show(&item.title), safe_to_show(&file.name));
        text.push_str(&format!("{}\t{title}\t{}\t{name}{mark}\n", file.blob_id, file.size));
    }
    output::bytes(text.as_bytes())
}

/// All items of a scope that have files, documents first.
fn with_files(connection: &mut Connection, scope: &ItemScope) -> Result<Vec<ItemView>, Failure> {
    // A document's own content is not counted among its files.
    let mut rows = find::rows_of(connection, "type:document", scope)?;
    rows.extend(find::rows_of(connection, "has:file -type:document", scope)?);
    rows.iter().map(|row| find::get(connection, &row.id)).collect()
}

fn earlier(connection: &mut Connection, item: &ItemView) -> Result<Vec<EarlierFileView>, Failure> {
    match connection.ask_confirmed(&Request::DocumentVersions { item: item.id.clone() })? {
        Reply::EarlierFiles(files) => Ok(files),
        _ => Err(Connection::unexpected()),
    }
}

/// The file of a name or id.
fn file_of<'a>(item: &'a ItemView, name: &str) -> Result<&'a AttachmentView, Failure> {
    let fits = |file: &&AttachmentView| file.blob_id == name || file.name == name;
    find::only("file", name, item.attachments.iter().filter(fits).collect(), |file| describe(file))
}

/// The earlier file of an id.
fn earlier_of(connection: &mut Connection, item: &ItemView, name: &str) -> Result<String, Failure> {
    let found = earlier(connection, item)?.into_iter().find(|file| file.file.blob_id == name);
    found
        .map(|file| file.file.blob_id)
        .ok_or_else(|| Failure::new(Exit::NotFound, format!("no file has the name or id {name}")))
}

fn describe(file: &AttachmentView) -> String {
    format!("{}  {}  {} bytes", file.blob_id, file.name, file.size)
}
