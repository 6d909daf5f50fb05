import { beforeEach, expect, test, vi } from 'vitest';
import { fakePassword, makeFake } from '../../src/backend/fake';

/** The in-memory backend keeps the program's rules of recovery by guardians. */
const code = (code: string) => expect.objectContaining({ code });
const next = 'another staple of horses';

beforeEach(() => {
  vi.stubGlobal('navigator', { language: 'en', languages: ['en'] });
});

test('guardians are chosen, consented to, and answer by the words of a request', async () => {
  const fake = makeFake({ state: 'unlocked', sync: 'up_to_date', team: 'company', recovery: 'guardians' });
  const [team] = await fake.call('team_list', {});
  const teamId = team?.id ?? '';
  const able = team?.people.filter(({ role }) => role === 'owner' || role === 'manager') ?? [];
  const accounts = able.map(({ account }) => account);
  const one = { team: teamId, accounts, threshold: accounts.length + 1 };
  await expect(fake.call('guardians_set', { request: one })).rejects.toEqual(code('invalid_input'));
  const consent = { teamId, password: 'wrong' };
  await expect(fake.call('recovery_consent', consent)).rejects.toEqual(code('wrong_password'));
  const own = { teamId, password: fakePassword };
  await expect(fake.call('recovery_withdraw', own)).rejects.toEqual(code('recovery_not_consented'));
  const text = `coffer://recovery-request#${'AQ'.repeat(20)}`;
  const answer = { text, words: 'one two three four five six seven eight', password: fakePassword };
  await expect(fake.call('recovery_release', answer)).rejects.toEqual(code('recovery_words_differ'));
  const words = 'ginger lawsuit orbit velvet cabin rescue tiger maple';
  expect(await fake.call('recovery_release', { ...answer, words })).toMatch(/^coffer:\/\/recovery-answer#/);
  expect((await fake.call('team_recovery', { teamId })).released).toHaveLength(1);
});

test('a recovery on a computer takes two answers and its password', async () => {
  const fake = makeFake({ state: 'first_run' });
  expect(await fake.call('regain_status', {})).toBeNull();
  const request = { offer: 'nothing', login: 'mara@example.org', password: next };
  await expect(fake.call('regain_begin', { request })).rejects.toEqual(code('recovery_text_invalid'));
  const offer = `coffer://recovery-offer#${'AQ'.repeat(20)}`;
  await fake.call('regain_begin', { request: { ...request, offer } });
  const text = `coffer://recovery-answer#${'AQ'.repeat(20)}`;
  await expect(fake.call('regain_answer', { text, password: 'wrong' })).rejects.toEqual(
    code('wrong_password'),
  );
  await fake.call('regain_answer', { text, password: next });
  await expect(fake.call('regain_register', { password: next })).rejects.toEqual(code('guardians_lack'));
  expect((await fake.call('regain_answer', { text, password: next })).step).toBe('answered');
  expect((await fake.call('regain_register', { password: next })).step).toBe('waiting');
  await fake.call('regain_end', {});
  expect(await fake.call('regain_status', {})).toBeNull();
});
