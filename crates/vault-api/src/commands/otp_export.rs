//! Exporting one-time codes: one as a QR code for a telephone, or many for another program.
//!
//! A single code is a secret of its item like any other. Many codes at once need a recent confirmation of the master
//! password.

use std::path::PathBuf;

use rand_core::Rng as _;
use vault_engine::document::{Existing, write_new_file};
use vault_engine::item::{FieldId, FieldKind, Item, Role};
use vault_engine::session::{Opened, Session};
use vault_engine::{ItemId, SecretText};
use vault_otp::{Code, draw, migration};
use zeroize::Zeroizing;

use super::secret::find;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::files::name_of;
use crate::jobs::Job;
use crate::views::{CodeTransferView, JobKind, QrView, count};
use crate::worker::spawn;

/// The most items in QR codes at once, ten to a code: more are impractical to scan.
const MAX_SHOWN: usize = 200;
/// The most items in one text file.
const MAX_WRITTEN: usize = 100_000;
/// Items opened in one call to the profile thread, so that other calls run in between.
const ITEMS_PER_CALL: usize = 100;

impl Coffer {
    /// Returns a one-time code as a QR code for another program.
    ///
    /// # Errors
    /// `locked`, `not_found`, `code_invalid`, or `password_needed` if the item asks for the master password again.
    pub async fn code_share(&self, id: ItemId, field: FieldId) -> Result<QrView> {
        self.read_guarded(id, move |session, opened, guard| {
            guard()?;
            expect_export(session, id)?;
            let code = Code::parse(find(&opened.item, field)?.value.expose());
            let code = named(code.map_err(|_| ErrorCode::CodeInvalid)?, &opened.item);
            drawn(&code.to_uri())
        })
        .await
    }

    /// Returns the one-time codes of items as QR codes with `otpauth-migration://` addresses.
    ///
    /// # Errors
    /// `password_needed` unless the password was confirmed shortly before, `not_found`, or `invalid_input` for too many.
    pub async fn code_transfer(&self, ids: Vec<ItemId>) -> Result<CodeTransferView> {
        if ids.len() > MAX_SHOWN {
            return Err(ErrorView::beyond(InputProblem::CodesToShow, MAX_SHOWN as u64));
        }
        let batch = (self.make_rng)().next_u32().cast_signed();
        let now = self.clock.steady();
        self.actor
            .call(move |state| {
                let open = state.open()?;
                open.expect_confirmed(now)?;
                let Codes { titles, codes, invalid } = codes_of(&open.session, &ids)?;
                let migration::Written { addresses, left_out } = migration::write(&codes, batch);
                let written = codes.len() - left_out.len();
                let left_out = left_out.into_iter().filter_map(|index| titles.get(index).cloned());
                Ok(CodeTransferView {
                    pages: addresses.iter().map(drawn).collect::<Result<_>>()?,
                    count: count(written),
                    left_out: left_out.chain(invalid).collect(),
                })
            })
            .await
    }

    /// Fails unless the master password was confirmed shortly before.
    ///
    /// # Errors
    /// `locked` or `password_needed`.
    pub async fn expect_confirmed(&self) -> Result<()> {
        let now = self.clock.steady();
        self.actor.call(move |state| state.open()?.expect_confirmed(now)).await
    }

    /// Writes the one-time codes of items to a text file, one `otpauth://` address in each line, as a job. The file is
    /// readable only by the current user; an existing file is replaced.
    ///
    /// # Errors
    /// `password_needed` unless the password was confirmed shortly before, or `invalid_input` for too many; the job reports
    /// all other errors, `policy_forbids` among them.
    pub async fn code_export(&self, ids: Vec<ItemId>, path: PathBuf) -> Result<u32> {
        if ids.len() > MAX_WRITTEN {
            return Err(ErrorView::beyond(InputProblem::CodesToWrite, MAX_WRITTEN as u64));
        }
        self.expect_confirmed().await?;
        let job = self.jobs.start(JobKind::CodeExport, name_of(&path), ids.len() as u64);
        let number = job.id();
        let coffer = self.clone();
        spawn("coffer-codes", move || {
            let written = coffer
                .write_codes(&job, &ids)
                .and_then(|text| Ok(write_new_file(&path, text.as_bytes(), Existing::Replace)?));
            job.end(written.map(|()| None));
        })?;
        Ok(number)
    }

    /// The text of the file, on a thread of its own.
    fn write_codes(&self, job: &Job, ids: &[ItemId]) -> Result<Zeroizing<String>> {
        let mut lines: Vec<SecretText> = Vec::new();
        for (part, done) in ids.chunks(ITEMS_PER_CALL).zip((0..).step_by(ITEMS_PER_CALL)) {
            job.fail_if_cancelled()?;
            let part = part.to_vec();
            let codes = self.actor.call_blocking(move |state| codes_of(state.session()?, &part))?;
            lines.extend(codes.codes.iter().map(Code::to_uri));
            job.progress(done);
        }
        // Reserved at once: a growing buffer would leave copies of secrets.
        let room = lines.iter().map(|line| line.expose().len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(room));
        for line in &lines {
            text.push_str(line.expose());
            text.push('\n');
        }
        Ok(text)
    }
}

/// One-time codes, with the titles of their items.
struct Codes {
    titles: Vec<String>,
    codes: Vec<Code>,
    /// Titles of items whose set-up is not valid.
    invalid: Vec<String>,
}

fn codes_of(session: &Session, ids: &[ItemId]) -> Result<Codes> {
    let mut found = Codes { titles: Vec::new(), codes: Vec::new(), invalid: Vec::new() };
    for &id in ids {
        expect_export(session, id)?;
        let Opened { item, .. } = session.get(id)?;
        let filled =
            |field: &&vault_engine::item::Field| field.kind == FieldKind::Code && !field.value.is_empty();
        for field in item.fields.iter().filter(filled) {
            match Code::parse(field.value.expose()) {
                Ok(code) => {
                    found.titles.push(item.title.clone());
                    found.codes.push(named(code, &item));
                }
                Err(_) => found.invalid.push(item.title.clone()),
            }
        }
    }
    Ok(found)
}

/// Fails if the team of an item's vault does not permit readable exports.
fn expect_export(session: &Session, id: ItemId) -> Result<()> {
    if session.policy_of_item(id)?.no_plain_export {
        return Err(ErrorCode::PolicyForbids.into());
    }
    Ok(())
}

/// A code with the title and user name of its item, which identify it outside.
fn named(code: Code, item: &Item) -> Code {
    let username = item.fields.iter().find(|field| field.role == Some(Role::Username));
    code.named(&item.title, username.map_or("", |field| field.value.expose()))
}

pub(super) fn drawn(text: &SecretText) -> Result<QrView> {
    let drawn = draw(text).ok_or_else(|| ErrorView::invalid(InputProblem::QrLong))?;
    Ok(QrView { side: drawn.side, path: drawn.path.expose().to_owned() })
}
