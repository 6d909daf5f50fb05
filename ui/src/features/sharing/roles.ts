import type { MemberView, RoleView } from '../../backend';

/** The roles, from the one that may do most. */
export const roles: readonly RoleView[] = ['owner', 'manager', 'editor', 'viewer'];

/** Returns whether a member in a role may invite, change and remove members in another role. The program decides again. */
export function administers(by: RoleView | undefined, other: RoleView): boolean {
  return by === 'owner' || (by === 'manager' && (other === 'editor' || other === 'viewer'));
}

/** Returns the roles of invitations that a member in a role may make: a link may leak, so it never makes an owner. */
export const invitable = (by: RoleView | undefined): RoleView[] =>
  roles.filter((role) => role !== 'owner' && administers(by, role)).reverse();

/** Returns the roles that a member can get; none if its role cannot be changed. */
export function rolesFor(by: RoleView | undefined, member: MemberView, owners: number): RoleView[] {
  const lastOwner = member.role === 'owner' && owners === 1;
  if (lastOwner || !administers(by, member.role)) return [];
  return roles.filter((role) => administers(by, role));
}

/** Returns whether a member can be removed; nobody removes themselves. */
export const removable = (by: RoleView | undefined, member: MemberView): boolean =>
  !member.own && administers(by, member.role);
