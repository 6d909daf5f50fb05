import type { PendingChangeView } from '../../backend';
import { t } from '../../shared/i18n/index.svelte';

/** Returns the name of a member or of an answer; not all have one. */
export const nameOf = ({ name }: { name?: string }): string => name || t('people.unnamed');

/** Returns the name for a sentence, where an endless one would push everything else away. */
export function shortNameOf(member: { name?: string }): string {
  const letters = [...nameOf(member)];
  return letters.length > 40 ? `${letters.slice(0, 40).join('')}…` : letters.join('');
}

/** Returns what a change does. */
export function changeText({ kind, member, role }: PendingChangeView): string {
  const name = member || t('people.unnamed');
  const as = role === undefined ? '–' : t(`member.${role}`);
  switch (kind) {
    case 'invite':
      return t('people.pending.invite', { role: as });
    case 'add':
    case 'role':
      return t(`people.pending.${kind}`, { name, role: as });
    case 'transfer':
      return t('people.pending.role', { name, role: t('member.owner') });
    case 'remove':
      return t('people.pending.remove', { name });
    default:
      return t(`people.pending.${kind}`);
  }
}
