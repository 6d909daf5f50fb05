import type { Arguments, CommandName, Result } from '../commands';
import type { BackupsView, ErrorCode, JobKind, JobView, OpenBackupView } from '../types';
import { now } from './data';
import { hex, view, type FakeItem } from './model';
import { Pages } from './search';

type Names = Extract<CommandName, `backup_${string}`>;
type Handlers = { [K in Names]: (args: Arguments<K>) => Result<K> | Promise<Result<K>> };

/** What backups need from the fake. */
export interface Context {
  /** Code of the error with which the last automatic backup failed. */
  failed: string | null | undefined;
  items: FakeItem[];
  fail: (code: ErrorCode) => never;
  writable: () => void;
  changed: () => void;
  job: (kind: JobKind, name: string, total: number, done: (job: JobView) => void) => number;
}

const day = 24 * 60 * 60 * 1000;

/** Backups of the fake; they contain the items as of the opening of the page. */
export function backups({ failed, items, fail, writable, changed, job }: Context): Handlers {
  const then = structuredClone(items);
  const pages = new Pages();
  let opened: OpenBackupView | undefined;
  const list: BackupsView = {
    settings: { daily: true, keep_days: 7, large_documents: false },
    backups: [1, 2, 3, 5].map((days) => ({
      name: `2026-11-${20 - days}T08-05-00Z.tar`,
      occasion: 'daily',
      made_at: now - days * day,
      size: 48_200_000 - days * 1_100_000,
      ...(days === 2 ? { checked: { at: now - day, sound: true } } : {}),
      ...(days === 5 ? { checked: { at: now - day, sound: false } } : {}),
    })),
  };
  list.backups.push({
    name: 'before-form-2.tar',
    occasion: 'before_update',
    made_at: now - 9 * day,
    size: 12_400_000,
  });
  if (failed) list.failure = { at: now - 3_600_000, error: { code: failed as ErrorCode, message: '' } };

  const inBackup = (id: string) => then.find((item) => item.id === id) ?? fail('not_found');
  const open = (name: string, made_at: number) =>
    job('backup_open', name, 48_000_000, () => {
      opened = { name, made_at, documents: 6, left_out: 1, unreadable: 0 };
    });

  return {
    backup_list: () => list,
    backup_settings_set: ({ settings }) => {
      writable();
      list.settings = settings;
      return list;
    },
    backup_folder_pick: () => {
      list.folder = 'Backup disk';
      delete list.failure;
      return list;
    },
    backup_folder_reset: () => {
      delete list.folder;
      return list;
    },
    backup_folder_show: () => null,
    backup_save: () => job('backup_save', 'Mara 2026-11-20.tar', 96_000_000, () => undefined),
    backup_check: ({ name }) => {
      const row = list.backups.find((one) => one.name === name) ?? fail('not_found');
      return job('backup_check', name, row.size, () => {
        row.checked = { at: now, sound: true };
      });
    },
    backup_open: ({ name }) => {
      const row = list.backups.find((one) => one.name === name);
      return row ? open(row.name, row.made_at) : open('home.tar', now - 30 * day);
    },
    backup_opened: () => opened ?? null,
    backup_close: () => {
      opened = undefined;
      return null;
    },
    backup_items: ({ query }) => pages.get(then, query),
    backup_item: ({ itemId }) => view(inBackup(itemId)),
    backup_extract_item: ({ itemId, copy }) => {
      writable();
      const old = structuredClone(inBackup(itemId));
      return job('backup_extract', old.title, 1000, (done) => {
        const here = items.find((item) => item.id === itemId);
        if (copy || !here) {
          old.id = hex(32);
          items.push(old);
        } else {
          Object.assign(here, { ...old, revision: hex(64) });
        }
        done.outcome = { item_id: old.id, missing: [] };
        changed();
      });
    },
    backup_extract_document: ({ itemId, blobId, targetId }) => {
      const from = inBackup(itemId);
      const file = from.attachments.find((one) => one.blob_id === blobId) ?? fail('not_found');
      return job('backup_extract', file.name, file.size, (done) => {
        items.find((item) => item.id === targetId)?.attachments.push({ ...file, blob_id: hex(32) });
        done.outcome = { item_id: targetId ?? itemId, missing: [] };
        changed();
      });
    },
    backup_save_document: ({ itemId, blobId }) => {
      const file = inBackup(itemId).attachments.find((one) => one.blob_id === blobId) ?? fail('not_found');
      return job('document_export', file.name, file.size, () => undefined);
    },
  };
}
