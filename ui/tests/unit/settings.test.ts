import { expect, test } from 'vitest';
import { clipboardSeconds, lockMinutes, wholeHours, withCurrent } from '../../src/shared/times';

test('every offered time is one the program accepts', () => {
  for (const minutes of lockMinutes) expect(minutes === 0 || (minutes >= 1 && minutes <= 1440)).toBe(true);
  for (const seconds of clipboardSeconds)
    expect(seconds === 0 || (seconds >= 5 && seconds <= 600)).toBe(true);
});

test('the current time is among the sorted choices, “never” last', () => {
  expect(withCurrent([5, 30, 0], 12)).toEqual([5, 12, 30, 0]);
  expect(withCurrent([5, 30, 0], 30)).toEqual([5, 30, 0]);
  expect(withCurrent([5, 30], 0)).toEqual([5, 30, 0]);
});

test('whole hours are shown as hours', () => {
  expect(wholeHours(60)).toBe(1);
  expect(wholeHours(240)).toBe(4);
  expect(wholeHours(90)).toBeUndefined();
  expect(wholeHours(0)).toBeUndefined();
});
