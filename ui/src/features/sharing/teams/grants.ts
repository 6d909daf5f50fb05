import type { TeamGrantView, VaultView } from '../../../backend';

/** What a group or somebody gets of a vault. */
export type Access = 'none' | 'viewer' | 'editor';

/** Returns what is given; without what gives nothing. */
export const grantsOf = (access: ReadonlyMap<string, Access>): TeamGrantView[] =>
  [...access].flatMap(([id, role]) => (role === 'none' ? [] : [{ id, role }]));

/** Returns the vaults that can be added to a team: those that the account manages, and that belong to no other team. */
export function addable(vaults: readonly VaultView[], team: string, used: ReadonlySet<string>): VaultView[] {
  return vaults.filter(({ id, home, read_only: why, sharing: { role }, team: of }) => {
    const free = of === undefined || (of === team && id !== team);
    return !home && free && why === undefined && (role === 'owner' || role === 'manager') && !used.has(id);
  });
}
