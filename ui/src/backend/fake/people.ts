import type { JoiningView, MemberView, PendingChangeView, RoleView } from '../types';
import type { SharedVault } from './sharing';
import { now } from './data';
import { hex } from './model';

/** Vaults in the states that their names say, with commas between; `joining` is an accepted invitation. */
export type SharingScenario = string;

/** The account of the profile. */
export const own = 'ee'.repeat(16);

const day = 86_400_000;
const list =
  'anchor maple velvet orbit candle harvest pepper ribbon summit lantern meadow cobalt falcon garnet hollow island jigsaw kettle lemon marble nectar onion pebble quartz raven saddle timber umbrella violin walnut yellow zebra';

/** Returns the eight words of an identity. */
export function wordsOf(name: string): string[] {
  const words = list.split(' ');
  const first = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  return Array.from({ length: 8 }, (_, index) => words[(first + index * 5) % words.length] ?? '');
}

/** The words of the profile's account. */
export const ownWords = wordsOf('own');

/** Whether a member in a role may change those in another one. */
export const administers = (by: RoleView, other: RoleView): boolean =>
  by === 'owner' || (by === 'manager' && (other === 'editor' || other === 'viewer'));

/** Returns a member. */
export function memberOf(name: string, role: RoleView, more: Partial<MemberView> = {}): MemberView {
  return {
    account: more.own ? own : hex(32),
    ...(name ? { name } : {}),
    role,
    words: more.own ? ownWords : wordsOf(name),
    certificate: hex(64),
    verified: false,
    renewed: false,
    contradicted: false,
    own: false,
    waits_for_key: false,
    ...more,
  };
}

interface Beginning extends Omit<SharedVault, 'pending'> {
  name: string;
  pending: PendingChangeView[];
}

const mine = (role: RoleView) => memberOf('Mara', role, { own: true });
const plain = (name: string, members: MemberView[]): Beginning => ({
  name,
  members,
  invitations: [],
  answers: [],
  pending: [],
  epochDue: false,
});

const beginnings: Record<string, () => Beginning> = {
  /** Of this account, with everything that can wait. */
  family: () => ({
    ...plain('Family', [
      mine('owner'),
      memberOf('Jonas Lindqvist', 'manager', { verified: true }),
      memberOf('Ida', 'editor', { waits_for_key: true, renewed: true }),
      memberOf('Bengt', 'editor', { contradicted: true }),
      memberOf('', 'viewer'),
    ]),
    invitations: [
      {
        key: hex(64),
        role: 'manager',
        expires_at: now + 5 * day,
        inviter: 'Mara',
        name: 'Sigrid',
        made_here: true,
      },
      {
        key: hex(64),
        role: 'viewer',
        expires_at: now + 20 * day,
        inviter: 'Jonas Lindqvist',
        made_here: false,
      },
    ],
    answers: [{ account: hex(32), name: 'Sigrid', role: 'manager', words: wordsOf('Sigrid') }],
    pending: [
      { id: 1, kind: 'remove', member: 'Olle', at: now - day, problem: 'member_unchanged' },
      {
        id: 2,
        kind: 'role',
        account: hex(32),
        member: 'Ida',
        role: 'manager',
        at: now - day / 2,
        problem: 'password_needed',
      },
    ],
  }),
  /** Invited, and nobody has joined. */
  invited: () => ({
    ...plain('Holiday', [mine('owner')]),
    invitations: [
      {
        key: hex(64),
        role: 'editor',
        expires_at: now + 6 * day,
        inviter: 'Mara',
        name: 'Ida',
        made_here: true,
      },
    ],
  }),
  manager: () =>
    plain('Choir', [
      mine('manager'),
      memberOf('Sigrid', 'owner', { verified: true }),
      memberOf('Ida', 'editor'),
      memberOf('Olle', 'manager'),
    ]),
  viewer: () =>
    plain('Recipes', [mine('viewer'), memberOf('Jonas Lindqvist', 'owner'), memberOf('Ida', 'editor')]),
  due: () => ({
    ...plain('Allotment', [mine('editor'), memberOf('Sigrid', 'owner'), memberOf('Olle', 'manager')]),
    epochDue: true,
  }),
  waiting: () => ({
    ...plain('', [mine('editor'), memberOf('', 'owner')]),
    readOnly: 'key_missing',
  }),
  /** Of which former members know secrets. */
  left: () => plain('Workshop', [mine('owner'), memberOf('Ida', 'owner')]),
  former: () => plain('Old office', [memberOf('Bengt', 'owner')]),
  newer: () => ({ ...plain('Lab', [mine('editor'), memberOf('Sigrid', 'owner')]), readOnly: 'newer' }),
  closed: () => ({ ...plain('Bazaar', [mine('editor'), memberOf('Olle', 'owner')]), readOnly: 'closed' }),
  /** Names as others may send them. */
  hostile: () => {
    const endless = 'W'.repeat(128);
    const turned = '\u202e<img src=x onerror=alert(1)>{role}\u2066';
    return {
      ...plain(endless, [mine('editor'), memberOf(endless, 'owner'), memberOf(turned, 'viewer')]),
      epochDue: true,
    };
  },
  /** The same in a vault of this account. */
  hostileOwn: () => {
    const endless = 'W'.repeat(128);
    return {
      ...plain('Own', [mine('owner'), memberOf(endless, 'editor')]),
      invitations: [
        {
          key: hex(64),
          role: 'viewer',
          expires_at: 2 ** 64,
          inviter: endless,
          name: endless,
          made_here: true,
        },
      ],
      answers: [{ account: hex(32), name: endless, role: 'manager', words: wordsOf('x') }],
      pending: [{ id: 3, kind: 'remove', member: endless, at: 2 ** 64 }],
    };
  },
  /** A large vault. */
  crowd: () =>
    plain('Company', [
      mine('owner'),
      ...Array.from({ length: 299 }, (_, index) => memberOf(`Colleague ${index + 1}`, 'editor')),
    ]),
};

/** Returns the vaults and accepted invitations of a scenario. */
export function beginSharing(scenario: SharingScenario): { vaults: Beginning[]; joining: JoiningView[] } {
  const names = scenario.split(',');
  const vaults = names.flatMap((name) => beginnings[name]?.() ?? []);
  const joining: JoiningView = {
    vault: hex(32),
    vault_name: 'Choir',
    role: 'editor',
    answered_at: now - 3_600_000,
    sent: true,
    words: ownWords,
  };
  return { vaults, joining: names.includes('joining') ? [joining] : [] };
}
