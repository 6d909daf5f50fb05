/** What a letter of a secret is, to colour it. */
export type CharacterClass = 'letter' | 'digit' | 'symbol';

/** A stretch of a secret that is shown in one colour. */
export interface Run {
  text: string;
  kind: CharacterClass;
}

/** What kind of character a letter of a password is. */
export function characterClass(letter: string): CharacterClass {
  if (/\p{N}/u.test(letter)) return 'digit';
  return /\p{L}/u.test(letter) ? 'letter' : 'symbol';
}

/** A password cut into stretches of letters, digits and symbols. */
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
