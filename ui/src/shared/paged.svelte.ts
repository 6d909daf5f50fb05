/** A page of rows and the number of rows in all. */
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
  /** Rows in all. */
  total = $state(0);
  /** Whether the first page has come. */
  ready = $state(false);
  /** Counts up with every page that arrives, so that views ask again. */
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

  /** The row at an index, if it is here. */
  at(index: number): Row | undefined {
    void this.version;
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** The index of the first loaded row that fits. */
  indexOf(fits: (row: Row) => boolean): number {
    for (const [page, rows] of this.#pages) {
      const index = rows.findIndex(fits);
      if (index >= 0) return page * pageSize + index;
    }
    return -1;
  }

  /** Sees to it that the rows from `first` to before `end` come. */
  ensure(first: number, end: number): void {
    for (let page = Math.floor(first / pageSize); page * pageSize < end; page += 1) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#load(page, this.#generation);
    }
  }

  /** Fetches anew what is shown around `first`; old rows stay until the new ones come. */
  async refresh(first = 0): Promise<void> {
    this.#generation += 1;
    this.#asked.clear();
    const page = Math.floor(first / pageSize);
    await this.#load(page, this.#generation, true);
  }

  /** One row, fetched alone if it is not here. */
  async get(index: number): Promise<Row | undefined> {
    const here = this.at(index);
    if (here !== undefined) return here;
    return (await this.#fetch(index, 1)).rows[0];
  }

  async #load(page: number, generation: number, anew = false): Promise<void> {
    this.#asked.add(page);
    try {
      const result = await this.#fetch(page * pageSize, pageSize);
      if (generation !== this.#generation) return;
      if (anew) this.#pages.clear();
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

/** The first index whose title is not before `prefix`, asking for single rows; the list must be sorted by title. */
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
