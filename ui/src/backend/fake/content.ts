import type { ItemDraft, ItemTypeView } from '../types';
import { now } from './data';
import { hex, type FakeField, type FakeItem } from './model';

/** Converts a field of a form; what the form did not send keeps its stored value. */
function fieldOf(one: ItemDraft['fields'][number], old: FakeItem | undefined): FakeField {
  const before = old?.fields.find((other) => other.id === one.id);
  const value = one.value ?? before?.value ?? '';
  const past = [...(before?.past ?? [])];
  if (before?.value && before.value !== value) past.unshift({ value: before.value, replaced_at: now });
  return {
    id: one.id ?? hex(16),
    ...(one.role ? { role: one.role } : {}),
    label: one.label,
    kind: one.kind,
    value,
    ...(one.section ? { section: one.section } : {}),
    past,
  };
}

/** Returns the content of an item after a form is saved. */
export function contentOf(draft: ItemDraft, old: FakeItem | undefined) {
  return {
    title: draft.title,
    fields: draft.fields.map((one) => fieldOf(one, old)),
    urls: draft.urls.filter(Boolean),
    url_rules: draft.url_rules,
    passkeys: (old?.passkeys ?? []).filter(({ id }) => !draft.removed_passkeys.includes(id)),
    notes: draft.notes,
    tags: draft.tags,
    folder: draft.folder,
    favourite: draft.favourite,
    expires: draft.expires,
    reprompt: draft.reprompt,
    template: draft.template,
  };
}

type Content = ReturnType<typeof contentOf>;

/** Returns the changes of a form, as the history names them. */
export function changesOf(old: FakeItem, content: Content): string[] {
  const changes: string[] = [];
  for (const key of ['title', 'notes', 'favourite', 'expires', 'reprompt', 'folder'] as const)
    if (old[key] !== content[key]) changes.push(key);
  for (const one of content.fields) {
    const before = old.fields.find((other) => other.id === one.id);
    if (before?.value !== one.value) changes.push(`field:${one.role ?? one.label}`);
  }
  for (const key of ['urls', 'tags', 'passkeys'] as const)
    if (JSON.stringify(old[key]) !== JSON.stringify(content[key])) changes.push(key);
  return changes;
}

/** Returns a new item with this content. */
export function newItem(type: ItemTypeView, content: Content): FakeItem {
  return {
    ...content,
    id: hex(32),
    type,
    archived: false,
    created_at: now,
    modified_at: now,
    device: 'Laptop',
    attachments: [],
    earlier: [],
    superseded: [],
    revision: hex(64),
    past: [],
    changes: ['created'],
  };
}
