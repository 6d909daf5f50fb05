/** Class of a character of a secret, by which it is coloured. */
export type CharacterClass = 'letter' | 'digit' | 'symbol';

/** Consecutive characters of a secret that are shown in one colour. */
export interface Run {
  text: string;
  kind: CharacterClass;
}

/** Returns the class of a character. */
export function characterClass(letter: string): CharacterClass {
  if (/\p{N}/u.test(letter)) return 'digit';
  return /\p{L}/u.test(letter) ? 'letter' : 'symbol';
}

/** Splits a password into runs of letters, digits and symbols. */
export function runsOf(password: string): Run[] {
  const runs: Run[] = [];
  for (const letter of password) {
    const kind = characterClass(letter);
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += letter;
    else runs.push({ text: letter, kind });
  }
  return runs;
}
