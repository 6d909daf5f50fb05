/** Returns the hue, 0 to 359, of a text; equal texts have equal hues (FNV-1a). */
export function hueOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text.trim().toLocaleLowerCase('en')) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash % 360;
}

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Returns the first letter, digit or emoji of a text (a grapheme) in upper case; empty if there is none. */
export function initialOf(text: string): string {
  for (const { segment } of segments.segment(text.slice(0, 64))) {
    if (/[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(segment)) return segment.toLocaleUpperCase();
  }
  return '';
}
