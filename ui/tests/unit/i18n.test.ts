import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ErrorCode, InputProblem } from '../../src/backend';
import { de } from '../../src/shared/i18n/de';
import { en } from '../../src/shared/i18n/en';
import { ERRORS, PROBLEMS } from '../../src/backend/generated/errors';
import { errorText, useErrors } from '../../src/shared/errors';
import {
  bytes,
  chooseLocale,
  dateTime,
  day,
  duration,
  monthName,
  optionalText,
  setLocale,
  t,
  timeOrDate,
} from '../../src/shared/i18n/index.svelte';

type Forms = string | { one: string; other: string };
const names = (message: Forms): string[] => {
  const text = typeof message === 'string' ? message : message.one + message.other;
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();
};

afterEach(() => setLocale('en'));

describe('the catalogues', () => {
  test('have the same keys in the same shape', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(typeof de[key], key).toBe(typeof en[key]);
    }
  });

  test('fill in the same names', () => {
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(names(de[key] as Forms), key).toEqual(names(en[key] as Forms));
    }
  });

  test('call what is opened and locked a profile, saving speichern, and a backup Sicherung', () => {
    const errors: { en: readonly string[]; de: readonly string[] }[] = [
      ...Object.values(ERRORS),
      ...Object.values(PROBLEMS),
    ];
    const texts = (catalogue: Record<string, unknown>, language: 'en' | 'de') =>
      [...Object.values(catalogue), ...errors.map((one) => one[language])].map((one) => JSON.stringify(one));
    const english = texts(en, 'en');
    const german = texts(de, 'de');
    const profileAsVault =
      /(lock|open|protect)\w* (the|your|this) vault|vault (is|can) (be )?lock|vault protects/i;
    const profilAlsTresor = /Tresor (ist|kann)[^.]*sperr|öffne\w* de[nr] Tresor|schützt der Tresor/i;
    expect(english.filter((text) => profileAsVault.test(text))).toEqual([]);
    expect(german.filter((text) => profilAlsTresor.test(text))).toEqual([]);
    expect(german.filter((text) => /\b(mit|ab)?sichern\b|\bgesichert\b/i.test(text))).toEqual([]);
  });

  test('leave no message empty', () => {
    for (const catalogue of [en, de]) {
      for (const [key, message] of Object.entries(catalogue)) {
        const forms: Forms = message;
        for (const text of typeof forms === 'string' ? [forms] : [forms.one, forms.other]) {
          expect(text.trim(), key).not.toBe('');
        }
      }
    }
  });

  test('say something for every error code', () => {
    useErrors(ERRORS, PROBLEMS);
    // What the table lacks does not compile.
    const texts: Record<ErrorCode, { en: readonly string[]; de: readonly string[] }> = ERRORS;
    for (const [code, { en, de }] of Object.entries(texts)) {
      setLocale('en');
      expect(errorText({ code }), code).toBe(en.join(' '));
      setLocale('de');
      expect(errorText({ code }), code).toBe(de.join(' '));
      expect(en.join(' ')).not.toBe(de.join(' '));
    }
    setLocale('en');
    expect(errorText({ code: 'no_such_code' })).toBe(errorText(undefined));
    expect(errorText({ code: 'toString' })).toBe(errorText(undefined));
    expect(errorText({ code: 'import_unreadable', line: 12, column: 7 })).toContain('line 12, column 7');
    expect(errorText({ code: 'import_unreadable', line: 12 })).toContain('line 12.');
  });
});

describe('what is not acceptable in a form', () => {
  test('names the invalid part, with its number formatted', () => {
    useErrors(ERRORS, PROBLEMS);
    // What the table lacks does not compile.
    const texts: Record<InputProblem, { en: readonly string[]; de: readonly string[] }> = PROBLEMS;
    for (const [problem, { en, de }] of Object.entries(texts)) {
      const failure = { code: 'invalid_input', problem, number: 2_500_000 };
      const told = (parts: readonly string[], number: string, amount: string) =>
        parts.join(' ').replace('{n}', number).replace('{bytes}', amount);
      setLocale('en');
      expect(errorText(failure), problem).toBe(told(en, '2,500,000', '2.5 MB'));
      setLocale('de');
      expect(errorText(failure), problem).toBe(told(de, '2.500.000', '2,5 MB'));
    }
    setLocale('en');
    const general = ERRORS.invalid_input.en.join(' ');
    for (const problem of ['no_such_problem', 'toString', undefined, 7]) {
      expect(errorText({ code: 'invalid_input', problem })).toBe(general);
    }
  });
});

describe('messages', () => {
  test('are filled in and take the form of the number', () => {
    expect(t('list.count', { count: 1 })).toBe('1 item');
    expect(t('list.count', { count: 1234 })).toBe('1,234 items');
    expect(t('detail.copied', { name: 'Password' })).toBe('Password copied');
  });

  test('follow the language', () => {
    setLocale('de');
    expect(t('list.count', { count: 1234 })).toBe('1.234 Einträge');
    expect(bytes(1_500_000)).toBe('1,5 MB');
  });

  test('do not fill in values with braces again', () => {
    expect(t('leave.text', { title: '{title} {count}' })).toContain('{title} {count}');
  });

  test('keep their direction, whatever a name in them turns', () => {
    const name = '\u202eIda\u2066';
    expect(t('people.remove.title', { name })).toBe('Remove Ida?');
  });

  test('that are unknown are shown as unknown', () => {
    expect(optionalText('notice.no_such_notice')).toBeUndefined();
    expect(optionalText('toString')).toBeUndefined();
  });
});

test('the language is the wish, else the system’s, else English', () => {
  expect(chooseLocale('de', 'en')).toBe('de');
  expect(chooseLocale('system', 'de-AT')).toBe('de');
  expect(chooseLocale('system', 'fr')).toBe('en');
});

test('a system language that is none does no harm', () => {
  for (const languages of [['C'], [''], ['en_'], ['en-'], []]) {
    vi.stubGlobal('navigator', { languages });
    expect(day(0)).toMatch(/1970/);
  }
  vi.stubGlobal('navigator', { languages: ['C', 'en-GB'] });
  expect(day(0)).toBe('1 Jan 1970');
  vi.unstubAllGlobals();
});

test('sizes and spans are shown in fitting units', () => {
  expect(bytes(0)).toBe('0 bytes');
  expect(bytes(999)).toBe('999 bytes');
  expect(bytes(48_213)).toBe('48.2 kB');
  expect(bytes(999_999)).toBe('1 MB');
  expect(bytes(4_812_993_331)).toBe('4.8 GB');
  expect(duration(0.2)).toBe('1 second');
  expect(duration(200)).toBe('3 minutes');
  expect(duration(7200)).toBe('2 hours');
});

test.each([2 ** 64, -(2 ** 64)])('a time of %d, as a server may state, is a date', (at) => {
  for (const format of [dateTime, day, timeOrDate, monthName]) expect(format(at)).not.toBe('');
});
