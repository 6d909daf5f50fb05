import type { Arguments, CommandName, Result } from '../commands';
import type {
  BulkChange,
  ChangedView,
  EventView,
  RetentionRules,
  UndoneView,
  VaultView,
  ErrorCode,
} from '../types';
import { now } from './data';
import { hex, homeVault, type FakeItem } from './model';
import { askUser } from './question';
import type { FakeSharing } from './sharing';
import type { FakeTeams } from './teams';

/** What the vaults need from the fake. */
interface Context {
  items: FakeItem[];
  get: (id: string) => FakeItem;
  revise: (item: FakeItem, changes: string[]) => void;
  writable: () => void;
  changed: () => void;
  fail: (code: ErrorCode) => never;
  sharing: () => FakeSharing;
  /** Whether a server may have every vault. */
  synchronizes: () => boolean;
  teams: () => FakeTeams;
  /** Whether the server contradicted itself about a vault. */
  alarmed: (vaultId: string) => boolean;
}

type Step = { id: string; after: string; before?: FakeItem };

/** Vaults, changes of many items, and undo. */
export class FakeVaults {
  #vaults: Pick<VaultView, 'id' | 'home' | 'only_here' | 'appearance'>[] = [
    { id: homeVault, home: true, only_here: false, appearance: { name: '', icon: '' } },
  ];
  #undo = new Map<string, Step[]>();
  #rules: RetentionRules = { history: { kind: 'everything' } };
  #events: EventView[] = [];

  constructor(private readonly context: Context) {}

  #note(what: string, count: number): void {
    this.#events.unshift({ at: now, what, count });
  }

  list(): VaultView[] {
    return this.#vaults.map((vault) => {
      const own = this.context.items.filter((item) => (item.vault ?? homeVault) === vault.id);
      const trashed = own.filter((item) => item.trashed_at !== undefined).length;
      const archived = own.filter((item) => item.trashed_at === undefined && item.archived).length;
      const sharing = this.context.sharing();
      const team = this.context.teams().of(vault.id);
      const why = this.context.alarmed(vault.id)
        ? 'alarm'
        : (sharing.readOnly(vault.id) ?? (team === vault.id ? 'directory' : undefined));
      return {
        ...vault,
        listed: own.length - trashed - archived,
        archived,
        trashed,
        ...(why ? { read_only: why } : {}),
        sharing: sharing.summary(vault.id),
        ...(team ? { team } : {}),
      };
    });
  }

  /** Adds a vault, with one of the items in it if there is such; returns its id. */
  add(name: string, title?: string): string {
    const id = hex(32);
    this.#vaults.push({ id, home: false, only_here: false, appearance: { name, icon: '' } });
    const item = this.context.items.find((one) => title !== undefined && one.title === title);
    if (item) item.vault = id;
    return id;
  }

  /** What happened on this computer, newest first. */
  events(): EventView[] {
    return this.#events;
  }

  /** Removes a vault with its items. */
  drop(id: string): void {
    const own = this.context.items.filter((item) => item.vault === id);
    own.forEach((item) => this.context.items.splice(this.context.items.indexOf(item), 1));
    this.#vaults = this.#vaults.filter((vault) => vault.id !== id);
  }

  #make(appearance: VaultView['appearance'], only_here: boolean): VaultView[] {
    this.#vaults.push({ id: hex(32), home: false, only_here, appearance: { ...appearance } });
    this.#note('vault_created', 0);
    this.context.changed();
    return this.list();
  }

  #find(id: string) {
    return this.#vaults.find((vault) => vault.id === id) ?? this.context.fail('not_found');
  }

  /** Changes items and keeps their previous state for undo. */
  change(ids: string[], changes: string[], change: (item: FakeItem) => boolean): ChangedView {
    this.context.writable();
    const steps: Step[] = [];
    for (const item of ids.map((id) => this.context.get(id))) {
      this.context.sharing().checkWritable(item.vault ?? homeVault);
      const before = plain(item);
      const probe = structuredClone(before);
      if (!change(probe)) continue;
      this.context.revise(item, changes);
      change(item);
      steps.push({ id: item.id, after: item.revision, before });
    }
    return this.#remember(steps);
  }

  /** Registers created items for undo. */
  made(items: FakeItem[]): ChangedView {
    return this.#remember(items.map(({ id, revision }) => ({ id, after: revision })));
  }

  #remember(steps: Step[]): ChangedView {
    if (steps.length === 0) return { count: 0 };
    const undo = hex(16);
    this.#undo.set(undo, steps);
    this.context.changed();
    return { count: steps.length, undo };
  }

  #bulk(ids: string[], change: BulkChange): ChangedView {
    switch (change.kind) {
      case 'add_tag':
        return this.change(ids, ['tags'], (item) => {
          if (item.tags.includes(change.tag)) return false;
          item.tags.push(change.tag);
          return true;
        });
      case 'remove_tag':
        return this.change(ids, ['tags'], (item) => {
          if (!item.tags.includes(change.tag)) return false;
          item.tags = item.tags.filter((tag) => tag !== change.tag);
          return true;
        });
      case 'folder':
        return this.change(ids, ['folder'], (item) => {
          if (item.folder === change.folder) return false;
          item.folder = change.folder;
          return true;
        });
      default:
        return this.change(ids, ['type'], (item) => {
          if (item.type === change.item_type || item.type === 'document') return false;
          item.type = change.item_type;
          return true;
        });
    }
  }

  #undone(id: string): UndoneView {
    const steps = this.#undo.get(id) ?? this.context.fail('not_found');
    this.#undo.delete(id);
    const left: string[] = [];
    for (const { id, after, before } of steps) {
      const at = this.context.items.findIndex((item) => item.id === id && item.revision === after);
      const item = this.context.items[at];
      if (!item) left.push(id);
      else if (before) {
        const { past: _past, revision: _revision, ...content } = before;
        this.context.revise(item, ['restored']);
        // What came since, such as the time it was trashed, goes.
        // The change before can be undone after this one.
        for (const earlier of [...this.#undo.values()].flat())
          if (earlier.id === id && earlier.after === before.revision) earlier.after = item.revision;
        Object.assign(item, { trashed_at: undefined, folder: undefined, expires: undefined }, content);
      } else this.context.items.splice(at, 1);
    }
    this.#note('undone', steps.length - left.length);
    this.context.changed();
    return { count: steps.length - left.length, left };
  }

  /** The handlers of the commands. */
  handlers() {
    const { context } = this;
    const all = () => context.items.map((item) => item.id);
    return {
      vault_list: () => this.list(),
      vault_create: ({ appearance }) => {
        context.writable();
        return this.#make(appearance, false);
      },
      vault_create_only_here: ({ appearance }) => {
        context.writable();
        return this.#make(appearance, true);
      },
      vault_set_only_here: ({ vaultId, onlyHere }) => {
        context.writable();
        const vault = this.#find(vaultId);
        if (vault.home) context.fail('not_found');
        if (onlyHere && !vault.only_here && context.synchronizes()) context.fail('vault_synchronized');
        vault.only_here = onlyHere;
        context.changed();
        return this.list();
      },
      vault_update: ({ vaultId, appearance }) => {
        context.writable();
        this.#find(vaultId).appearance = { ...appearance };
        context.changed();
        return this.list();
      },
      vault_order: ({ vaultIds }) => {
        const home = this.#vaults.filter((vault) => vault.home);
        this.#vaults = [...home, ...vaultIds.map((id) => this.#find(id))];
        context.changed();
        return this.list();
      },
      vault_delete: ({ vaultId, items }) => {
        context.writable();
        if (items) askUser('Delete the vault?', context.fail);
        if (context.sharing().isShared(vaultId)) context.fail('vault_shared');
        const own = context.items.filter((item) => item.vault === vaultId);
        if (this.#find(vaultId).home || own.length !== (items ?? 0)) context.fail('invalid_input');
        this.drop(vaultId);
        context.changed();
        return this.list();
      },
      item_link: ({ itemId }) => {
        const item = context.items.find(({ id }) => id === itemId);
        if (!item) return null;
        const { id, vault = homeVault, type, title, trashed_at } = item;
        return { item_id: id, vault_id: vault, item_type: type, title, trashed: trashed_at !== undefined };
      },
      item_transfer: ({ itemIds, vaultId, mode }) => {
        context.writable();
        this.#find(vaultId);
        context.sharing().checkWritable(vaultId);
        context.teams().checkItems(vaultId);
        for (const id of itemIds) context.teams().checkCopy(context.get(id).vault ?? homeVault, vaultId);
        if (mode !== 'copy') {
          const { undo } = this.change(itemIds, ['moved'], (item) => {
            if ((item.vault ?? homeVault) === vaultId) return false;
            item.vault = vaultId;
            return true;
          });
          return { items: itemIds, left: [], ...(undo ? { undo } : {}) };
        }
        const copies = itemIds.map((id) => ({
          ...plain(context.get(id)),
          id: hex(32),
          revision: hex(64),
          vault: vaultId,
          past: [],
        }));
        context.items.push(...copies);
        const { undo } = this.#remember(copies.map(({ id, revision }) => ({ id, after: revision })));
        return { items: copies.map(({ id }) => id), left: [], ...(undo ? { undo } : {}) };
      },
      item_change: ({ itemIds, change }) => this.#bulk(itemIds, change),
      folder_rename: ({ from, to }) =>
        this.change(all(), ['folder'], (item) => {
          const rest = item.folder === from ? '' : item.folder?.startsWith(`${from}/`);
          if (rest === undefined || rest === false) return false;
          const below = item.folder?.slice(from.length) ?? '';
          const moved = to === undefined ? below.replace(/^\//, '') : to + below;
          item.folder = moved === '' ? undefined : moved;
          return true;
        }),
      tag_rename: ({ from, to }) =>
        this.change(all(), ['tags'], (item) => {
          if (!item.tags.includes(from)) return false;
          item.tags = [...new Set([...item.tags.filter((tag) => tag !== from), ...(to ? [to] : [])])];
          return true;
        }),
      undo: ({ undo }) => this.#undone(undo),
      history_compare: ({ itemId, before, after, reveal }) => {
        const item = context.get(itemId);
        const at = (revision: string) =>
          item.revision === revision
            ? item
            : (item.past.find(({ item: old }) => old.revision === revision)?.item ??
              context.fail('not_found'));
        const [old, young] = [at(before), at(after)];
        const side = (text: string, hide: boolean) =>
          text === ''
            ? { kind: 'none' as const }
            : hide
              ? { kind: 'hidden' as const }
              : { kind: 'value' as const, text };
        const pairs: [string, string, string, boolean][] = [
          ['title', old.title, young.title, false],
          ...young.fields.map((field): [string, string, string, boolean] => [
            `field:${field.role ?? field.label}`,
            old.fields.find((other) => other.id === field.id)?.value ?? '',
            field.value,
            !reveal && (field.kind === 'concealed' || field.kind === 'code'),
          ]),
          ['notes', old.notes, young.notes, false],
          ['tags', old.tags.join('\n'), young.tags.join('\n'), false],
        ];
        return pairs
          .filter(([, one, other]) => one !== other)
          .map(([change, one, other, hide]) => ({
            change,
            before: side(one, hide),
            after: side(other, hide),
          }));
      },
      history_purge: ({ itemIds, keep }) => {
        context.writable();
        const purged = (itemIds ?? all()).map((id) => {
          const item = context.get(id);
          const most = keep.kind === 'revisions' ? keep.count - 1 : keep.kind === 'days' ? 0 : Infinity;
          return item.past.splice(0, Math.max(0, item.past.length - most)).length;
        });
        context.changed();
        return {
          revisions: purged.reduce((sum, count) => sum + count, 0),
          items: purged.filter((count) => count > 0).length,
        };
      },
      history_rules_get: () => this.#rules,
      history_rules_set: ({ rules }) => (this.#rules = rules),
      event_list: ({ offset, limit }) => this.#events.slice(offset, offset + limit),
    } satisfies { [K in CommandName]?: (args: Arguments<K>) => Result<K> };
  }
}

/** Returns a deep copy. */
function plain(item: FakeItem): FakeItem {
  return JSON.parse(JSON.stringify(item)) as FakeItem;
}
