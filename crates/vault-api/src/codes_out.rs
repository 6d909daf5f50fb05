//! One-time codes that go out: one as a QR code for a telephone, or many for another program.
//!
//! One code is a secret like any other: whoever may see the item may show it. Many at once are handed out only shortly
//! after the master password was given.

use std::path::PathBuf;

use rand_core::Rng as _;
use vault_engine::document::{Existing, write_new_file};
use vault_engine::item::{FieldId, FieldKind, Item, Role};
use vault_engine::session::{Opened, Session};
use vault_engine::{ItemId, SecretText};
use vault_otp::{Code, draw, migration};
use zeroize::Zeroizing;

use crate::coffer::Coffer;
use crate::documents::{document_error, spawn};
use crate::error::Outcome;
use crate::jobs::Job;
use crate::secrets::find;
use crate::views::{CodeTransferView, ErrorCode, ErrorView, InputProblem, JobKind, QrView};

/// Items that go into QR codes at once, ten to a code: nobody holds a telephone before more.
const SHOWN: usize = 200;
/// Items in one text file.
const WRITTEN: usize = 100_000;
/// Items that are opened with one call, so that others are heard in between.
const AT_ONCE: usize = 100;

impl Coffer {
    /// A one-time code as a QR code that another program takes it over from.
    ///
    /// # Errors
    /// `locked`, `not_found`, `code_invalid`, or `password_needed` if the item asks for the master password again.
    pub async fn code_share(&self, id: ItemId, field: FieldId) -> Outcome<QrView> {
        self.read_guarded(id, move |_, opened, guard| {
            guard()?;
            let code = Code::parse(find(&opened.item, field)?.value.expose());
            let code = named(code.map_err(|_| ErrorCode::CodeInvalid)?, &opened.item);
            drawn(&code.to_uri())
        })
        .await
    }

    /// The one-time codes of items as QR codes, for a program that reads `otpauth-migration://` addresses.
    ///
    /// # Errors
    /// `password_needed` unless it was given a short while ago, `not_found`, or `invalid_input` for too many.
    pub async fn code_transfer(&self, ids: Vec<ItemId>) -> Outcome<CodeTransferView> {
        if ids.len() > SHOWN {
            return Err(ErrorView::beyond(InputProblem::CodesToShow, SHOWN as u64));
        }
        let batch = (self.make_rng)().next_u32().cast_signed();
        let now = self.clock.steady();
        self.owner
            .call(move |state| {
                let open = state.open()?;
                open.expect_confirmed(now)?;
                let Codes { titles, codes, useless } = codes_of(&open.session, &ids)?;
                let migration::Written { addresses, left_out } = migration::write(&codes, batch);
                let count = codes.len() - left_out.len();
                let left_out = left_out.into_iter().filter_map(|place| titles.get(place).cloned());
                Ok(CodeTransferView {
                    pages: addresses.iter().map(drawn).collect::<Outcome<_>>()?,
                    count: u32::try_from(count).unwrap_or(u32::MAX),
                    left_out: left_out.chain(useless).collect(),
                })
            })
            .await
    }

    /// Fails unless the master password was given a short while ago.
    ///
    /// # Errors
    /// `locked` or `password_needed`.
    pub async fn expect_confirmed(&self) -> Outcome<()> {
        let now = self.clock.steady();
        self.owner.call(move |state| state.open()?.expect_confirmed(now)).await
    }

    /// Writes the one-time codes of items into a text file, an `otpauth://` address to a line, as a job. Only this person
    /// can read the file; a file of that name is replaced.
    ///
    /// # Errors
    /// `password_needed` unless it was given a short while ago, or `invalid_input` for too many; what else goes wrong is told
    /// by the job.
    pub async fn code_export(&self, ids: Vec<ItemId>, path: PathBuf) -> Outcome<u32> {
        if ids.len() > WRITTEN {
            return Err(ErrorView::beyond(InputProblem::CodesToWrite, WRITTEN as u64));
        }
        self.expect_confirmed().await?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let job = self.jobs.start(JobKind::CodeExport, name, ids.len() as u64);
        let number = job.id();
        let coffer = self.clone();
        spawn(move || {
            let written = coffer.write_codes(&job, &ids).and_then(|text| {
                write_new_file(&path, text.as_bytes(), Existing::Replace).map_err(document_error)
            });
            job.end(written.map(|()| None));
        })?;
        Ok(number)
    }

    /// The text of such a file; runs on a thread of its own.
    fn write_codes(&self, job: &Job, ids: &[ItemId]) -> Outcome<Zeroizing<String>> {
        let mut lines: Vec<SecretText> = Vec::new();
        for (part, done) in ids.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
            if job.cancelled() {
                return Err(ErrorCode::Cancelled.into());
            }
            let part = part.to_vec();
            let codes = self.owner.call_blocking(move |state| codes_of(state.session()?, &part))?;
            lines.extend(codes.codes.iter().map(Code::to_uri));
            job.progress(done);
        }
        // Room for everything at once: a text that grows leaves copies of secrets behind.
        let room = lines.iter().map(|line| line.expose().len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(room));
        for line in &lines {
            text.push_str(line.expose());
            text.push('\n');
        }
        Ok(text)
    }
}

/// One-time codes of items, with the titles of the items they are of.
struct Codes {
    titles: Vec<String>,
    codes: Vec<Code>,
    /// Titles of items with a code that none can be made of.
    useless: Vec<String>,
}

fn codes_of(session: &Session, ids: &[ItemId]) -> Outcome<Codes> {
    let mut found = Codes { titles: Vec::new(), codes: Vec::new(), useless: Vec::new() };
    for &id in ids {
        let Opened { item, .. } = session.get(id)?;
        let filled =
            |field: &&vault_engine::item::Field| field.kind == FieldKind::Code && !field.value.is_empty();
        for field in item.fields.iter().filter(filled) {
            match Code::parse(field.value.expose()) {
                Ok(code) => {
                    found.titles.push(item.title.clone());
                    found.codes.push(named(code, &item));
                }
                Err(_) => found.useless.push(item.title.clone()),
            }
        }
    }
    Ok(found)
}

/// A code that goes out of its item is told from others by the item's title and user name.
fn named(code: Code, item: &Item) -> Code {
    let username = item.fields.iter().find(|field| field.role == Some(Role::Username));
    code.named(&item.title, username.map_or("", |field| field.value.expose()))
}

fn drawn(text: &SecretText) -> Outcome<QrView> {
    let drawn = draw(text).ok_or_else(|| ErrorView::invalid(InputProblem::QrLong))?;
    Ok(QrView { side: drawn.side, path: drawn.path.expose().to_owned() })
}
