import { expect, test } from 'vitest';
import { toasts } from '../../src/shared/toasts.svelte';
import { toastUndo, undoLast } from '../../src/shared/undo';

test('steps are undone once each, the last one first', () => {
  const done: string[] = [];
  toastUndo('one', () => done.push('one'));
  toastUndo('two', () => done.push('two'));
  toastUndo('cannot be undone', undefined);
  toastUndo('three', () => done.push('three'));
  expect(toasts().map(({ action }) => action !== undefined)).toEqual([true, false, true]);
  toasts()[0]?.action?.run();
  expect(undoLast()).toBe(true);
  expect(done).toEqual(['two', 'three']);
  toasts()[0]?.action?.run();
  expect([undoLast(), undoLast()]).toEqual([true, false]);
  expect(done).toEqual(['two', 'three', 'one']);
});
