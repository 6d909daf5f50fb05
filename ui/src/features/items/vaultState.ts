import type { JoiningView, VaultView } from '../../backend';
import { t } from '../../shared/i18n/index.svelte';

/** Returns whether a vault concerns others: it has other members, open invitations, or comes from somebody else. */
export function isShared({ home, sharing }: VaultView): boolean {
  return !home && (sharing.from_others || sharing.members > 1 || sharing.invitations > 0);
}

/** Returns what the sidebar says below the name of a vault: who shares it or how many do, and what there is to know. */
export function vaultLines(vault: VaultView, toRotate = 0): string[] {
  const { members, invitations, from_others: others, shared_by: by, pending, epoch_due: due } = vault.sharing;
  const lines: string[] = vault.only_here ? [t('scopes.onlyHere')] : [];
  if (others) lines.push(by ? t('shared.by', { name: by }) : t('shared.by.unknown'));
  else if (members > 1) lines.push(t('shared.people', { count: members }));
  else if (invitations > 0) lines.push(t('shared.invited', { count: invitations }));
  if (vault.read_only) lines.push(t(`shared.state.${vault.read_only}`));
  else if (due) lines.push(t('shared.state.epoch'));
  else if (pending > 0) lines.push(t('shared.state.pending', { count: pending }));
  if (toRotate > 0) lines.push(t('rotate.state', { count: toRotate }));
  return lines;
}

/** Returns what the sidebar says below the name of a team. */
export function teamLines(team: VaultView): string[] {
  const { members, role, pending, epoch_due: due } = team.sharing;
  const lines = role === undefined ? [] : [t('shared.people', { count: members })];
  const why = team.read_only;
  // Most members are viewers; only others expect to write.
  if (why && why !== 'directory' && why !== 'viewer') lines.push(t(`shared.state.${why}`));
  else if (due) lines.push(t('shared.state.epoch'));
  else if (pending > 0) lines.push(t('shared.state.pending', { count: pending }));
  return lines;
}

/** Returns what the sidebar says of an accepted invitation. */
export function joiningLine({ sent, vault_name: name }: JoiningView): string {
  const state = t(sent ? 'shared.joining.sent' : 'shared.joining.unsent');
  return name ? `${t('shared.joining')} · ${state}` : state;
}
