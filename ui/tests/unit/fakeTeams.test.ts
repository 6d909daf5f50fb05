import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Backend, TeamView } from '../../src/backend';
import { fakePassword, makeFake } from '../../src/backend/fake';
import { fakeAccount } from '../../src/backend/fake/sharing';

/** The in-memory backend keeps the program's rules, so that screens meet its errors. */
let sure: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  sure = true;
  vi.stubGlobal('confirm', () => sure);
  vi.stubGlobal('navigator', { language: 'en', languages: ['en'] });
});

const begin = (team: string, sync: 'up_to_date' | 'offline' = 'up_to_date') =>
  makeFake({ state: 'unlocked', team, sync, wait: 10, vault: 'Own' });
const code = (code: string) => expect.objectContaining({ code });
const unnamed = expect.objectContaining({ code: 'invalid_input', problem: 'team_name' });
const limits = expect.objectContaining({ code: 'invalid_input', problem: 'team_limits' });
const sent = () => vi.advanceTimersByTimeAsync(50);

async function teamOf(fake: Backend, name: string): Promise<TeamView> {
  const found = (await fake.call('team_list', {})).find((team) => team.name === name);
  if (!found) throw new Error(`no team ${name}`);
  return found;
}
const person = (team: TeamView, name: string) =>
  team.people.find((one) => one.name === name)?.account ?? 'nobody';
const vaultIn = (team: TeamView, name: string) => {
  const found = team.vaults.find((one) => one.name === name);
  if (!found) throw new Error(`no vault ${name}`);
  return found;
};
const vaultId = async (fake: Backend, name: string) =>
  (await fake.call('vault_list', {})).find((one) => one.appearance.name === name)?.id ?? '';

describe('a team', () => {
  test('shows people in their states, and the differences that wait', async () => {
    const team = await teamOf(begin('company'), 'Company');
    expect(team.people.map(({ name, state }) => [name, state])).toEqual([
      ['Mara', 'active'],
      ['Ida', 'active'],
      ['Jonas Lindqvist', 'active'],
      ['Bengt', 'suspended'],
      ['Sigrid', 'removed'],
    ]);
    const jonas = person(team, 'Jonas Lindqvist');
    expect(vaultIn(team, 'Finance').deviations).toEqual([
      {
        account: person(team, 'Ida'),
        kind: 'add',
        role: 'viewer',
        by: [jonas],
        contradicted: true,
      },
      { account: person(team, 'Bengt'), kind: 'remove', by: [jonas], contradicted: false },
    ]);
    expect(vaultIn(team, 'Archive').members).toBeUndefined();
    expect(vaultIn(team, 'Works').others).toHaveLength(1);
  });

  test('is a vault without items, which is no place for any', async () => {
    const fake = begin('company');
    const { id } = await teamOf(fake, 'Company');
    const vaults = await fake.call('vault_list', {});
    expect(vaults.find((one) => one.id === id)).toMatchObject({ team: id, read_only: 'directory' });
    const item = (
      await fake.call('item_list', {
        query: { text: '', scope: { kind: 'all' }, sort: 'title', offset: 0, limit: 1 },
      })
    ).rows[0]?.id;
    const moved = fake.call('item_transfer', { itemIds: [item ?? ''], vaultId: id, mode: 'copy' });
    await expect(moved).rejects.toEqual(code('team_directory'));
  });

  test('is made with names, which have their limits', async () => {
    const fake = begin('');
    await expect(fake.call('team_create', { name: ' ', ownName: 'Mara' })).rejects.toEqual(unnamed);
    await expect(fake.call('team_create', { name: 'x'.repeat(129), ownName: 'Mara' })).rejects.toEqual(
      unnamed,
    );
    const made = await fake.call('team_create', { name: ' Studio ', ownName: 'Mara' });
    expect(made).toMatchObject([{ name: 'Studio', role: 'owner', people: [{ name: 'Mara', own: true }] }]);
  });

  test('of which one is no member any more is none', async () => {
    const fake = begin('left');
    expect(await fake.call('team_list', {})).toEqual([]);
    expect((await fake.call('policy_get', {})).lock_minutes).toBeUndefined();
    const id = await vaultId(fake, 'Old team');
    await fake.call('vault_forget', { vaultId: id });
    expect(await vaultId(fake, 'Old team')).toBe('');
  });
});

describe('groups', () => {
  test('give a vault with the next synchronization, and take it away', async () => {
    const fake = begin('company');
    let team = await teamOf(fake, 'Company');
    const works = vaultIn(team, 'Works');
    const made = await fake.call('team_group_put', {
      request: { team: team.id, name: 'New', accounts: [person(team, 'Jonas Lindqvist')] },
    });
    const group = made[0]?.groups.find(({ name }) => name === 'New')?.id ?? '';
    await fake.call('team_vault_put', {
      request: { team: team.id, vault: works.id, groups: [{ id: group, role: 'viewer' }], accounts: [] },
    });
    await sent();
    team = await teamOf(fake, 'Company');
    const members = async () => (await fake.call('members_get', { vaultId: works.id })).members;
    const jonas = person(team, 'Jonas Lindqvist');
    expect((await members()).find(({ account }) => account === jonas)?.role).toBe('viewer');
    await fake.call('team_group_delete', { teamId: team.id, group });
    await sent();
    expect((await members()).map(({ account }) => account)).not.toContain(jonas);
    // Who was invited into the vault itself stays.
    expect(await members()).toHaveLength(2);
  });

  test('that grow are asked for', async () => {
    const fake = begin('company');
    const { id: team, groups, people } = await teamOf(fake, 'Company');
    sure = false;
    const request = { team, name: 'X', accounts: [people[1]?.account ?? ''] };
    await expect(fake.call('team_group_put', { request })).rejects.toEqual(code('cancelled'));
    sure = true;
    const field = groups[0];
    const smaller = { team, id: field?.id ?? '', name: 'Smaller', accounts: field?.accounts.slice(1) ?? [] };
    const [after] = await fake.call('team_group_put', { request: smaller });
    expect(after?.groups.map(({ name }) => name)).toContain('Smaller');
    await expect(fake.call('team_group_put', { request: { ...smaller, id: 'none' } })).rejects.toEqual(
      code('not_found'),
    );
  });

  test('are changed by owners and managers only', async () => {
    const fake = begin('club');
    const { id: team, groups } = await teamOf(fake, 'Chess club');
    const denied = code('member_not_permitted');
    const group = groups[0]?.id ?? '';
    await expect(fake.call('team_group_put', { request: { team, name: 'X', accounts: [] } })).rejects.toEqual(
      denied,
    );
    await expect(fake.call('team_group_delete', { teamId: team, group })).rejects.toEqual(denied);
    const policy = {
      no_plain_export: false,
      no_export: false,
      no_personal_copies: false,
      second_factor: false,
    };
    await expect(fake.call('team_policy_set', { teamId: team, policy })).rejects.toEqual(denied);
  });
});

describe('vaults', () => {
  const grants = { groups: [], accounts: [] };

  test('are added by those who manage them, and by one team', async () => {
    const fake = begin('company,club,fresh');
    const [company, fresh] = [await teamOf(fake, 'Company'), await teamOf(fake, 'Studio')];
    const put = (team: string, vault: string) =>
      fake.call('team_vault_put', { request: { team, vault, ...grants } });
    const own = await vaultId(fake, 'Own');
    const home = (await fake.call('vault_list', {})).find((one) => one.home)?.id ?? '';
    await expect(put(fresh.id, vaultIn(company, 'Works').id)).rejects.toEqual(code('other_team'));
    await expect(put(fresh.id, company.id)).rejects.toEqual(code('other_team'));
    await expect(put(fresh.id, home)).rejects.toEqual(code('home_not_shared'));
    await expect(put(fresh.id, await vaultId(fake, 'Hall'))).rejects.toEqual(code('member_not_permitted'));
    await put(fresh.id, own);
    expect((await fake.call('vault_list', {})).find(({ id }) => id === own)?.team).toBe(fresh.id);
    const manager = {
      team: fresh.id,
      vault: own,
      groups: [],
      accounts: [{ id: 'x', role: 'manager' as const }],
    };
    await expect(fake.call('team_vault_put', { request: manager })).rejects.toEqual(limits);
  });

  test('that their managers take out follow no team', async () => {
    const fake = begin('company,club');
    const company = await teamOf(fake, 'Company');
    const works = vaultIn(company, 'Works').id;
    const leave = (vaultId: string) => fake.call('team_leave', { vaultId });
    await expect(leave(vaultIn(company, 'Finance').id)).rejects.toEqual(code('member_not_permitted'));
    await expect(leave(company.id)).rejects.toEqual(code('not_found'));
    const after = (await leave(works)).find(({ id }) => id === company.id);
    expect(after?.vaults.find(({ id }) => id === works)).toMatchObject({ followed: false, deviations: [] });
    await expect(leave(works)).rejects.toEqual(code('not_found'));
    expect(vaultIn(await teamOf(fake, 'Chess club'), 'Hall').followed).toBe(false);
    const left = await fake.call('team_vault_remove', { teamId: company.id, vaultId: works });
    expect(left.find(({ id }) => id === company.id)?.vaults.map(({ name }) => name)).toEqual([
      'Archive',
      'Finance',
    ]);
  });

  test('keep their items as the rules say', async () => {
    const fake = begin('company');
    const works = vaultIn(await teamOf(fake, 'Company'), 'Works').id;
    const item = (
      await fake.call('item_list', {
        query: { text: '', scope: { kind: 'all' }, sort: 'title', offset: 0, limit: 1 },
      })
    ).rows[0]?.id;
    const transfer = (vaultId: string) =>
      fake.call('item_transfer', { itemIds: [item ?? ''], vaultId, mode: 'move' });
    await transfer(works);
    await expect(transfer(await vaultId(fake, 'Own'))).rejects.toEqual(code('policy_forbids'));
  });
});

describe('members', () => {
  const set = (
    fake: Backend,
    team: string,
    account: string,
    state: 'active' | 'suspended' | 'removed',
    more = {},
  ) => fake.call('team_member_set', { request: { team, account, state, ...more } });

  test('that are suspended lose all vaults, and get them back', async () => {
    const fake = begin('company');
    const team = await teamOf(fake, 'Company');
    const works = vaultIn(team, 'Works').id;
    const jonas = person(team, 'Jonas Lindqvist');
    const inside = async () =>
      (await fake.call('members_get', { vaultId: works })).members.some(({ account }) => account === jonas);
    await set(fake, team.id, jonas, 'suspended');
    await sent();
    expect(await inside()).toBe(false);
    await set(fake, team.id, jonas, 'active');
    await sent();
    expect(await inside()).toBe(true);
  });

  test('are not changed by themselves, below their role, or without the password of an owner', async () => {
    const fake = begin('company,club,fresh');
    const [company, studio] = [await teamOf(fake, 'Company'), await teamOf(fake, 'Studio')];
    await expect(set(fake, company.id, fakeAccount, 'suspended')).rejects.toEqual(
      code('member_not_permitted'),
    );
    await expect(set(fake, company.id, 'nobody', 'suspended')).rejects.toEqual(code('not_found'));
    const ida = person(studio, 'Ida');
    await expect(set(fake, studio.id, ida, 'removed')).rejects.toEqual(code('password_needed'));
    await expect(set(fake, studio.id, ida, 'removed', { password: 'x' })).rejects.toEqual(
      code('wrong_password'),
    );
    await set(fake, studio.id, ida, 'removed', { password: fakePassword });
    await sent();
    expect((await teamOf(fake, 'Studio')).people).toMatchObject([
      { name: 'Mara' },
      { name: 'Ida', state: 'removed', words: [] },
    ]);
  });

  test('offline, their own program is among those that wait', async () => {
    const fake = begin('company', 'offline');
    const team = await teamOf(fake, 'Company');
    const jonas = person(team, 'Jonas Lindqvist');
    const [after] = await set(fake, team.id, jonas, 'suspended');
    expect(after && vaultIn(after, 'Works').deviations).toEqual([
      { account: jonas, kind: 'remove', by: [fakeAccount], contradicted: false },
    ]);
  });
});

describe('rules', () => {
  test('of several teams the stricter one counts', async () => {
    const fake = begin('company,club,left');
    expect(await fake.call('policy_get', {})).toEqual({
      password: 3,
      no_plain_export: true,
      no_export: true,
      no_personal_copies: true,
      second_factor: false,
      lock_minutes: 15,
      trash_days: 90,
    });
  });

  test('limit the time until the program locks', async () => {
    const fake = begin('company');
    const settings = await fake.call('settings_get', {});
    const lock = async (minutes: number) =>
      (await fake.call('settings_set', { settings: { ...settings, lock_after_minutes: minutes } }))
        .lock_after_minutes;
    expect(await lock(5)).toBe(5);
    expect(await lock(60)).toBe(15);
    expect(await lock(0)).toBe(15);
  });

  test('have their limits', async () => {
    const fake = begin('company');
    const { id: teamId, policy } = await teamOf(fake, 'Company');
    const set = (more: object) => fake.call('team_policy_set', { teamId, policy: { ...policy, ...more } });
    for (const wrong of [
      { lock_minutes: 0 },
      { lock_minutes: 1441 },
      { trash_days: 3651 },
      { password: 5 },
    ]) {
      await expect(set(wrong)).rejects.toEqual(limits);
    }
    expect(await set({ lock_minutes: 1440 })).toMatchObject([{ policy: { lock_minutes: 1440 } }]);
  });
});
