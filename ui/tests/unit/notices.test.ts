import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SessionState } from '../../src/backend';
import { Countdown } from '../../src/features/notices/countdown.svelte';
import { countDown } from '../../src/shared/secondsLeft';
import { readOnlyReason, remainingNotices } from '../../src/features/notices/notices';
import { de } from '../../src/shared/i18n/de';
import { en } from '../../src/shared/i18n/en';

const session = (notices: string[], readOnly = false): Extract<SessionState, { state: 'unlocked' }> => ({
  state: 'unlocked',
  profile: { id: '0', name: 'Mara', hue: 1, pin: false },
  kit_confirmed: true,
  notices,
  ...(readOnly ? { read_only: { code: 'profile_damaged' as const, message: '' } } : {}),
});

describe('notices', () => {
  test('a profile that can only be read says why, once', () => {
    const damaged = session(['header_damaged', 'keychain_unavailable'], true);
    expect(readOnlyReason(damaged)).toEqual({ notice: 'header_damaged' });
    expect(remainingNotices(damaged)).toEqual(['keychain_unavailable']);
    expect(readOnlyReason(session([], true))).toMatchObject({ error: { code: 'profile_damaged' } });
  });

  test('a profile that can be written has no such reason', () => {
    expect(readOnlyReason(session(['header_restored']))).toBeUndefined();
    expect(remainingNotices(session(['header_restored', 'header_restored']))).toEqual(['header_restored']);
  });

  test('every notice and every weakness has its sentence in each language', () => {
    const notices = ['keychain_unavailable', 'header_restored', 'header_damaged', 'disk_read_only', 'other'];
    const weaknesses = [
      'short',
      'common',
      'dictionary',
      'name',
      'own',
      'repeat',
      'sequence',
      'keyboard',
      'date',
    ];
    const keys = [
      ...notices.map((name) => `notice.${name}`),
      ...weaknesses.map((name) => `strength.warning.${name}`),
    ];
    for (const catalogue of [en, de] as Record<string, unknown>[]) {
      for (const key of keys) expect(catalogue[key], key).toMatch(/\.$/);
    }
  });
});

describe('the clipboard countdown', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('runs down to nothing and starts again with every copy', () => {
    const countdown = new Countdown();
    countdown.start(30);
    expect([countdown.left, countdown.part]).toEqual([30, 1]);
    vi.advanceTimersByTime(10_000);
    expect(countdown.left).toBe(20);
    countdown.start(30);
    vi.advanceTimersByTime(29_500);
    expect(countdown.left).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(countdown.left).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('changes once a second, and nothing runs in between', () => {
    const seen: [number, number][] = [];
    const started = performance.now();
    countDown(2300, (seconds) => seen.push([Math.round(performance.now() - started), seconds]));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(3000);
    expect(seen).toEqual([
      [0, 3],
      [300, 2],
      [1300, 1],
      [2300, 0],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is silent when nothing is cleared', () => {
    const countdown = new Countdown();
    countdown.start(0);
    expect(countdown.left).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
