//! Single secrets of items: to be shown, or to be copied without passing through the interface.

use url::Url;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Field, FieldId, FieldKind, Item, Role};
use vault_engine::session::{ClockWarning, Opened, Put, Session};
use vault_engine::{ItemId, SecretText};
use vault_otp::{Code, CodeAt, Scheme};

use crate::coffer::{Coffer, SecretsGuard};
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::views::{CodeView, PastValueView, UsedCode};

/// A value that can be copied from an item without naming a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyRole {
    /// The user name.
    Username,
    /// The password.
    Password,
    /// The current one-time code.
    Code,
    /// The first web address.
    Url,
}

impl CopyRole {
    /// Parses the name that the interface uses.
    ///
    /// # Errors
    /// `not_found` for any other name.
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "username" => Ok(Self::Username),
            "password" => Ok(Self::Password),
            "code" => Ok(Self::Code),
            "url" => Ok(Self::Url),
            _ => Err(ErrorCode::NotFound.into()),
        }
    }
}

impl Coffer {
    /// Returns the value of a field, to be shown.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed` if the item asks for the master password again.
    pub async fn item_reveal(&self, id: ItemId, field: FieldId) -> Result<SecretText> {
        self.read_guarded(id, move |_, opened, guard| {
            let field = find(&opened.item, field)?;
            guard_field(field, guard)?;
            Ok(field.value.duplicate())
        })
        .await
    }

    /// Returns an earlier value of a field, to be shown; `index` counts from the newest.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed` if the item asks for the master password again.
    pub async fn item_reveal_past(&self, id: ItemId, field: FieldId, index: u32) -> Result<SecretText> {
        self.read_guarded(id, move |_, opened, guard| {
            let index = usize::try_from(index).map_err(|_| ErrorCode::NotFound)?;
            let past = find(&opened.item, field)?.history.get(index).ok_or(ErrorCode::NotFound)?;
            // An earlier value may have been concealed, whatever the field is now.
            guard()?;
            Ok(past.value.duplicate())
        })
        .await
    }

    /// Returns when the values of a field were replaced, newest first.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn item_field_history(&self, id: ItemId, field: FieldId) -> Result<Vec<PastValueView>> {
        self.read(move |session| {
            let opened = session.get(id)?;
            let history = &find(&opened.item, field)?.history;
            Ok((0_u32..)
                .zip(history)
                .map(|(index, past)| PastValueView {
                    index,
                    replaced_at: past.replaced_at.known().map(|at| at.0),
                })
                .collect())
        })
        .await
    }

    /// Returns the text to copy for a field: its value, or for a one-time code the current code. A counter-based code is
    /// used up, as by [`Coffer::item_code_next`].
    ///
    /// # Errors
    /// `locked`, `not_found` (also when empty), `password_needed`, `code_invalid`, or those of a change.
    pub async fn item_copy_text(&self, id: ItemId, field: FieldId) -> Result<SecretText> {
        let now = self.clock.now();
        let read = move |_: &mut Session, opened: &Opened, guard: SecretsGuard<'_>| {
            let field = find(&opened.item, field)?;
            guard_field(field, guard)?;
            copy_text(field, now)
        };
        let text = self.read_guarded(id, read).await?;
        self.copied(id, text).await
    }

    async fn copied(&self, id: ItemId, copy: Copied) -> Result<SecretText> {
        match copy {
            Copied::Text(text) => Ok(text),
            Copied::NextCodeOf(field) => {
                Ok(self.change(move |session| take_code(session, id, field)).await?.code)
            }
        }
    }

    /// Returns the text to copy for a role.
    ///
    /// # Errors
    /// As [`Coffer::item_copy_text`].
    pub async fn item_copy_role_text(&self, id: ItemId, role: CopyRole) -> Result<SecretText> {
        let now = self.clock.now();
        let read = move |_: &mut Session, opened: &Opened, guard: SecretsGuard<'_>| {
            let item = &opened.item;
            let wanted = match role {
                CopyRole::Url => {
                    let url = item.urls.first().ok_or(ErrorCode::NotFound)?;
                    return Ok(Copied::Text(SecretText::from(url.as_str())));
                }
                CopyRole::Username => Role::Username,
                CopyRole::Password => Role::Password,
                CopyRole::Code => Role::Code,
            };
            let by_role =
                item.fields.iter().find(|field| field.role == Some(wanted) && !field.value.is_empty());
            let by_kind =
                || item.fields.iter().find(|field| wanted == Role::Code && field.kind == FieldKind::Code);
            let field = by_role.or_else(by_kind).ok_or(ErrorCode::NotFound)?;
            guard_field(field, guard)?;
            copy_text(field, now)
        };
        let text = self.read_guarded(id, read).await?;
        self.copied(id, text).await
    }

    /// Returns a web address of an item, to be opened in the system's browser. Only `http` and `https` are accepted; an
    /// address without a scheme counts as `https`. A page that was taken over could send secrets in addresses, so they
    /// are bounded in length and number, and the caller must ask the user about hosts that are not approved.
    ///
    /// # Errors
    /// `locked`, `not_found`, `too_many_addresses`, or `invalid_input` for any other scheme and for a long address.
    pub async fn item_url(&self, id: ItemId, index: u32) -> Result<WebAddress> {
        let now = self.clock.steady();
        self.actor
            .call(move |state| {
                let open = state.open()?;
                let item = open.session.get(id)?.item;
                let index = usize::try_from(index).map_err(|_| ErrorCode::NotFound)?;
                let url = web_address(item.urls.get(index).ok_or(ErrorCode::NotFound)?)?;
                let host = url.host_str().unwrap_or_default().to_owned();
                open.addresses.count(now)?;
                let approved = open.addresses.is_approved(&open.session, &host)?;
                // The use only improves the order of search results, so a failure to note it is ignored.
                let _ = open.session.note_use(id);
                Ok(WebAddress { url, host, approved })
            })
            .await
    }

    /// Remembers that the user wants to open addresses on a host.
    ///
    /// # Errors
    /// `locked`.
    pub async fn approve_host(&self, host: String) -> Result<()> {
        self.actor
            .call(move |state| {
                let open = state.open()?;
                open.addresses.approve(&mut open.session, host);
                Ok(())
            })
            .await
    }

    /// Returns the current one-time code of a field; for a counter-based one only its counter.
    ///
    /// # Errors
    /// `locked`, `not_found`, `password_needed` or `code_invalid`.
    pub async fn item_code(&self, id: ItemId, field: FieldId) -> Result<CodeView> {
        let now = self.clock.now();
        self.read_guarded(id, move |session, opened, guard| {
            guard()?;
            code_view(find(&opened.item, field)?.value.expose(), now, session.clock_warning()?)
        })
        .await
    }

    /// Returns the next code of a counter-based field. The advanced counter is stored before this returns, so no code is
    /// returned twice.
    ///
    /// # Errors
    /// `locked`, `not_found`, `code_invalid` if the codes are time-based or the counter is at its end, `conflict`,
    /// `profile_read_only`, or the disk.
    pub async fn item_code_next(&self, id: ItemId, field: FieldId) -> Result<UsedCode> {
        self.read_guarded(id, |_, _, guard| guard()).await?;
        let vault_otp::UsedCode { code, counter, rest: _ } =
            self.change(move |session| take_code(session, id, field)).await?;
        Ok(UsedCode { code: code.expose().to_owned(), counter })
    }

    /// Parses a text as the set-up of one-time codes, and returns the current code.
    ///
    /// # Errors
    /// `code_invalid`.
    pub fn code_check(&self, text: &SecretText) -> Result<CodeView> {
        code_view(text.expose(), self.clock.now(), None)
    }
}

pub(super) fn find(item: &Item, id: FieldId) -> Result<&Field> {
    item.fields.iter().find(|field| field.id == id).ok_or_else(|| ErrorCode::NotFound.into())
}

/// Guards a field only if it is concealed.
fn guard_field(field: &Field, guard: SecretsGuard<'_>) -> Result<()> {
    if field.kind.is_concealed() { guard() } else { Ok(()) }
}

/// A web address to open.
#[derive(Debug)]
pub struct WebAddress {
    /// The address.
    pub url: Url,
    /// Its host.
    pub host: String,
    /// Whether the user has opened an address on this host before.
    pub approved: bool,
}

/// The longest web address that is opened, in bytes of its encoded form.
const LONGEST_ADDRESS: usize = 2048;

/// The source of a copied text.
enum Copied {
    Text(SecretText),
    /// The next code of a counter-based field.
    NextCodeOf(FieldId),
}

/// Advances the counter of a field. The counter is part of the set-up and not a new secret, so the earlier values of the
/// field and the time of the last change stay.
fn take_code(session: &mut Session, id: ItemId, field: FieldId) -> Result<vault_otp::UsedCode> {
    let opened = session.get(id)?;
    let (mut item, expected) = (opened.item, opened.revision);
    let field = item.fields.iter_mut().find(|other| other.id == field && other.kind == FieldKind::Code);
    let field = field.ok_or(ErrorCode::NotFound)?;
    let code = Code::parse(field.value.expose()).map_err(|_| ErrorCode::CodeInvalid)?;
    let taken = code.take().ok_or(ErrorCode::CodeInvalid)?;
    field.value = taken.rest.duplicate();
    session.put(Put::change(id, expected, item))?;
    Ok(taken)
}

fn copy_text(field: &Field, now: Timestamp) -> Result<Copied> {
    if field.value.is_empty() {
        return Err(ErrorCode::NotFound.into());
    }
    match field.kind {
        FieldKind::Code => {
            let code = Code::parse(field.value.expose()).map_err(|_| ErrorCode::CodeInvalid)?;
            Ok(code.at(now.0).map_or(Copied::NextCodeOf(field.id), |at| Copied::Text(at.code)))
        }
        _ => Ok(Copied::Text(field.value.duplicate())),
    }
}

fn code_view(text: &str, now: Timestamp, warning: Option<ClockWarning>) -> Result<CodeView> {
    let code = Code::parse(text).map_err(|_| ErrorCode::CodeInvalid)?;
    match (code.scheme(), code.at(now.0)) {
        (Scheme::Hotp { counter, .. }, _) => Ok(CodeView::Counter { counter }),
        (_, Some(CodeAt { code, next, period, remaining_ms })) => {
            let (code, next) = (code.expose().to_owned(), next.expose().to_owned());
            Ok(CodeView::Time { code, next, period, remaining_ms, clock: warning.map(Into::into) })
        }
        (_, None) => Err(ErrorCode::CodeInvalid.into()),
    }
}

/// Parses a stored text as a web address that may be opened.
fn web_address(text: &str) -> Result<Url> {
    let refused = || ErrorView::invalid(InputProblem::AddressNotWeb);
    let parsed = Url::parse(text).or_else(|_| Url::parse(&format!("https://{text}")));
    // `example.org:8080` parses as a scheme with a path; a real scheme has no dot.
    let parsed = match parsed {
        Ok(url) if url.cannot_be_a_base() && url.scheme().contains('.') => {
            Url::parse(&format!("https://{text}"))
        }
        other => other,
    };
    let url = parsed.map_err(|_| refused())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(refused());
    }
    if url.as_str().len() > LONGEST_ADDRESS {
        return Err(ErrorView::beyond(InputProblem::AddressNotOpened, LONGEST_ADDRESS as u64));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t37_only_web_addresses_are_opened() {
        for (text, opened) in [
            ("https://example.org/a?b#c", "https://example.org/a?b#c"),
            ("example.org", "https://example.org/"),
            ("example.org:8080/x", "https://example.org:8080/x"),
            ("HTTP://EXAMPLE.ORG", "http://example.org/"),
        ] {
            assert_eq!(web_address(text).unwrap().as_str(), opened, "{text}");
        }
        for text in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "smb://host/x",
            "",
            "coffer://join",
            "mailto:a@b.c",
        ] {
            assert!(web_address(text).is_err(), "{text}");
        }
    }
}
