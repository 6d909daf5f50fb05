import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { call, onBusy, useBackend } from '../../src/backend';

/** A backend that answers on request. */
let answer: () => void;
let told: boolean[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  useBackend({
    call: () => new Promise((resolve) => (answer = () => resolve(null as never))),
    on: () => () => undefined,
  });
  told = [];
  stop = onBusy((working) => told.push(working));
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

test('a call longer than the delay is reported until it is answered', async () => {
  const called = call('session_confirm', { password: 'x' });
  vi.advanceTimersByTime(199);
  expect(told).toEqual([false]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([false, true]);
  answer();
  await called;
  expect(told).toEqual([false, true, false]);
});

test('short calls and file dialogs are not reported', async () => {
  const short = call('pin_forget');
  vi.advanceTimersByTime(100);
  answer();
  await short;
  const chosen = call('import_pick');
  vi.advanceTimersByTime(100_000);
  answer();
  await chosen;
  const read = call('ssh_key_read', { draft: {} as never, source: 'file' });
  vi.advanceTimersByTime(100_000);
  answer();
  await read;
  expect(told).toEqual([false]);
  const opened = call('ssh_key_read', { draft: {} as never, source: 'again', passphrase: 'x' });
  vi.advanceTimersByTime(200);
  expect(told).toEqual([false, true]);
  answer();
  await opened;
});

test('of two slow calls the second ends it', async () => {
  const first = call('session_confirm', { password: 'x' });
  const endFirst = answer;
  const second = call('session_confirm', { password: 'y' });
  vi.advanceTimersByTime(300);
  endFirst();
  await first;
  expect(told.at(-1)).toBe(true);
  answer();
  await second;
  expect(told.at(-1)).toBe(false);
});
