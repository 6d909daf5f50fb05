import type {
  DeviceView,
  ErrorCode,
  JoinCodeView,
  LoginView,
  ServerChoice,
  ServerView,
  SignUpView,
  UploadView,
  VaultView,
} from '../types';
import { hex } from './model';
import { fakeKitCode, fakeServerWords } from './serverState';

type Fail = (code: ErrorCode) => never;

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

const key = '5c'.repeat(32);

/** Looks at a server by its name: `lan` is unknown, `down` unreachable, `other` no Coffer server, `mail` mails codes. */
export function serverAt(fail: Fail, { server, key: confirmed }: ServerChoice): ServerView {
  const typed = server.trim();
  const included = typed.startsWith('coffer://connect#');
  if (!included && !/^(https:\/\/)?[\w-]+(\.[\w-]+)+(:\d+)?\/?$/.test(typed)) fail('server_address_invalid');
  const host = included ? 'vault.example.org' : typed.replace(/^https:\/\/|\/$/g, '');
  if (host.startsWith('down')) fail('server_unreachable');
  if (host.startsWith('other')) fail('server_not_coffer');
  const address = `https://${host}`;
  if (host.includes('lan') && confirmed !== key) {
    return { state: 'unknown', address, key, words: fakeServerWords };
  }
  const sign_up: SignUpView = included ? 'included' : host.startsWith('mail') ? 'mail' : 'code';
  return { state: 'found', address, issuer: address, ...(confirmed ? { key: confirmed } : {}), sign_up };
}

/** Reads a code with which a new computer begins. */
export function joinCodeOf(fail: Fail, secretKey: string, text: string): JoinCodeView {
  const code = text.trim();
  if (code.startsWith('coffer://device#')) return { kind: 'device', code };
  if (code.startsWith('coffer://connect#')) return { kind: 'server', server: code };
  if (code !== fakeKitCode) return fail('join_code_invalid');
  return { kind: 'kit', server: 'coffer://connect#kit', login: 'mara@example.org', secret_key: secretKey };
}
