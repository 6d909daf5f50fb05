import { expect, test } from 'vitest';
import { groups } from '../../src/features/shortcuts/groups';
import { isPrefix, bestMatches, score } from '../../src/features/palette/match';
import { shortcuts } from '../../src/shared/shortcuts';

test('words may be begun only, in any order, without case and accents', () => {
  expect(score('Passwort ändern', 'and')).toBeDefined();
  expect(score('Copy user name', 'name co')).toBeDefined();
  expect(score('Copy user name', 'COPY USER')).toBe(3);
  expect(score('Copy user name', 'cun')).toBe(0.5);
  expect(score('Copy user name', 'xyz')).toBeUndefined();
});

test('what begins as typed comes before what only contains it', () => {
  const names = ['Unlock later', 'New note', 'Lock', 'Clockwork'];
  expect(bestMatches(names, 'lock', (name) => name)).toEqual(['Lock', 'Unlock later', 'Clockwork']);
  expect(bestMatches(names, '  ', (name) => name)).toEqual(names);
});

test('only what is typed from its beginning stays on top', () => {
  expect(isPrefix('Lock', ' lo ')).toBe(true);
  expect(isPrefix('Unlock', 'lo')).toBe(false);
  expect(isPrefix('Lock', '  ')).toBe(false);
});

test('typed text is never read as a pattern', () => {
  expect(score('a', '(((((.*+?')).toBeUndefined();
  expect(score('C++ (old)', '(old')).toBeDefined();
});

test('the sheet shows every shortcut once', () => {
  const shown: string[] = groups.flatMap((group) => [...group.names]);
  expect(shown.sort()).toEqual(Object.keys(shortcuts).sort());
});
