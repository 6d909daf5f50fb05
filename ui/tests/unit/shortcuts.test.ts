import { describe, expect, test } from 'vitest';
import { setLocale } from '../../src/shared/i18n/index.svelte';
import {
  bindShortcut,
  isShortcutBound,
  matches,
  runShortcut,
  shortcutOf,
  shortcuts,
  formatKeys,
} from '../../src/shared/shortcuts';

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

describe('shortcuts', () => {
  test('are all different', () => {
    const all = Object.values(shortcuts);
    expect(new Set(all).size).toBe(all.length);
  });

  test('tell Shift apart for letters', () => {
    expect(shortcutOf(press('c', { ctrlKey: true }), false)).toBe('copyPassword');
    expect(shortcutOf(press('C', { ctrlKey: true, shiftKey: true }), false)).toBe('reveal');
    expect(shortcutOf(press('u', { ctrlKey: true }), false)).toBe('copyUrl');
    expect(shortcutOf(press('U', { ctrlKey: true, shiftKey: true }), false)).toBe('openUrl');
  });

  test('find the slash on layouts where it is typed with Shift', () => {
    expect(shortcutOf(press('/', { ctrlKey: true, shiftKey: true }), false)).toBe('shortcuts');
    expect(shortcutOf(press('-', { ctrlKey: true, code: 'Slash' }), false)).toBe('shortcuts');
  });

  test('want Cmd on macOS and Ctrl elsewhere, and never Alt', () => {
    expect(matches('mod+l', press('l', { metaKey: true }), true)).toBe(true);
    expect(matches('mod+l', press('l', { ctrlKey: true }), true)).toBe(false);
    expect(matches('mod+l', press('l', { ctrlKey: true, altKey: true }), false)).toBe(false);
    expect(matches('mod+l', press('l'), false)).toBe(false);
    expect(matches('f1', press('F1'), false)).toBe(true);
  });

  test('are written as people read them', () => {
    expect(formatKeys('mod+shift+u', false)).toBe('Ctrl+Shift+U');
    expect(formatKeys('mod+shift+u', true)).toBe('⇧⌘U');
    expect(formatKeys('f1', false)).toBe('F1');
    expect(formatKeys('mod+,', false)).toBe('Ctrl+,');
    setLocale('de');
    expect(formatKeys('mod+shift+u', false)).toBe('Strg+Umschalt+U');
    expect(formatKeys('mod+shift+u', true)).toBe('⇧⌘U');
    setLocale('en');
  });

  test('are answered by what was bound last, until it is unbound', () => {
    const heard: string[] = [];
    const first = bindShortcut('lock', () => void heard.push('first'));
    const second = bindShortcut('lock', () => void heard.push('second'));
    runShortcut('lock');
    second();
    runShortcut('lock');
    first();
    expect(isShortcutBound('lock')).toBe(false);
    expect(runShortcut('lock')).toBe(false);
    expect(heard).toEqual(['second', 'first']);
  });

  test('leave a key alone when the answer is no', () => {
    const unbind = bindShortcut('copyPassword', () => false);
    expect(runShortcut('copyPassword')).toBe(false);
    unbind();
  });

  test('do not answer to names that are none', () => {
    expect(runShortcut('constructor')).toBe(false);
  });
});
