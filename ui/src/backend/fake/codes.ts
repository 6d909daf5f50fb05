import type { Arguments, CommandName, Commands } from '../commands';
import type { ChangedView, FoundCode, FoundCodes, ItemDraft, JobKind, QrView } from '../types';
import { emptyDraft, valueOf, type FakeField, type FakeItem } from './model';
import { contentOf, newItem } from './content';

/** What code import and export need from the fake. */
interface Context {
  items: FakeItem[];
  get: (id: string) => FakeItem;
  guarded: (id: string, fieldId: string) => FakeField;
  /** Whether the password was given a short while ago. */
  confirmed: () => boolean;
  writable: () => void;
  job: (kind: JobKind, name: string, total: number, done: () => void) => number;
  fail: (code: 'password_needed') => never;
  /** Registers created items for undo. */
  made: (items: FakeItem[]) => ChangedView;
  /** Whether a text file is chosen in place of a picture. */
  pickedText: boolean;
  /** Reports that pictures with codes were dropped. */
  dropped: (count: number) => void;
}

/** The codes in every picture. */
export const foundCodes: FoundCode[] = [
  { issuer: 'Harbour Bank', account: 'mara', setup: 'otpauth://totp/Harbour?secret=JBSWY3DPEHPK3PXP' },
  { issuer: 'Mail', account: 'mara@example.org', setup: 'otpauth://totp/Mail?secret=GEZDGNBVGY3TQOJQ' },
];

const found = (codes: FoundCode[]): FoundCodes => ({ codes, unread: [], unnamed: 0, missing: [] });

/** What a text file has: the codes, and entries that cannot be used. */
const foundInText: FoundCodes = {
  ...found(foundCodes),
  unread: [
    { name: 'Harbour Club: mara', line: 3, reason: 'algorithm' },
    { name: '', line: 4, reason: 'not_a_code' },
  ],
  missing: [
    { part: 2, parts: 3 },
    { part: 3, parts: 3 },
  ],
};

/** Returns a pattern that looks like a QR code, equal for equal texts; it cannot be scanned. */
export function qrOf(text: string): QrView {
  const inner = 33;
  let state = [...text].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 16777619), 2166136261);
  const corner = (x: number, y: number) =>
    [
      [0, 0],
      [inner - 7, 0],
      [0, inner - 7],
    ].find(([left = 0, top = 0]) => x >= left && x < left + 7 && y >= top && y < top + 7);
  let path = '';
  for (let y = 0; y < inner; y += 1) {
    for (let x = 0; x < inner; x += 1) {
      state = Math.imul(state ^ (x + y * inner), 1664525) + 1013904223;
      const [left = 0, top = 0] = corner(x, y) ?? [];
      const ring = Math.max(Math.abs(x - left - 3), Math.abs(y - top - 3));
      const dark = corner(x, y) ? ring !== 2 : (state >>> 16) % 2 === 0;
      if (dark) path += `M${x + 4} ${y + 4}h1v1h-1z`;
    }
  }
  return { side: inner + 8, path };
}

/** The draft of an item for a code. */
const draftOf = ({ issuer, account, setup }: FoundCode): ItemDraft => ({
  ...emptyDraft('login', issuer || account),
  fields: [
    { role: 'username', label: '', kind: 'text', value: account },
    { role: 'code', label: '', kind: 'code', value: setup },
  ],
});

/** The commands of code import and export. A drop on the page stands for one that the real program handles itself. */
export function codes(context: Context) {
  const { items, get, guarded, confirmed, writable, job, fail, made, dropped } = context;
  const held: FoundCode[] = [];
  if (typeof window !== 'undefined') {
    window.addEventListener('drop', (event) => {
      event.preventDefault();
      held.push(...foundCodes.slice(0, Number((event as unknown as CustomEvent<number>).detail) || 1));
      dropped(held.length);
    });
  }
  return {
    code_pick: () => (context.pickedText ? foundInText : found(foundCodes)),
    code_read: () => found(foundCodes),
    code_paste: () => found(foundCodes.slice(0, 1)),
    code_dropped: () => found(held.splice(0)),
    code_dropped_keep: () => [job('document_import', 'screen.png', 300_000, () => undefined)],
    code_add: ({ codes }) => {
      writable();
      const added = codes.map((code) => newItem('login', contentOf(draftOf(code), undefined)));
      items.push(...added);
      return made(added);
    },
    code_share: ({ itemId, fieldId }) => qrOf(guarded(itemId, fieldId).value),
    code_transfer: ({ itemIds }) => {
      if (!confirmed()) fail('password_needed');
      const all = itemIds.map(get);
      const fits = all.filter((item) => !valueOf(item, 'code').startsWith('steam:'));
      return {
        // Two codes per picture, so that few items give several pictures.
        pages: Array.from({ length: Math.ceil(fits.length / 2) }, (_, page) => qrOf(`page ${page}`)),
        count: fits.length,
        left_out: all.filter((item) => !fits.includes(item)).map(({ title }) => title),
      };
    },
    code_export: ({ itemIds }) => {
      if (!confirmed()) fail('password_needed');
      return job('code_export', 'One-time codes.txt', itemIds.length, () => undefined);
    },
  } satisfies { [K in CommandName]?: (args: Arguments<K>) => Commands[K][1] };
}
