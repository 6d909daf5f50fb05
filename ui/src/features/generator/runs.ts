/** A stretch of a password that is shown in one colour. */
export interface Run {
  text: string;
  kind: 'letter' | 'digit' | 'symbol';
}

function kindOf(letter: string): Run['kind'] {
  if (/\p{L}/u.test(letter)) return 'letter';
  return /\p{N}/u.test(letter) ? 'digit' : 'symbol';
}

/** A password cut into stretches of letters, digits and symbols. */
export function runsOf(password: string): Run[] {
  const runs: Run[] = [];
  for (const letter of password) {
    const kind = kindOf(letter);
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += letter;
    else runs.push({ text: letter, kind });
  }
  return runs;
}
