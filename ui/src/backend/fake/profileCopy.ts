import type { Arguments, CommandName, Result } from '../commands';
import type { ErrorCode, JobKind, ProfileCopyPreview, ProfileSummary } from '../types';
import { emptyDraft } from './model';

type Handlers = {
  [K in Extract<CommandName, `profile_copy_${string}` | `archive_${string}`>]: (
    args: Arguments<K>,
  ) => Result<K> | Promise<Result<K>>;
};

/** What opens the archive of the fake. */
export const fakeArchivePassword = 'seven purple umbrellas';

/** What these commands need from the fake. */
interface Context {
  /** `full`: the server has too little room; `left`: some items cannot be copied; `slow`; `empty`. */
  what: string;
  connected: () => boolean;
  profiles: ProfileSummary[];
  password: { now: string };
  /** The Secret Key that must be typed, if this computer does not have it. */
  secretKey: string | undefined;
  fail: (code: ErrorCode) => never;
  writable: () => void;
  worked: (kind: JobKind, name: string, total: number) => Promise<void>;
  save: (draft: ReturnType<typeof emptyDraft>) => string;
  remember: (ids: string[]) => string | undefined;
}

/** Copying another profile: twelve items, three of which are here already. */
export function profileCopy(lent: Context): Handlers {
  const { what, connected, profiles, password, secretKey, fail, writable, worked, save, remember } = lent;
  let pending: ProfileCopyPreview | undefined;
  const preview = (name: string): ProfileCopyPreview => ({
    token: '0011223344556677',
    name,
    items: what === 'empty' ? 0 : 12,
    vaults: what === 'empty' ? 1 : 2,
    identical: what === 'empty' ? 0 : 3,
    documents: 2,
    bytes: 4_200_000,
    size: 4_260_000,
    ...(connected() ? { room: what === 'full' ? 1_000_000 : 900_000_000 } : {}),
  });
  return {
    archive_pick: () =>
      what === 'damaged' ? fail('archive_unreadable') : { token: '8899', name: 'Archive.coffer' },
    archive_open: async ({ token, password: typed }) => {
      if (token !== '8899') fail('not_found');
      if (typed !== fakeArchivePassword) fail('archive_wrong_password');
      if (what === 'slow') await worked('profile_read', 'Archive.coffer', 12_000);
      return (pending = preview('Archive.coffer'));
    },
    profile_copy_open: async ({ request }) => {
      const profile = profiles.find((one) => one.id === request.profile_id) ?? fail('profile_not_found');
      if (secretKey !== undefined && request.secret_key === undefined) fail('secret_key_missing');
      if (request.password !== password.now) fail('wrong_password');
      if (what === 'slow') await worked('profile_read', profile.name, 12_000);
      return (pending = preview(profile.name));
    },
    profile_copy_commit: async ({ choice }) => {
      writable();
      const { items, identical, name } = pending ?? fail('not_found');
      if (choice.token !== pending?.token) fail('not_found');
      pending = undefined;
      if (what === 'slow') await worked('profile_copy', name, 4_200_000);
      const skipped = choice.skip_identical ? identical : 0;
      const left = what === 'left' ? ['Scan of the lease', ''] : [];
      const ids = Array.from({ length: items - skipped - left.length }, (_, index) =>
        save(emptyDraft('login', `Copied ${index + 1}`)),
      );
      const undo = remember(ids);
      return { items: ids.length, vaults: 1, identical: skipped, left, ...(undo ? { undo } : {}) };
    },
    profile_copy_discard: () => {
      pending = undefined;
      return null;
    },
  };
}
