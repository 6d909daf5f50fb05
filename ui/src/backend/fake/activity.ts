import type { Arguments, CommandName, Result } from '../commands';
import type { ActivityRow, EventView, VaultView } from '../types';
import { now } from './data';
import { homeVault, type FakeItem } from './model';
import { askUser } from './question';

interface Context {
  items: FakeItem[];
  vaults: () => VaultView[];
  events: () => EventView[];
  fail: Parameters<typeof askUser>[1];
}

type Handlers = {
  [K in Extract<CommandName, `activity_${string}`>]: (args: Arguments<K>) => Result<K>;
};

/** Rows of a page. */
const page = 100;
const hour = 3_600_000;

/** What happened: by the items, and some changes of members in shared vaults. */
export class FakeActivity {
  readonly #context: Context;
  #rest: ActivityRow[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  #all(): ActivityRow[] {
    const { items, vaults, events } = this.#context;
    const ofItems = items.flatMap((item): ActivityRow[] => {
      const of = {
        device: item.device,
        vault_id: item.vault ?? homeVault,
        item_id: item.id,
        title: item.title,
        count: 1,
      };
      const made = { ...of, at: item.created_at, what: 'item_created' };
      return item.modified_at === item.created_at
        ? [made]
        : [made, { ...of, at: item.modified_at, what: 'item_changed' }];
    });
    const ofMembers = vaults()
      .filter(({ sharing }) => sharing.members > 1)
      .flatMap(({ id }): ActivityRow[] => {
        const of = { device: '', vault_id: id, count: 0 };
        return [
          { ...of, at: now - 2 * hour, what: 'new_key' },
          { ...of, at: now - 2 * hour, what: 'member_removed', member: 'Olle' },
          {
            ...of,
            at: now - 50 * hour,
            what: 'member_added',
            member: 'Ida',
            role: 'editor',
            author: 'Sigrid',
          },
          { ...of, at: now - 60 * hour, what: 'invited', role: 'editor', author: 'Sigrid' },
        ];
      });
    const ofComputer = events().map((event): ActivityRow => ({ ...event, device: 'Laptop' }));
    return [...ofItems, ...ofMembers, ...ofComputer].sort((a, b) => b.at - a.at);
  }

  /** The handlers of the commands. */
  handlers(): Handlers {
    const take = () => {
      const rows = this.#rest.slice(0, page);
      this.#rest = this.#rest.slice(page);
      return { rows, more: this.#rest.length > 0 };
    };
    const groupOf = ({ what }: ActivityRow) =>
      what.startsWith('item_')
        ? 'items'
        : /^(member|invit|new_|role|founded|closed)/.test(what)
          ? 'members'
          : 'computer';
    return {
      activity_begin: ({ query }) => {
        const { vault, group, since, author } = query;
        this.#rest = this.#all().filter(
          (row) =>
            (vault === undefined || row.vault_id === vault) &&
            (group === undefined || groupOf(row) === group) &&
            (author === undefined || row.author === undefined) &&
            (since === undefined || row.at >= since),
        );
        return take();
      },
      activity_more: take,
      activity_export: () => {
        askUser('Save the activity?', this.#context.fail);
        return true;
      },
    };
  }
}
