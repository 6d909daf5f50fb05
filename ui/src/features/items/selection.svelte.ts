import type { ItemRow } from '../../backend';
import type { PagedRows } from '../../shared/paged.svelte';

/** The list whose rows are selected. */
interface List {
  readonly rows: PagedRows<ItemRow>;
  /** Index of the chosen row, -1 for none. */
  index: number;
  selectedId: string | undefined;
  attempt: <T>(work: Promise<T>) => Promise<T | undefined>;
  mayLeave: () => Promise<boolean>;
  open: (id: string) => Promise<boolean>;
  clear: () => void;
}

/** Several selected rows. It is empty while one item, or none, is open. */
export class Selection {
  /** Ids of the selected items. */
  ids = $state.raw<ReadonlySet<string>>(new Set());
  /** The row that the keyboard moves, as the item of the open row does otherwise. */
  lead: string | undefined;

  #list: List;
  /** Index from which a range extends. */
  #anchor = -1;
  /** Ids that were selected before the range. */
  #before: ReadonlySet<string> = new Set();
  #asked = 0;

  constructor(list: List) {
    this.#list = list;
  }

  /** Whether several rows are selected. */
  get active(): boolean {
    return this.ids.size > 0;
  }

  /** Empties the selection. */
  drop(): void {
    this.#asked += 1;
    this.lead = undefined;
    if (this.active) this.ids = new Set();
    this.moved();
  }

  /** The rows have other places now: the next range extends from the chosen row. */
  moved(): void {
    this.#anchor = -1;
    this.#before = this.ids;
  }

  /** Empties the selection and opens the row that the keyboard was on. */
  async leave(): Promise<void> {
    const { lead } = this;
    this.drop();
    if (lead !== undefined) await this.#list.open(lead);
  }

  /** Adds a row, or removes it. */
  async toggle(index: number): Promise<void> {
    const asked = ++this.#asked;
    const row = await this.#row(index);
    if (!row || asked !== this.#asked) return;
    const ids = new Set(this.#present());
    if (!ids.delete(row.id)) ids.add(row.id);
    this.#anchor = index;
    this.#before = ids;
    await this.#show(ids, row.id, index, asked);
  }

  /** Selects all rows from the one that was chosen last up to this one, besides those selected before. */
  async extend(index: number): Promise<void> {
    const asked = ++this.#asked;
    if (this.#anchor < 0) this.#anchor = Math.max(0, this.#list.index);
    const [first, end] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index) + 1];
    const ids = await this.#ids(first, end);
    const lead = ids?.[index < this.#anchor ? 0 : ids.length - 1];
    if (!ids || lead === undefined || asked !== this.#asked) return;
    await this.#show(new Set([...this.#before, ...ids]), lead, index, asked);
  }

  /** Selects all rows of the list. */
  async all(): Promise<void> {
    const asked = ++this.#asked;
    const ids = await this.#ids(0, this.#list.rows.total);
    const index = Math.max(0, this.#list.index);
    const lead = ids?.[index] ?? ids?.[0];
    if (!ids || lead === undefined || asked !== this.#asked) return;
    this.#anchor = 0;
    this.#before = new Set();
    await this.#show(new Set(ids), lead, index, asked);
  }

  /** Shows a selection; one item alone is opened. */
  async #show(ids: Set<string>, lead: string, index: number, asked: number): Promise<void> {
    const [only] = ids;
    if (ids.size === 1 && only !== undefined) {
      this.drop();
      await this.#list.open(only);
      return;
    }
    if (!(await this.#list.mayLeave()) || asked !== this.#asked) return;
    const [anchor, before] = [this.#anchor, this.#before];
    // Empties the selection as well.
    this.#list.clear();
    if (ids.size === 0) return;
    [this.#anchor, this.#before] = [anchor, before];
    this.ids = ids;
    this.lead = lead;
    this.#list.index = index;
  }

  /** The selected ids, or that of the open item. */
  #present(): Iterable<string> {
    if (this.active) return this.ids;
    return this.#list.selectedId === undefined ? [] : [this.#list.selectedId];
  }

  #ids(first: number, end: number): Promise<string[] | undefined> {
    return this.#list.attempt(this.#list.rows.pick(first, end, ({ id }) => id));
  }

  async #row(index: number): Promise<ItemRow | undefined> {
    return this.#list.rows.at(index) ?? (await this.#list.attempt(this.#list.rows.get(index)));
  }
}
