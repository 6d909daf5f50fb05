import type { Arguments, CommandName, Result } from '../commands';
import type {
  AppStatus,
  ProfileDiagnosis,
  ErrorCode,
  JobKind,
  JobView,
  ProfileSummary,
  SalvageReport,
} from '../types';
import { hex } from './model';

/**
 * What is damaged: a `page` of the database, so that the profile does not open; an `item`, found only when it is opened;
 * the `keys`; everything needed to read the database (`unreadable`); or nothing (`whole`).
 */
export type Damage = 'page' | 'item' | 'keys' | 'unreadable' | 'whole';

type Handlers = {
  [K in Extract<CommandName, `repair_${string}` | `restore_${string}`>]: (
    args: Arguments<K>,
  ) => Result<K> | Promise<Result<K>>;
};

/** What these commands need from the fake. */
export interface Context {
  damage: Damage;
  now: number;
  fail: (code: ErrorCode) => never;
  profiles: ProfileSummary[];
  password: { now: string };
  secretKey: string;
  unlock: (profile: ProfileSummary, kitConfirmed: boolean) => AppStatus;
  job: (kind: JobKind, name: string, total: number, done: (job: JobView) => void) => number;
  jobs: Map<number, JobView>;
}

const folder = '/home/mara/.local/share/coffer/profiles/00';

/** Returns the error with which a damaged profile fails to open; none if it opens. */
export function damageAtUnlock(damage: Damage): ErrorCode | undefined {
  if (damage === 'keys') return 'profile_damaged';
  return damage === 'page' || damage === 'unreadable' ? 'database_damaged' : undefined;
}

/** Commands to repair a damaged profile, and to restore backups from elsewhere. */
export function repair(lent: Context): Handlers {
  const { damage, now, fail, profiles, password, job, jobs } = lent;
  const known = (id: string) => profiles.find((one) => one.id === id) ?? fail('profile_not_found');
  /** Runs a job to its end; rejects if it is cancelled. */
  const work = (kind: JobKind, total: number) =>
    new Promise<void>((resolve, reject) => {
      const id = job(kind, '', total, () => resolve());
      const watching = setInterval(() => {
        const state = jobs.get(id)?.state;
        if (state !== 'running') clearInterval(watching);
        if (state === 'cancelled') reject({ code: 'cancelled', message: '' });
      }, 50);
    });
  const ask = (typed: string) => {
    if (typed !== password.now) fail('wrong_password');
  };
  const none = { count: 0, names: [] };
  const found: SalvageReport =
    damage === 'whole'
      ? {
          whole: true,
          items: 48,
          older: none,
          lost: none,
          documents_saved: 0,
          documents: none,
          entries_lost: 0,
          pages: 0,
          keys_damaged: false,
        }
      : {
          whole: false,
          items: 46,
          older: { count: 1, names: ['Tram tickets'] },
          lost: { count: 2, names: ['Allotment <b>lock</b>', 'Library'] },
          documents_saved: 0,
          documents: none,
          entries_lost: 5,
          pages: 3,
          keys_damaged: false,
        };
  const day = 86_400_000;
  const look: ProfileDiagnosis = {
    folder,
    keys: damage === 'keys' ? 'damaged' : 'readable',
    keys_copy: damage === 'keys' ? 'missing' : 'readable',
    database: 'readable',
    backups: [1, 2, 3].map((days) => ({ made_at: now - days * day, size: 48_200_000 - days })),
  };

  return {
    restore_pick: () => ({ token: hex(16), file_name: 'Mara 2026-11-02.tar', size: 48_200_000 }),
    restore_start: async ({ password: typed, secretKey }) => {
      ask(typed);
      if (secretKey.trim() !== lent.secretKey) fail('secret_key_mistyped');
      await work('profile_restore', 48_200_000);
      const profile = { id: hex(32), name: 'Mara', hue: 168, pin: false };
      profiles.unshift(profile);
      return lent.unlock(profile, true);
    },
    restore_discard: () => null,
    repair_inspect: ({ profileId }) => (known(profileId), look),
    repair_examine: async ({ profileId, password: typed }) => {
      known(profileId);
      ask(typed);
      await work('profile_examine', 100);
      return damage === 'unreadable' ? fail('nothing_readable') : found;
    },
    repair_restore: async ({ profileId, password: typed, backup }) => {
      const profile = known(profileId);
      ask(typed);
      await work('profile_restore', 48_200_000);
      // The newest one is damaged as well.
      if (backup === 0) fail('backup_damaged');
      return { replaced_folder: `${folder}.damaged-1`, status: lent.unlock(profile, true) };
    },
    repair_salvage: async ({ profileId, password: typed, name }) => {
      known(profileId);
      ask(typed);
      await work('profile_salvage', 100);
      const profile = { id: hex(32), name, hue: 210, pin: false };
      profiles.unshift(profile);
      const saved = { ...found, documents_saved: 3, documents: { count: 1, names: ['Deed of sale.pdf'] } };
      return { saved, status: lent.unlock(profile, false) };
    },
  };
}
