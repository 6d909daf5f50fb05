import type { AlarmView, VaultView } from '../types';
import { fakeServerWords } from './serverState';

/** The alarm of a vault. Only its owners may choose the server's history. */
export const fakeAlarm = ({ sharing: { role } }: VaultView): AlarmView => ({
  kind: 'fork',
  entry: 1204,
  at: Date.now() - 25 * 60_000,
  own: { entries: 1204, words: fakeServerWords },
  server: { entries: 1199, words: fakeServerWords.toReversed() },
  may_choose: role === 'owner',
  owners: role === 'owner' ? [] : ['Alice Example'],
});
