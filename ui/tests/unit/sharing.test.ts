import { beforeEach, describe, expect, test } from 'vitest';
import {
  onPasswordNeeded,
  useBackend,
  type Arguments,
  type CommandName,
  type JoiningView,
  type MembersView,
  type MemberView,
  type RoleView,
  type SharingView,
  type VaultView,
} from '../../src/backend';
import { ERRORS, PROBLEMS } from '../../src/backend/generated/errors';
import { isShared, joiningLine, vaultLines } from '../../src/features/items/vaultState';
import { copyAll } from '../../src/features/sharing/copyAll';
import { changeText } from '../../src/features/sharing/names';
import { People } from '../../src/features/sharing/people.svelte';
import { administers, invitable, removable, roles, rolesFor } from '../../src/features/sharing/roles';
import { useErrors } from '../../src/shared/errors';

const member = (role: RoleView, more: Partial<MemberView> = {}): MemberView => ({
  account: role,
  role,
  words: [],
  certificate: '',
  verified: false,
  renewed: false,
  contradicted: false,
  own: false,
  waits_for_key: false,
  ...more,
});
const view = (more: Partial<MembersView> = {}): MembersView => ({
  vault: 'v',
  members: [member('owner', { own: true })],
  role: 'owner',
  invitations: [],
  answers: [],
  pending: [],
  epoch_due: false,
  second_factor: false,
  can_forget: false,
  ...more,
});
const vault = (sharing: Partial<SharingView> = {}, more: Partial<VaultView> = {}): VaultView => ({
  id: 'v',
  home: false,
  only_here: false,
  appearance: { name: 'Family', icon: '' },
  listed: 0,
  archived: 0,
  trashed: 0,
  sharing: {
    members: 1,
    role: 'owner',
    from_others: false,
    invitations: 0,
    answers: 0,
    pending: 0,
    epoch_due: false,
    ...sharing,
  },
  ...more,
});

/** Calls of the backend that wait for an answer, in their order. */
let calls: {
  name: CommandName;
  args: unknown;
  answer: (value: unknown) => void;
  fail: (code: string) => void;
}[];
let heard: Map<string, () => void>;

beforeEach(() => {
  calls = [];
  heard = new Map();
  useErrors(ERRORS, PROBLEMS);
  useBackend({
    call: (name, args) =>
      new Promise((resolve, reject) =>
        calls.push({
          name,
          args,
          answer: (value) => resolve(value as never),
          fail: (code) => reject({ code, message: '' }),
        }),
      ),
    on: (name, handler) => {
      heard.set(name, () => handler(null as never));
      return () => heard.delete(name);
    },
  });
});

const settled = () => new Promise((resolve) => setTimeout(resolve));
const next = () => {
  const first = calls.shift();
  if (!first) throw new Error('nothing was asked');
  return first;
};

describe('roles', () => {
  test('managers administer editors and viewers, owners everybody', () => {
    const of = (by: RoleView | undefined) => roles.filter((other) => administers(by, other));
    expect(of('owner')).toEqual(['owner', 'manager', 'editor', 'viewer']);
    expect(of('manager')).toEqual(['editor', 'viewer']);
    for (const by of ['editor', 'viewer', undefined] as const) expect(of(by)).toEqual([]);
  });

  test('an invitation never makes an owner', () => {
    expect(invitable('owner')).toEqual(['viewer', 'editor', 'manager']);
    expect(invitable('manager')).toEqual(['viewer', 'editor']);
    expect(invitable('viewer')).toEqual([]);
  });

  test('the last owner keeps the role, and nobody removes themselves', () => {
    const own = member('owner', { own: true });
    expect(rolesFor('owner', own, 1)).toEqual([]);
    expect(rolesFor('owner', own, 2)).toEqual(roles);
    expect(rolesFor('manager', member('manager'), 1)).toEqual([]);
    expect(rolesFor('manager', member('viewer'), 1)).toEqual(['editor', 'viewer']);
    expect(removable('owner', own)).toBe(false);
    expect(removable('owner', member('owner'))).toBe(true);
    expect(removable('manager', member('manager'))).toBe(false);
  });
});

describe('a vault in the sidebar', () => {
  test('is shared by other members, invitations, or somebody else', () => {
    expect(isShared(vault())).toBe(false);
    expect(isShared(vault({ members: 2 }))).toBe(true);
    expect(isShared(vault({ invitations: 1 }))).toBe(true);
    expect(isShared(vault({ from_others: true }))).toBe(true);
    expect(isShared(vault({ members: 2 }, { home: true }))).toBe(false);
  });

  test('always says who shares it, and the state that matters most', () => {
    const of = {
      from_others: true,
      shared_by: 'Jonas',
      role: 'editor' as const,
      epoch_due: true,
      pending: 1,
    };
    expect(vaultLines(vault(of, { read_only: 'key_missing' }))).toEqual([
      'Shared by Jonas',
      'Waiting for the key',
    ]);
    expect(vaultLines(vault(of))).toEqual(['Shared by Jonas', 'New key is due']);
    expect(vaultLines(vault({ ...of, epoch_due: false }))).toEqual([
      'Shared by Jonas',
      '1 change not in effect',
    ]);
    const { shared_by: _by, ...unnamed } = of;
    expect(vaultLines(vault({ ...unnamed, epoch_due: false, pending: 0 }))).toEqual(['Shared with you']);
    expect(vaultLines(vault({ members: 3 }))).toEqual(['3 people']);
    expect(vaultLines(vault({ invitations: 2 }))).toEqual(['2 invitations open']);
  });

  test('that was joined says whether the answer is sent', () => {
    const joining: JoiningView = { vault: 'v', role: 'viewer', answered_at: 0, sent: false, words: [] };
    expect(joiningLine(joining)).toBe('Not sent yet');
    expect(joiningLine({ ...joining, sent: true })).toBe('Waiting for confirmation');
    const named = joiningLine({ ...joining, vault_name: 'Choir' });
    expect(named).toBe('Invitation · Not sent yet');
  });
});

describe('people', () => {
  test('an answer older than the result of a change is dropped', async () => {
    const people = new People('v');
    people.follow();
    const loading = next();
    void people.change({ kind: 'remove', account: 'a' });
    next().answer(view({ epoch_due: true }));
    await settled();
    loading.answer(view());
    await settled();
    expect(people.view?.epoch_due).toBe(true);
  });

  test('are loaded again after a change of items or of synchronization, until nobody listens', async () => {
    const people = new People('v');
    const stop = people.follow();
    next().answer(view());
    await settled();
    heard.get('items-changed')?.();
    heard.get('sync-changed')?.();
    expect(calls.map(({ name }) => name)).toEqual(['members_get', 'members_get']);
    stop();
    expect([...heard.keys()]).toEqual([]);
  });

  test('a change that needs the password waits for it and is repeated with it', async () => {
    let asked = false;
    const stop = onPasswordNeeded(async () => (asked = true));
    const people = new People('v');
    const change = { kind: 'role', account: 'a', role: 'owner' } as const;
    const done = people.change(change);
    const first = next();
    expect(first.args).toEqual({ request: { ...change, vault: 'v' } });
    first.fail('password_needed');
    expect(await done).toBe(false);
    // The question for secrets of items would not help, and no error is shown.
    expect(asked).toBe(false);
    expect(calls).toEqual([]);
    expect(people.attempt.failure).toBeUndefined();
    expect(people.asking).toEqual(change);

    const wrong = people.confirm('wrong');
    next().fail('wrong_password');
    await expect(wrong).rejects.toMatchObject({ code: 'wrong_password' });
    expect(people.asking).toEqual(change);

    const right = people.confirm('right');
    const last = next();
    expect(last.args).toEqual({ request: { ...change, vault: 'v', password: 'right' } });
    last.answer(view({ epoch_due: true }));
    await right;
    expect(people.asking).toBeUndefined();
    expect(people.view?.epoch_due).toBe(true);
    stop();
  });

  test('another error of a change is shown', async () => {
    const people = new People('v');
    const done = people.change({ kind: 'leave' });
    next().fail('last_owner');
    expect(await done).toBe(false);
    expect(people.attempt.failure).toMatchObject({ code: 'last_owner' });
    expect(people.asking).toBeUndefined();
  });

  test('a vault counts as shared once anybody else is in it or may come', () => {
    const people = new People('v');
    expect(people.shared).toBe(false);
    people.accept(view());
    expect(people.shared).toBe(false);
    people.accept(view({ members: [member('owner', { own: true }), member('viewer')] }));
    expect(people.shared).toBe(true);
    people.accept(view({ pending: [{ id: 1, kind: 'invite', at: 0 }] }));
    expect(people.shared).toBe(true);
  });
});

test('a change is described with the name and role that it has', () => {
  const change = { id: 1, at: 0 };
  expect(changeText({ ...change, kind: 'role', member: 'Ida', role: 'viewer' })).toBe('Ida becomes Viewer');
  expect(changeText({ ...change, kind: 'add', role: 'editor' })).toBe('Without a name joins as Editor');
  expect(changeText({ ...change, kind: 'invite', role: 'manager' })).toBe('Invitation as Manager');
  expect(changeText({ ...change, kind: 'remove', member: '{role}' })).toBe('{role} is removed');
  expect(changeText({ ...change, kind: 'other' })).toBe('Another change');
});

test('all items of a vault are copied at once, archived ones and templates too', async () => {
  const row = (id: string, of = 'v') => ({ id, vault_id: of });
  const answers: Record<string, object[][]> = {
    vault: [Array.from({ length: 500 }, (_, index) => row(`i${index}`)), [row('last')]],
    archive: [[row('old'), row('elsewhere', 'w')]],
    templates: [[row('template')]],
  };
  let copied: Arguments<'item_transfer'> | undefined;
  useBackend({
    call: async (name, args) => {
      if (name === 'item_transfer') {
        copied = args as Arguments<'item_transfer'>;
        return { items: copied.itemIds, left: [] } as never;
      }
      const { query } = args as Arguments<'item_list'>;
      return { rows: answers[query.scope.kind]?.[query.offset / 500] ?? [] } as never;
    },
    on: () => () => undefined,
  });
  await copyAll('v', 'home');
  expect(copied?.itemIds).toHaveLength(503);
  expect(copied?.itemIds).toEqual(expect.arrayContaining(['i0', 'i499', 'last', 'old', 'template']));
  expect(copied).toMatchObject({ vaultId: 'home', mode: 'copy' });
});
