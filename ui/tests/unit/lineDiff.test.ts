import { describe, expect, test } from 'vitest';
import { lineDiff } from '../../src/features/items/lineDiff';

const marks = (before: string, after: string) =>
  lineDiff(before, after).map(({ kind, text }) => ({ gone: '-', new: '+', same: ' ' })[kind] + text);

describe('a comparison of lines', () => {
  test('shows what went and came, with the lines around it', () => {
    expect(marks('a\nb\nc\nd\ne\nf', 'a\nb\nc\nX\ne\nf')).toEqual([' b', ' c', '-d', '+X', ' e', ' f']);
    expect(marks('a\nb\nc', 'a\nc\nd')).toEqual([' a', '-b', ' c', '+d']);
  });

  test('of one line is the old one and the new one', () => {
    expect(marks('old', 'new')).toEqual(['-old', '+new']);
  });

  test('of a text that grew keeps its lines', () => {
    expect(marks('a', 'a\nb')).toEqual([' a', '+b']);
    expect(marks('x\nx', 'x')).toEqual([' x', '-x']);
  });

  test('of long texts ends at once, with all of the old and the new lines', () => {
    const long = (mark: string) => Array.from({ length: 5000 }, (_, at) => mark + at).join('\n');
    const lines = lineDiff(long('a'), long('b'));
    expect(lines.filter(({ kind }) => kind === 'gone').length).toBe(5000);
    expect(lines.filter(({ kind }) => kind === 'new').length).toBe(5000);
  });

  /** Whatever is compared, the lines give back both texts between the first and the last difference. */
  test('loses nothing', () => {
    let state = 7;
    const next = (below: number) => (state = (state * 48271) % 2147483647) % below;
    for (let round = 0; round < 300; round += 1) {
      const text = () => Array.from({ length: 1 + next(8) }, () => 'abc'[next(3)]).join('\n');
      const [before, after] = [text(), text()];
      const lines = lineDiff(before, after);
      const old = lines.filter(({ kind }) => kind !== 'new').map((line) => line.text);
      const young = lines.filter(({ kind }) => kind !== 'gone').map((line) => line.text);
      expect(`\n${before}\n`).toContain(`\n${old.join('\n')}\n`);
      expect(`\n${after}\n`).toContain(`\n${young.join('\n')}\n`);
    }
  });
});
