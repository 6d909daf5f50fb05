import type { Arguments, CommandName, Result } from '../commands';
import type { ClockWarning, CopyReceipt, ErrorCode, ItemView } from '../types';
import { now } from './data';
import { atRevision, hex, historyOf, valueOf, view, type FakeField, type FakeItem } from './model';
import { codeAt, looksLikeCode, takeCode } from './oneTimeCodes';
import type { FakeVaults } from './vaults';
import { askUser } from './question';

interface Context {
  items: FakeItem[];
  vaults: FakeVaults;
  get: (id: string) => FakeItem;
  field: (id: string, fieldId: string) => FakeField;
  /** A field of an item; refused while the item asks for the password. */
  guarded: (id: string, fieldId: string) => FakeField;
  writable: () => void;
  changed: () => void;
  copied: () => CopyReceipt;
  revise: (item: FakeItem, changes: string[]) => void;
  saved: (args: Arguments<'item_save'>) => ItemView;
  fail: (code: ErrorCode) => never;
  /** Every item is damaged. */
  damaged?: boolean;
  /** Why the clock seems wrong. */
  clock?: ClockWarning;
}

type ItemCommand = Extract<CommandName, `item_${string}` | 'trash_empty' | 'code_check'>;
type Handlers = {
  [
    K in Exclude<
      ItemCommand,
      'item_change' | 'item_export' | 'item_link' | 'item_list' | 'item_templates' | 'item_transfer'
    >
  ]: (args: Arguments<K>) => Result<K>;
};

/** The commands on items, their fields and their history. */
export function itemHandlers({
  items,
  vaults,
  get,
  field,
  guarded,
  writable,
  changed,
  copied,
  revise,
  saved,
  fail,
  damaged = false,
  clock,
}: Context): Handlers {
  /** Takes the next counter-based code; `undefined` for time-based ones. */
  const take = (id: string, fieldId: string) => {
    const of = field(id, fieldId);
    const taken = takeCode(of.value);
    if (!taken) return undefined;
    writable();
    of.value = taken.rest;
    get(id).revision = hex(64);
    changed();
    return { code: taken.code, counter: taken.counter };
  };
  const each = (ids: string[], change: (item: FakeItem) => void): null => {
    writable();
    for (const id of ids) change(get(id));
    changed();
    return null;
  };
  return {
    item_get: ({ itemId }) => {
      if (damaged) fail('database_damaged');
      return view(get(itemId));
    },
    item_save: saved,
    item_duplicate: ({ itemId }) => {
      writable();
      const old = get(itemId);
      const copy = structuredClone(old);
      copy.id = hex(32);
      copy.revision = hex(64);
      copy.past = [];
      copy.fields.forEach((one) => (one.id = hex(16)));
      items.push(copy);
      changed();
      return view(copy);
    },
    item_make_template: ({ itemId, title }) => {
      writable();
      const template = structuredClone(get(itemId));
      Object.assign(template, {
        id: hex(32),
        revision: hex(64),
        title,
        template: true,
        past: [],
        passkeys: [],
      });
      template.fields.forEach((one) => Object.assign(one, { id: hex(16), value: '', past: [] }));
      Object.assign(template, { urls: [], notes: '', attachments: [], favourite: false, expires: undefined });
      items.push(template);
      changed();
      return view(template);
    },
    item_set_favourite: ({ itemIds, favourite }) =>
      vaults.change(itemIds, ['favourite'], (item) => {
        const other = item.favourite !== favourite;
        item.favourite = favourite;
        return other;
      }),
    item_set_archived: ({ itemIds, archived }) =>
      vaults.change(itemIds, ['archived'], (item) => {
        const other = item.archived !== archived;
        item.archived = archived;
        return other;
      }),
    item_trash: ({ itemIds }) =>
      vaults.change(itemIds, ['trashed'], (item) => {
        if (item.trashed_at !== undefined) return false;
        item.trashed_at = now;
        return true;
      }),
    item_restore: ({ itemIds }) =>
      vaults.change(itemIds, ['restored'], (item) => {
        if (item.trashed_at === undefined) return false;
        delete item.trashed_at;
        return true;
      }),
    item_purge: ({ itemIds }) => {
      askUser('Delete permanently?', fail);
      return each(itemIds, (item) => void items.splice(items.indexOf(item), 1));
    },
    trash_empty: () => {
      writable();
      askUser('Empty the trash?', fail);
      const before = items.length;
      for (const item of items.filter((one) => one.trashed_at !== undefined))
        items.splice(items.indexOf(item), 1);
      changed();
      return before - items.length;
    },
    item_reveal: ({ itemId, fieldId }) => guarded(itemId, fieldId).value,
    item_reveal_past: ({ itemId, fieldId, index }) =>
      guarded(itemId, fieldId).past[index]?.value ?? fail('not_found'),
    item_field_history: ({ itemId, fieldId }) =>
      field(itemId, fieldId).past.map((one, index) => ({ index, replaced_at: one.replaced_at })),
    item_copy: ({ itemId, fieldId }) => {
      if (guarded(itemId, fieldId).kind === 'code') take(itemId, fieldId);
      return copied();
    },
    item_copy_role: ({ itemId, role }) => {
      const item = get(itemId);
      if (!(role === 'url' ? item.urls[0] : valueOf(item, role))) fail('not_found');
      return copied();
    },
    item_open_url: ({ itemId, index }) => {
      if (!/^https?:\/\//.test(get(itemId).urls[index] ?? '')) fail('invalid_input');
      return null;
    },
    item_code: ({ itemId, fieldId }) => {
      const code = codeAt(guarded(itemId, fieldId).value || fail('code_invalid'), Date.now());
      return clock && code.kind === 'time' ? { ...code, clock } : code;
    },
    item_code_next: ({ itemId, fieldId }) => take(itemId, fieldId) ?? fail('code_invalid'),
    item_history: ({ itemId }) => historyOf(get(itemId)),
    item_at_revision: ({ itemId, revision }) => view(atRevision(get(itemId), revision) ?? fail('not_found')),
    item_restore_revision: ({ itemId, revision }) => {
      writable();
      const item = get(itemId);
      const old = item.past.find(({ item: one }) => one.revision === revision)?.item ?? fail('not_found');
      revise(item, ['restored']);
      const {
        past: _past,
        revision: _revision,
        modified_at: _at,
        id: _id,
        ...content
      } = structuredClone(old);
      Object.assign(item, content, { changes: ['restored'] });
      changed();
      return view(item);
    },
    item_superseded_dismiss: ({ itemId }) => {
      get(itemId).superseded = [];
      changed();
      return view(get(itemId));
    },
    code_check: ({ text }) => (looksLikeCode(text.trim()) ? codeAt(text, Date.now()) : fail('code_invalid')),
  };
}
