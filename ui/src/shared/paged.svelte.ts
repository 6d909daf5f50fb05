/** A page of rows and the total number of rows. */
export interface Page<Row> {
  total: number;
  rows: Row[];
}

/** Fetches a page. */
export type Fetch<Row> = (offset: number, limit: number) => Promise<Page<Row>>;

const pageSize = 200;
const pagesKept = 24;

/** Rows of a long list, fetched by the page as they come into view; memory stays flat. */
export class PagedRows<Row> {
  /** Total number of rows. */
  total = $state(0);
  /** Whether the first page has arrived. */
  ready = $state(false);
  /** Increases with every page that arrives, so that views update. */
  version = $state(0);

  #fetch: Fetch<Row>;
  #fail: (error: unknown) => void;
  #pages = new Map<number, Row[]>();
  #asked = new Set<number>();
  #generation = 0;

  constructor(fetch: Fetch<Row>, fail: (error: unknown) => void) {
    this.#fetch = fetch;
    this.#fail = fail;
  }

  /** Returns the row at an index if it is loaded. */
  at(index: number): Row | undefined {
    void this.version;
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Returns the index of the first loaded row that matches; -1 if none does. */
  indexOf(fits: (row: Row) => boolean): number {
    for (const [page, rows] of this.#pages) {
      const index = rows.findIndex(fits);
      if (index >= 0) return page * pageSize + index;
    }
    return -1;
  }

  /** Loads the rows from `first` to before `end` where they are missing. */
  ensure(first: number, end: number): void {
    for (let page = Math.floor(first / pageSize); page * pageSize < end; page += 1) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#load(page, this.#generation);
    }
  }

  /** Reloads the page around `first`; old rows stay until the new ones arrive. */
  async refresh(first = 0): Promise<void> {
    this.#generation += 1;
    this.#asked.clear();
    const page = Math.floor(first / pageSize);
    await this.#load(page, this.#generation, true);
  }

  /** Returns one row, fetched alone if it is not loaded. */
  async get(index: number): Promise<Row | undefined> {
    const here = this.at(index);
    if (here !== undefined) return here;
    return (await this.#fetch(index, 1)).rows[0];
  }

  /** Returns something of each row from `first` to before `end`; rows that are not loaded are fetched and not kept. */
  async pick<T>(first: number, end: number, of: (row: Row) => T): Promise<T[]> {
    const picked: T[] = [];
    for (let index = first; index < end;) {
      const page = Math.floor(index / pageSize);
      const from = page * pageSize;
      const here = this.#pages.get(page) ?? (await this.#fetch(from, pageSize)).rows;
      const part = here.slice(index - from, end - from);
      // The list became shorter meanwhile.
      if (part.length === 0) break;
      picked.push(...part.map(of));
      index += part.length;
    }
    return picked;
  }

  async #load(page: number, generation: number, reload = false): Promise<void> {
    this.#asked.add(page);
    try {
      const result = await this.#fetch(page * pageSize, pageSize);
      if (generation !== this.#generation) return;
      if (reload) this.#pages.clear();
      this.#pages.delete(page);
      this.#pages.set(page, result.rows);
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= pagesKept) break;
        this.#pages.delete(oldest);
        this.#asked.delete(oldest);
      }
      this.total = result.total;
      this.ready = true;
      this.version += 1;
    } catch (error) {
      if (generation === this.#generation) {
        this.#asked.delete(page);
        this.#fail(error);
      }
    }
  }
}

/** Returns the first index whose title does not sort before `prefix` (binary search over single rows); the list must be sorted by title. */
export async function seek(
  total: number,
  prefix: string,
  title: (index: number) => Promise<string | undefined>,
  locale: string,
): Promise<number> {
  const collator = new Intl.Collator(locale, { sensitivity: 'base', ignorePunctuation: false });
  let low = 0;
  let high = total;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = (await title(middle)) ?? '';
    if (collator.compare(found, prefix) < 0) low = middle + 1;
    else high = middle;
  }
  return Math.min(low, Math.max(0, total - 1));
}
