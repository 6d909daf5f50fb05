/** Removes case and accents, for comparison. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/**
 * Returns how well a text matches what was typed: higher is better, `undefined` if it does not match. Best is a prefix, then
 * prefixes of words, then substrings, then initials.
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

/** Whether a text begins with what was typed; false if nothing is typed. */
export function isPrefix(text: string, typed: string): boolean {
  return typed.trim() !== '' && score(text, typed) === 3;
}

/** Returns the entries that match what was typed, best first, otherwise in their own order. */
export function bestMatches<T>(entries: readonly T[], typed: string, text: (entry: T) => string): T[] {
  return entries
    .map((entry) => ({ entry, score: score(text(entry), typed) }))
    .filter((one): one is { entry: T; score: number } => one.score !== undefined)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
