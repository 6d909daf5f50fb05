import { describe, expect, test } from 'vitest';
import { moved, scrollFor, TypeAhead, visible } from '../../src/shared/virtual';

describe('visible', () => {
  test('draws the rows in view and a few around them', () => {
    expect(visible(0, 520, 52, 100_000)).toEqual({ first: 0, end: 16 });
    expect(visible(52 * 5000, 520, 52, 100_000)).toEqual({ first: 4994, end: 5016 });
  });

  test('ends with the list', () => {
    expect(visible(52 * 99_990, 520, 52, 100_000)).toEqual({ first: 99_984, end: 100_000 });
    expect(visible(0, 520, 52, 3)).toEqual({ first: 0, end: 3 });
  });

  test('draws nothing of an empty list, wherever it was scrolled to', () => {
    const { first, end } = visible(5000, 520, 52, 0);
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
    expect(moved('ArrowDown', 9, 10, 5)).toBe(9);
    expect(moved('ArrowUp', 0, 10, 5)).toBe(0);
    expect(moved('PageDown', 7, 10, 5)).toBe(9);
    expect(moved('End', 0, 10, 5)).toBe(9);
    expect(moved('Home', 9, 10, 5)).toBe(0);
  });

  test('begins at an end when nothing is chosen', () => {
    expect(moved('ArrowDown', -1, 10, 5)).toBe(0);
    expect(moved('ArrowUp', -1, 10, 5)).toBe(9);
  });

  test('does not answer other keys or an empty list', () => {
    expect(moved('a', 0, 10, 5)).toBeUndefined();
    expect(moved('ArrowDown', -1, 0, 5)).toBeUndefined();
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
