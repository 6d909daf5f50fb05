import { tick } from 'svelte';
import {
  call,
  on,
  type DraftSummary,
  type ItemPage,
  type ItemRow,
  type ItemScope,
  type ItemSort,
  type ItemTemplate,
  type ItemTypeView,
  type ItemView,
  type JoiningView,
  type SidebarView,
  type VaultReadOnlyView,
  type VaultView,
} from '../../backend';
import { failureOf } from '../../shared/errors';
import { locale, t } from '../../shared/i18n/index.svelte';
import { PagedRows, seek } from '../../shared/paged.svelte';
import type { SelectHow } from '../../shared/virtual';
import { toast, toastError } from '../../shared/toasts.svelte';
import { Editor } from './editor.svelte';
import { defaultsOf, pageQuery, scopeKey, type ListScope } from './listScope';
import { Drag } from './drag.svelte';
import { Selection } from './selection.svelte';

/** A question that must be answered before the page continues. */
export interface Question {
  kind: 'leave' | 'empty' | 'purge';
  answer: (choice: 'save' | 'discard' | 'stay' | 'yes' | 'no') => void;
}

/** State of the three panes: the scope, its items, and the one that is open or edited. */
export class ItemStore {
  scope = $state<ListScope>({ kind: 'all' });
  text = $state('');
  sort = $state<ItemSort>('title');
  sidebar = $state<SidebarView>();
  drafts = $state<DraftSummary[]>([]);
  /** The vaults that hold items, the home vault first. */
  vaults = $state<VaultView[]>([]);
  /** The vaults that are directories of teams: no items go there. */
  teams = $state.raw<VaultView[]>([]);
  /** Accepted invitations whose vaults are not here yet. */
  joining = $state.raw<JoiningView[]>([]);
  /** How many items of vaults former members know secrets of. */
  toRotate = $state.raw<Readonly<Record<string, number>>>({});
  /** Index of the chosen row, -1 for none. */
  index = $state(-1);
  selectedId = $state<string>();
  item = $state<ItemView>();
  itemFailure = $state<unknown>();
  editor = $state<Editor>();
  question = $state<Question>();
  templates = $state<ItemTemplate[]>([]);
  /** The user's own templates for new items. */
  ownTemplates = $state<ItemRow[]>([]);
  readOnly = $state(false);
  /** Ids of vaults about which the server contradicted itself; they cannot be changed. */
  alarmedVaults = $state.raw<readonly string[]>([]);
  /** Why the vault of the open item cannot be changed. */
  itemReadOnlyReason = $derived.by(() => this.item && this.whyReadOnly(this.item.vault_id));
  /** Whether the open item cannot be changed. */
  itemReadOnly = $derived.by(() => this.readOnly || this.itemReadOnlyReason !== undefined);
  /** Whether no item can be added to what is shown. */
  scopeReadOnly = $derived.by(
    () =>
      this.readOnly || (this.scope.kind === 'vault' && this.whyReadOnly(this.scope.vault_id) !== undefined),
  );
  /** A request to the detail pane to take the focus, once; it is answered when the pane is there. */
  detailFocus = $state(false);
  /** A request to the list to take the focus, once. */
  listFocus = $state(false);

  /** Unknown filters in the search text, as typed. */
  unknownFilters = $state<string[]>([]);

  readonly rows = new PagedRows<ItemRow>(
    (offset, limit) => this.#fetch(offset, limit),
    (error) => this.#tell(error),
  );

  /** Several selected rows. */
  readonly selection = new Selection(this);
  /** Whether the rows of the list are in the trash. */
  inTrash = $derived.by(() => this.scope.kind === 'trash');
  /** Items that are dragged to the sidebar. */
  readonly drag = new Drag();

  #asked = 0;
  #counting = 0;
  #searching: Promise<void> | undefined;
  #changing: ReturnType<typeof setTimeout> | undefined;
  #synchronizing: ReturnType<typeof setTimeout> | undefined;

  async #fetch(offset: number, limit: number): Promise<ItemPage> {
    const query = pageQuery(this.#scope(), this.text, this.sort, offset, limit);
    const asked = () => call('item_list', { query });
    // Another search, such as the palette's, cancels this one; it is repeated if it is still needed.
    const again = (error: unknown) => {
      if (failureOf(error).code === 'cancelled' && query.text === this.text.trim()) return asked();
      throw error;
    };
    const page = await asked().catch(again);
    if (query.text === this.text.trim()) this.unknownFilters = page.unknown_filters;
    return page;
  }

  #scope(): ItemScope {
    return this.scope.kind === 'drafts' ? { kind: 'all' } : this.scope;
  }

  #tell(error: unknown): void {
    const { code } = failureOf(error);
    if (code !== 'cancelled' && code !== 'locked') toastError(error);
  }

  /** Waits for a command and shows its error; returns `undefined` if it failed. */
  async attempt<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  /** Loads what is shown and listens for changes until the returned function is called. */
  start(): () => void {
    void this.attempt(call('item_templates').then((templates) => (this.templates = templates)));
    void this.reload();
    const stop = [
      on('items-changed', () => {
        clearTimeout(this.#changing);
        this.#changing = setTimeout(() => void this.reload(), 30);
      }),
      // Many of them come during a synchronization.
      on('sync-changed', () => {
        this.#synchronizing ??= setTimeout(() => {
          this.#synchronizing = undefined;
          void this.#synchronized();
        }, 300);
      }),
    ];
    return () => {
      stop.forEach((one) => one());
      clearTimeout(this.#changing);
      clearTimeout(this.#synchronizing);
      this.editor?.stop();
    };
  }

  /** Reloads everything shown. */
  async reload(): Promise<void> {
    await Promise.all([
      this.loadSidebar(),
      this.rows.refresh(Math.max(0, this.index)).then(() => this.#findRow()),
      this.#loadItem(true),
    ]);
  }

  /** Reloads the vaults and accepted invitations: members, answers and keys change without any item. */
  async loadVaults(): Promise<void> {
    const [vaults, joining] = await Promise.all([
      this.attempt(call('vault_list')),
      this.attempt(call('joining_list')),
    ]);
    if (vaults) {
      this.vaults = vaults.filter(({ id, team }) => id !== team);
      this.teams = vaults.filter(({ id, team }) => id === team);
    }
    if (joining) this.joining = joining;
    void this.#countRotations();
  }

  /** Counts in the background what former members know, once more if it was asked for meanwhile. */
  async #countRotations(): Promise<void> {
    this.#counting += 1;
    if (this.#counting > 1) return;
    let asked: number;
    do {
      asked = this.#counting;
      const counts = await call('rotation_counts').catch(() => []);
      this.toRotate = Object.fromEntries(counts.map(({ vault, due }) => [vault, due]));
    } while (asked !== this.#counting);
    this.#counting = 0;
  }

  /** Reloads the vaults after a synchronization; a vault that can be read or written now changes what is shown. */
  async #synchronized(): Promise<void> {
    const shown = () =>
      JSON.stringify(this.vaults.map(({ id, listed, read_only }) => [id, listed, read_only]));
    const before = shown();
    await this.loadVaults();
    if (shown() !== before) await this.reload();
  }

  /** Reloads the counts, vaults, drafts and templates. */
  async loadSidebar(): Promise<void> {
    const [sidebar, drafts] = await Promise.all([
      this.attempt(call('sidebar_get')),
      this.attempt(call('draft_list')),
      this.loadVaults(),
    ]);
    if (sidebar) this.sidebar = sidebar;
    const query = pageQuery({ kind: 'templates' }, '', 'title', 0, 50);
    const own = sidebar?.templates ? await this.attempt(call('item_list', { query })) : undefined;
    this.ownTemplates = own?.rows ?? [];
    if (drafts) this.drafts = drafts;
  }

  #findRow(): void {
    const id = this.selectedId ?? this.selection.lead;
    this.selection.moved();
    this.index = id === undefined ? -1 : this.rows.indexOf((row) => row.id === id);
  }

  /** Shows a scope. */
  async go(scope: ListScope): Promise<void> {
    if (scopeKey(scope) === scopeKey(this.scope) && this.text === '') return;
    if (!(await this.mayLeave())) return;
    this.scope = scope;
    this.text = '';
    this.clear();
    await this.rows.refresh();
  }

  /** Searches for what is typed. */
  async search(text: string): Promise<void> {
    this.text = text;
    this.selection.drop();
    const searching = this.rows.refresh();
    this.#searching = searching;
    await searching;
    this.#findRow();
    // An item beside an empty list would look like a result.
    const latest = searching === this.#searching;
    if (latest && this.rows.total === 0 && !this.editor) this.clear();
  }

  /** Waits for the search and opens the first result; returns whether there is one. */
  async chooseFirst(): Promise<boolean> {
    let searching;
    do {
      searching = this.#searching;
      await searching;
    } while (searching !== this.#searching);
    if (this.rows.total === 0) return false;
    await this.choose(0);
    return true;
  }

  /** Changes the order of the list. */
  async order(sort: ItemSort): Promise<void> {
    this.sort = sort;
    await this.rows.refresh();
    this.#findRow();
  }

  /** Returns the index of the first row with a typed prefix. */
  async seek(prefix: string): Promise<number | undefined> {
    const fold = (text: string) => text.toLocaleLowerCase(locale());
    const begins = (row: ItemRow) => fold(row.title).startsWith(fold(prefix));
    const here = this.rows.indexOf(begins);
    if (here >= 0) return here;
    if (this.sort !== 'title' || this.text !== '') return undefined;
    const title = async (index: number) => (await this.rows.get(index))?.title;
    return this.attempt(seek(this.rows.total, prefix, title, locale()));
  }

  /** Opens the item of a row, or selects it with others. */
  async choose(index: number, how: SelectHow = 'only'): Promise<void> {
    if (how === 'toggle') return this.selection.toggle(index);
    if (how === 'range') return this.selection.extend(index);
    const row = this.rows.at(index) ?? (await this.attempt(this.rows.get(index)));
    if (row && (await this.open(row.id))) this.index = index;
  }

  /** Opens an item; returns whether the open form could be left. */
  async open(id: string): Promise<boolean> {
    if (id === this.selectedId && !this.editor) return true;
    if (!(await this.mayLeave())) return false;
    this.selection.drop();
    this.selectedId = id;
    this.#findRow();
    await this.#loadItem(false);
    return true;
  }

  async #loadItem(again: boolean): Promise<void> {
    const id = this.selectedId;
    if (id === undefined) return;
    const asked = ++this.#asked;
    try {
      const item = await call('item_get', { itemId: id });
      if (asked !== this.#asked) return;
      if (
        again &&
        item.revision === this.item?.revision &&
        item.superseded.length === this.item.superseded.length
      )
        return;
      this.item = item;
      this.itemFailure = undefined;
    } catch (error) {
      if (asked !== this.#asked) return;
      if (failureOf(error).code === 'not_found') this.clear();
      else this.itemFailure = error;
    }
  }

  /** Closes the open item, and empties the selection. */
  clear(): void {
    this.#asked += 1;
    this.selection.drop();
    this.selectedId = undefined;
    this.index = -1;
    this.item = undefined;
    this.itemFailure = undefined;
  }

  /** Closes the detail pane, in windows with one pane. */
  async close(): Promise<void> {
    if (await this.mayLeave()) {
      this.clear();
      this.listFocus = true;
    }
  }

  #template(type: ItemTypeView) {
    return this.templates.find((one) => one.item_type === type)?.fields ?? [];
  }

  /** Opens the form for a new item. */
  async begin(type: ItemTypeView): Promise<void> {
    if (this.scopeReadOnly || !(await this.mayLeave())) return;
    if (type === 'document') {
      await this.attempt(call('document_import'));
      return;
    }
    const { scope } = this;
    this.clear();
    this.#edit(Editor.forNew(type, this.#template(type), defaultsOf(scope)));
  }

  /** Opens the form for a new item with the fields of a template. */
  async beginFrom(row: ItemRow): Promise<void> {
    if (this.scopeReadOnly || !(await this.mayLeave())) return;
    const template = await this.attempt(call('item_get', { itemId: row.id }));
    if (!template) return;
    const { scope } = this;
    this.clear();
    this.#edit(Editor.fromTemplate(template, this.#template(template.item_type), defaultsOf(scope)));
  }

  /** Opens the form for the open item. */
  edit(): void {
    const { item } = this;
    if (!item || this.editor || this.itemReadOnly || item.trashed_at !== undefined) return;
    this.#edit(Editor.forItem($state.snapshot(item) as ItemView, this.#template(item.item_type)));
  }

  /** Continues a draft. */
  async resume(draft: DraftSummary): Promise<void> {
    if (!(await this.mayLeave())) return;
    const kept = await this.attempt(call('draft_get', { draftId: draft.id }));
    if (!kept) return;
    if (kept.id) {
      this.selectedId = kept.id;
      this.#findRow();
      await this.#loadItem(false);
    } else {
      this.clear();
    }
    const stored =
      kept.id && this.item?.id === kept.id ? ($state.snapshot(this.item) as ItemView) : undefined;
    const editor = Editor.forDraft(draft.id, kept, this.#template(kept.item_type), stored);
    if (kept.item_type === 'ssh_key') {
      editor.sshKey = (await call('ssh_key_in_draft', { draftId: draft.id }).catch(() => null)) ?? undefined;
    }
    this.#edit(editor);
  }

  /** Discards a draft. */
  async discardDraft(draft: DraftSummary): Promise<void> {
    await this.attempt(call('draft_discard', { draftId: draft.id }));
    await this.loadSidebar();
    this.listFocus = true;
  }

  #edit(editor: Editor): void {
    this.editor = editor;
    editor.start();
  }

  /** Saves the form; returns whether it succeeded. */
  async save(): Promise<boolean> {
    const { editor } = this;
    if (!editor || editor.busy) return false;
    const item = await editor.save();
    if (!item) return false;
    this.editor = undefined;
    this.selectedId = item.id;
    this.item = item;
    this.detailFocus = true;
    toast(t('item.saved'));
    await this.reload();
    // A search that does not find the item would hide what was just saved.
    if (this.index < 0 && this.text !== '') await this.search('');
    return true;
  }

  /** Closes the form; asks first if it was changed. */
  async cancel(): Promise<void> {
    if (await this.mayLeave()) this.detailFocus = true;
  }

  /** Closes the form if there is one; returns whether it is clean, saved or discarded now. */
  async mayLeave(): Promise<boolean> {
    const { editor } = this;
    if (!editor) return true;
    if (editor.dirty) {
      if (this.question) return false;
      const choice = await new Promise<string>((answer) => (this.question = { kind: 'leave', answer }));
      this.question = undefined;
      await tick();
      if (choice === 'stay') return false;
      if (choice === 'save') return this.save();
    }
    await editor.discard();
    this.editor = undefined;
    void this.loadSidebar();
    return true;
  }

  /** Saves the open form as a draft. */
  async saveDraft(): Promise<void> {
    await this.editor?.saveDraft();
  }

  /** Returns the name of a vault or team. The home vault has one only once it was renamed, a shared one once it was received. */
  vaultName(id: string): string {
    const team = this.teams.find((one) => one.id === id);
    if (team) return team.appearance.name || t('team.unnamed');
    const vault = this.vaults.find((one) => one.id === id);
    return vault?.appearance.name || t(vault?.home === false ? 'vault.unnamed' : 'vault.home');
  }

  /** Returns why a vault cannot be changed, if so. */
  whyReadOnly(id: string): VaultReadOnlyView | undefined {
    if (this.alarmedVaults.includes(id)) return 'alarm';
    return this.vaults.find((one) => one.id === id)?.read_only;
  }

  /** Returns the vaults besides one into which items can be brought. */
  otherVaults(id: string): { id: string; name: string }[] {
    return this.vaults
      .filter((vault) => vault.id !== id && this.whyReadOnly(vault.id) === undefined)
      .map((vault) => ({ id: vault.id, name: this.vaultName(vault.id) }));
  }

  /** Waits for a change and shows the list after it; if the open item left it, the next one is opened. */
  async replaceOpen<T>(change: Promise<T>): Promise<T> {
    // Before the change: the program tells of it before it answers.
    const [before, gone] = [this.index, this.selectedId];
    const result = await change;
    await this.reload();
    const left = gone !== undefined && this.rows.indexOf((row) => row.id === gone) < 0;
    if (result !== undefined && left && this.selectedId === gone) {
      this.clear();
      const next = Math.min(before, this.rows.total - 1);
      if (next >= 0) await this.choose(next);
      this.listFocus = true;
    }
    return result;
  }

  /** Shows that a value was copied, and when the clipboard is cleared. */
  copied(name: string, seconds: number): void {
    toast(seconds > 0 ? t('detail.copied.clears', { name, count: seconds }) : t('detail.copied', { name }));
  }
}
