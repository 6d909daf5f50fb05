import Archive from '@lucide/svelte/icons/archive';
import Copy from '@lucide/svelte/icons/copy';
import ExternalLink from '@lucide/svelte/icons/external-link';
import FileOutput from '@lucide/svelte/icons/file-output';
import Folder from '@lucide/svelte/icons/folder';
import FolderInput from '@lucide/svelte/icons/folder-input';
import KeyRound from '@lucide/svelte/icons/key-round';
import Link from '@lucide/svelte/icons/link';
import Pencil from '@lucide/svelte/icons/pencil';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import Star from '@lucide/svelte/icons/star';
import StarOff from '@lucide/svelte/icons/star-off';
import Tag from '@lucide/svelte/icons/tag';
import Timer from '@lucide/svelte/icons/timer';
import Trash2 from '@lucide/svelte/icons/trash-2';
import User from '@lucide/svelte/icons/user';
import type { FieldView, ItemView } from '../../backend';
import { t } from '../../shared/i18n/index.svelte';
import type { MenuEntry } from '../../shared/menu';
import { formatKeys, shortcuts } from '../../shared/shortcuts';
import { testids } from '../../shared/testids';
import {
  duplicateItem,
  moveToVault,
  purgeItems,
  restoreItems,
  setArchived,
  setFavourite,
  trashItems,
} from './itemActions';
import type { ItemStore } from './itemStore.svelte';
import { codeOf, copyField, copyUrl, openUrl, passwordOf, usernameOf } from './primary';

/** What a dialog asks for before several items are changed. */
export type BulkQuestion = 'folder' | 'tag' | 'untag';

/** The dialogs that actions open. */
export interface Dialogs {
  /** Asks for a folder or tag. */
  ask: (question: BulkQuestion) => void;
  /** Exports items for another program. */
  exportItems: (ids: readonly string[]) => void;
}

type Plain = Extract<MenuEntry, { run: () => void }>;

const action = (name: string, entry: Omit<Plain, 'testid' | 'data'>): Plain => ({
  ...entry,
  testid: testids.rowMenuEntry,
  data: { 'data-action': name },
});

/** Returns the vaults into which all of the targets can be moved. */
function vaultEntries(store: ItemStore): MenuEntry[] {
  if (store.vaults.length < 2) return [];
  const from = store.selection.active ? '' : (store.item?.vault_id ?? '');
  return store.otherVaults(from).map(({ id, name }) => ({
    label: name,
    testid: testids.rowMenuEntry,
    data: { 'data-action': 'vault', 'data-name': name },
    run: () => void moveToVault(store, id),
  }));
}

/** Returns what can be done with the selected items, or with the open one as with several. */
export function bulkActions(store: ItemStore, { ask, exportItems }: Dialogs): MenuEntry[] {
  const several = store.selection.active;
  const ids = () => (several ? [...store.selection.ids] : store.item ? [store.item.id] : []);
  const frozen = several ? store.readOnly : store.itemReadOnly;
  if (store.inTrash || (!several && store.item?.trashed_at !== undefined)) {
    return [
      action('restore', {
        label: t('item.restore'),
        icon: RotateCcw,
        disabled: frozen,
        run: () => void restoreItems(store),
      }),
      action('purge', {
        label: t('item.purge'),
        icon: Trash2,
        danger: true,
        disabled: frozen,
        run: () => void purgeItems(store),
      }),
    ];
  }
  const vaults = vaultEntries(store);
  const favourite = !several && store.item?.favourite === true;
  const archived = several ? store.scope.kind === 'archive' : store.item?.archived === true;
  const set = (to: boolean): Plain =>
    action(to ? 'favourite' : 'unfavourite', {
      label: t(to ? 'item.favourite.add' : 'item.favourite.remove'),
      icon: to ? Star : StarOff,
      disabled: frozen,
      run: () => void setFavourite(store, to),
    });
  return [
    ...(several ? [set(true), set(false)] : [set(!favourite)]),
    action('folder', {
      label: t('many.folder'),
      icon: Folder,
      disabled: frozen,
      run: () => ask('folder'),
    }),
    ...(vaults.length > 0
      ? [
          {
            label: t('many.vault'),
            icon: FolderInput,
            disabled: frozen,
            testid: testids.rowMenuEntry,
            entries: vaults,
          },
        ]
      : []),
    action('tag', { label: t('many.tag'), icon: Tag, disabled: frozen, run: () => ask('tag') }),
    ...(several
      ? [action('untag', { label: t('many.untag'), icon: Tag, disabled: frozen, run: () => ask('untag') })]
      : []),
    action('archive', {
      label: t(archived ? 'item.unarchive' : 'item.archive'),
      icon: Archive,
      disabled: frozen,
      run: () => void setArchived(store, !archived),
    }),
    action('export', { label: t('many.export'), icon: FileOutput, run: () => exportItems(ids()) }),
    'line',
    action('trash', {
      label: t('item.trash'),
      icon: Trash2,
      danger: true,
      disabled: frozen,
      run: () => void trashItems(store),
    }),
  ];
}

/** Returns the menu of a row: of all selected ones, or of the open item. */
export function rowMenu(store: ItemStore, dialogs: Dialogs): MenuEntry[] {
  const { item } = store;
  const bulk = bulkActions(store, dialogs);
  if (store.selection.active || !item || item.trashed_at !== undefined) return bulk;
  return [...copies(store, item), ...changes(store), ...bulk];
}

function copies(store: ItemStore, item: ItemView): MenuEntry[] {
  const [user, password, code] = [usernameOf(item), passwordOf(item), codeOf(item)];
  const list: MenuEntry[] = [];
  const add = (
    name: 'copyUsername' | 'copyPassword' | 'copyCode',
    icon: NonNullable<Plain['icon']>,
    field: FieldView | undefined,
  ) => {
    if (!field) return;
    list.push(
      action(name, {
        label: t(`shortcut.${name}`),
        icon,
        keys: formatKeys(shortcuts[name]),
        run: () => void copyField(store, item, field),
      }),
    );
  };
  add('copyUsername', User, user);
  add('copyPassword', KeyRound, password);
  add('copyCode', Timer, code);
  if (item.urls.length > 0) {
    list.push(
      action('copyUrl', {
        label: t('shortcut.copyUrl'),
        icon: Link,
        keys: formatKeys(shortcuts.copyUrl),
        run: () => void copyUrl(store, item),
      }),
      action('openUrl', {
        label: t('shortcut.openUrl'),
        icon: ExternalLink,
        keys: formatKeys(shortcuts.openUrl),
        run: () => openUrl(store, item, 0),
      }),
    );
  }
  return list.length > 0 ? [...list, 'line'] : [];
}

function changes(store: ItemStore): MenuEntry[] {
  return [
    action('edit', {
      label: t('item.edit'),
      icon: Pencil,
      keys: formatKeys(shortcuts.edit),
      disabled: store.itemReadOnly,
      run: () => store.edit(),
    }),
    action('duplicate', {
      label: t('item.duplicate'),
      icon: Copy,
      keys: formatKeys(shortcuts.duplicate),
      disabled: store.itemReadOnly,
      run: () => void duplicateItem(store),
    }),
    'line',
  ];
}
