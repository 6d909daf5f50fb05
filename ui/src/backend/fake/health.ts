import type { HealthKind, HealthPage, HealthRow, HealthView } from '../types';
import { now } from './data';
import { valueOf, type FakeItem } from './model';
import { row } from './search';

const kinds: HealthKind[] = [
  'breached',
  'weak',
  'reused',
  'expired',
  'expires_soon',
  'old',
  'unencrypted',
  'no_code',
  'duplicate',
  'incomplete',
];

/** Password health of the fake's items: a few kinds of findings, by simple checks. */
export class FakeHealth {
  #found?: Map<HealthKind, HealthRow[]>;
  #examined = 0;

  /** Checks the items. */
  check(all: readonly FakeItem[]): void {
    const items = all.filter((item) => !item.archived && !item.trashed_at);
    const found = new Map<HealthKind, HealthRow[]>(kinds.map((kind) => [kind, []]));
    const add = (kind: HealthKind, item: FakeItem, number?: number) =>
      found.get(kind)?.push({ item: row(item), ...(number === undefined ? {} : { number }) });
    for (const item of items) {
      const password = valueOf(item, 'password');
      const others = items.filter((other) => other !== item && valueOf(other, 'password') === password);
      if (password && password.length < 10) add('weak', item, 1);
      if (password && others.length > 0) add('reused', item, others.length);
      if (item.urls.some((url) => url.startsWith('http://'))) add('unencrypted', item);
      if (item.type === 'login' && !password)
        found.get('incomplete')?.push({ item: row(item), missing: 'password' });
    }
    this.#found = found;
    this.#examined = items.length;
  }

  /** Returns the counts; none before the first check. */
  report(): HealthView | null {
    const found = this.#found;
    if (!found) return null;
    const rows = [...found.values()].flat();
    return {
      checked_at: now,
      examined: this.#examined,
      unreadable: 0,
      items: new Set(rows.map((one) => one.item.id)).size,
      breached: 'off',
      breached_unknown: 0,
      counts: kinds.map((kind) => ({ kind, count: found.get(kind)?.length ?? 0 })),
    };
  }

  /** Returns a page of one kind. */
  list(kind: HealthKind, offset: number, limit: number): HealthPage | undefined {
    const rows = this.#found?.get(kind);
    return rows && { total: rows.length, rows: rows.slice(offset, offset + limit) };
  }

  /** Drops the results, as a lock does. */
  forget(): void {
    this.#found = undefined;
  }
}
