import { describe, expect, test } from 'vitest';
import { nextIndex, scrollFor, TypeAhead, visibleRange } from '../../src/shared/virtual';

describe('visible', () => {
  test('draws the rows in view and a few around them', () => {
    expect(visibleRange(0, 520, 52, 100_000)).toEqual({ first: 0, end: 16 });
    expect(visibleRange(52 * 5000, 520, 52, 100_000)).toEqual({ first: 4994, end: 5016 });
  });

  test('ends with the list', () => {
    expect(visibleRange(52 * 99_990, 520, 52, 100_000)).toEqual({ first: 99_984, end: 100_000 });
    expect(visibleRange(0, 520, 52, 3)).toEqual({ first: 0, end: 3 });
  });

  test('draws nothing of an empty list, wherever it was scrolled to', () => {
    const { first, end } = visibleRange(5000, 520, 52, 0);
    expect(end - first).toBeLessThanOrEqual(0);
  });
});

describe('scrollFor', () => {
  test('leaves a row alone that is in view', () => {
    expect(scrollFor(3, 100, 520, 52)).toBe(100);
  });

  test('brings a row into view by the shortest way', () => {
    expect(scrollFor(0, 100, 520, 52)).toBe(0);
    expect(scrollFor(20, 0, 520, 52)).toBe(21 * 52 - 520);
  });
});

describe('moved', () => {
  test('stops at both ends', () => {
    expect(nextIndex('ArrowDown', 9, 10, 5)).toBe(9);
    expect(nextIndex('ArrowUp', 0, 10, 5)).toBe(0);
    expect(nextIndex('PageDown', 7, 10, 5)).toBe(9);
    expect(nextIndex('End', 0, 10, 5)).toBe(9);
    expect(nextIndex('Home', 9, 10, 5)).toBe(0);
  });

  test('begins at an end when nothing is chosen', () => {
    expect(nextIndex('ArrowDown', -1, 10, 5)).toBe(0);
    expect(nextIndex('ArrowUp', -1, 10, 5)).toBe(9);
  });

  test('does not answer other keys or an empty list', () => {
    expect(nextIndex('a', 0, 10, 5)).toBeUndefined();
    expect(nextIndex('ArrowDown', -1, 0, 5)).toBeUndefined();
  });
});

describe('type-ahead', () => {
  test('joins letters typed shortly after each other', () => {
    const typing = new TypeAhead();
    expect(typing.add('f', 1000)).toBe('f');
    expect(typing.add('a', 1300)).toBe('fa');
    expect(typing.add(' ', 1500)).toBe('fa ');
    expect(typing.add('g', 4000)).toBe('g');
  });

  test('ignores keys that are no letters, and a space to begin with', () => {
    const typing = new TypeAhead();
    expect(typing.add('Shift', 0)).toBeUndefined();
    expect(typing.add(' ', 5000)).toBeUndefined();
  });
});
