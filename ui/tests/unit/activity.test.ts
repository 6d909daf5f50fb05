import { describe, expect, test } from 'vitest';
import { sentence } from '../../src/features/activity/words';
import type { ActivityRow, PendingChangeView } from '../../src/backend';
import { repeated } from '../../src/features/sharing/people.svelte';

const row = (what: string, more: Partial<ActivityRow> = {}): ActivityRow => ({
  at: 0,
  what,
  device: '',
  count: 1,
  ...more,
});

describe('activity', () => {
  test('begins with who did it and names what it is about', () => {
    expect(sentence(row('item_changed', { author: 'Bob', title: 'Mail' }))).toBe('Bob: changed “Mail”');
    expect(sentence(row('item_deleted'))).toBe('You: deleted an item permanently');
    expect(sentence(row('member_added', { member: 'Ida', role: 'editor' }))).toBe(
      'You: let in Ida as Editor',
    );
    expect(sentence(row('moved', { count: 3 }))).toBe('You: moved 3 items');
  });

  test('of a newer program says so, and endless names are cut', () => {
    expect(sentence(row('something_new'))).toBe('You: did something that a newer program knows');
    expect(sentence(row('member_removed', { member: 'W'.repeat(300) })).length).toBeLessThan(90);
  });
});

test('changes that must be signed again are repeated with what they need', () => {
  const change = (more: Partial<PendingChangeView>): PendingChangeView => ({
    id: 1,
    kind: 'other',
    at: 0,
    ...more,
  });
  expect(repeated(change({ kind: 'role', account: 'a', role: 'owner' }))).toEqual({
    kind: 'role',
    account: 'a',
    role: 'owner',
  });
  expect(repeated(change({ kind: 'remove', account: 'a' }))).toEqual({ kind: 'remove', account: 'a' });
  expect(repeated(change({ kind: 'close' }))).toEqual({ kind: 'close' });
  expect(repeated(change({ kind: 'role', role: 'owner' }))).toBeUndefined();
  expect(repeated(change({ kind: 'invite', role: 'editor' }))).toBeUndefined();
});
