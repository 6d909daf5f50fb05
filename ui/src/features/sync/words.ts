import type { AuditView, HealedView, SyncState, SyncView, VaultSyncView } from '../../backend';
import { ago, nameList, number, t, timeOrDate } from '../../shared/i18n/index.svelte';

/** A state that is shown. */
export type ShownState = Exclude<SyncState, 'local'>;

/** How a state is coloured. */
export type Tone = 'calm' | 'good' | 'busy' | 'warn' | 'danger';

const tones: Record<SyncState, Tone> = {
  local: 'calm',
  offline: 'calm',
  up_to_date: 'good',
  syncing: 'busy',
  verifying: 'busy',
  waiting: 'warn',
  signed_out: 'warn',
  held: 'warn',
  alarm: 'danger',
};

/** Returns how a state is coloured. */
export const toneOf = (state: SyncState): Tone => tones[state];

/** Returns the name of a vault; the home vault may have none. */
export const vaultName = ({ name, home }: Pick<VaultSyncView, 'name' | 'home'>): string =>
  name || t(home ? 'vault.home' : 'vault.unnamed');

/** Returns the state in one or two words. */
export function shortState(view: SyncView): string {
  const { state, unsent, received, documents } = view;
  switch (state) {
    case 'local':
      return '';
    case 'verifying':
      return view.left > 0
        ? t('sync.short.verifying.count', { number: number(view.left) })
        : t('sync.short.verifying');
    case 'up_to_date':
      return t(view.unverified ? 'sync.short.unverified' : 'sync.short.up_to_date');
    case 'syncing': {
      const changes = received + unsent;
      if (changes > 0) return t('sync.short.syncing.count', { number: number(changes) });
      return documents > 0 ? t('sync.short.downloading', { count: documents }) : t('sync.short.syncing');
    }
    case 'waiting':
      return unsent > 0 ? t('sync.short.waiting.count', { number: number(unsent) }) : t('sync.short.waiting');
    case 'offline':
      return unsent > 0 ? t('sync.short.offline.count', { number: number(unsent) }) : t('sync.short.offline');
    default:
      return t(`sync.short.${state}`);
  }
}

/** Returns the state as a heading. */
export function headline({ state, unsent, unverified }: SyncView): string {
  switch (state) {
    case 'local':
      return '';
    case 'syncing':
      return t('sync.syncing');
    case 'verifying':
      return t('sync.verifying');
    case 'up_to_date':
      return t(unverified ? 'sync.unverified' : 'sync.upToDate');
    case 'waiting':
      return unsent > 0 ? t('sync.waiting.count', { count: unsent }) : t('sync.waiting');
    case 'offline':
      return t('sync.offline');
    case 'signed_out':
      return t('sync.signedOut');
    case 'held':
      return t('sync.held');
    case 'alarm':
      return t('sync.alarm');
  }
}

/** Returns what there is to add to the heading. */
export function details(view: SyncView, now: number): string {
  const { state, unsent, received, documents, oldest_unsent: oldest, verified_at: verified } = view;
  const since = oldest === undefined ? '' : t('sync.since', { time: timeOrDate(oldest) });
  const checked = verified === undefined ? '' : t('sync.lastChecked', { ago: ago(verified, now) });
  const toDownload = documents > 0 ? t('sync.toDownload', { count: documents }) : '';
  const parts: Partial<Record<SyncState, string[]>> = {
    verifying: [
      t('sync.verifying.text'),
      received > 0 ? t('sync.received', { count: received }) : '',
      view.left > 0 ? t('sync.left', { count: view.left }) : '',
    ],
    syncing: [
      received > 0 ? t('sync.received', { count: received }) : '',
      unsent > 0 ? t('sync.toSend', { count: unsent }) : '',
      documents > 0 ? t('sync.downloading', { count: documents }) : '',
    ],
    up_to_date: [verified === undefined ? '' : t('sync.checked', { ago: ago(verified, now) })],
    waiting: [unsent > 0 ? since : '', toDownload, checked],
    offline: [unsent > 0 ? t('sync.kept', { count: unsent }) : t('sync.allSent'), toDownload, checked],
    signed_out: [unsent > 0 ? t('sync.kept', { count: unsent }) : t('sync.allSent'), toDownload, checked],
    held: [t('sync.held.text')],
    alarm: [toDownload, checked],
  };
  return (parts[state] ?? []).filter(Boolean).join(' ');
}

/** Returns the vaults that need attention. Changes of a running synchronization are on their way and need none. */
export function troubled({ state, vaults }: SyncView): VaultSyncView[] {
  return vaults.filter(
    ({ unsent, refused, problem, alarm, void: noEffect }) =>
      refused > 0 || noEffect > 0 || problem || alarm || (unsent > 0 && state === 'waiting'),
  );
}

/** Returns what an alarm means for the user, and what to do. */
export function alarmText(view: SyncView): string {
  const vaults = view.vaults.filter(({ alarm }) => alarm);
  const others = vaults.length < view.vaults.length;
  const named = nameList(vaults.map(vaultName));
  return [
    t('sync.alarm.kept', { count: vaults.length, vaults: named }),
    t('sync.alarm.do'),
    others ? t('sync.alarm.others') : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Returns that a restored server has everything again. */
export const restoredText = ({ at, sent }: HealedView): string =>
  [t('sync.restored', { time: timeOrDate(at) }), sent > 0 ? t('sync.restored.sent', { count: sent }) : '']
    .filter(Boolean)
    .join(' ');

/** Returns what is wrong with the server's record of the account. */
export const auditText = ({ kind, event, at }: AuditView): string =>
  [t(`sync.audit.${kind}`, { event: number(event) }), t('sync.audit.noticed', { time: timeOrDate(at) })].join(
    ' ',
  );

/** Returns whether the server contradicts what it had recorded about the account. */
export const isAuditFalse = ({ audit }: SyncView): boolean =>
  audit !== undefined && audit.kind !== 'restored';

/** Returns in which vaults changes are not sent, as a sentence; empty if there are none. */
export function unsentIn({ vaults }: SyncView): string {
  const names = vaults.filter(({ unsent }) => unsent > 0).map(vaultName);
  return names.length === 0 ? '' : t('sync.unsentIn', { vaults: nameList(names) });
}
