import type { Arguments, Commands } from '../commands';
import type { ErrorCode, ExportReport, JobKind } from '../types';

interface Context {
  fail: (code: ErrorCode) => never;
  confirmed: () => boolean;
  /** How many items there are. */
  items: () => number;
  /** Waits for a job. */
  worked: (kind: JobKind, name: string, total: number) => Promise<unknown>;
}

/** Exports of the fake: no file is written. */
export function exporting({ fail, confirmed, items, worked }: Context) {
  return {
    document_export_all: async (): Promise<Commands['document_export_all'][1]> => {
      if (!confirmed()) fail('password_needed');
      await worked('item_export', 'Documents', items());
      return { items: 2, documents: 3, forbidden: [], notes: [] };
    },
    item_export: async ({ request }: Arguments<'item_export'>): Promise<Commands['item_export'][1]> => {
      if (!confirmed()) fail('password_needed');
      const count = items();
      await worked('item_export', 'Coffer.kdbx', count);
      const report: ExportReport = { items: count, documents: 0, forbidden: [], notes: [] };
      if (request.format === 'kdbx') return { ...report, documents: 3, forbidden: ['Company'] };
      const note = { position: 4, title: 'Passport', outcome: 'not_kept' as const };
      return {
        ...report,
        notes: [
          { ...note, field: 'scan.pdf', reason: 'Files have no place in this format.' },
          {
            position: 0,
            title: '',
            field: 'tags',
            outcome: 'kept_as_custom_field',
            reason: 'Bitwarden has no tags; they are a custom field. (12 times in this file)',
          },
        ],
      };
    },
  };
}
