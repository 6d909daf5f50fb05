import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Backend, ChangeRequest, MembersView, VaultView } from '../../src/backend';
import { fakePassword, makeFake } from '../../src/backend/fake';
import { fakeInvitation } from '../../src/backend/fake/sharing';

/** The in-memory backend keeps the program's rules, so that screens meet its errors. */
let sure: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  sure = true;
  vi.stubGlobal('confirm', () => sure);
  vi.stubGlobal('navigator', { language: 'en', languages: ['en'] });
});

const begin = (sharing: string, sync: 'up_to_date' | 'offline' | 'none' = 'up_to_date') =>
  makeFake({ state: 'unlocked', sharing, wait: 10, ...(sync === 'none' ? {} : { sync }) });

async function vaultOf(fake: Backend, name: string): Promise<VaultView> {
  const found = (await fake.call('vault_list', {})).find(({ appearance }) => appearance.name === name);
  if (!found) throw new Error(`no vault ${name}`);
  return found;
}

const change = async (fake: Backend, request: ChangeRequest): Promise<MembersView> =>
  fake.call('member_change', { request });
const code = (code: string) => expect.objectContaining({ code });
const sent = () => vi.advanceTimersByTimeAsync(50);

async function family(sync?: 'offline') {
  const fake = begin('family', sync);
  const { id: vault } = await vaultOf(fake, 'Family');
  const view = await fake.call('members_get', { vaultId: vault });
  const of = (name: string) => view.members.find((one) => one.name === name)?.account ?? '';
  return { fake, vault, view, of };
}

describe('changes', () => {
  test('have effect once they are sent', async () => {
    const { fake, vault, of } = await family();
    const waiting = await change(fake, { vault, kind: 'remove', account: of('Ida') });
    expect(waiting.members.some(({ name }) => name === 'Ida')).toBe(true);
    expect(waiting.pending.at(-1)).toMatchObject({ kind: 'remove', member: 'Ida' });
    await sent();
    const now = await fake.call('members_get', { vaultId: vault });
    expect(now.members.some(({ name }) => name === 'Ida')).toBe(false);
    expect(now.pending).toHaveLength(2);
  });

  test('wait while the server is out of reach, and can be withdrawn', async () => {
    const { fake, vault, of } = await family('offline');
    const waiting = await change(fake, { vault, kind: 'remove', account: of('Ida') });
    await sent();
    const change_ = waiting.pending.at(-1)?.id ?? 0;
    const view = await fake.call('member_change_withdraw', { vaultId: vault, change: change_ });
    expect(view.pending.map(({ id }) => id)).not.toContain(change_);
    expect(view.members.some(({ name }) => name === 'Ida')).toBe(true);
    await expect(fake.call('member_change_withdraw', { vaultId: vault, change: change_ })).rejects.toEqual(
      code('not_found'),
    );
  });

  test('one that another has made void says so', async () => {
    const { fake, vault, of } = await family();
    await change(fake, { vault, kind: 'remove', account: of('Ida') });
    await change(fake, { vault, kind: 'remove', account: of('Ida') });
    await sent();
    const { pending } = await fake.call('members_get', { vaultId: vault });
    expect(pending.at(-1)).toMatchObject({ kind: 'remove', problem: 'member_unchanged' });
  });

  test('that concern an owner need the password, and no other change before them', async () => {
    const { fake, vault, of } = await family();
    const request = { vault, kind: 'role', account: of('Ida'), role: 'owner' } as const;
    await expect(change(fake, request)).rejects.toEqual(code('password_needed'));
    await expect(change(fake, { ...request, password: 'x' })).rejects.toEqual(code('wrong_password'));
    await change(fake, { vault, kind: 'remove', account: of('Bengt') });
    const again = { ...request, password: fakePassword };
    await expect(change(fake, again)).rejects.toEqual(code('member_changes_wait'));
    await sent();
    await change(fake, again);
    await sent();
    const { members } = await fake.call('members_get', { vaultId: vault });
    expect(members.filter(({ role }) => role === 'owner')).toHaveLength(2);
  });

  test('a vault keeps an owner, and its home vault one member', async () => {
    const { fake, vault, view } = await family();
    const own = view.members[0]?.account ?? '';
    await expect(change(fake, { vault, kind: 'leave' })).rejects.toEqual(code('last_owner'));
    await expect(change(fake, { vault, kind: 'role', account: own, role: 'editor' })).rejects.toEqual(
      code('last_owner'),
    );
    const home = (await fake.call('vault_list', {})).find((one) => one.home)?.id ?? '';
    await expect(change(fake, { vault: home, kind: 'leave' })).rejects.toEqual(code('home_not_shared'));
    await expect(fake.call('vault_delete', { vaultId: vault, items: 1 })).rejects.toEqual(
      code('vault_shared'),
    );
  });

  test('a manager changes editors and viewers only', async () => {
    const fake = begin('manager');
    const { id: vault } = await vaultOf(fake, 'Choir');
    const { members } = await fake.call('members_get', { vaultId: vault });
    const of = (name: string) => members.find((one) => one.name === name)?.account ?? '';
    for (const name of ['Sigrid', 'Olle']) {
      await expect(change(fake, { vault, kind: 'remove', account: of(name) })).rejects.toEqual(
        code('member_not_permitted'),
      );
    }
    await expect(change(fake, { vault, kind: 'role', account: of('Ida'), role: 'manager' })).rejects.toEqual(
      code('member_not_permitted'),
    );
    await change(fake, { vault, kind: 'role', account: of('Ida'), role: 'viewer' });
  });
});

describe('invitations', () => {
  const request = { role: 'editor', days: 7, name: 'Jonas', own_name: 'Mara' } as const;

  test('are open once they are sent, and their link is shown again', async () => {
    const { fake, vault } = await family();
    const { link } = await fake.call('member_invite', { request: { ...request, vault } });
    const own = expect(fake.call('invitation_read', { text: link })).rejects.toEqual(code('already_member'));
    await sent();
    await own;
    const { invitations } = await fake.call('members_get', { vaultId: vault });
    const made = invitations.find(({ name }) => name === 'Jonas');
    expect(made).toMatchObject({ role: 'editor', inviter: 'Mara', made_here: true });
    const invitation = made?.key ?? '';
    expect(await fake.call('invitation_link', { vaultId: vault, invitation })).toEqual({ link });
    await change(fake, { vault, kind: 'revoke', invitation });
    await sent();
    await expect(fake.call('invitation_link', { vaultId: vault, invitation })).rejects.toEqual(
      code('not_found'),
    );
  });

  test('are not made without a name, as an owner, or if the user declines', async () => {
    const { fake, vault } = await family();
    const invite = (more: object) => fake.call('member_invite', { request: { ...request, vault, ...more } });
    await expect(invite({ own_name: ' ' })).rejects.toEqual(
      expect.objectContaining({ code: 'invalid_input', problem: 'member_name' }),
    );
    await expect(invite({ role: 'owner' })).rejects.toEqual(code('member_not_permitted'));
    sure = false;
    await expect(invite({})).rejects.toEqual(code('cancelled'));
  });

  test('one that is accepted waits, is sent, and brings its vault', async () => {
    const fake = begin('');
    const reading = fake.call('invitation_read', { text: ` ${fakeInvitation}\n` });
    await sent();
    const { token } = await reading;
    expect(await fake.call('invitation_accept', { token, name: 'Mara' })).toMatchObject([{ sent: false }]);
    await expect(fake.call('invitation_accept', { token, name: 'Mara' })).rejects.toEqual(code('not_found'));
    await sent();
    expect(await fake.call('joining_list', {})).toMatchObject([{ sent: true }]);
    await fake.call('sync_now', {});
    await sent();
    expect(await fake.call('joining_list', {})).toEqual([]);
    const { sharing } = await vaultOf(fake, 'Garden club');
    expect(sharing).toMatchObject({ role: 'editor', from_others: true, shared_by: 'Jonas', members: 3 });
  });

  test('without a server none is read', async () => {
    const fake = begin('', 'none');
    const reading = fake.call('invitation_read', { text: fakeInvitation });
    const refused = expect(reading).rejects.toEqual(code('not_connected'));
    await sent();
    await refused;
  });
});

test('a vault is removed from the profile by one who is no member', async () => {
  const fake = begin('former,viewer');
  const [former, viewer] = [await vaultOf(fake, 'Old office'), await vaultOf(fake, 'Recipes')];
  expect(former.read_only).toBe('no_member');
  expect(viewer.read_only).toBe('viewer');
  await expect(fake.call('vault_forget', { vaultId: viewer.id })).rejects.toEqual(code('vault_shared'));
  const left = await fake.call('vault_forget', { vaultId: former.id });
  expect(left.map(({ id }) => id)).not.toContain(former.id);
});

test('nothing is written into a vault that can only be read', async () => {
  const fake = begin('viewer,waiting,newer,closed');
  const draft = {
    item_type: 'note',
    title: 'Soup',
    fields: [],
    urls: [],
    notes: '',
    tags: [],
    favourite: false,
    url_rules: [],
    removed_passkeys: [],
    reprompt: false,
    template: false,
  } as const;
  for (const [name, why] of [
    ['Recipes', 'vault_not_writable'],
    ['', 'vault_key_missing'],
    ['Lab', 'vault_newer'],
    ['Bazaar', 'vault_closed'],
  ] as const) {
    const vaults = await fake.call('vault_list', {});
    const vaultId = vaults.find((one) => !one.home && one.appearance.name === name)?.id ?? '';
    const saved = fake.call('item_save', { draft: structuredClone(draft) as never, vaultId });
    await expect(saved).rejects.toEqual(code(why));
  }
});
