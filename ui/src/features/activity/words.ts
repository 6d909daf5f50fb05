import type { ActivityRow } from '../../backend';
import { t } from '../../shared/i18n/index.svelte';

/** Shortens a name so that no endless one pushes everything else away. */
function short(name: string): string {
  const letters = [...name];
  return letters.length > 60 ? `${letters.slice(0, 60).join('')}…` : name;
}

const kinds = [
  'item_created',
  'item_changed',
  'item_deleted',
  'founded',
  'invited',
  'invitation_withdrawn',
  'member_added',
  'role_changed',
  'member_removed',
  'member_left',
  'new_key',
  'new_identity',
  'closed',
  'rule_changed',
  'share_released',
  'unlocked',
  'password_changed',
  'taken_from_backup',
  'vault_created',
  'vault_changed',
  'vault_deleted',
  'moved',
  'copied',
  'purged',
  'history_purged',
  'undone',
  'folder_renamed',
  'tag_renamed',
  'server_restored',
  'server_complete',
  'alarm_raised',
  'alarm_ended',
  'compared',
] as const;

/** Returns what happened, as a sentence that begins with who did it. */
export function sentence({ what, author, title, member, role, count }: ActivityRow): string {
  const kind = kinds.find((kind) => kind === what) ?? 'other';
  const words = t(`activity.what.${kind}`, {
    item: title === undefined ? t('activity.item.gone') : t('activity.item', { title: short(title) }),
    name: member === undefined ? '' : short(member),
    role: role === undefined ? '' : t(`member.${role}`),
    count,
  });
  return t('activity.row', { name: author === undefined ? t('people.you') : short(author), words });
}
