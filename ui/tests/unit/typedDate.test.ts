import { describe, expect, test } from 'vitest';
import { inDigits, parseDay, parseMonth, pattern, toDate } from '../../src/shared/typedDate';

describe('a typed day', () => {
  test.each([
    ['2027-12-31', '2027-12-31'],
    ['31.12.2027', '2027-12-31'],
    [' 31. 12. 2027 ', '2027-12-31'],
    ['12/31/2027', '2027-12-31'],
    ['31/12/2027', '2027-12-31'],
    ['31-12-2027', '2027-12-31'],
    ['31 12 2027', '2027-12-31'],
    ['12312027', '2027-12-31'],
    ['31122027', '2027-12-31'],
    ['20271231', '2027-12-31'],
    ['2027/1/5', '2027-01-05'],
    ['5.1.2027', '2027-01-05'],
    ['29.2.2028', '2028-02-29'],
    ['20101112', '2010-11-12'],
    ['1.1.0001', '0001-01-01'],
  ])('%s is understood in every language', (typed, day) => {
    for (const locale of ['de', 'en-GB', 'en-US', 'en']) expect(parseDay(typed, locale)).toBe(day);
  });

  test.each([
    ['03/04/2027', '2027-04-03', '2027-03-04'],
    ['3-4-2027', '2027-04-03', '2027-03-04'],
    ['03042027', '2027-04-03', '2027-03-04'],
    ['3.4.2027', '2027-04-03', '2027-04-03'],
  ])('%s is read in the order of the language', (typed, british, american) => {
    expect(parseDay(typed, 'de')).toBe(british);
    expect(parseDay(typed, 'en-GB')).toBe(british);
    expect(parseDay(typed, 'en-US')).toBe(american);
  });

  test.each([
    '',
    'soon',
    '31.12.27',
    '31.12.',
    '31.13.2027',
    '29.2.2027',
    '12/32/2027',
    '99999999',
    '1.2.3.2027',
    '2027-12',
    '2027-1-001',
    '١.١.٢٠٢٧',
  ])('%j is not understood', (typed) => {
    for (const locale of ['de', 'en-GB', 'en-US']) expect(parseDay(typed, locale)).toBeUndefined();
  });
});

describe('a typed month', () => {
  test.each([
    ['2027-12', '2027-12'],
    ['12/27', '2027-12'],
    ['12 / 2027', '2027-12'],
    ['1.2027', '2027-01'],
    ['1227', '2027-12'],
    ['122027', '2027-12'],
    ['202712', '2027-12'],
    ['2027/1', '2027-01'],
  ])('%s is understood', (typed, month) => {
    expect(parseMonth(typed)).toBe(month);
  });

  test.each(['', '13/27', '00/27', '12', '1/2/2027', '12/7', 'May', '0000'])(
    '%j is not understood',
    (typed) => {
      expect(parseMonth(typed)).toBeUndefined();
    },
  );
});

test('a stored date is shown as the language writes it, and read back from that', () => {
  const days = ['2027-12-31', '0045-02-03', '2024-02-29'];
  for (const locale of ['de', 'en-GB', 'en-US']) {
    for (const day of days) expect(parseDay(inDigits('date', day, locale), locale)).toBe(day);
    expect(parseMonth(inDigits('month', '2027-12', locale))).toBe('2027-12');
  }
  expect(inDigits('date', '2027-12-31', 'de')).toBe('31.12.2027');
  expect(inDigits('date', '2027-12-31', 'en-US')).toBe('12/31/2027');
  expect(inDigits('date', '2027-02-31', 'de')).toBe('2027-02-31');
  expect(toDate('date', '0045-02-03')?.getFullYear()).toBe(45);
  expect(pattern('date', 'de', { day: 'TT', month: 'MM', year: 'JJJJ' })).toBe('TT.MM.JJJJ');
  expect(pattern('month', 'en-US', { day: 'DD', month: 'MM', year: 'YYYY' })).toBe('MM/YYYY');
});
