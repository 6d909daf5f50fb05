import type { ErrorCode } from '../types';

/** Asks as the program does with a dialog of its own; fails with `cancelled` if the user declines. */
export function askUser(text: string, fail: (code: ErrorCode) => never): void {
  if (!globalThis.confirm(text)) fail('cancelled');
}
