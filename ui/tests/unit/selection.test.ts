import { beforeEach, describe, expect, test } from 'vitest';
import type { ItemRow } from '../../src/backend';
import { Selection } from '../../src/features/items/selection.svelte';
import { PagedRows } from '../../src/shared/paged.svelte';

const total = 1000;
let mayLeave = true;
let opened: string | undefined;

/** A list of a thousand rows with the ids "0" to "999", of which one is open. */
async function list(open: number) {
  const rows = new PagedRows<ItemRow>(
    (offset, limit) =>
      Promise.resolve({
        total,
        rows: Array.from({ length: Math.min(limit, total - offset) }, (_, at) => ({
          ...({} as ItemRow),
          id: String(offset + at),
        })),
      }),
    (error) => {
      throw error;
    },
  );
  await rows.refresh();
  const host = {
    rows,
    index: open,
    selectedId: open < 0 ? undefined : String(open),
    attempt: <T>(work: Promise<T>): Promise<T | undefined> => work,
    mayLeave: () => Promise.resolve(mayLeave),
    open: (id: string) => {
      opened = id;
      host.selectedId = id;
      host.index = Number(id);
      return Promise.resolve(true);
    },
    clear: () => {
      host.selectedId = undefined;
      host.index = -1;
      selection.drop();
    },
  };
  const selection: Selection = new Selection(host);
  const ids = () => [...selection.ids].map(Number).toSorted((a, b) => a - b);
  return { host, selection, ids };
}

beforeEach(() => {
  mayLeave = true;
  opened = undefined;
});

describe('a selection', () => {
  test('begins with the open item and takes others one by one', async () => {
    const { host, selection, ids } = await list(3);
    await selection.toggle(7);
    expect(ids()).toEqual([3, 7]);
    expect([host.selectedId, host.index]).toEqual([undefined, 7]);
    await selection.toggle(5);
    await selection.toggle(3);
    expect(ids()).toEqual([5, 7]);
  });

  test('of one item is that item, opened', async () => {
    const { selection, ids } = await list(3);
    await selection.toggle(7);
    await selection.toggle(3);
    expect([ids(), opened]).toEqual([[], '7']);
    const none = await list(-1);
    await none.selection.toggle(2);
    expect(opened).toBe('2');
  });

  test('extends from the chosen row, over pages that are not loaded, and back', async () => {
    const { selection, ids } = await list(190);
    await selection.extend(450);
    expect(ids().length).toBe(261);
    await selection.extend(188);
    expect(ids()).toEqual([188, 189, 190]);
  });

  test('extends besides what was selected before', async () => {
    const { selection, ids } = await list(1);
    await selection.toggle(10);
    await selection.extend(12);
    await selection.extend(11);
    expect(ids()).toEqual([1, 10, 11]);
  });

  test('goes on from the row of the keyboard after rows moved', async () => {
    const { host, selection, ids } = await list(1);
    await selection.extend(3);
    selection.moved();
    host.index = 5;
    await selection.extend(6);
    expect(ids()).toEqual([1, 2, 3, 5, 6]);
  });

  test('takes all rows, and gives them back for the one before', async () => {
    const { selection, ids } = await list(4);
    await selection.all();
    expect(ids().length).toBe(total);
    await selection.leave();
    expect([ids(), opened]).toEqual([[], '4']);
  });

  test('does not begin while a form is not left', async () => {
    const { host, selection } = await list(4);
    mayLeave = false;
    await selection.toggle(9);
    expect([selection.active, host.selectedId]).toEqual([false, '4']);
  });

  test('is not overtaken by a slower one', async () => {
    const { selection, ids } = await list(4);
    const slow = selection.all();
    await selection.toggle(6);
    await slow;
    expect(ids()).toEqual([4, 6]);
  });
});
