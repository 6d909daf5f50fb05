import type { ItemPage, ItemQuery, ItemRow, ItemScope, SidebarView } from '../types';
import { valueWarning, homeVault, subtitle, templates, valueOf, type FakeItem } from './model';

function inScope(item: FakeItem, scope: ItemScope): boolean {
  if (scope.kind === 'trash') return item.trashed_at !== undefined;
  if (item.trashed_at !== undefined) return false;
  if (item.template || scope.kind === 'templates') return item.template && scope.kind === 'templates';
  if (scope.kind === 'archive') return item.archived;
  if (item.archived) return false;
  switch (scope.kind) {
    case 'favourites':
      return item.favourite;
    case 'type':
      return item.type === scope.item_type;
    case 'vault':
      return (item.vault ?? homeVault) === scope.vault_id;
    case 'tag':
      return item.tags.includes(scope.tag);
    case 'folder':
      return item.folder === scope.folder || (item.folder?.startsWith(`${scope.folder}/`) ?? false);
    default:
      return true;
  }
}

/** Returns the unknown filters of a search text. */
function unknownFilters(text: string): string[] {
  const known = ['tag', 'type', 'has', 'is', 'url', 'folder', 'vault', 'before', 'after'];
  const name = (word: string) => /^-?([a-z]{2,20}):(?![\d/])/i.exec(word)?.[1]?.toLowerCase();
  return text.split(/\s+/).filter((word) => !known.includes(name(word) ?? 'tag'));
}

function fits(item: FakeItem, text: string): boolean {
  return text
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => {
      if (unknownFilters(word).length > 0) return true;
      const [name, value] = word.split(':', 2) as [string, string | undefined];
      if (value !== undefined && name === 'tag')
        return item.tags.some((tag) => tag.toLocaleLowerCase() === value);
      if (value !== undefined && name === 'type') return item.type === value;
      if (word === 'is:conflict') return item.superseded.length > 0;
      if (word === 'is:doubtful') return item.fields.some((field) => valueWarning(field) !== undefined);
      if (word === 'has:totp') return valueOf(item, 'code') !== '';
      return [item.title, subtitle(item), ...item.urls, ...item.tags, item.folder ?? '']
        .join(' ')
        .toLocaleLowerCase()
        .includes(word);
    });
}

/** Returns the list row of an item. */
export function row(item: FakeItem): ItemRow {
  return {
    id: item.id,
    vault_id: item.vault ?? homeVault,
    item_type: item.type,
    title: item.title,
    subtitle: subtitle(item),
    favourite: item.favourite,
    has_code: valueOf(item, 'code') !== '',
    has_attachments: item.attachments.length > (item.type === 'document' ? 1 : 0),
    edited_in_two_places: item.superseded.length > 0,
    has_warning: item.fields.some((field) => valueWarning(field) !== undefined),
    archived: item.archived && item.trashed_at === undefined && !item.template,
    modified_at: item.modified_at,
  };
}

const collator = new Intl.Collator('en', { sensitivity: 'base' });

function found(items: FakeItem[], query: ItemQuery): FakeItem[] {
  const found = items.filter((item) => inScope(item, query.scope) && fits(item, query.text));
  if (query.sort === 'modified') found.sort((a, b) => b.modified_at - a.modified_at);
  else if (query.sort === 'created') found.sort((a, b) => b.created_at - a.created_at);
  else found.sort((a, b) => collator.compare(a.title, b.title));
  if (query.text !== '') {
    const rank = (item: FakeItem) =>
      item.title.toLocaleLowerCase().startsWith(query.text.toLocaleLowerCase()) ? 0 : 1;
    found.sort((a, b) => rank(a) - rank(b));
  }
  return found;
}

/** Pages of query results; the sorted list is cached until something changes. */
export class Pages {
  #key = '';
  #found: FakeItem[] = [];

  /** Drops the cached list. */
  forget(): void {
    this.#key = '';
  }

  /** Returns a page. */
  get(items: FakeItem[], query: ItemQuery): ItemPage {
    const key = JSON.stringify([query.scope, query.text, query.sort]);
    if (key !== this.#key) {
      this.#found = found(items, query);
      this.#key = key;
    }
    return {
      total: this.#found.length,
      rows: this.#found.slice(query.offset, query.offset + Math.min(query.limit, 500)).map(row),
      unknown_filters: unknownFilters(query.text),
    };
  }
}

function counts(names: string[]): { name: string; count: number }[] {
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  return [...count].map(([name, n]) => ({ name, count: n })).sort((a, b) => collator.compare(a.name, b.name));
}

/** Returns the counts of the sidebar. */
export function sidebar(items: FakeItem[], drafts: number): SidebarView {
  const live = items.filter((item) => inScope(item, { kind: 'all' }));
  return {
    all: live.length,
    favourites: live.filter((item) => item.favourite).length,
    archived: items.filter((item) => inScope(item, { kind: 'archive' })).length,
    trash: items.filter((item) => inScope(item, { kind: 'trash' })).length,
    types: (Object.keys(templates) as (keyof typeof templates)[]).map((item_type) => ({
      item_type,
      count: live.filter((item) => item.type === item_type).length,
    })),
    tags: counts(live.flatMap((item) => item.tags)),
    folders: counts(live.flatMap((item) => (item.folder ? [item.folder] : []))),
    templates: items.filter((item) => inScope(item, { kind: 'templates' })).length,
    drafts,
  };
}
