import type { Arguments, CommandName, Result } from '../commands';
import type { AppStatus, ErrorCode, JobKind, ProfileLocation, ProfileSummary, SecurityView } from '../types';
import { strength } from './generator';
import { askUser } from './question';

/** The recovery code of the fake; its checksum is valid. */
export const fakeRecoveryCode = 'R1-810M-4GT4-8N34-EJ29-995M-RKAE-9XB6';

type Names =
  | 'session_unlock_pin'
  | 'session_recover'
  | 'session_strengthen'
  | 'session_rotate'
  | 'security_get'
  | 'pin_set'
  | 'pin_forget'
  | `recovery_${'status' | 'begin' | 'save' | 'confirm' | 'cancel' | 'remove'}`
  | 'kit_check'
  | `profile_${'location' | 'move' | 'add_existing' | 'forget' | 'delete'}`;

type Handlers = {
  [K in Extract<CommandName, Names>]: (args: Arguments<K>) => Result<K> | Promise<Result<K>>;
};

/** What these commands need from the fake. */
export interface Context {
  fail: (code: ErrorCode, more?: object) => never;
  writable: () => void;
  status: () => AppStatus;
  profiles: ProfileSummary[];
  /** The current password. */
  password: { now: string };
  secretKey: string;
  kit: { groups: number; ask_group: number; saved: boolean; confirmed: boolean };
  unlock: (profile: ProfileSummary) => AppStatus;
  lock: () => void;
  /** Runs a job with that total; rejects if it is cancelled. */
  worked: (kind: JobKind, name: string, total: number) => Promise<void>;
  /** Whether the profile has a server. */
  connected: () => boolean;
  /** Fails unless these sign in to the account. */
  justSignedIn: (password: string, code: string | null) => void;
  /** Called when an existing profile was added: on the first run there is now one to unlock. */
  found: () => void;
  /** Scenario: the profile's folder, and whether stronger key derivation is due. */
  place?: string | null;
  weak?: boolean;
}

const plain = (text: string) => text.replace(/[\s-]/g, '').toUpperCase();

/** Commands on recovery code, PIN, key derivation, key rotation, and the profile's folder. */
export function keys(lent: Context): Handlers {
  const { fail, writable, status, profiles, password, kit, worked } = lent;
  const security: SecurityView = {
    recovery_code: false,
    kit_confirmed: kit.confirmed,
    pin: false,
    memory_mib: lent.weak ? 64 : 256,
    passes: lent.weak ? 12 : 3,
    lanes: 4,
    stronger_due: lent.weak ?? false,
  };
  const pins = new Map<string, { pin: string; tries: number }>();
  let inHand: string | undefined;
  const place: ProfileLocation = {
    folder: '/home/mara/.local/share/coffer/profiles/00',
    on_network: lent.place === 'network',
    elsewhere: lent.place === 'synced',
    ...(lent.place === 'synced' ? { synced_by: 'Dropbox' } : {}),
  };
  const known = (id: string) => profiles.find((one) => one.id === id) ?? fail('profile_not_found');
  const current = () => {
    const { session } = status();
    return session.state === 'unlocked' ? known(session.profile.id) : fail('locked');
  };
  const ask = (typed: string) => {
    if (typed !== password.now) fail('wrong_password');
  };
  const all = (): SecurityView => ({
    ...security,
    kit_confirmed: kit.confirmed,
    pin: pins.has(current().id),
  });
  const forgetPin = (profile: ProfileSummary) => {
    pins.delete(profile.id);
    profile.pin = false;
  };

  return {
    security_get: () => all(),
    session_strengthen: ({ password: typed }) => {
      ask(typed);
      Object.assign(security, { memory_mib: 512, passes: 3, stronger_due: false });
      return all();
    },
    pin_set: ({ password: typed, pin }) => {
      ask(typed);
      if (pin.length < 6) fail('pin_too_short');
      pins.set(current().id, { pin, tries: 5 });
      current().pin = true;
      return all();
    },
    pin_forget: () => {
      forgetPin(current());
      return all();
    },
    session_unlock_pin: ({ profileId, pin }) => {
      const profile = known(profileId);
      const armed = pins.get(profileId) ?? (profile.pin ? { pin: '123456', tries: 5 } : fail('no_pin'));
      pins.set(profileId, armed);
      if (pin !== armed.pin) {
        armed.tries -= 1;
        if (armed.tries > 0) fail('wrong_pin', { tries_left: armed.tries });
        forgetPin(profile);
        fail('no_pin');
      }
      armed.tries = 5;
      return lent.unlock(profile);
    },
    recovery_status: () => ({ active: security.recovery_code }),
    recovery_begin: ({ password: typed }) => {
      writable();
      ask(typed);
      inHand = fakeRecoveryCode;
      return { code: inHand, groups: 7, ask_group: 2, replaces: security.recovery_code };
    },
    recovery_save: () => inHand !== undefined,
    recovery_confirm: async ({ group, text, password: typed }) => {
      if (inHand?.split('-')[group + 1] !== text.trim().toUpperCase()) fail('code_group_wrong');
      if (security.recovery_code) {
        ask(typed ?? fail('password_needed'));
        await worked('key_change', current().name, 100);
      }
      inHand = undefined;
      security.recovery_code = true;
      return { active: true };
    },
    recovery_cancel: () => {
      inHand = undefined;
      return null;
    },
    recovery_remove: async ({ password: typed }) => {
      writable();
      ask(typed);
      await worked('key_change', current().name, 100);
      security.recovery_code = false;
      return { active: false };
    },
    session_recover: ({ request }) => {
      if (plain(request.code) !== plain(fakeRecoveryCode)) fail('recovery_code_wrong');
      if (!strength(request.new_password).acceptable) fail('password_too_weak');
      password.now = request.new_password;
      return lent.unlock(known(request.profile_id));
    },
    session_rotate: async ({ request }) => {
      writable();
      ask(request.password);
      if (lent.connected() && (request.new_password !== undefined || request.new_secret_key)) {
        lent.justSignedIn(request.password, request.code ?? null);
      }
      if (request.recovery_code && plain(request.recovery_code) !== plain(fakeRecoveryCode)) {
        fail('recovery_code_wrong');
      }
      await worked('key_change', current().name, 100);
      if (request.new_password) password.now = request.new_password;
      if (!request.recovery_code) security.recovery_code = false;
      if (request.new_secret_key) kit.confirmed = false;
      forgetPin(current());
      return lent.unlock(current());
    },
    kit_check: ({ text }) => {
      if (plain(text) !== plain(lent.secretKey)) fail('kit_of_another');
      kit.confirmed = true;
      return { ...kit };
    },
    profile_location: () => ({ ...place }),
    profile_move: async ({ profileId }) => {
      const { name } = known(profileId);
      lent.lock();
      await worked('profile_move', name, 4_000_000);
      Object.assign(place, { folder: '/media/stick/00', elsewhere: true });
      return { ...place };
    },
    profile_add_existing: () => {
      profiles.push({ id: '77'.repeat(16), name: 'Vault 7777', hue: 90, pin: false });
      lent.found();
      return status();
    },
    profile_forget: ({ profileId }) => {
      profiles.splice(profiles.indexOf(known(profileId)), 1);
      lent.lock();
      return status();
    },
    profile_delete: ({ profileId, request }) => {
      const profile = known(profileId);
      if (request.password !== undefined) ask(request.password);
      else if (request.name?.trim() !== profile.name) fail('name_differs');
      else askUser('Delete the profile?', fail);
      profiles.splice(profiles.indexOf(profile), 1);
      lent.lock();
      return { backups: '/home/mara/00-backups', status: status() };
    },
  };
}
