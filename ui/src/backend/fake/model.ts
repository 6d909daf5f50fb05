import type {
  AttachmentView,
  EarlierFileView,
  FieldKindView,
  HistoryEntry,
  ItemDraft,
  ItemTypeView,
  ItemView,
  JobKind,
  JobUnit,
  PasskeyView,
  UrlMatchView,
} from '../types';

/** A field with its value in plain text: nothing here is a secret. */
export interface FakeField {
  id: string;
  role?: string;
  label: string;
  kind: FieldKindView;
  value: string;
  section?: string;
  past: { value: string; replaced_at: number }[];
}

/** An item of the fake. */
export interface FakeItem {
  id: string;
  /** The home vault if absent. */
  vault?: string;
  type: ItemTypeView;
  title: string;
  fields: FakeField[];
  urls: string[];
  url_rules: UrlMatchView[];
  passkeys: PasskeyView[];
  expires?: string | undefined;
  reprompt: boolean;
  template: boolean;
  notes: string;
  tags: string[];
  folder?: string;
  favourite: boolean;
  archived: boolean;
  trashed_at?: number;
  created_at: number;
  modified_at: number;
  device: string;
  attachments: AttachmentView[];
  /** Earlier files of the item. */
  earlier: EarlierFileView[];
  superseded: { label: string; at: number }[];
  revision: string;
  past: { item: FakeItem; changes: string[] }[];
  changes: string[];
}

/** The id of the home vault. */
export const homeVault = 'a0'.repeat(16);

let counter = 0;

/** Returns unused hexadecimal digits. */
export function hex(digits: number): string {
  counter += 1;
  return (counter * 2654435761).toString(16).padStart(digits, '0').slice(-digits).padStart(digits, 'a');
}

/** A draft with nothing filled in. */
export function emptyDraft(item_type: ItemTypeView, title: string): ItemDraft {
  return {
    item_type,
    title,
    fields: [],
    urls: [],
    notes: '',
    tags: [],
    favourite: false,
    url_rules: [],
    removed_passkeys: [],
    reprompt: false,
    template: false,
  };
}

/** The built-in fields of each type, in order. */
export const templates: Record<ItemTypeView, [role: string, kind: FieldKindView][]> = {
  login: [
    ['username', 'text'],
    ['password', 'concealed'],
    ['code', 'code'],
  ],
  note: [],
  card: [
    ['card_holder', 'text'],
    ['card_number', 'concealed'],
    ['card_expiry', 'month'],
    ['card_verification', 'concealed'],
    ['card_pin', 'concealed'],
    ['card_brand', 'text'],
  ],
  identity: [
    ['salutation', 'text'],
    ['first_name', 'text'],
    ['middle_name', 'text'],
    ['last_name', 'text'],
    ['email', 'email'],
    ['phone', 'phone'],
    ['company', 'text'],
    ['street', 'text'],
    ['city', 'text'],
    ['region', 'text'],
    ['postal_code', 'text'],
    ['country', 'text'],
    ['birth_date', 'date'],
    ['national_id', 'concealed'],
    ['passport', 'concealed'],
    ['driving_licence', 'concealed'],
  ],
  document: [],
  ssh_key: [
    ['private_key', 'secret_lines'],
    ['public_key', 'lines'],
    ['fingerprint', 'text'],
    ['key_passphrase', 'concealed'],
  ],
  api_credential: [
    ['username', 'text'],
    ['api_key', 'concealed'],
    ['api_secret', 'concealed'],
    ['api_type', 'text'],
    ['host', 'text'],
    ['valid_from', 'date'],
  ],
  passkey: [],
  one_time_code: [
    ['issuer', 'text'],
    ['username', 'text'],
    ['code', 'code'],
  ],
  wifi: [
    ['wifi_name', 'text'],
    ['password', 'concealed'],
    ['wifi_security', 'text'],
    ['wifi_hidden', 'switch'],
  ],
  bank_account: [
    ['bank_name', 'text'],
    ['account_holder', 'text'],
    ['account_type', 'text'],
    ['iban', 'text'],
    ['bic', 'text'],
    ['account_number', 'concealed'],
    ['routing_number', 'text'],
    ['account_pin', 'concealed'],
    ['phone', 'phone'],
  ],
  licence: [
    ['licence_key', 'secret_lines'],
    ['product_version', 'text'],
    ['licensed_to', 'text'],
    ['email', 'email'],
    ['publisher', 'text'],
    ['purchase_date', 'date'],
    ['order_number', 'text'],
  ],
  database: [
    ['database_type', 'text'],
    ['host', 'text'],
    ['port', 'number'],
    ['database_name', 'text'],
    ['username', 'text'],
    ['password', 'concealed'],
    ['connection_options', 'text'],
  ],
  server: [
    ['host', 'text'],
    ['port', 'number'],
    ['username', 'text'],
    ['password', 'concealed'],
    ['operating_system', 'text'],
    ['admin_url', 'url'],
    ['provider', 'text'],
  ],
};

/** Returns what looks wrong about a value, by a few of the real program's checks. */
export function valueWarning(field: FakeField): string | undefined {
  const value = field.value.trim();
  if (value === '') return undefined;
  if (field.role === 'port' && !(Number(value) >= 1 && Number(value) <= 65535)) return 'port';
  if (field.role === 'iban' && !/^[A-Z]{2}\d{2}/i.test(value)) return 'iban';
  if (field.kind === 'email' && !/^\S+@\S+$/.test(value)) return 'email';
  return undefined;
}

/** Whether a kind is hidden until revealed. */
export function hidden(kind: FieldKindView): boolean {
  return kind === 'concealed' || kind === 'code' || kind === 'secret_lines';
}

/** The value of the field with a role. */
export function valueOf(item: FakeItem, role: string): string {
  return item.fields.find((field) => field.role === role)?.value ?? '';
}

/** Returns the subtitle of an item in a list. */
export function subtitle(item: FakeItem): string {
  switch (item.type) {
    case 'login':
      return valueOf(item, 'username');
    case 'card': {
      const digits = valueOf(item, 'card_number').replace(/\D/g, '');
      return [valueOf(item, 'card_brand'), digits && `•••• ${digits.slice(-4)}`].filter(Boolean).join(' ');
    }
    case 'identity':
      return [valueOf(item, 'first_name'), valueOf(item, 'last_name')].filter(Boolean).join(' ');
    case 'document': {
      const file = item.attachments[0];
      return file
        ? `${file.media_type.split('/')[1]?.toUpperCase()} · ${Math.round(file.size / 1000)} kB`
        : '';
    }
    case 'server':
      return [valueOf(item, 'username'), valueOf(item, 'host')].filter(Boolean).join('@');
    case 'wifi':
      return valueOf(item, 'wifi_name');
    case 'bank_account':
      return valueOf(item, 'bank_name');
    case 'passkey':
      return item.passkeys.map(({ user_name, site }) => `${user_name} · ${site}`)[0] ?? '';
    case 'ssh_key':
      return valueOf(item, 'fingerprint');
    case 'database':
      return [valueOf(item, 'database_name'), valueOf(item, 'host')].filter(Boolean).join(' @ ');
    case 'licence':
      return valueOf(item, 'product_version');
    case 'api_credential':
    case 'one_time_code':
      return valueOf(item, 'username');
    default:
      return item.notes.split('\n')[0] ?? '';
  }
}

/** Returns the revisions of an item, newest first. */
export function historyOf(item: FakeItem): HistoryEntry[] {
  const entry = (of: FakeItem, changes: string[], current: boolean): HistoryEntry => ({
    revision: of.revision,
    at: of.modified_at,
    device: of.device,
    changes,
    current,
  });
  return [
    ...item.past.map(({ item: old, changes }) => entry(old, changes, false)),
    entry(item, item.changes, true),
  ].reverse();
}

/** Returns the item at a revision, if it has it. */
export function atRevision(item: FakeItem, revision: string): FakeItem | undefined {
  if (item.revision === revision) return item;
  return item.past.find(({ item: old }) => old.revision === revision)?.item;
}

/** Converts an item to its view. */
export function view(item: FakeItem): ItemView {
  return {
    id: item.id,
    vault_id: item.vault ?? homeVault,
    revision: item.revision,
    item_type: item.type,
    title: item.title,
    fields: item.fields.map((field) => ({
      id: field.id,
      ...(field.role ? { role: field.role } : {}),
      label: field.label,
      kind: field.kind,
      ...(hidden(field.kind) ? {} : { value: field.value }),
      filled: field.value !== '',
      ...(field.section ? { section: field.section } : {}),
      past_values: field.past.length,
      ...(valueWarning(field) ? { warning: valueWarning(field) } : {}),
    })),
    urls: [...item.urls],
    url_rules: item.urls.map((_, index) => item.url_rules[index] ?? 'domain'),
    passkeys: [...item.passkeys],
    reprompt: item.reprompt,
    template: item.template,
    ...(item.expires ? { expires: item.expires } : {}),
    notes: item.notes,
    tags: [...item.tags].sort(),
    ...(item.folder ? { folder: item.folder } : {}),
    favourite: item.favourite,
    archived: item.archived,
    ...(item.trashed_at ? { trashed_at: item.trashed_at } : {}),
    created_at: item.created_at,
    modified_at: item.modified_at,
    device: item.device,
    attachments: [...item.attachments],
    superseded: [...item.superseded],
    revisions: item.past.length + 1,
  };
}

/** Returns the unit in which jobs of a kind count. */
export function unitOf(kind: JobKind): JobUnit {
  if (
    kind.startsWith('item_') ||
    kind === 'import_read' ||
    kind === 'profile_read' ||
    kind === 'profile_copy' ||
    kind === 'code_export' ||
    kind === 'history_purge'
  )
    return 'items';
  if (kind === 'ssh_key') return 'nothing';
  return kind === 'key_change' || kind === 'health_check' ? 'share' : 'bytes';
}
