/** Minutes without input after which the vault may lock; 0 is never. */
export const lockMinutes: readonly number[] = [1, 2, 5, 10, 15, 30, 60, 240, 0];
/** Seconds after which a copied secret may be cleared; 0 is never. */
export const clipboardSeconds: readonly number[] = [10, 20, 30, 60, 120, 300, 0];

/** Returns the choices including the current value, sorted, with `never` last. */
export function withCurrent(choices: readonly number[], value: number): number[] {
  const all = new Set([...choices, value]);
  const order = (one: number) => (one === 0 ? Infinity : one);
  return [...all].sort((a, b) => order(a) - order(b));
}

/** Returns minutes as whole hours; `undefined` if they are not. */
export function wholeHours(minutes: number): number | undefined {
  return minutes >= 60 && minutes % 60 === 0 ? minutes / 60 : undefined;
}
