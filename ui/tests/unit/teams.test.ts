import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  onPasswordNeeded,
  useBackend,
  type CommandName,
  type DeviationView,
  type TeamPersonView,
  type TeamView,
  type VaultView,
} from '../../src/backend';
import { teamLines } from '../../src/features/items/vaultState';
import { addable, grantsOf } from '../../src/features/sharing/teams/grants';
import {
  differenceText,
  factorText,
  namesOf,
  needsPeople,
  rulesText,
  stateText,
} from '../../src/features/sharing/teams/sentences';
import { Team } from '../../src/features/sharing/teams/team.svelte';
import { setLocale } from '../../src/shared/i18n/index.svelte';

const person = (account: string, more: Partial<TeamPersonView> = {}): TeamPersonView => ({
  account,
  role: 'viewer',
  words: [],
  state: 'active',
  own: false,
  vaults: 0,
  ...more,
});
const team = (more: Partial<TeamView> = {}): TeamView => ({
  id: 't',
  name: 'Company',
  role: 'owner',
  people: [],
  groups: [],
  vaults: [],
  policy: { no_plain_export: false, no_export: false, no_personal_copies: false, second_factor: false },
  ...more,
});
const vault = (id: string, more: Partial<VaultView> = {}): VaultView => ({
  id,
  home: false,
  only_here: false,
  appearance: { name: id, icon: '' },
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
  },
  ...more,
});

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
afterEach(() => setLocale('en'));

const settled = () => new Promise((resolve) => setTimeout(resolve));
const next = () => {
  const first = calls.shift();
  if (!first) throw new Error('nothing was asked');
  return first;
};

describe('a team', () => {
  test('an answer older than the result of a change is dropped', async () => {
    const shown = new Team('t');
    shown.follow();
    const loading = next();
    void shown.setState({ account: 'a', state: 'suspended' });
    next().answer([team({ name: 'New' })]);
    await settled();
    loading.answer([team({ name: 'Old' })]);
    await settled();
    expect(shown.view?.name).toBe('New');
  });

  test('is loaded again after changes, and is gone once it is not listed', async () => {
    const shown = new Team('t');
    const stop = shown.follow();
    next().answer([team({ role: 'manager' })]);
    await settled();
    expect(shown.manages).toBe(true);
    heard.get('sync-changed')?.();
    next().answer([team({ id: 'other' })]);
    await settled();
    expect([shown.gone, shown.view, shown.manages]).toEqual([true, undefined, false]);
    stop();
    expect([...heard.keys()]).toEqual([]);
  });

  test('the removal of an owner waits for the password and is repeated with it', async () => {
    let asked = false;
    const stop = onPasswordNeeded(async () => (asked = true));
    const shown = new Team('t');
    const change = { account: 'a', state: 'removed' } as const;
    const done = shown.setState(change);
    next().fail('password_needed');
    expect(await done).toBe(false);
    expect([asked, shown.attempt.failure, shown.asking]).toEqual([false, undefined, change]);
    const right = shown.confirm('right');
    const last = next();
    expect(last.args).toEqual({ request: { ...change, team: 't', password: 'right' } });
    last.answer([team()]);
    await right;
    expect(shown.asking).toBeUndefined();
    stop();
  });
});

describe('a difference', () => {
  const people = new Map(
    [
      person('own', { name: 'Mara', own: true }),
      person('ida', { name: 'Ida' }),
      person('jonas', { name: 'Jonas' }),
      person('olle', { name: 'Olle' }),
      person('sigrid', { name: 'Sigrid' }),
    ].map((one) => [one.account, one]),
  );
  const text = (more: Partial<DeviationView>) =>
    differenceText(
      { account: 'ida', kind: 'add', role: 'editor', by: ['jonas'], contradicted: false, ...more },
      (account) => people.get(account) ?? person(account),
    );

  test('says what happens, and whose program does it', () => {
    expect(text({})).toBe('Ida is added as Editor as soon as Jonas’s Coffer has synchronized.');
    expect(text({ by: ['own', 'jonas'] })).toContain('Jonas’s or your Coffer');
    expect(text({ by: ['own', 'jonas', 'olle', 'sigrid'] })).toContain(
      'Jonas’s, Olle’s, another manager’s, or your Coffer',
    );
    expect(text({ by: ['x', 'y'] })).toContain('as soon as a manager’s Coffer');
    expect(text({ kind: 'role', role: 'viewer' })).toContain('Ida becomes Viewer as soon as');
    expect(text({ kind: 'remove' })).toContain('Ida is removed as soon as Jonas’s Coffer');
    setLocale('de');
    expect(text({ by: ['own', 'jonas'] })).toBe(
      'Ida kommt als Bearbeiter hinzu, sobald Coffer bei Jonas oder bei dir synchronisiert hat.',
    );
  });

  test('that people have to end says what they do', () => {
    expect(text({ contradicted: true })).toContain('Compare words first');
    expect(text({ kind: 'remove_owner' })).toContain('Another owner must remove them there');
    expect(text({ by: [] })).toContain('no manager of the vault is left');
    expect(text({ kind: 'remove', by: [] })).toContain('nobody in the vault may do that now');
    const difference = { account: 'ida', kind: 'add', by: ['own'], contradicted: false } as const;
    expect(needsPeople({ ...difference, by: ['own'] })).toBe(false);
    expect(needsPeople({ ...difference, by: [] })).toBe(true);
    expect(needsPeople({ ...difference, by: ['own'], contradicted: true })).toBe(true);
    expect(needsPeople({ ...difference, by: ['own'], kind: 'remove_owner' })).toBe(true);
  });
});

test('names are listed, and many of them counted', () => {
  const named = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `N${index}` }));
  expect(namesOf(named(2))).toBe('N0 and N1');
  expect(namesOf(named(8))).toBe('N0, N1, N2, N3, N4, N5 and 2 more');
  expect(namesOf([{}])).toBe('Without a name');
});

test('a member who is out says so', () => {
  expect(stateText(person('a'))).toBeUndefined();
  expect(stateText(person('a', { state: 'suspended' }))).toBe('Suspended');
  expect(stateText(person('a', { state: 'removed' }))).toBe('Removed');
  const { role: _role, ...former } = person('a', { state: 'removed' });
  expect(stateText(former)).toBe('Former member');
});

test('rules are said in words', () => {
  const rules = { no_plain_export: true, no_export: false, no_personal_copies: true, second_factor: false };
  const { own, vaults } = rulesText({ ...rules, password: 4, lock_minutes: 60 });
  expect(own.map(([, value]) => value)).toEqual(['Very strong', 'after 1 hour']);
  expect(vaults.map(([, value]) => value)).toEqual(['No rule', 'yes', 'no', 'yes', 'no']);
});

test('only vaults that the account manages and no other team has are added', () => {
  const { sharing } = vault('x');
  const all = [
    vault('home', { home: true }),
    vault('own'),
    vault('manager', { sharing: { ...sharing, role: 'manager' } }),
    vault('editor', { sharing: { ...sharing, role: 'editor' } }),
    vault('t', { team: 't', read_only: 'directory' }),
    vault('again', { team: 't' }),
    vault('elsewhere', { team: 'u' }),
    vault('closed', { read_only: 'closed' }),
    vault('used', { team: 't' }),
  ];
  expect(addable(all, 't', new Set(['used'])).map(({ id }) => id)).toEqual(['own', 'manager', 'again']);
});

test('no access is no grant', () => {
  const access = new Map([
    ['a', 'none'],
    ['b', 'editor'],
  ] as const);
  expect(grantsOf(access)).toEqual([{ id: 'b', role: 'editor' }]);
});

test('a team in the sidebar says how many are in it and what it waits for', () => {
  const { sharing } = vault('t');
  const of = (more: object, why?: VaultView['read_only']) =>
    teamLines(
      vault('t', { sharing: { ...sharing, members: 5, ...more }, ...(why ? { read_only: why } : {}) }),
    );
  expect(of({}, 'directory')).toEqual(['5 people']);
  expect(of({}, 'viewer')).toEqual(['5 people']);
  expect(of({ pending: 1 }, 'directory')).toEqual(['5 people', '1 change not in effect']);
  expect(of({ role: undefined }, 'no_member')).toEqual(['No longer a member']);
});

describe('a second factor that a vault is to need', () => {
  beforeEach(() => setLocale('en'));
  const people = new Map([
    ['a', { name: 'Ada', own: true }],
    ['b', { name: 'Bob', own: false }],
    ['c', { own: false }],
  ]);
  const text = (by: string[], waiting = false) =>
    factorText({ by, waiting }, (account) => people.get(account) ?? { own: false });

  test('is required by an owner, who is named', () => {
    expect(text(['b'])).toContain('require it: Bob.');
    expect(text(['a', 'b'])).toContain('You own this vault');
    expect(text([])).toContain('no owner of the vault works in the team');
  });

  test('is there once it is sent', () => {
    expect(text(['a'], true)).toContain('as soon as your Coffer has synchronized');
  });

  test('is required for own vaults only', async () => {
    const [bens, adas, later] = [['b'], ['a'], ['a', 'b']].map((by, at) => ({
      ...{ id: `${at}`, name: `${at}`, by: 'b', groups: [], accounts: [], followed: true, deviations: [] },
      ...{ others: [], missing_factor: { by, waiting: at === 2 } },
    }));
    const view = team({
      people: [person('a', { own: true })],
      vaults: [bens, adas, later].flatMap((one) => one ?? []),
    });
    const shown = new Team('t');
    shown.accept([view]);
    expect(shown.factorDue).toBe(1);
  });
});
