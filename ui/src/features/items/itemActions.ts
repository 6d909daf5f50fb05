import { call, type BulkChange, type ChangedView } from '../../backend';
import { t } from '../../shared/i18n/index.svelte';
import { toast } from '../../shared/toasts.svelte';
import { toastUndo } from '../../shared/undo';
import type { ItemStore } from './itemStore.svelte';

/*
 * Actions on items: on the selected ones, else on the open one, unless others are named. Each does nothing where it does
 * not apply.
 */

/** Returns the ids of the selected items, or that of the open one. */
export function targets(store: ItemStore): string[] {
  if (store.selection.active) return [...store.selection.ids];
  return store.selectedId === undefined ? [] : [store.selectedId];
}

/** Whether items can be changed, as far as is known here. */
function changeable(store: ItemStore, ids: string[]): boolean {
  if (store.editor || store.readOnly || ids.length === 0) return false;
  return ids.length > 1 || ids[0] !== store.item?.id || !store.itemReadOnly;
}

/** Undoes a change by its id, and says what could not be. */
async function undo(store: ItemStore, id: string, ids: string[]): Promise<void> {
  const undone = await store.attempt(call('undo', { undo: id }));
  if (!undone) return;
  await store.reload();
  if (undone.left.length > 0) toast(t('many.undone.left', { count: undone.left.length }), 'error');
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) await store.open(only);
}

/** Waits for a change, shows what was done and the list as it is now; returns whether it succeeded. */
async function finish(
  store: ItemStore,
  work: Promise<ChangedView>,
  ids: string[],
  say: (count: number) => string,
): Promise<boolean> {
  const done = await settled(store, work);
  if (!done) return false;
  const { undo: id, count } = done;
  if (id !== undefined) toastUndo(say(count), () => undo(store, id, ids));
  return true;
}

/** Waits for a change that may take items out of the list, and returns its result. */
async function settled<T>(store: ItemStore, work: Promise<T>): Promise<T | undefined> {
  const change = store.attempt(work);
  const { ids } = store.selection;
  if (ids.size === 0) return store.replaceOpen(change);
  const done = await change;
  await store.reload();
  // What left the list must not stay selected unseen; a change leaves either all of them or none.
  if (store.selection.ids === ids && store.rows.indexOf((row) => ids.has(row.id)) < 0) {
    store.clear();
    store.listFocus = true;
  }
  return done;
}

/** Creates a template from the open item. */
export async function makeTemplate(store: ItemStore): Promise<void> {
  const { item } = store;
  if (!item || store.itemReadOnly || store.editor) return;
  const title = item.title || t('list.untitled');
  const made = await store.attempt(call('item_make_template', { itemId: item.id, title }));
  if (!made) return;
  await store.reload();
  toast(t('item.templateMade'), 'plain', {
    label: t('item.edit'),
    run: () => void editTemplate(store, made.id),
  });
}

async function editTemplate(store: ItemStore, id: string): Promise<void> {
  await store.go({ kind: 'templates' });
  if (await store.open(id)) store.edit();
}

/** Duplicates the open item and opens the copy. */
export async function duplicateItem(store: ItemStore): Promise<void> {
  const { item } = store;
  if (!item || store.itemReadOnly || store.editor || item.trashed_at !== undefined) return;
  const copy = await store.attempt(call('item_duplicate', { itemId: item.id }));
  if (!copy) return;
  store.selectedId = copy.id;
  store.item = copy;
  toast(t('item.duplicated'));
  await store.reload();
}

/** Adds items to the favourites or removes them. */
export async function setFavourite(
  store: ItemStore,
  favourite: boolean,
  ids = targets(store),
): Promise<void> {
  if (!changeable(store, ids)) return;
  await store.attempt(call('item_set_favourite', { itemIds: ids, favourite }));
  await store.reload();
}

/** Archives items or restores them from the archive; can be undone. */
export async function setArchived(store: ItemStore, archived: boolean, ids = targets(store)): Promise<void> {
  if (!changeable(store, ids)) return;
  const work = call('item_set_archived', { itemIds: ids, archived });
  await finish(store, work, ids, (count) => t(archived ? 'item.archived' : 'item.unarchived', { count }));
}

/** Changes the folder or tags of items; can be undone. */
export async function changeItems(
  store: ItemStore,
  change: BulkChange,
  ids = targets(store),
): Promise<boolean> {
  if (!changeable(store, ids)) return false;
  return finish(store, call('item_change', { itemIds: ids, change }), ids, (count) => {
    if (change.kind === 'add_tag') return t('many.tagged', { count, name: change.tag });
    if (change.kind === 'remove_tag') return t('many.untagged', { count, name: change.tag });
    if (change.kind === 'folder' && change.folder !== undefined)
      return t('many.filed', { count, name: change.folder });
    return t('many.unfiled', { count });
  });
}

/** Moves items to another vault with their history; can be undone. */
export async function moveToVault(store: ItemStore, vaultId: string, ids = targets(store)): Promise<void> {
  if (!changeable(store, ids)) return;
  const open = ids.length === 1 && ids[0] === store.selectedId;
  const work = call('item_transfer', { itemIds: ids, vaultId, mode: 'move' as const });
  const moved = await (open ? store.attempt(work) : settled(store, work));
  if (!moved) return;
  const [id] = moved.items;
  if (open && id !== undefined) await store.open(id);
  if (moved.left.length > 0) toast(t('vault.stayed', { count: moved.left.length }), 'error');
  const { undo: step } = moved;
  const name = store.vaultName(vaultId);
  if (step !== undefined)
    toastUndo(t('vault.moved', { name, count: moved.items.length }), () => undo(store, step, ids));
}

/** Copies items to another vault without their history; can be undone. */
export async function copyToVault(store: ItemStore, vaultId: string): Promise<void> {
  if (store.readOnly || store.editor) return;
  const ids = targets(store);
  const copied = await store.attempt(call('item_transfer', { itemIds: ids, vaultId, mode: 'copy' as const }));
  if (!copied) return;
  if (copied.items.length === 0) return toast(t('vault.notCopied'), 'error');
  const { undo: step } = copied;
  const text = t('vault.copied', { name: store.vaultName(vaultId), count: copied.items.length });
  toastUndo(text, step === undefined ? undefined : () => undo(store, step, ids));
}

/** Moves items to the trash; can be undone. */
export async function trashItems(store: ItemStore, ids = targets(store)): Promise<void> {
  if (!changeable(store, ids) || store.inTrash || store.item?.trashed_at !== undefined) return;
  await finish(store, call('item_trash', { itemIds: ids }), ids, (count) => t('item.trashed', { count }));
}

/** Restores items from the trash; can be undone. */
export async function restoreItems(store: ItemStore, ids = targets(store)): Promise<void> {
  if (!changeable(store, ids)) return;
  await finish(store, call('item_restore', { itemIds: ids }), ids, (count) => t('item.restored', { count }));
}

/** Deletes items in the trash permanently; the program asks for confirmation. */
export async function purgeItems(store: ItemStore, ids = targets(store)): Promise<void> {
  if (!changeable(store, ids)) return;
  const done = await settled(
    store,
    call('item_purge', { itemIds: ids }).then(() => true),
  );
  if (done) toast(t('item.purged', { count: ids.length }));
}

/** Empties the trash; the program asks for confirmation. */
export async function emptyTrash(store: ItemStore): Promise<void> {
  if (store.readOnly) return;
  const count = await store.attempt(call('trash_empty'));
  if (count === undefined) return;
  store.clear();
  await store.reload();
  toast(t('trash.emptied', { count }));
}
