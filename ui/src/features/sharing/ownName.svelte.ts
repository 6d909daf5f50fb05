let last = $state('');

/** Returns the name that the user last gave themselves in a vault since the profile was unlocked; a lock reloads the page. */
export function lastOwnName(): string {
  return last;
}

/** Keeps the name for the next vault. */
export function keepOwnName(name: string): void {
  last = name.trim();
}
