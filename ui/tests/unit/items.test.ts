import { describe, expect, test } from 'vitest';
import { parseFolder, parseTags } from '../../src/features/items/editor.svelte';
import { folderTree, visibleFolders } from '../../src/features/items/folders';
import { pageQuery, scopeKey } from '../../src/features/items/listScope';
import { runsOf } from '../../src/shared/runs';
import { changeText, fieldName, groupDigits, isWebUrl } from '../../src/features/items/names';
import { hueOf, initialOf } from '../../src/shared/hue';

describe('folders', () => {
  test('stand in tree order, with folders that only hold folders', () => {
    const tree = folderTree([
      { name: 'Work/Servers', count: 2 },
      { name: 'Home', count: 1 },
      { name: 'Work/Development', count: 3 },
    ]);
    expect(tree.map(({ path, depth, count }) => [path, depth, count])).toEqual([
      ['Home', 0, 1],
      ['Work', 0, 5],
      ['Work/Development', 1, 3],
      ['Work/Servers', 1, 2],
    ]);
  });

  test('keep a child next to its parent despite similar siblings', () => {
    const paths = folderTree([
      { name: 'Work-old', count: 1 },
      { name: 'Work', count: 1 },
      { name: 'Work/A', count: 1 },
    ]).map((entry) => entry.path);
    expect(paths.indexOf('Work/A')).toBe(paths.indexOf('Work') + 1);
  });

  test('inside of collapsed ones are hidden, siblings with a similar name are not', () => {
    const tree = folderTree(['A/B/C', 'A/D', 'A-old', 'E'].map((name) => ({ name, count: 1 })));
    const shown = (...collapsed: string[]) =>
      visibleFolders(tree, new Set(collapsed)).map(({ path, children }) => [path, children]);
    expect(shown('A').map(([path]) => path)).toEqual(['A', 'A-old', 'E']);
    expect(shown('A/B')).toEqual([
      ['A', true],
      ['A/B', true],
      ['A/D', false],
      ['A-old', false],
      ['E', false],
    ]);
  });

  test('are trimmed level by level', () => {
    expect(parseFolder(' Work / Servers /')).toBe('Work/Servers');
    expect(parseFolder(' / ')).toBeUndefined();
  });
});

test('tags are split by comma, without doubles or empty ones', () => {
  expect(parseTags(' mail, work,mail ,, ')).toEqual(['mail', 'work']);
});

test('places have different keys and queries', () => {
  expect(scopeKey({ kind: 'folder', folder: 'a/b' })).toBe('folder:a/b');
  expect(scopeKey({ kind: 'type', item_type: 'card' })).toBe('type:card');
  expect(pageQuery({ kind: 'tag', tag: 'x' }, '  bank has:totp ', 'modified', 200, 200)).toEqual({
    text: 'bank has:totp',
    scope: { kind: 'tag', tag: 'x' },
    sort: 'modified',
    offset: 200,
    limit: 200,
  });
});

describe('names', () => {
  test('are the label, else the role in the language', () => {
    expect(fieldName({ role: 'username', label: '' })).toBe('User name');
    expect(fieldName({ label: 'Member since' })).toBe('Member since');
    expect(fieldName({ role: 'not_known_yet', label: '' })).toBe('not_known_yet');
  });

  test('make changes readable', () => {
    expect(changeText('field:password')).toBe('Password changed');
    expect(changeText('field:My own')).toBe('My own changed');
    expect(changeText('tags')).toBe('Tags changed');
  });
});

describe('values', () => {
  test('are split into runs of letters, digits and symbols', () => {
    expect(runsOf('ab12-ü٣')).toEqual([
      { text: 'ab', kind: 'letter' },
      { text: '12', kind: 'digit' },
      { text: '-', kind: 'symbol' },
      { text: 'ü', kind: 'letter' },
      { text: '٣', kind: 'digit' },
    ]);
  });

  test('of codes are grouped, those of Steam are not', () => {
    expect(groupDigits('123456')).toBe('123\u2009456');
    expect(groupDigits('12345678')).toBe('1234\u20095678');
    expect(groupDigits('1234567')).toBe('1234\u2009567');
    expect(groupDigits('R8XKT')).toBe('R8XKT');
  });

  test('that are addresses are opened only over http and https', () => {
    expect(isWebUrl('https://a.example')).toBe(true);
    expect(isWebUrl(' HTTP://a.example')).toBe(true);
    for (const bare of ['a.example', 'bücher.example/x', 'a.example:8080', 'a.example?q', '192.0.2.1']) {
      expect(isWebUrl(bare), bare).toBe(true);
    }
    for (const bad of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'mailto:ann@a.example',
      'smb://a.example/x',
      'a.example:x',
      'just words',
      '',
    ]) {
      expect(isWebUrl(bad), bad).toBe(false);
    }
  });
});

describe('tiles', () => {
  test('have the same hue for the same name, whatever its case', () => {
    expect(hueOf('GitHub')).toBe(hueOf(' github '));
    expect(hueOf('GitHub')).not.toBe(hueOf('GitLab'));
    expect(hueOf('')).toBeGreaterThanOrEqual(0);
  });

  test('show the first letter a person sees', () => {
    expect(initialOf('  "fastmail"')).toBe('F');
    expect(initialOf('👩‍👩‍👧 family')).toBe('👩‍👩‍👧');
    expect(initialOf('ñandú')).toBe('Ñ');
    expect(initialOf('\u202E…')).toBe('');
  });
});
