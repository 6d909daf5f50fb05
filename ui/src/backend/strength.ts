import { call } from './index';
import type { StrengthView } from './types';

/** Asks the program how strong a password is. */
export function measureStrength(password: string): Promise<StrengthView> {
  return call('strength_measure', { password });
}
