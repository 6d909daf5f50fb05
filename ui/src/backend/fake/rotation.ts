import type { Arguments, CommandName, Result } from '../commands';
import type { ErrorCode, ExposedView, ItemRow, RotationView, SecretKindView, VaultView } from '../types';
import { now } from './data';
import type { FakeItem } from './model';
import { row } from './search';

interface Context {
  items: FakeItem[];
  vaults: () => VaultView[];
  writable: () => void;
  changed: () => void;
  fail: (code: ErrorCode) => never;
}

type Handlers = {
  [K in Extract<CommandName, `rotation_${string}`>]: (args: Arguments<K>) => Result<K>;
};

const kinds: Partial<Record<ItemRow['item_type'], SecretKindView>> = {
  login: 'password',
  ssh_key: 'key',
  card: 'card',
  bank_account: 'card',
  note: 'note',
  document: 'document',
};
const order: SecretKindView[] = ['password', 'key', 'card', 'code', 'other', 'document', 'note'];
/** The name of the vault that somebody has left. */
const left = 'Workshop';

/** Items of which former members know secrets: all of one vault, as they are at first. */
export class FakeRotation {
  readonly #context: Context;
  readonly #known = new Map<string, string>();
  readonly #dismissed = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  #secrets = (item: FakeItem): string => JSON.stringify(item.fields.map(({ value }) => value)) + item.notes;

  /** Somebody leaves the vault, if there is one. */
  begin(): void {
    const vault = this.#context.vaults().find(({ appearance }) => appearance.name === left);
    if (!vault) return;
    for (const item of this.#context.items.filter(({ type }) => type in kinds).slice(0, 9)) {
      item.vault ??= vault.id;
      if (item.vault === vault.id) this.#known.set(item.id, this.#secrets(item));
    }
  }

  #view(vaultId: string): RotationView {
    const known = this.#context.items.filter(
      (item) => item.vault === vaultId && this.#known.has(item.id) && !this.#dismissed.has(item.id),
    );
    const items = known.map((item, at): ExposedView => ({
      item: row(item),
      kind: kinds[item.type] ?? 'other',
      recent: at % 3 === 0,
      readers: this.#known.get(item.id) === this.#secrets(item) ? ['Olle', 'Sigrid'].slice(at % 2) : [],
    }));
    const rank = ({ readers, kind }: ExposedView) => (readers.length > 0 ? 0 : 100) + order.indexOf(kind);
    items.sort((a, b) => rank(a) - rank(b));
    const due = items.filter(({ readers }) => readers.length > 0).length;
    const former =
      this.#known.size > 0 &&
      this.#context.vaults().some(({ id, appearance }) => id === vaultId && appearance.name === left)
        ? [
            { name: 'Olle', left_at: now - 3_600_000 },
            { name: 'Sigrid', left_at: now - 86_400_000 * 3 },
          ]
        : [];
    return { former, items, due, done: items.length - due };
  }

  /** The handlers of the commands. */
  handlers(): Handlers {
    const { vaults, writable, changed, fail } = this.#context;
    const find = (id: string) => vaults().find((vault) => vault.id === id) ?? fail('not_found');
    return {
      rotation_get: ({ vaultId }) => this.#view(find(vaultId).id),
      rotation_dismiss: ({ vaultId, itemIds }) => {
        writable();
        const { role } = find(vaultId).sharing;
        if (role !== 'owner' && role !== 'manager') fail('member_not_permitted');
        for (const id of itemIds) this.#dismissed.add(id);
        changed();
        return this.#view(vaultId);
      },
      rotation_counts: () =>
        vaults()
          .map(({ id }) => ({ vault: id, due: this.#view(id).due }))
          .filter(({ due }) => due > 0),
    };
  }
}
