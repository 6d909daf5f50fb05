import { describe, expect, test } from 'vitest';
import { bounds, clamp, Recipe } from '../../src/features/generator/recipe.svelte';
import { runsOf } from '../../src/shared/runs';

describe('recipe', () => {
  test('amounts stay within what the program makes, whatever is typed', () => {
    expect(clamp('characters', 3)).toBe(4);
    expect(clamp('characters', 1e9)).toBe(128);
    expect(clamp('characters', 20.4)).toBe(20);
    expect(clamp('words', NaN)).toBe(3);
    expect(clamp('pin', -Infinity)).toBe(bounds.pin.min);
  });

  test('the view carries the amount of its own kind', () => {
    const recipe = new Recipe();
    recipe.amount.characters = 32;
    expect(recipe.view()).toMatchObject({ kind: 'characters', length: 32, symbols: true });
    recipe.kind = 'words';
    expect(recipe.view()).toMatchObject({ kind: 'words', count: 5, separator: 'hyphen' });
    recipe.kind = 'pin';
    expect(recipe.view()).toEqual({ kind: 'pin', length: 6 });
  });

  test('the last class of characters must stay', () => {
    const recipe = new Recipe();
    expect(recipe.isLast('digits')).toBe(false);
    recipe.use.lower = recipe.use.upper = recipe.use.symbols = false;
    expect(recipe.isLast('digits')).toBe(true);
    expect(recipe.isLast('lower')).toBe(false);
  });
});

describe('runs', () => {
  test('a password is cut into letters, digits and symbols without losing any', () => {
    expect(runsOf('ab12-c')).toEqual([
      { text: 'ab', kind: 'letter' },
      { text: '12', kind: 'digit' },
      { text: '-', kind: 'symbol' },
      { text: 'c', kind: 'letter' },
    ]);
    const odd = 'ß٣😀<b>&amp;';
    expect(
      runsOf(odd)
        .map((run) => run.text)
        .join(''),
    ).toBe(odd);
    expect(runsOf('')).toEqual([]);
  });
});
