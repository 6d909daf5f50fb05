//! Items: listing, opening, saving, their trash and their history.

use std::ops::ControlFlow;

use vault_engine::clock::Timestamp;
use vault_engine::item::{Attachment, Field, FieldId, Flags, Item, ItemType, template};
use vault_engine::session::{Carry, DraftId, Linked, Opened, Put, Session, Stored};
use vault_engine::{BlobId, ItemId, RevHash, SecretText, VaultId};

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::item_draft::{Stamp, apply};
use crate::item_view::item_view;
use crate::ssh_keys::{held_key, put_key};
use crate::views::{
    ErrorCode, ErrorView, FieldTemplate, HistoryEntry, InputProblem, ItemDraft, ItemPage, ItemQuery,
    ItemTemplate, ItemView, JobKind, LinkView, SidebarView,
};

/// Shows an item as it is stored now.
pub(crate) fn view(session: &Session, id: ItemId) -> Outcome<ItemView> {
    let Opened { item, vault, revision, revisions } = session.get(id)?;
    Ok(item_view((id, vault), revision, &item, revisions))
}

impl Coffer {
    /// The built-in fields of every type.
    #[must_use]
    pub fn item_templates() -> Vec<ItemTemplate> {
        ItemType::ALL
            .into_iter()
            .map(|item_type| ItemTemplate {
                item_type: item_type.into(),
                fields: template(item_type)
                    .iter()
                    .map(|(role, kind)| FieldTemplate { role: role.name().to_owned(), kind: (*kind).into() })
                    .collect(),
            })
            .collect()
    }

    /// Counts for the sidebar.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn sidebar_get(&self) -> Outcome<SidebarView> {
        self.read(|session| Ok(session.sidebar()?.into())).await
    }

    /// A page of a list, searched if there is text. A search ends when another list is asked for.
    ///
    /// # Errors
    /// `locked`, `cancelled`, or a damaged database.
    pub async fn item_list(&self, query: ItemQuery) -> Outcome<ItemPage> {
        let wanted = self.typing.begin(&query);
        self.read(move |session| Ok(session.list_unless(&query.into(), &|| wanted.is_over())?.into())).await
    }

    /// An item without its concealed values.
    ///
    /// # Errors
    /// `locked`, `not_found`, or a damaged database.
    pub async fn item_get(&self, id: ItemId) -> Outcome<ItemView> {
        self.use_item(id, move |session| view(session, id)).await
    }

    /// Whether what is in an item may be shown and changed now: asked before the person is shown a file dialog for it.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed` if the item asks for the master password again.
    pub async fn item_guard(&self, id: ItemId) -> Outcome<()> {
        self.read_guarded(id, |_, _, guard| guard()).await
    }

    /// Saves a form; the sealed draft of it goes in the same transaction.
    ///
    /// # Errors
    /// `invalid_input`, `code_invalid`, `conflict` if the item was changed since the form was opened, `password_needed` if
    /// the item asks for the master password again, or the disk.
    pub async fn item_save(&self, draft: ItemDraft, draft_id: Option<DraftId>) -> Outcome<ItemView> {
        self.item_save_in(None, draft, draft_id).await
    }

    /// The same; a new item goes into `vault`, or the home vault.
    ///
    /// # Errors
    /// As [`Coffer::item_save`], or `not_found` for the vault.
    pub async fn item_save_in(
        &self,
        vault: Option<VaultId>,
        draft: ItemDraft,
        draft_id: Option<DraftId>,
    ) -> Outcome<ItemView> {
        let now = self.clock.now();
        let mut rng = (self.make_rng)();
        if let Some(id) = &draft.id {
            let id: ItemId = id.parse().map_err(|_| ErrorCode::NotFound)?;
            self.item_guard(id).await?;
        }
        self.change(move |session| {
            let device = session.device().to_owned();
            let mut stamp = Stamp { now, device: &device, make_field_id: &mut || FieldId::make(&mut rng) };
            let held = held_key(session, draft_id)?;
            let mut apply = |stored, form| {
                let mut item = apply(stored, form, &mut stamp)?;
                if let Some(key) = &held {
                    put_key(&mut item, key, &mut stamp)?;
                }
                Outcome::Ok(item)
            };
            let put = match (&draft.id, &draft.base_revision) {
                (Some(id), Some(base)) => {
                    let id: ItemId = id.parse().map_err(|_| ErrorCode::NotFound)?;
                    let expected: RevHash = base.parse().map_err(|_| ErrorCode::NotFound)?;
                    let opened = session.get(id)?;
                    if opened.revision != expected {
                        return Err(ErrorCode::Conflict.into());
                    }
                    Put { draft: draft_id, ..Put::change(id, expected, apply(Some(opened.item), draft)?) }
                }
                _ => Put { draft: draft_id, vault, ..Put::new(apply(None, draft)?) },
            };
            let Stored { id, revision: _ } = session.put(put)?;
            view(session, id)
        })
        .await
    }

    /// Makes a template for new items of an item: its type and its fields, without their values.
    ///
    /// # Errors
    /// `not_found`, `invalid_input` for a document or an empty name, or the disk.
    pub async fn item_make_template(&self, id: ItemId, title: String) -> Outcome<ItemView> {
        let now = self.clock.now();
        let mut rng = (self.make_rng)();
        self.change(move |session| {
            let Item { item_type, fields, tags, folder, flags, .. } = session.get(id)?.item;
            let title = title.trim().to_owned();
            if title.is_empty() {
                return Err(ErrorView::invalid(InputProblem::TemplateName));
            }
            if item_type == ItemType::Document {
                return Err(ErrorView::invalid(InputProblem::TemplateOfDocument));
            }
            let mut template = Item::new(item_type, now);
            (template.title, template.tags, template.folder) = (title, tags, folder);
            template.flags = Flags { template: true, reprompt: flags.reprompt, ..Flags::default() };
            template.fields = fields
                .into_iter()
                .map(|field| Field {
                    role: field.role,
                    label: field.label,
                    section: field.section,
                    ..Field::new(FieldId::make(&mut rng), field.kind, SecretText::new(String::new()))
                })
                .collect();
            let Stored { id, revision: _ } = session.put(Put::new(template))?;
            view(session, id)
        })
        .await
    }

    /// Makes a copy of an item beside it, with its files sealed once more. Passkeys stay with the original: one is in one place,
    /// where its signatures are counted. With files it is a job that can be cancelled.
    ///
    /// # Errors
    /// `not_found`, also for what lies in the trash; `document_damaged`, `cancelled`, or the disk. Then there is no copy.
    pub async fn item_duplicate(&self, id: ItemId) -> Outcome<ItemView> {
        let plan = self.read(move |session| {
            let Opened { vault, item, .. } = session.get(id)?;
            if item.trashed_at.is_some() {
                return Err(ErrorCode::NotFound.into());
            }
            Ok((session.plan_transfer(&[id], vault, Carry::Duplicate)?, item.title))
        });
        let (plan, title) = plan.await?;
        // Without files there is nothing to wait for.
        if plan.bytes() == 0 {
            return self
                .change(move |session| {
                    let done = session.carry_out(plan, &mut |_| ControlFlow::Continue(()))?;
                    let copy = done.carried.first().ok_or(ErrorCode::DocumentDamaged)?;
                    view(session, copy.to)
                })
                .await;
        }
        let done = self.transfer(plan, JobKind::ItemCopy, title).await?;
        let copy: Option<ItemId> = done.items.first().and_then(|id| id.parse().ok());
        // What is left where it is has a file that does not open.
        let copy = copy.ok_or(ErrorCode::DocumentDamaged)?;
        self.read(move |session| view(session, copy)).await
    }

    /// The item that a link leads to, also if it was moved to another vault since; none if it is gone. To look where a link
    /// leads is not to use the item.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn item_link(&self, id: ItemId) -> Outcome<Option<LinkView>> {
        self.read(move |session| {
            Ok(session.linked(id)?.map(|linked| {
                let Linked { id, vault, item_type, title, trashed } = linked;
                LinkView {
                    item_id: id.to_string(),
                    vault_id: vault.to_string(),
                    item_type: item_type.into(),
                    title,
                    trashed,
                }
            }))
        })
        .await
    }

    /// The revisions of an item, newest first.
    ///
    /// # Errors
    /// `not_found`, or a damaged database.
    pub async fn item_history(&self, id: ItemId) -> Outcome<Vec<HistoryEntry>> {
        self.read(move |session| Ok(session.history(id)?.into_iter().map(Into::into).collect())).await
    }

    /// An item as it was.
    ///
    /// # Errors
    /// `not_found`, `password_needed`, or a damaged database.
    pub async fn item_at_revision(&self, id: ItemId, revision: RevHash) -> Outcome<ItemView> {
        self.read_guarded(id, move |session, opened, guard| {
            // What is open now may have been a secret then, or the mark may have come later.
            guard()?;
            let item = session.at_revision(id, revision)?;
            Ok(item_view((id, opened.vault), revision, &item, opened.revisions))
        })
        .await
    }

    /// Makes an older revision the current one, as a new revision.
    ///
    /// # Errors
    /// `not_found`, `password_needed` since the mark may not have been there then, or the disk.
    pub async fn item_restore_revision(&self, id: ItemId, revision: RevHash) -> Outcome<ItemView> {
        self.change_guarded(id, move |session| {
            let Stored { id, revision: _ } = session.restore_revision(id, revision)?;
            view(session, id)
        })
        .await
    }

    /// Takes the mark "edited in two places" off; the values set aside stay in the history.
    ///
    /// # Errors
    /// `not_found`, `password_needed`, or the disk.
    pub async fn item_superseded_dismiss(&self, id: ItemId) -> Outcome<ItemView> {
        self.edit(id, |item, _| {
            item.flags.edited_in_two_places = false;
            item.superseded.clear();
            Ok(())
        })
        .await
    }

    /// Takes a file off an item; earlier revisions still have it.
    ///
    /// # Errors
    /// `not_found`, `invalid_input` for the content of a document, `password_needed`, or the disk.
    pub async fn document_detach(&self, id: ItemId, blob: BlobId) -> Outcome<ItemView> {
        self.edit(id, move |item, _| {
            let at = position(&item.attachments, blob)?;
            if item.item_type == ItemType::Document && at == 0 {
                return Err(ErrorView::invalid(InputProblem::DocumentNeedsFile));
            }
            item.attachments.remove(at);
            Ok(())
        })
        .await
    }

    /// Changes an item in place by `change`.
    async fn edit(
        &self,
        id: ItemId,
        change: impl FnOnce(&mut Item, Timestamp) -> Outcome<()> + Send + 'static,
    ) -> Outcome<ItemView> {
        let now = self.clock.now();
        self.change_guarded(id, move |session| {
            let Opened { mut item, vault: _, revision, revisions: _ } = session.get(id)?;
            change(&mut item, now)?;
            item.modified_at = now;
            session.put(Put::change(id, revision, item))?;
            view(session, id)
        })
        .await
    }
}

/// Where a file stands among the files of an item.
pub(crate) fn position(attachments: &[Attachment], blob: BlobId) -> Outcome<usize> {
    attachments.iter().position(|file| file.blob_id == blob).ok_or_else(|| ErrorCode::NotFound.into())
}
