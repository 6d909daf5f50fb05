import { describe, expect, test } from 'vitest';
import { fakeSecretKey } from '../../src/backend/fake';
import { fakeRecoveryCode } from '../../src/backend/fake/keys';
import { characters, lookAt } from '../../src/shared/codes';

describe('a typed Secret Key', () => {
  test('is good as it is printed', async () => {
    expect(await lookAt(fakeSecretKey)).toEqual({ state: 'good' });
  });

  test('is taken forgivingly: case, spaces, dashes, O for 0, I and L for 1', async () => {
    const sloppy = fakeSecretKey.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replace(/1/g, 'l');
    expect(await lookAt(sloppy)).toEqual({ state: 'good' });
    expect(characters('c1-o123')).toBe('0123');
  });

  test('is told apart from a recovery code', async () => {
    expect(await lookAt(fakeRecoveryCode, 'recovery-code')).toEqual({ state: 'good' });
    expect(await lookAt(characters(fakeRecoveryCode, 'recovery-code'))).toEqual({ state: 'slip' });
    expect(await lookAt(characters(fakeSecretKey), 'recovery-code')).toEqual({ state: 'slip' });
  });

  test('tells how much is missing, and what cannot occur', async () => {
    expect(await lookAt('C1-0410')).toEqual({ state: 'short', missing: 24 });
    expect(await lookAt('C1-04U0')).toEqual({ state: 'letter', letter: 'U' });
    expect(await lookAt(`${fakeSecretKey}0`)).toEqual({ state: 'long' });
  });

  test('tells a slip in any one character', async () => {
    const body = characters(fakeSecretKey);
    for (let index = 0; index < body.length; index += 1) {
      const other = body[index] === '7' ? '8' : '7';
      const slipped = body.slice(0, index) + other + body.slice(index + 1);
      expect(await lookAt(`C1${slipped}`), `at ${index}`).toEqual({ state: 'slip' });
    }
  });
});
