import { describe, expect, test } from 'vitest';
import { fakeSecretKey } from '../../src/backend/fake';
import { fakeRecoveryCode } from '../../src/backend/fake/keys';
import { codeCharacters, checkCode } from '../../src/shared/printedCode';

describe('a typed Secret Key', () => {
  test('is good as it is printed', async () => {
    expect(await checkCode(fakeSecretKey)).toEqual({ state: 'good' });
  });

  test('ignores case, spaces, dashes, O for 0, I and L for 1', async () => {
    const sloppy = fakeSecretKey.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replace(/1/g, 'l');
    expect(await checkCode(sloppy)).toEqual({ state: 'good' });
    expect(codeCharacters('c1-o123')).toBe('0123');
  });

  test('is distinguished from a recovery code', async () => {
    expect(await checkCode(fakeRecoveryCode, 'recovery-code')).toEqual({ state: 'good' });
    expect(await checkCode(codeCharacters(fakeRecoveryCode, 'recovery-code'))).toEqual({ state: 'mistyped' });
    expect(await checkCode(codeCharacters(fakeSecretKey), 'recovery-code')).toEqual({ state: 'mistyped' });
  });

  test('tells how much is missing, and what cannot occur', async () => {
    expect(await checkCode('C1-0410')).toEqual({ state: 'short', missing: 24 });
    expect(await checkCode('C1-04U0')).toEqual({ state: 'letter', letter: 'U' });
    expect(await checkCode(`${fakeSecretKey}0`)).toEqual({ state: 'long' });
  });

  test('detects a mistake in any one character', async () => {
    const body = codeCharacters(fakeSecretKey);
    for (let index = 0; index < body.length; index += 1) {
      const other = body[index] === '7' ? '8' : '7';
      const slipped = body.slice(0, index) + other + body.slice(index + 1);
      expect(await checkCode(`C1${slipped}`), `at ${index}`).toEqual({ state: 'mistyped' });
    }
  });
});
