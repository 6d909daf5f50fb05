import {
  call,
  type FieldDraft,
  type FieldKindView,
  type FieldTemplate,
  type ItemDraft,
  type ItemTypeView,
  type ItemView,
  type PasskeyView,
  type StoredSshKey,
  type SshKeyView,
  type UrlMatchView,
} from '../../backend';

/** A field in the form. */
export interface FormField {
  /** Stable while the form is open. */
  readonly key: number;
  readonly id?: string;
  readonly role?: string;
  label: string;
  kind: FieldKindView;
  /** The typed value; absent while a concealed value is unchanged. */
  value: string | undefined;
  /** The stored value once revealed, to detect changes. */
  stored?: string;
  section?: string;
}

/** Whether a kind is hidden until revealed. */
export function concealed(kind: FieldKindView): boolean {
  return kind === 'concealed' || kind === 'code' || kind === 'secret_lines';
}

/** An address in the form, and its match rule. */
export interface FormUrl {
  url: string;
  rule: UrlMatchView;
}

/** Custom fields under one heading. */
export interface FormSection {
  /** Absent for the fields without a heading. */
  title: string | undefined;
  fields: FormField[];
}

/** Splits typed text into tags at commas, without duplicates or empty ones. */
export function parseTags(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter(Boolean);
}

/** Normalizes a folder path: levels trimmed, empty ones removed. */
export function parseFolder(text: string): string | undefined {
  const levels = text.split('/').map((level) => level.trim());
  return levels.filter(Boolean).join('/') || undefined;
}

let lastKey = 0;

/** Tag, folder and vault of a new item, from the scope in which it was begun. */
export interface NewItemDefaults {
  tag?: string;
  folder?: string;
  vault?: string;
}

/** The form of one item, new or existing. While it is changed, it is saved as an encrypted draft every second. */
export class Editor {
  readonly itemId: string | undefined;
  readonly type: ItemTypeView;
  title = $state('');
  fields = $state<FormField[]>([]);
  urls = $state<FormUrl[]>([]);
  passkeys = $state<PasskeyView[]>([]);
  expires = $state('');
  reprompt = $state(false);
  template = $state(false);
  notes = $state('');
  tags = $state<string[]>([]);
  folder = $state('');
  favourite = $state(false);
  busy = $state(false);
  failure = $state<unknown>();
  /** The public part of an SSH key in the draft; the key is saved with the form. */
  sshKey = $state<SshKeyView>();
  /** Whether a key is being generated or read. */
  addingKey = $state(false);
  /** The files that a field may refer to. */
  files: { blob_id: string; name: string }[] = [];
  /** Whether a draft was saved. */
  draftSaved = $state(false);

  #base: string | undefined;
  /** The vault of a new item, if not the home vault. */
  #vault: string | undefined;
  #removedPasskeys: string[] = [];
  #clean = '';
  #draftId: string | undefined;
  #sealed = '';
  #ticking: ReturnType<typeof setInterval> | undefined;
  #sealing: Promise<void> | undefined;

  private constructor(type: ItemTypeView, itemId: string | undefined, base: string | undefined) {
    this.type = type;
    this.itemId = itemId;
    this.#base = base;
  }

  /** Returns a form for a new item. */
  static forNew(type: ItemTypeView, template: FieldTemplate[], from: NewItemDefaults): Editor {
    const editor = new Editor(type, undefined, undefined);
    editor.fields = template.map(({ role, kind }) => ({ key: ++lastKey, role, label: '', kind, value: '' }));
    editor.urls = type === 'login' ? [blankUrl()] : [];
    editor.tags = from.tag ? [from.tag] : [];
    editor.folder = from.folder ?? '';
    editor.#vault = from.vault;
    editor.#clean = editor.#serialised();
    return editor;
  }

  /** Returns a form for a new item with the fields of a template. */
  static fromTemplate(item: ItemView, template: FieldTemplate[], from: NewItemDefaults): Editor {
    const editor = new Editor(item.item_type, undefined, undefined);
    editor.#fill(
      {
        ...formOf(item),
        title: '',
        fields: item.fields.map(({ role, label, kind, value, section }) => ({
          ...(role ? { role } : {}),
          label,
          kind,
          value: value ?? '',
          ...(section ? { section } : {}),
        })),
        favourite: false,
        template: false,
      },
      template,
    );
    if (from.tag && !editor.tags.includes(from.tag)) editor.tags.push(from.tag);
    if (from.folder) editor.folder = from.folder;
    editor.#vault = from.vault;
    editor.#clean = editor.#serialised();
    return editor;
  }

  /** Returns a form for an existing item. */
  static forItem(item: ItemView, template: FieldTemplate[]): Editor {
    const editor = new Editor(item.item_type, item.id, item.revision);
    editor.#fill(
      {
        ...formOf(item),
        fields: item.fields.map((field) => {
          const value = field.filled ? field.value : '';
          return {
            id: field.id,
            role: field.role,
            label: field.label,
            kind: field.kind,
            value,
            section: field.section,
          };
        }),
      },
      template,
    );
    editor.passkeys = [...item.passkeys];
    editor.files = item.attachments.map(({ blob_id, name }) => ({ blob_id, name }));
    editor.#clean = editor.#serialised();
    return editor;
  }

  /** Returns a form for a saved draft; it counts as changed. `item` is the stored item that it edits. */
  static forDraft(draftId: string, draft: ItemDraft, template: FieldTemplate[], item?: ItemView): Editor {
    const editor = new Editor(draft.item_type, draft.id, draft.base_revision);
    editor.#fill(draft, template);
    editor.#removedPasskeys = [...draft.removed_passkeys];
    editor.passkeys = (item?.passkeys ?? []).filter(({ id }) => !draft.removed_passkeys.includes(id));
    editor.files = (item?.attachments ?? []).map(({ blob_id, name }) => ({ blob_id, name }));
    editor.#draftId = draftId;
    editor.#sealed = editor.#serialised();
    editor.draftSaved = true;
    return editor;
  }

  #fill(from: Omit<ItemDraft, 'item_type' | 'id' | 'base_revision'>, template: FieldTemplate[]): void {
    this.title = from.title;
    this.notes = from.notes;
    this.urls = from.urls.map((url, index) => ({ url, rule: from.url_rules[index] ?? 'domain' }));
    if (this.urls.length === 0 && this.type === 'login') this.urls = [blankUrl()];
    this.expires = from.expires ?? '';
    this.reprompt = from.reprompt;
    this.template = from.template;
    this.tags = [...from.tags];
    this.folder = from.folder ?? '';
    this.favourite = from.favourite;
    const fields: FormField[] = from.fields.map((field) => ({
      ...field,
      key: ++lastKey,
      value: field.value,
    }));
    const roles = new Set(fields.map((field) => field.role));
    const missing = template
      .filter(({ role }) => !roles.has(role))
      .map(({ role, kind }): FormField => ({ key: ++lastKey, role, label: '', kind, value: '' }));
    // Built-in fields come first, in the order of the type.
    const order = new Map(template.map(({ role }, index) => [role, index]));
    const rank = (field: FormField) => (field.role === undefined ? Infinity : (order.get(field.role) ?? 1e6));
    this.fields = [...fields, ...missing].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
  }

  /** Returns the item as it would be saved. */
  draft(): ItemDraft {
    const fields = this.fields
      .filter(
        (field) =>
          field.id !== undefined || (field.value ?? '') !== '' || (!field.role && field.label !== ''),
      )
      .map((field): FieldDraft => {
        const changed = field.value !== undefined && field.value !== field.stored;
        return {
          ...(field.id ? { id: field.id } : {}),
          ...(field.role ? { role: field.role } : {}),
          label: field.label.trim(),
          kind: field.kind,
          ...(changed ? { value: field.value } : {}),
          ...(field.section?.trim() ? { section: field.section.trim() } : {}),
        };
      });
    const folder = parseFolder(this.folder);
    const urls = this.urls.filter(({ url }) => url.trim() !== '');
    return {
      ...(this.itemId ? { id: this.itemId } : {}),
      ...(this.#base ? { base_revision: this.#base } : {}),
      item_type: this.type,
      title: this.title.trim(),
      fields,
      urls: urls.map(({ url }) => url.trim()),
      url_rules: urls.map(({ rule }) => rule),
      removed_passkeys: [...this.#removedPasskeys],
      ...(this.expires ? { expires: this.expires } : {}),
      reprompt: this.reprompt,
      template: this.template,
      notes: this.notes,
      tags: [...this.tags],
      ...(folder ? { folder } : {}),
      favourite: this.favourite,
    };
  }

  #serialised(): string {
    return JSON.stringify(this.draft());
  }

  /** Whether the form differs from the stored item. */
  get dirty(): boolean {
    return this.#serialised() !== this.#clean;
  }

  /** Starts saving the draft every second. */
  start(): void {
    this.#ticking ??= setInterval(() => void this.saveDraft(), 1000);
  }

  /** Stops saving the draft. */
  stop(): void {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  /** Saves the draft now, if it changed. */
  async saveDraft(): Promise<void> {
    await this.#sealing;
    const now = this.#serialised();
    if (now === this.#sealed || now === this.#clean || this.busy) return;
    this.#sealing = call('draft_save', {
      ...(this.#draftId ? { draftId: this.#draftId } : {}),
      draft: JSON.parse(now) as ItemDraft,
    }).then(
      (id) => {
        this.#draftId = id;
        this.#sealed = now;
        this.draftSaved = true;
      },
      // A draft is a precaution: the form itself is still open, so a failure is not shown.
      () => undefined,
    );
    await this.#sealing;
    this.#sealing = undefined;
  }

  /** Has the program generate or read an SSH key. The key stays in the encrypted draft; the form gets the public part. */
  async addKey(
    ask: (form: { draft: ItemDraft; draftId?: string }) => Promise<StoredSshKey | null>,
  ): Promise<void> {
    await this.#sealing;
    this.addingKey = true;
    const taken = ask({ draft: this.draft(), ...(this.#draftId ? { draftId: this.#draftId } : {}) });
    // Saving the item or the draft waits for it: a draft saved in between would lack the key.
    this.#sealing = taken.then(
      (answer) => this.#applyKey(answer),
      () => undefined,
    );
    try {
      await taken;
      await this.#sealing;
    } finally {
      this.#sealing = undefined;
      this.addingKey = false;
    }
  }

  #applyKey(taken: StoredSshKey | null): void {
    if (!taken) return;
    this.#draftId = taken.draft_id;
    this.draftSaved = true;
    this.sshKey = taken.key;
    for (const field of this.fields) {
      if (field.role === 'private_key') field.value = undefined;
      if (field.role === 'public_key') field.value = taken.key.public_key;
      if (field.role === 'fingerprint') field.value = taken.key.fingerprint;
    }
  }

  /** Saves the item; returns `undefined` if it failed, with the error in `failure`. */
  async save(): Promise<ItemView | undefined> {
    await this.#sealing;
    this.busy = true;
    this.failure = undefined;
    try {
      const item = await call('item_save', {
        draft: this.draft(),
        ...(this.#draftId ? { draftId: this.#draftId } : {}),
        ...(this.#vault ? { vaultId: this.#vault } : {}),
      });
      this.stop();
      return item;
    } catch (error) {
      this.failure = error;
      await this.#rebaseOnConflict(error);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  /** After a conflict the newer revision becomes the base, so that saving again overwrites it. */
  async #rebaseOnConflict(error: unknown): Promise<void> {
    const conflict =
      typeof error === 'object' && error !== null && 'code' in error && error.code === 'conflict';
    if (!conflict || !this.itemId) return;
    const newer = await call('item_get', { itemId: this.itemId }).catch(() => undefined);
    if (newer) this.#base = newer.revision;
  }

  /** Discards the form and its draft. */
  async discard(): Promise<void> {
    this.stop();
    await this.#sealing;
    if (this.#draftId) await call('draft_discard', { draftId: this.#draftId }).catch(() => undefined);
  }

  /** Loads a stored concealed value into the form. */
  async reveal(field: FormField): Promise<void> {
    if (field.value !== undefined || !field.id || !this.itemId) return;
    const value = await call('item_reveal', { itemId: this.itemId, fieldId: field.id });
    field.stored = value;
    field.value = value;
  }

  /** Adds a custom field at the end of a section. */
  addField(kind: FieldKindView, label: string, section?: string): FormField {
    const at = this.fields.findLastIndex((one) => one.role === undefined && one.section === section);
    const index = at < 0 ? this.fields.length : at + 1;
    const added = { key: ++lastKey, label, kind, value: '', ...(section ? { section } : {}) };
    this.fields.splice(index, 0, added);
    return this.fields[index] as FormField;
  }

  /** Removes a field; the returned function restores it. */
  removeField(field: FormField): () => void {
    const index = this.fields.findIndex((one) => one.key === field.key);
    const [taken] = this.fields.splice(index, 1);
    return () => {
      if (taken) this.fields.splice(Math.min(index, this.fields.length), 0, taken);
    };
  }

  /** The custom fields by section, in the order of their first fields; those without a section first. */
  get sections(): FormSection[] {
    const found: FormSection[] = [];
    for (const field of this.fields) {
      if (field.role !== undefined) continue;
      const title = field.section || undefined;
      const section = found.find((one) => one.title === title);
      if (section) section.fields.push(field);
      else if (title === undefined) found.unshift({ title, fields: [field] });
      else found.push({ title, fields: [field] });
    }
    return found;
  }

  /** Orders the custom fields by these sections. */
  #arrange(sections: FormSection[]): void {
    const builtIn = this.fields.filter((field) => field.role !== undefined);
    this.fields = [...builtIn, ...sections.flatMap((section) => section.fields)];
  }

  /** Adds a section with one empty field: a heading without fields does not exist. */
  addSection(title: string): FormField {
    const taken = new Set(this.fields.map((field) => field.section));
    let free = title;
    for (let number = 2; taken.has(free); number += 1) free = `${title} ${number}`;
    return this.addField('text', '', free);
  }

  /** Renames a section; an existing name joins both, an empty one removes the heading. */
  renameSection(title: string, to: string): void {
    const name = to.trim();
    for (const field of this.fields) {
      if (field.section !== title) continue;
      if (name) field.section = name;
      else delete field.section;
    }
    this.#arrange(this.sections);
  }

  /** Moves a section by one position. */
  moveSection(title: string, by: -1 | 1): void {
    const sections = this.sections;
    const index = sections.findIndex((one) => one.title === title);
    const [here, other] = [sections[index], sections[index + by]];
    // Fields without a heading stay first.
    if (!here || !other || other.title === undefined) return;
    [sections[index], sections[index + by]] = [other, here];
    this.#arrange(sections);
  }

  /** Moves a custom field by one position within its section. */
  moveField(field: FormField, by: -1 | 1): void {
    const sections = this.sections;
    const section = sections.find((one) => one.fields.some(({ key }) => key === field.key));
    const index = section?.fields.findIndex((one) => one.key === field.key) ?? -1;
    const [here, other] = [section?.fields[index], section?.fields[index + by]];
    if (!section || !here || !other) return;
    [section.fields[index], section.fields[index + by]] = [other, here];
    this.#arrange(sections);
  }

  /** Adds an address. */
  addUrl(): void {
    this.urls.push(blankUrl());
  }

  /** Removes a passkey; the returned function restores it. */
  removePasskey(passkey: PasskeyView): () => void {
    const before = [...this.passkeys];
    this.passkeys = before.filter(({ id }) => id !== passkey.id);
    this.#removedPasskeys.push(passkey.id);
    return () => {
      this.passkeys = before;
      this.#removedPasskeys = this.#removedPasskeys.filter((id) => id !== passkey.id);
    };
  }
}

function blankUrl(): FormUrl {
  return { url: '', rule: 'domain' };
}

/** Returns the form's values of an item, without its fields. */
function formOf(item: ItemView) {
  const { title, notes, urls, url_rules, tags, folder, favourite, expires, reprompt, template } = item;
  return {
    title,
    notes,
    urls,
    url_rules,
    tags,
    ...(folder ? { folder } : {}),
    favourite,
    ...(expires ? { expires } : {}),
    reprompt,
    template,
    removed_passkeys: [],
  };
}
