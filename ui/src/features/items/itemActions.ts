import { call } from '../../backend';
import { t } from '../../shared/i18n/index.svelte';
import { toast } from '../../shared/toasts.svelte';
import type { ItemStore } from './itemStore.svelte';

/* Actions on the open item and the trash. Each does nothing where it does not apply. */

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

/** Adds the open item to the favourites or removes it. */
export async function toggleFavourite(store: ItemStore): Promise<void> {
  const { item } = store;
  if (!item || store.itemReadOnly) return;
  await store.attempt(call('item_set_favourite', { itemIds: [item.id], favourite: !item.favourite }));
  await store.reload();
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

/** Archives the open item or restores it from the archive; can be undone. */
export async function toggleArchived(store: ItemStore): Promise<void> {
  const { item } = store;
  if (!item || store.itemReadOnly) return;
  const archived = !item.archived;
  const set = async (to: boolean) => {
    await store.attempt(call('item_set_archived', { itemIds: [item.id], archived: to }));
    await store.reload();
  };
  await store.replaceOpen(set(archived));
  toast(t(archived ? 'item.archived' : 'item.unarchived'), 'plain', {
    label: t('item.undo'),
    run: () => void set(!archived),
  });
}

/** Moves the open item to another vault with its history; can be undone. */
export async function moveToVault(store: ItemStore, vaultId: string): Promise<void> {
  const { item } = store;
  if (!item || store.itemReadOnly || store.editor) return;
  const moved = await store.attempt(
    call('item_transfer', { itemIds: [item.id], vaultId, mode: 'move' as const }),
  );
  const id = moved?.items[0];
  if (moved === undefined || id === undefined) {
    if (moved) toast(t('vault.stayed'), 'error');
    return;
  }
  await store.open(id);
  const { undo } = moved;
  toast(
    t('vault.moved', { name: store.vaultName(vaultId) }),
    'plain',
    undo === undefined
      ? undefined
      : {
          label: t('item.undo'),
          run: () => void store.attempt(call('undo', { undo })).then(() => store.reload()),
        },
  );
}

/** Copies the open item to another vault without its history; can be undone. */
export async function copyToVault(store: ItemStore, vaultId: string): Promise<void> {
  const { item } = store;
  if (!item || store.readOnly || store.editor) return;
  const copied = await store.attempt(
    call('item_transfer', { itemIds: [item.id], vaultId, mode: 'copy' as const }),
  );
  if (!copied) return;
  if (copied.items.length === 0) return toast(t('vault.notCopied'), 'error');
  const { undo } = copied;
  toast(
    t('vault.copied', { name: store.vaultName(vaultId) }),
    'plain',
    undo === undefined
      ? undefined
      : {
          label: t('item.undo'),
          run: () => void store.attempt(call('undo', { undo })).then(() => store.reload()),
        },
  );
}

/** Moves the open item to the trash; can be undone. */
export async function trashItem(store: ItemStore): Promise<void> {
  const { item } = store;
  if (!item || store.itemReadOnly || store.editor || item.trashed_at !== undefined) return;
  const done = await store.attempt(call('item_trash', { itemIds: [item.id] }).then(() => true));
  if (!done) return;
  await store.replaceOpen(store.rows.refresh(Math.max(0, store.index)));
  void store.loadSidebar();
  toast(t('item.trashed'), 'plain', {
    label: t('item.undo'),
    run: () =>
      void store.attempt(call('item_restore', { itemIds: [item.id] })).then(() => store.open(item.id)),
  });
}

/** Restores the open item from the trash. */
export async function restoreItem(store: ItemStore): Promise<void> {
  const { item } = store;
  if (!item || store.itemReadOnly) return;
  const done = await store.attempt(call('item_restore', { itemIds: [item.id] }).then(() => true));
  if (!done) return;
  await store.replaceOpen(store.rows.refresh(Math.max(0, store.index)));
  void store.loadSidebar();
  toast(t('item.restored'));
}

/** Deletes the open item permanently; the program asks for confirmation. */
export async function purgeItem(store: ItemStore): Promise<void> {
  const { item } = store;
  if (!item || store.itemReadOnly) return;
  const done = await store.attempt(call('item_purge', { itemIds: [item.id] }).then(() => true));
  if (!done) return;
  await store.replaceOpen(store.rows.refresh(Math.max(0, store.index)));
  void store.loadSidebar();
  toast(t('item.purged'));
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
