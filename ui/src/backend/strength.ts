import { call } from './index';
import type { StrengthView } from './types';

/** Asks the program how strong a password is for somebody who knows these words. */
export function measureStrength(password: string, words: string[] = []): Promise<StrengthView> {
  return call('strength_measure', { password, words });
}
