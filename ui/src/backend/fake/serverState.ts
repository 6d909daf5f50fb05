import type { ErrorCode, ReenrolState, SyncState } from '../types';

/**
 * How a profile with a server begins: in a state of synchronization, or with changes of its second vault that the server
 * `refused`, with that vault `missing` at the server, with `documents` of it that are not at the server yet, or with one that
 * is too `large` for the server, or whose server is `restoring`; before anything is sent to a server that is `full`; at a server that has `healed` since, whose `audit` is false, or that own devices know by an `other_key`; with an account that another
 * device has `rekeyed` or `moved`, or a server that was `left`; or with a password that was reset.
 */
export type ServerState =
  | Exclude<SyncState, 'local'>
  | 'refused'
  | 'missing'
  | 'documents'
  | 'large'
  | 'full'
  | 'restoring'
  | 'healed'
  | 'unverified'
  | 'void'
  | 'other_key'
  | 'audit'
  | 'audit_restored'
  | 'rekeyed'
  | 'moved'
  | 'left'
  | `reset_${ReenrolState}`;

/** The states that are about the second vault. */
export const ofSecondVault: readonly ServerState[] = [
  'alarm',
  'refused',
  'missing',
  'documents',
  'large',
  'full',
  'restoring',
  'void',
];

/** Problems of the second vault. */
export const problems: Partial<Record<ServerState, ErrorCode>> = {
  missing: 'vault_missing',
  documents: 'document_not_here',
  large: 'document_too_large',
  restoring: 'server_restoring',
};

/** What is shown of states that are not the program's own. */
export const shownAs: Partial<Record<ServerState, SyncState>> = {
  refused: 'waiting',
  missing: 'waiting',
  documents: 'waiting',
  large: 'waiting',
  full: 'held',
  restoring: 'waiting',
  healed: 'up_to_date',
  unverified: 'up_to_date',
  void: 'up_to_date',
  other_key: 'waiting',
  audit: 'up_to_date',
  audit_restored: 'up_to_date',
  rekeyed: 'signed_out',
  moved: 'up_to_date',
  left: 'up_to_date',
};

/** The code that signs up at servers that ask for one, and the one that a server mails. */
export const fakeSignUpCode = 'MINT-4417';
/** The code that the second factor accepts, and a recovery code of it. */
export const fakeFactorCode = '246810';
export const fakeFactorRecovery = 'K7QD-M2XA';
/** The eight words of the key of servers that no authority vouches for. */
export const fakeServerWords = [
  'anchor',
  'maple',
  'velvet',
  'orbit',
  'candle',
  'harvest',
  'pepper',
  'ribbon',
];

/** The eight words of a new device, and codes for one: of a device that does not answer, of one that does, and a used one. */
export const fakeDeviceWords = ['acid', 'bronze', 'cabin', 'dizzy', 'echo', 'fabric', 'galaxy', 'humble'];
export const fakeDeviceCode = `coffer://device#${'hgF4'.repeat(42)}`;
export const fakeAnsweredCode = `${fakeDeviceCode}answered`;
export const fakeUsedCode = `${fakeDeviceCode}used`;
export const fakeKitCode = `coffer://kit#${'hgFk'.repeat(52)}`;
