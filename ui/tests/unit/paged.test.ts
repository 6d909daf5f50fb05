import { describe, expect, test } from 'vitest';
import { PagedRows, seek, type Page } from '../../src/shared/paged.svelte';

function numbers(total: number) {
  const asked: number[] = [];
  const fetch = async (offset: number, limit: number): Promise<Page<number>> => {
    asked.push(offset);
    return {
      total,
      rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => offset + i),
    };
  };
  return { asked, fetch };
}

const unexpected = (error: unknown) => {
  throw error;
};
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('paged rows', () => {
  test('fetch the pages in view, each once', async () => {
    const { asked, fetch } = numbers(100_000);
    const rows = new PagedRows(fetch, unexpected);
    rows.ensure(190, 210);
    rows.ensure(195, 215);
    await settled();
    expect(asked).toEqual([0, 200]);
    expect(rows.total).toBe(100_000);
    expect(rows.at(205)).toBe(205);
    expect(rows.at(50_000)).toBeUndefined();
  });

  test('keep a flat number of pages however far one scrolls', async () => {
    const { fetch } = numbers(100_000);
    const rows = new PagedRows(fetch, unexpected);
    for (let first = 0; first < 100_000; first += 200) {
      rows.ensure(first, first + 1);
      await settled();
    }
    const kept = Array.from({ length: 500 }, (_, page) => rows.at(page * 200)).filter(
      (row) => row !== undefined,
    );
    expect(kept.length).toBeLessThanOrEqual(24);
    expect(rows.at(99_999)).toBe(99_999);
    expect(rows.at(0)).toBeUndefined();
  });

  test('drop an answer that was overtaken by a refresh', async () => {
    const answers: ((page: Page<string>) => void)[] = [];
    const rows = new PagedRows<string>(() => new Promise((resolve) => answers.push(resolve)), unexpected);
    const first = rows.refresh();
    const second = rows.refresh();
    answers[1]?.({ total: 1, rows: ['new'] });
    await second;
    answers[0]?.({ total: 2, rows: ['old', 'old'] });
    await first;
    expect(rows.total).toBe(1);
    expect(rows.at(0)).toBe('new');
  });

  test('tell a failure and ask again later', async () => {
    const failures: unknown[] = [];
    let calls = 0;
    const rows = new PagedRows<number>(
      async () => {
        calls += 1;
        if (calls === 1) throw new Error('first');
        return { total: 1, rows: [7] };
      },
      (error) => failures.push(error),
    );
    rows.ensure(0, 1);
    await settled();
    expect(failures).toHaveLength(1);
    rows.ensure(0, 1);
    await settled();
    expect(rows.at(0)).toBe(7);
  });
});

describe('seek', () => {
  const titles = Array.from({ length: 100_000 }, (_, index) => `Item ${String(index).padStart(6, '0')}`);

  test('finds a prefix among many rows with few questions', async () => {
    let asked = 0;
    const found = await seek(
      titles.length,
      'item 0734',
      async (index) => {
        asked += 1;
        return titles[index];
      },
      'en',
    );
    expect(found).toBe(73_400);
    expect(asked).toBeLessThan(20);
  });

  test('stops at the last row for what comes after everything', async () => {
    expect(await seek(titles.length, 'zzz', async (index) => titles[index], 'en')).toBe(99_999);
    expect(await seek(0, 'a', async () => undefined, 'en')).toBe(0);
  });
});
