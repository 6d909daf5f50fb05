import { call, type ChangedView, type VaultView } from '../../backend';
import { t } from '../../shared/i18n/index.svelte';
import { toast } from '../../shared/toasts.svelte';
import { toastUndo } from '../../shared/undo';
import type { ItemStore } from './itemStore.svelte';
import { scopeKey, type ListScope } from './listScope';

/** A scope with a name that the user chose. */
export type NamedScope =
  /** A team is named as the vault that is its directory. */
  | { kind: 'vault' | 'team'; vault: VaultView }
  | { kind: 'folder'; name: string }
  | { kind: 'tag'; name: string };

/** Returns the vault of a scope. */
const vaultOf = (of: NamedScope): VaultView | undefined => ('vault' in of ? of.vault : undefined);

/** Returns the number of items that are deleted with a scope: those of a vault. */
function itemsIn(of: NamedScope): number {
  const vault = vaultOf(of);
  return vault ? vault.listed + vault.archived + vault.trashed : 0;
}

/** The open dialog: a new vault, a new name, a removal, or whether a vault follows its team no more. */
type Asking =
  | { kind: 'make' }
  | { kind: 'name' | 'remove'; of: NamedScope }
  | { kind: 'leave'; of: Extract<NamedScope, { vault: VaultView }> }
  | { kind: 'synchronize'; vault: VaultView };

/** Creates, renames and removes vaults, folders and tags. */
export class ScopeEditor {
  asking = $state.raw<Asking>();
  readonly #store: ItemStore;

  constructor(store: ItemStore) {
    this.#store = store;
  }

  /** Opens a dialog. For a vault with items the program asks with a dialog of its own. */
  ask(asking: Asking): void {
    this.asking = asking;
    if (asking.kind === 'remove' && itemsIn(asking.of) > 0) void this.remove();
  }

  /** Closes the dialog. */
  drop(): void {
    this.asking = undefined;
  }

  /** Returns the current name of a scope. */
  nameOf(of: NamedScope): string {
    return 'vault' in of ? this.#store.vaultName(of.vault.id) : of.name;
  }

  /** Creates a vault or renames a scope, as the dialog asks. Throws if the name is invalid. */
  async name(text: string, onlyHere = false): Promise<void> {
    const { asking } = this;
    const name = text.trim();
    if (asking?.kind === 'make') {
      const before = new Set([...this.#store.vaults, ...this.#store.teams].map(({ id }) => id));
      const command = onlyHere ? 'vault_create_only_here' : 'vault_create';
      const vaults = await call(command, { appearance: { name, icon: '' } });
      const made = vaults.find(({ id }) => !before.has(id));
      await this.#store.reload();
      if (made) await this.#store.go({ kind: 'vault', vault_id: made.id });
    } else if (asking?.kind === 'name' && 'vault' in asking.of) {
      const { id, appearance } = asking.of.vault;
      await call('vault_update', { vaultId: id, appearance: { ...appearance, name } });
      await this.#store.reload();
    } else if (asking?.kind === 'name' && !('vault' in asking.of) && name !== asking.of.name) {
      const { kind, name: from } = asking.of;
      await this.#renamed(asking.of, await call(`${kind}_rename` as const, { from, to: name }), {
        name,
        to: kind === 'folder' ? { kind, folder: name } : { kind, tag: name },
      });
    }
    this.drop();
  }

  /** Lets a vault be synchronized that stayed on this computer. */
  async synchronize(): Promise<void> {
    const { asking } = this;
    this.drop();
    if (asking?.kind !== 'synchronize') return;
    const { id } = asking.vault;
    const done = await this.#store.attempt(call('vault_set_only_here', { vaultId: id, onlyHere: false }));
    if (!done) return;
    await this.#store.reload();
    toast(t('scopes.synchronized', { name: this.#store.vaultName(id) }));
  }

  /** Removes a scope; items in a folder or with a tag stay. */
  async remove(): Promise<void> {
    const { asking } = this;
    this.drop();
    if (asking?.kind !== 'remove') return;
    const { of } = asking;
    if ('vault' in of) {
      const { id } = of.vault;
      const name = this.nameOf(of);
      const done = await this.#store.attempt(call('vault_delete', { vaultId: id, items: itemsIn(of) }));
      if (!done) return;
      toast(t(`scopes.${of.kind}.deleted`, { name }));
      await this.#leave({ kind: 'vault', vault_id: id }, { kind: 'all' });
    } else {
      const changed = await this.#store.attempt(call(`${of.kind}_rename` as const, { from: of.name }));
      if (changed) await this.#renamed(of, changed, { to: { kind: 'all' } });
    }
  }

  /** Removes a team from the profile that has ended, or that this account is not in; the program asks first. */
  async forget(of: Extract<NamedScope, { vault: VaultView }>): Promise<void> {
    const name = this.nameOf(of);
    const done = await this.#store.attempt(call('vault_forget', { vaultId: of.vault.id }));
    if (!done) return;
    toast(t('shared.forgotten', { name }));
    await this.#store.loadVaults();
  }

  /** Makes a vault follow no team; its members stay. */
  async leaveTeam(): Promise<void> {
    const { asking } = this;
    this.drop();
    if (asking?.kind !== 'leave') return;
    const left = await this.#store.attempt(call('team_leave', { vaultId: asking.of.vault.id }));
    if (!left) return;
    toast(t('team.left', { name: this.nameOf(asking.of) }));
    await this.#store.loadVaults();
  }

  async #renamed(
    of: Exclude<NamedScope, { vault: VaultView }>,
    { undo }: ChangedView,
    { name, to }: { name?: string; to: ListScope },
  ): Promise<void> {
    const was: ListScope =
      of.kind === 'folder' ? { kind: of.kind, folder: of.name } : { kind: of.kind, tag: of.name };
    await this.#leave(was, to);
    toastUndo(
      name === undefined ? t('scopes.removed', { name: of.name }) : t('scopes.renamed', { name }),
      undo === undefined
        ? undefined
        : () => this.#store.attempt(call('undo', { undo })).then(() => this.#leave(to, was)),
    );
  }

  /** Shows another scope if the removed one was shown. */
  async #leave(was: ListScope, to: ListScope): Promise<void> {
    if (scopeKey(this.#store.scope) === scopeKey(was)) await this.#store.go(to);
    await this.#store.reload();
  }
}
