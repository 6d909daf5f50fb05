import type {
  ErrorCode,
  ImportChoice,
  ImportColumns,
  ImportLocked,
  ImportNote,
  ImportPreview,
  ImportRead,
  ImportReport,
  ImportTable,
  ImportUnlock,
} from '../types';

const notes: ImportNote[] = [
  {
    position: 17,
    title: 'Dropbox',
    field: 'fido2Credentials',
    outcome: 'kept_as_custom_field',
    reason: 'Coffer cannot use passkeys yet; this one is kept whole as a concealed custom field.',
  },
  {
    position: 42,
    title: 'Home server',
    field: 'SSH port',
    outcome: 'kept_as_custom_field',
    reason: 'There is no built-in field for it.',
  },
  {
    position: 61,
    title: 'ItemStore card',
    field: 'attachments',
    outcome: 'not_kept',
    reason: 'The export names the file but does not contain it.',
  },
  {
    position: 90,
    title: '',
    field: '',
    outcome: 'row_skipped',
    reason: 'The row has fewer columns than the header.',
  },
  {
    position: 0,
    title: '',
    field: 'organizationId',
    outcome: 'not_needed',
    reason: 'It belongs to the storage of the other program. (214 times in this file)',
  },
];

const usual: ImportPreview = {
  token: 'a1',
  file_name: 'bitwarden_export_20261118.json',
  format: 'bitwarden_json',
  items: 214,
  types: [
    { item_type: 'login', count: 188 },
    { item_type: 'note', count: 14 },
    { item_type: 'card', count: 8 },
    { item_type: 'identity', count: 4 },
    { item_type: 'document', count: 0 },
  ],
  identical: 12,
  updates: 5,
  unchanged: 2,
  folders: 9,
  files: 0,
  table: false,
  escaped: 0,
  samples: [
    { item_type: 'login', title: 'Adobe', subtitle: 'mara@studio.example' },
    { item_type: 'login', title: 'Airbnb', subtitle: 'mara.lindqvist@fastmail.example' },
    { item_type: 'card', title: 'Business card', subtitle: 'Visa •••• 1881' },
    { item_type: 'note', title: 'Bicycle lock', subtitle: '' },
    { item_type: 'login', title: 'Cloud storage', subtitle: 'mara' },
    { item_type: 'identity', title: 'Mara Lindqvist', subtitle: 'Mara Lindqvist' },
  ],
  notes,
};

const harm = '<img src=x onerror="window.harmed=1"><script>window.harmed=2</script>';
const hostile: ImportPreview = {
  ...usual,
  file_name: `${harm}\u202Enosj.json`,
  samples: [
    { item_type: 'login', title: harm, subtitle: 'javascript:window.harmed=3' },
    { item_type: 'note', title: 'W'.repeat(4000), subtitle: 'w'.repeat(4000) },
    { item_type: 'login', title: '\u202Etxt.exe مرحبا שלום', subtitle: '<svg onload=window.harmed=4>' },
  ],
  notes: [
    { position: 1, title: harm, field: harm, outcome: 'not_kept', reason: harm },
    {
      position: 2,
      title: 'W'.repeat(4000),
      field: 'f'.repeat(4000),
      outcome: 'row_skipped',
      reason: 'x'.repeat(4000),
    },
    { position: 3, title: '\u202Eabc', field: '', outcome: 'kept_as_custom_field', reason: '<b>bold</b>' },
  ],
};

const codes: readonly string[] = [
  'import_encrypted',
  'import_empty',
  'import_too_large',
  'import_unreadable',
  'file_unreadable',
];

/** An encrypted file that asks for its password. */
export const importLocked: ImportLocked = {
  token: 'a2',
  file_name: 'Passwords.kdbx',
  format: 'keepass_kdbx',
  program: 'keepass',
  takes_key_file: true,
  wrong: false,
};

/** A table of an unknown program. */
const importColumns: ImportColumns = {
  token: 'a3',
  file_name: 'passwords.csv',
  header: true,
  columns: [
    { name: 'Site', samples: ['Adobe', 'Airbnb', 'Bicycle lock'], meaning: 'title' },
    { name: 'Who', samples: ['mar•••', 'mar•••'], meaning: 'custom' },
    { name: 'Password', samples: ['••••••', '••••••'], meaning: 'password' },
    { name: 'Website', samples: ['https://adobe.com/login', 'https://airbnb.com'], meaning: 'url' },
    { name: 'Remarks', samples: ['Ask•••'], meaning: 'custom' },
  ],
  further: 0,
  western: false,
};

/** A table with more columns than are shown, in another encoding, with hostile names. */
const wideColumns: ImportColumns = {
  ...importColumns,
  file_name: `${harm}\u202Evsc.csv`,
  columns: Array.from({ length: 100 }, (_, index) => ({
    name: index === 1 ? harm : index === 2 ? 'W'.repeat(4000) : `Column ${index + 1}`,
    samples: [harm.slice(0, 80), 'w'.repeat(80), ''],
    meaning: 'custom' as const,
  })),
  further: 900,
  western: true,
};

/** Reads a table in another way, or asks about its columns. */
export function importTable({ ask_columns, header = true, unescape }: ImportTable): ImportRead {
  if (ask_columns) {
    const name = (column: ImportColumns['columns'][number], at: number) => ({
      ...column,
      name: header ? column.name : `column ${at + 1}`,
    });
    return { state: 'columns', ...importColumns, header, columns: importColumns.columns.map(name) };
  }
  const preview: ImportPreview = {
    ...usual,
    token: 'a4',
    file_name: importColumns.file_name,
    format: 'mapped_csv',
    table: true,
    escaped: unescape ? 0 : 3,
    notes: [],
  };
  return { state: 'preview', ...preview };
}

/** Returns what reading the chosen file gives, by the scenario. */
export function importRead(scenario: string): ImportRead {
  if (scenario === 'columns') return { state: 'columns', ...importColumns };
  if (scenario === 'wide') return { state: 'columns', ...wideColumns };
  if (scenario === 'locked') return { state: 'locked', ...importLocked };
  return { state: 'preview', ...importPreview(scenario) };
}

/** Opens the encrypted file: with “costly” for its price first, with “wrong” not at all. */
export function importUnlocked({ password, accept_cost }: ImportUnlock): ImportRead {
  if (password === 'wrong') return { state: 'locked', ...importLocked, wrong: true };
  if (password === 'costly' && !accept_cost) {
    return { state: 'locked', ...importLocked, cost: { memory_mib: 1024, seconds: 12 } };
  }
  return { state: 'preview', ...usual, file_name: importLocked.file_name, format: 'keepass_kdbx', files: 3 };
}

/** Returns the preview of the chosen file, by the scenario. */
export function importPreview(scenario: string): ImportPreview {
  if (codes.includes(scenario)) throw { code: scenario as ErrorCode, message: '' };
  switch (scenario) {
    case 'clean':
      return { ...usual, identical: 0, updates: 0, unchanged: 0, notes: [] };
    case 'hostile':
      return hostile;
    case 'many':
      return {
        ...usual,
        notes: Array.from({ length: 1234 }, (_, index) => ({
          position: index + 1,
          title: `Item ${index + 1}`,
          field: `field ${index % 7}`,
          outcome: index % 3 === 0 ? ('not_kept' as const) : ('kept_as_custom_field' as const),
          reason: 'There is no built-in field for it.',
        })),
      };
    default:
      return usual;
  }
}

/** Returns the report for a preview. */
export function importReport(
  preview: ImportPreview,
  choice: ImportChoice,
  undo: string | undefined,
): ImportReport {
  const { items, identical, updates, unchanged } = preview;
  const updated = choice.same === 'merge' ? updates : 0;
  const left = { keep: 0, merge: unchanged, skip: updates + unchanged }[choice.same];
  const skipped = (choice.skip_identical ? identical : 0) + left;
  return {
    token: choice.token,
    updated,
    ...(undo === undefined ? {} : { undo }),
    imported: items - skipped - updated,
    skipped,
    types: preview.types.map((one) =>
      one.item_type === 'login' ? { ...one, count: one.count - skipped - updated } : one,
    ),
    fields_mapped: 902,
    notes: preview.notes,
  };
}
