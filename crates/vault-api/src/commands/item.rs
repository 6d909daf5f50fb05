//! Items: listing, opening, saving and duplicating.

use std::ops::ControlFlow;

use vault_engine::item::{Field, FieldId, Flags, Item, ItemType, template};
use vault_engine::session::{DraftId, Opened, Put, Session, Stored, TransferMode};
use vault_engine::{ItemId, RevHash, SecretText, VaultId};

use super::ssh::{draft_key, put_key};
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::form::{Stamp, apply};
use crate::views::{
    FieldTemplate, ItemDraft, ItemPage, ItemQuery, ItemTemplate, ItemView, JobKind, LinkView, SidebarView,
};

/// The view of an item as it is stored now.
pub(super) fn item_view(session: &Session, id: ItemId) -> Result<ItemView> {
    let Opened { item, vault, revision, revisions, received_at } = session.get(id)?;
    let changed_by = session.changed_by(id)?;
    let view = ItemView::new((id, vault), revision, &item, revisions).not_after(received_at);
    Ok(ItemView { changed_by, ..view })
}

impl Coffer {
    /// Returns the built-in fields of every item type.
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

    /// Returns the counts for the sidebar.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn sidebar_get(&self) -> Result<SidebarView> {
        self.read(|session| Ok(session.sidebar()?.into())).await
    }

    /// Returns a page of a list, searched if the query has text. A search is cancelled by the query of another list.
    ///
    /// # Errors
    /// `locked`, `cancelled`, or a damaged database.
    pub async fn item_list(&self, query: ItemQuery) -> Result<ItemPage> {
        let search = self.search.begin(&query);
        self.read(move |session| Ok(session.list_unless(&query.into(), &|| search.is_outdated())?.into()))
            .await
    }

    /// Returns an item without its concealed values.
    ///
    /// # Errors
    /// `locked`, `not_found`, or a damaged database.
    pub async fn item_get(&self, id: ItemId) -> Result<ItemView> {
        self.use_item(id, move |session| item_view(session, id)).await
    }

    /// Checks that the content of an item may be shown and changed now; called before a file dialog for it is shown.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed` if the item asks for the master password again.
    pub async fn item_guard(&self, id: ItemId) -> Result<()> {
        self.read_guarded(id, |_, _, guard| guard()).await
    }

    /// Saves a form, and deletes its sealed draft in the same transaction.
    ///
    /// # Errors
    /// `invalid_input`, `code_invalid`, `conflict` if the item was changed since the form was opened, `password_needed` if
    /// the item asks for the master password again, or the disk.
    pub async fn item_save(&self, draft: ItemDraft, draft_id: Option<DraftId>) -> Result<ItemView> {
        self.item_save_in(None, draft, draft_id).await
    }

    /// Saves a form; see [`Coffer::item_save`]. A new item goes into `vault`, or the home vault.
    ///
    /// # Errors
    /// As [`Coffer::item_save`], or `not_found` for the vault.
    pub async fn item_save_in(
        &self,
        vault: Option<VaultId>,
        draft: ItemDraft,
        draft_id: Option<DraftId>,
    ) -> Result<ItemView> {
        let now = self.clock.now();
        let mut rng = (self.make_rng)();
        if let Some(id) = &draft.id {
            let id: ItemId = id.parse().map_err(|_| ErrorCode::NotFound)?;
            self.item_guard(id).await?;
        }
        self.change(move |session| {
            let device = session.device().to_owned();
            let mut stamp = Stamp { now, device: &device, make_field_id: &mut || FieldId::make(&mut rng) };
            let key = draft_key(session, draft_id)?;
            let mut apply = |stored, form| {
                let mut item = apply(stored, form, &mut stamp)?;
                if let Some(key) = &key {
                    put_key(&mut item, key, &mut stamp)?;
                }
                Ok::<_, ErrorView>(item)
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
            item_view(session, id)
        })
        .await
    }

    /// Makes a template from an item: its type and fields, without their values.
    ///
    /// # Errors
    /// `not_found`, `invalid_input` for a document or an empty name, or the disk.
    pub async fn item_make_template(&self, id: ItemId, title: String) -> Result<ItemView> {
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
            item_view(session, id)
        })
        .await
    }

    /// Makes a copy of an item in the same vault, with its files sealed again. Passkeys are not copied: each exists once,
    /// where its signatures are counted. An item with files is copied by a job that can be cancelled.
    ///
    /// # Errors
    /// `not_found`, also for an item in the trash; `document_damaged`, `cancelled`, or the disk. Then there is no copy.
    pub async fn item_duplicate(&self, id: ItemId) -> Result<ItemView> {
        let plan = self.read(move |session| {
            let Opened { vault, item, .. } = session.get(id)?;
            if item.trashed_at.is_some() {
                return Err(ErrorCode::NotFound.into());
            }
            Ok((session.plan_transfer(&[id], vault, TransferMode::Duplicate)?, item.title))
        });
        let (plan, title) = plan.await?;
        // Without files there is nothing to wait for.
        if plan.bytes() == 0 {
            return self
                .change(move |session| {
                    let done = session.transfer(plan, &mut |_| ControlFlow::Continue(()))?;
                    let copy = done.items.first().ok_or(ErrorCode::DocumentDamaged)?;
                    item_view(session, copy.to)
                })
                .await;
        }
        let done = self.transfer(plan, JobKind::ItemCopy, title).await?;
        let copy: Option<ItemId> = done.items.first().and_then(|id| id.parse().ok());
        // The item is left out if a file of it does not open.
        let copy = copy.ok_or(ErrorCode::DocumentDamaged)?;
        self.read(move |session| item_view(session, copy)).await
    }

    /// Returns the target of a link, also if it was moved to another vault since; none if it no longer exists. This does not
    /// count as a use of the item.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn item_link(&self, id: ItemId) -> Result<Option<LinkView>> {
        self.read(move |session| Ok(session.link_target(id)?.map(Into::into))).await
    }

    /// Stores an item with a change.
    pub(super) async fn edit_item(
        &self,
        id: ItemId,
        change: impl FnOnce(&mut Item) -> Result<()> + Send + 'static,
    ) -> Result<ItemView> {
        let now = self.clock.now();
        self.change_guarded(id, move |session| {
            let Opened { mut item, revision, .. } = session.get(id)?;
            change(&mut item)?;
            item.modified_at = now;
            session.put(Put::change(id, revision, item))?;
            item_view(session, id)
        })
        .await
    }
}
