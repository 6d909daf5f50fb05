/** Letters without case and accents, for comparing. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/**
 * How well a text answers to what was typed: higher is better, `undefined` if it does not. Every typed word must begin a word of
 * the text; failing that, the typed letters must be the first letters of its words.
 */
export function score(text: string, typed: string): number | undefined {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return 0;
  const there = plain(text);
  if (there.startsWith(wanted.join(' '))) return 3;
  const words = there.split(/[\s\-/]+/);
  if (wanted.every((one) => words.some((word) => word.startsWith(one)))) return 2;
  if (wanted.every((one) => there.includes(one))) return 1;
  const initials = words.map((word) => word.charAt(0)).join('');
  return initials.startsWith(wanted.join('')) ? 0.5 : undefined;
}

/** Whether a text begins with what was typed; with nothing typed it does not. */
export function isPrefix(text: string, typed: string): boolean {
  return typed.trim() !== '' && score(text, typed) === 3;
}

/** The entries that answer to what was typed, the best first and otherwise in their own order. */
export function bestMatches<T>(entries: readonly T[], typed: string, text: (entry: T) => string): T[] {
  return entries
    .map((entry) => ({ entry, score: score(text(entry), typed) }))
    .filter((one): one is { entry: T; score: number } => one.score !== undefined)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
