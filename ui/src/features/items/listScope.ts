import type { ItemQuery, ItemScope, ItemSort } from '../../backend';
import type { NewItemDefaults } from './editor.svelte';

/** What the list shows: a scope of items, or the drafts. */
export type ListScope = ItemScope | { kind: 'drafts' };

/** Returns a scope as text, for comparison and `data-scope`. */
export function scopeKey(scope: ListScope): string {
  switch (scope.kind) {
    case 'type':
      return `type:${scope.item_type}`;
    case 'tag':
      return `tag:${scope.tag}`;
    case 'folder':
      return `folder:${scope.folder}`;
    case 'vault':
      return `vault:${scope.vault_id}`;
    default:
      return scope.kind;
  }
}

/** Returns the tag, folder or vault of a new item that is begun in a scope. */
export function defaultsOf(scope: ListScope): NewItemDefaults {
  if (scope.kind === 'tag') return { tag: scope.tag };
  if (scope.kind === 'folder') return { folder: scope.folder };
  return scope.kind === 'vault' ? { vault: scope.vault_id } : {};
}

/** Returns the query for a page of a scope. */
export function pageQuery(
  scope: ItemScope,
  text: string,
  sort: ItemSort,
  offset: number,
  limit: number,
): ItemQuery {
  return { text: text.trim(), scope, sort, offset, limit };
}
