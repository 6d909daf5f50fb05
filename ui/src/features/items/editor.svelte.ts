import {
  call,
  type FieldDraft,
  type FieldKindView,
  type FieldTemplate,
  type ItemDraft,
  type ItemTypeView,
  type ItemView,
} from '../../backend';

/** A field in the form. */
export interface FormField {
  /** Stays the same while the form is open. */
  readonly key: number;
  readonly id?: string;
  readonly role?: string;
  label: string;
  kind: FieldKindView;
  /** What is typed; absent while a concealed value stays as it is stored. */
  value: string | undefined;
  /** The stored value once it was revealed, to tell whether it was changed. */
  stored?: string;
  section?: string;
}

/** Whether a kind is hidden until revealed. */
export function concealed(kind: FieldKindView): boolean {
  return kind === 'concealed' || kind === 'code';
}

/** Splits typed text into tags: by comma, without doubles or empty ones. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter(Boolean);
}

/** A folder path as it is kept: levels trimmed, empty ones left out. */
export function folderOf(text: string): string | undefined {
  const levels = text.split('/').map((level) => level.trim());
  return levels.filter(Boolean).join('/') || undefined;
}

let lastKey = 0;

/** A form for one item, new or existing. Every second it is sealed as a draft while something is changed. */
export class Editor {
  readonly itemId: string | undefined;
  readonly type: ItemTypeView;
  title = $state('');
  fields = $state<FormField[]>([]);
  urls = $state<string[]>([]);
  notes = $state('');
  tags = $state<string[]>([]);
  folder = $state('');
  favourite = $state(false);
  busy = $state(false);
  failure = $state<unknown>();
  /** When the draft was last sealed. */
  kept = $state(false);

  #base: string | undefined;
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

  /** A form for a new item. */
  static forNew(
    type: ItemTypeView,
    template: FieldTemplate[],
    from: { tag?: string; folder?: string },
  ): Editor {
    const editor = new Editor(type, undefined, undefined);
    editor.fields = template.map(({ role, kind }) => ({ key: ++lastKey, role, label: '', kind, value: '' }));
    editor.urls = type === 'login' ? [''] : [];
    editor.tags = from.tag ? [from.tag] : [];
    editor.folder = from.folder ?? '';
    editor.#clean = editor.#serialised();
    return editor;
  }

  /** A form for an item that exists. */
  static forItem(item: ItemView, template: FieldTemplate[]): Editor {
    const editor = new Editor(item.item_type, item.id, item.revision);
    editor.#fill(
      {
        ...item,
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
    editor.#clean = editor.#serialised();
    return editor;
  }

  /** A form for a draft that was kept; it counts as changed. */
  static forDraft(draftId: string, draft: ItemDraft, template: FieldTemplate[]): Editor {
    const editor = new Editor(draft.item_type, draft.id, draft.base_revision);
    editor.#fill(draft, template);
    editor.#draftId = draftId;
    editor.#sealed = editor.#serialised();
    editor.kept = true;
    return editor;
  }

  #fill(from: Omit<ItemDraft, 'item_type' | 'id' | 'base_revision'>, template: FieldTemplate[]): void {
    this.title = from.title;
    this.notes = from.notes;
    this.urls = from.urls.length || this.type !== 'login' ? [...from.urls] : [''];
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

  /** The item as it would be saved. */
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
    const folder = folderOf(this.folder);
    return {
      ...(this.itemId ? { id: this.itemId } : {}),
      ...(this.#base ? { base_revision: this.#base } : {}),
      item_type: this.type,
      title: this.title.trim(),
      fields,
      urls: this.urls.map((url) => url.trim()).filter(Boolean),
      notes: this.notes,
      tags: [...this.tags],
      ...(folder ? { folder } : {}),
      favourite: this.favourite,
    };
  }

  #serialised(): string {
    return JSON.stringify(this.draft());
  }

  /** Whether something differs from what is stored. */
  get dirty(): boolean {
    return this.#serialised() !== this.#clean;
  }

  /** Begins keeping the draft each second. */
  start(): void {
    this.#ticking ??= setInterval(() => void this.keep(), 1000);
  }

  /** Stops keeping it. */
  stop(): void {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  /** Seals the draft now, if there is anything new in it. */
  async keep(): Promise<void> {
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
        this.kept = true;
      },
      // Keeping a draft is a precaution: the form itself is still there, so a failure is not told.
      () => undefined,
    );
    await this.#sealing;
    this.#sealing = undefined;
  }

  /** Saves the item; `undefined` if it failed, with the reason in `failure`. */
  async save(): Promise<ItemView | undefined> {
    await this.#sealing;
    this.busy = true;
    this.failure = undefined;
    try {
      const item = await call('item_save', {
        draft: this.draft(),
        ...(this.#draftId ? { draftId: this.#draftId } : {}),
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

  /** After a conflict the newer revision becomes the base, so that saving again is a decision and not a dead end. */
  async #rebaseOnConflict(error: unknown): Promise<void> {
    const conflict =
      typeof error === 'object' && error !== null && 'code' in error && error.code === 'conflict';
    if (!conflict || !this.itemId) return;
    const newer = await call('item_get', { itemId: this.itemId }).catch(() => undefined);
    if (newer) this.#base = newer.revision;
  }

  /** Gives up what was typed. */
  async discard(): Promise<void> {
    this.stop();
    await this.#sealing;
    if (this.#draftId) await call('draft_discard', { draftId: this.#draftId }).catch(() => undefined);
  }

  /** Brings a stored concealed value into the form. */
  async reveal(field: FormField): Promise<void> {
    if (field.value !== undefined || !field.id || !this.itemId) return;
    const value = await call('item_reveal', { itemId: this.itemId, fieldId: field.id });
    field.stored = value;
    field.value = value;
  }

  /** Adds a custom field. */
  addField(kind: FieldKindView, label: string): FormField {
    this.fields.push({ key: ++lastKey, label, kind, value: '' });
    return this.fields[this.fields.length - 1] as FormField;
  }

  /** Takes a field out; the returned function puts it back. */
  removeField(field: FormField): () => void {
    const index = this.fields.findIndex((one) => one.key === field.key);
    const [taken] = this.fields.splice(index, 1);
    return () => {
      if (taken) this.fields.splice(Math.min(index, this.fields.length), 0, taken);
    };
  }

  /** Moves a custom field by one place among the custom fields. */
  moveField(field: FormField, by: -1 | 1): void {
    const index = this.fields.findIndex((one) => one.key === field.key);
    const other = this.fields[index + by];
    if (!other || other.role !== undefined) return;
    const here = this.fields[index];
    if (here)
      this.fields.splice(Math.min(index, index + by), 2, ...(by === 1 ? [other, here] : [here, other]));
  }
}
