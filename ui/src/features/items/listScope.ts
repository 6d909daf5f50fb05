import type { ItemQuery, ItemScope, ItemSort } from '../../backend';
import type { NewItemDefaults } from './editor.svelte';

/** What the sidebar can choose: a scope of items, or the drafts. */
export type ListScope = ItemScope | { kind: 'drafts' };

/** A scope as one text, to compare and to name it in the page. */
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

/** What a new item has from the scope where it is begun. */
export function defaultsOf(scope: ListScope): NewItemDefaults {
  if (scope.kind === 'tag') return { tag: scope.tag };
  if (scope.kind === 'folder') return { folder: scope.folder };
  return scope.kind === 'vault' ? { vault: scope.vault_id } : {};
}

/** The query for a page of a scope. */
export function pageQuery(
  scope: ItemScope,
  text: string,
  sort: ItemSort,
  offset: number,
  limit: number,
): ItemQuery {
  return { text: text.trim(), scope, sort, offset, limit };
}
