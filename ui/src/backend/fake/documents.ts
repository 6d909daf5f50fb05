import type { Arguments, CommandName, Result } from '../commands';
import type { DocumentRulesView, ErrorCode, ItemView, JobKind, JobView } from '../types';
import { now } from './data';
import * as files from './files';
import { emptyDraft, hex, view, type FakeItem } from './model';
import { askUser } from './question';

type Names = Exclude<Extract<CommandName, `document_${string}`>, 'document_export_all'>;
type Handlers = { [K in Names]: (args: Arguments<K>) => Result<K> | Promise<Result<K>> };

/** What documents need from the fake. */
export interface Context {
  hostile: boolean;
  get: (id: string) => FakeItem;
  saved: (args: Arguments<'item_save'>) => ItemView;
  revise: (item: FakeItem, changes: string[]) => void;
  changed: () => void;
  job: (kind: JobKind, name: string, total: number, done: (job: JobView) => void) => number;
  fail: (code: ErrorCode) => never;
}

/** Documents of the fake: names and sizes only, no content. */
export function documents({ hostile, get, saved, revise, changed, job, fail }: Context): Handlers {
  const receive = (name: string, media: string, size: number) =>
    job('document_import', name, size, (done) => {
      const item = get(saved({ draft: emptyDraft('document', name.replace(/\.\w+$/, '')) }).id);
      item.attachments.push({
        blob_id: hex(32),
        name,
        media_type: media,
        type_mismatch: false,
        size,
        added_at: now,
      });
      done.outcome = { item_id: item.id, missing: [] };
      changed();
    });

  let rules: DocumentRulesView = { refused: [] };

  return {
    document_import: () => [
      ...(hostile ? [receive('<img src=x onerror="window.harmed=20">\u202Egpj.exe', 'text/html', 9000)] : []),
      receive('Insurance policy.pdf', 'application/pdf', 3_200_000),
      receive('holiday-film.mp4', 'video/mp4', 1_402_000_000),
    ],
    document_attach: ({ itemId }) => [
      job('document_import', 'receipt.pdf', 90_000, (done) => {
        const item = get(itemId);
        revise(item, ['attachments']);
        item.attachments.push({
          blob_id: hex(32),
          name: 'receipt.pdf',
          media_type: 'application/pdf',
          type_mismatch: false,
          size: 90_000,
          added_at: now,
        });
        done.outcome = { item_id: itemId, missing: [] };
        changed();
      }),
    ],
    document_detach: ({ itemId, blobId }) => {
      const item = get(itemId);
      revise(item, ['attachments']);
      files.detach(item, blobId, now);
      changed();
      return view(item);
    },
    document_export: ({ itemId, blobId }) => {
      const file = files.find(get(itemId), blobId) ?? fail('not_found');
      return job('document_export', file.name, file.size, () => undefined);
    },
    document_replace: ({ itemId, blobId }) => {
      const file = files.find(get(itemId), blobId) ?? fail('not_found');
      return job('document_import', file.name, file.size, (done) => {
        const item = get(itemId);
        revise(item, ['attachments']);
        files.replace(item, blobId, now);
        done.outcome = { item_id: itemId, missing: [] };
        changed();
      });
    },
    document_versions: ({ itemId }) => get(itemId).earlier.map((one) => ({ ...one })),
    document_restore: ({ itemId, blobId }) => {
      const item = get(itemId);
      if (!files.restore(item, blobId, now)) return fail('not_found');
      revise(item, ['attachments']);
      changed();
      return view(item);
    },
    document_drop: ({ itemId, blobId }) => {
      askUser('Delete this version?', fail);
      const one = get(itemId).earlier.find((one) => one.file.blob_id === blobId) ?? fail('not_found');
      one.kept = false;
      changed();
      return null;
    },
    document_thumbnail: ({ itemId, blobId }) =>
      files.picture(files.find(get(itemId), blobId)) ?? fail('no_picture'),
    document_page: ({ itemId, blobId }) =>
      files.picture(files.find(get(itemId), blobId)) ?? fail('no_picture'),
    document_rules_get: () => rules,
    document_rules_set: (wanted) => (rules = wanted.rules),
  };
}
