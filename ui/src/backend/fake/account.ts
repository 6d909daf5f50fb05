import type { DeviceView, LoginView, UploadView, VaultView } from '../types';
import { hex } from './model';

const minute = 60_000;

/** What there is to send of vaults to a server with so much room. */
export function uploadOf(vaults: VaultView[], room: number): UploadView {
  const sizes = vaults.map(({ id, home, only_here, appearance, listed, archived, trashed }) => {
    const [items, documents] = [listed + archived + trashed, home ? 14 : 2];
    const bytes = documents * 3_400_000 + items * 1_900;
    return { id, name: appearance.name, home, only_here, items, documents, bytes };
  });
  return { vaults: sizes, room };
}

/** Login sessions of devices: one of this computer, two of another. */
export function loginsOf(devices: DeviceView[]): LoginView[] {
  const [own, other] = devices.map(({ name, current, seen_at }): LoginView => {
    return { id: hex(32), device: name, current, begun_at: seen_at - 5000 * minute, used_at: seen_at };
  });
  if (!own || !other) return [];
  return [own, other, { ...other, id: hex(32), begun_at: other.begun_at - 42_000 * minute }];
}

/** Ends a login session; all but this one if none is named. */
export const withoutLogin = (logins: LoginView[], ended: string | null): LoginView[] =>
  logins.filter(({ id, current }) => current || (ended !== null && id !== ended));
