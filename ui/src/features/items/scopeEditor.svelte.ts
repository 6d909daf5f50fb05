import { call, type ChangedView, type VaultView } from '../../backend';
import { t } from '../../shared/i18n/index.svelte';
import { toast } from '../../shared/toasts.svelte';
import type { ItemStore } from './itemStore.svelte';
import { scopeKey, type ListScope } from './listScope';

/** A scope of the sidebar that has a name of the person's own. */
export type NamedScope =
  { kind: 'vault'; vault: VaultView } | { kind: 'folder'; name: string } | { kind: 'tag'; name: string };

/** What is asked about scopeEditor: a name for a new or an old one, or whether one may go. */
type Asking = { kind: 'make' } | { kind: 'name'; of: NamedScope } | { kind: 'remove'; of: NamedScope };

/** The vaults, folders and tags of the sidebar: made, named anew, taken away. */
export class ScopeEditor {
  asking = $state.raw<Asking>();
  readonly #store: ItemStore;

  constructor(store: ItemStore) {
    this.#store = store;
  }

  /** Asks the person something. */
  ask(asking: Asking): void {
    this.asking = asking;
  }

  /** Asks no more. */
  drop(): void {
    this.asking = undefined;
  }

  /** What a scope is called now. */
  nameOf(of: NamedScope): string {
    return of.kind === 'vault' ? this.#store.vaultName(of.vault.id) : of.name;
  }

  /** Makes a vault, or gives a scope another name. Throws what is wrong with the name. */
  async name(text: string): Promise<void> {
    const { asking } = this;
    const name = text.trim();
    if (asking?.kind === 'make') {
      const before = new Set(this.#store.vaults.map(({ id }) => id));
      const made = (await call('vault_create', { look: { name, icon: '' } })).find(
        ({ id }) => !before.has(id),
      );
      await this.#store.reload();
      if (made) await this.#store.go({ kind: 'vault', vault_id: made.id });
    } else if (asking?.kind === 'name' && asking.of.kind === 'vault') {
      const { id, look } = asking.of.vault;
      await call('vault_update', { vaultId: id, look: { ...look, name } });
      await this.#store.reload();
    } else if (asking?.kind === 'name' && asking.of.kind !== 'vault' && name !== asking.of.name) {
      const { kind, name: from } = asking.of;
      await this.#renamed(asking.of, await call(`${kind}_rename` as const, { from, to: name }), {
        name,
        to: kind === 'folder' ? { kind, folder: name } : { kind, tag: name },
      });
    }
    this.drop();
  }

  /** Takes a scope away; the items in a folder or with a tag stay. Throws what is wrong. */
  async remove(): Promise<void> {
    const { asking } = this;
    this.drop();
    if (asking?.kind !== 'remove') return;
    const { of } = asking;
    if (of.kind === 'vault') {
      const { id, listed, archived, trashed } = of.vault;
      const items = listed + archived + trashed;
      const done = await this.#store.attempt(call('vault_delete', { vaultId: id, items }));
      if (!done) return;
      toast(t('scopes.vault.deleted', { name: this.nameOf(of) }));
      await this.#leave({ kind: 'vault', vault_id: id }, { kind: 'all' });
    } else {
      const changed = await this.#store.attempt(call(`${of.kind}_rename` as const, { from: of.name }));
      if (changed) await this.#renamed(of, changed, { to: { kind: 'all' } });
    }
  }

  async #renamed(
    of: Exclude<NamedScope, { kind: 'vault' }>,
    { undo }: ChangedView,
    { name, to }: { name?: string; to: ListScope },
  ): Promise<void> {
    const was: ListScope =
      of.kind === 'folder' ? { kind: of.kind, folder: of.name } : { kind: of.kind, tag: of.name };
    await this.#leave(was, to);
    toast(
      name === undefined ? t('scopes.removed', { name: of.name }) : t('scopes.renamed', { name }),
      'plain',
      undo === undefined
        ? undefined
        : {
            label: t('item.undo'),
            run: () => void this.#store.attempt(call('undo', { undo })).then(() => this.#leave(to, was)),
          },
    );
  }

  /** Shows another scope, if the one that is no more was shown. */
  async #leave(was: ListScope, to: ListScope): Promise<void> {
    if (scopeKey(this.#store.scope) === scopeKey(was)) await this.#store.go(to);
    await this.#store.reload();
  }
}
