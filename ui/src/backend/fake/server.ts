import type { Arguments, CommandName, Result } from '../commands';
import type {
  AccountView,
  DeviceView,
  ErrorCode,
  LoginView,
  ReenrolmentView,
  ReenrolState,
  SignInView,
  SyncState,
  SyncView,
  VaultSyncView,
  VaultView,
} from '../types';
import { qrOf } from './codes';
import { fakeAlarm } from './alarm';
import { joinCodeOf, loginsOf, serverAt, uploadOf, withoutLogin } from './account';
import { FakeFactors } from './factors';
import { hex } from './model';
import { FakeMove } from './moving';
import {
  fakeAnsweredCode,
  fakeDeviceCode,
  fakeDeviceWords,
  fakeKitCode,
  fakeServerWords,
  fakeSignUpCode,
  fakeUsedCode,
  problems,
  type ServerState,
  shownAs,
} from './serverState';

type Names =
  | 'server_find'
  | `account_${'create' | 'mail_code' | 'join' | 'sign_in' | 'factor' | 'cancel' | 'sign_out' | 'leaving' | 'leave' | 'delete' | 'move' | 'move_back' | 'move_keep' | 'move_delete' | 'reenrol' | 'reenrol_cancel'}`
  | `upload_${'preview' | 'begin'}`
  | `login_${'list' | 'end'}`
  | 'history_choose'
  | `sync_${'status' | 'now' | 'words' | 'compared' | 'key_choose' | 'evidence'}`
  | `device_${'list' | 'revoke' | 'lost' | 'offer' | 'offer_status' | 'offer_approve' | 'offer_cancel'}`
  | `join_code_${'pick' | 'paste' | 'read'}`
  | `approval_${'begin' | 'status' | 'join' | 'cancel'}`
  | `factor_${'status' | 'begin' | 'confirm' | 'remove'}`;
type Handlers = {
  [K in Extract<CommandName, Names>]: (args: Arguments<K>) => Result<K> | Promise<Result<K>>;
};

/** What the server needs from the fake. */
interface Context {
  state: ServerState | undefined;
  factor: boolean;
  /** Milliseconds that the server takes to answer. */
  wait: number;
  fail: (code: ErrorCode, more?: object) => never;
  writable: () => void;
  /** The state of synchronization changed. */
  changed: () => void;
  password: { now: string };
  secretKey: string;
  vaults: () => VaultView[];
  /** The names of vaults with others whose only owner the account is. */
  owned: () => string[];
  /** The id of the vault that the scenario is about. */
  second: () => string | undefined;
  /** Number of items here. */
  items: () => number;
  /** Makes the empty profile of an account, and opens it. */
  open: (name: string) => void;
  /** Takes in up to so many items of the account; returns how many. */
  receive: (count: number) => number;
  /** A synchronization is complete. */
  sent: () => void;
}

const minute = 60_000;

const plain = (text: string) => text.replace(/[\s-]/g, '').toUpperCase();

/** A server with one account, and the state of synchronization with it. */
export class FakeServer {
  readonly #context: Context;
  #account: AccountView | undefined;
  #state: SyncState = 'local';
  #unsent = 0;
  #oldest: number | undefined;
  #verified: number | undefined;
  #received = 0;
  #documents = 0;
  #unverified = false;
  #otherKey = false;
  #problem: ErrorCode | undefined;
  #reenrolment: ReenrolmentView | undefined;
  readonly #move = new FakeMove();
  #devices: DeviceView[] = [];
  #logins: LoginView[] = [];
  readonly #factors: FakeFactors;
  /** What a sign-in that waits for a second factor does once it is given. */
  #waiting: (() => void) | undefined;
  /** How many codes were shown; a device uses all but the first. */
  #offers = 0;
  /** The code with which this computer asks for an approval. */
  #asked: string | undefined;
  #pass: ReturnType<typeof setTimeout> | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.#factors = new FakeFactors(context.factor, context.fail);
    if (context.state) this.#begin(context.state);
  }

  #begin(state: ServerState): void {
    const now = Date.now();
    this.#connected({ login: 'mara@example.org', address: 'https://vault.example.org' });
    this.#verified = now - 2 * minute;
    if (state.startsWith('reset_')) {
      const step = state.slice('reset_'.length) as ReenrolState;
      const waits = step === 'waiting' || step === 'elsewhere';
      this.#reenrolment = { state: step, ...(waits ? { from: now + 7 * 24 * 60 * minute } : {}) };
      this.#state = step === 'effective' ? 'signed_out' : 'up_to_date';
      return;
    }
    const other = { login: 'mara@example.org', address: 'https://tresor.example.net' };
    if (state === 'moved') this.#move.moved = other;
    if (state === 'left') this.#move.left = other;
    this.#state = shownAs[state] ?? (state as SyncState);
    const unsent: Partial<Record<ServerState, number>> = {
      syncing: 12,
      offline: 3,
      waiting: 1,
      signed_out: 2,
      refused: 2,
    };
    this.#unsent = unsent[state] ?? 0;
    if (this.#unsent > 0) this.#oldest = now - 48 * minute;
    this.#otherKey = state === 'other_key';
    this.#unverified = state === 'unverified' || state === 'verifying';
    if (state === 'syncing' || state === 'verifying') this.#received = 148;
    if (state === 'syncing' || state === 'documents') this.#documents = 2;
    if (state === 'offline') this.#problem = 'server_unreachable';
    if (state === 'waiting') this.#problem = 'server_full';
    if (state === 'other_key') this.#problem = 'server_key_disputed';
    if (state === 'offline' || state === 'signed_out') this.#verified = now - 190 * minute;
  }

  #connected(account: AccountView): void {
    const now = Date.now();
    const device = (name: string, added: number, seen: number): DeviceView => ({
      id: hex(32),
      name,
      current: name === 'desk',
      added_at: now - added * minute,
      seen_at: now - seen * minute,
    });
    this.#account = account;
    this.#devices = [
      device('desk', 90_000, 0),
      device('Mara’s laptop', 61_000, 130),
      device('', 410_000, 52_000),
    ];
    this.#logins = loginsOf(this.#devices);
  }

  /** The vault that the scenario is about. */
  get #second(): string | undefined {
    return this.#context.second();
  }

  #status(): SyncView {
    const { state } = this.#context;
    const second = this.#account && this.#second;
    const vaults = this.#context.vaults().map((vault): VaultSyncView => {
      const chosen = vault.id === second;
      const refused = chosen && state === 'refused' && this.#state === 'waiting';
      const problem = chosen && this.#state === 'waiting' && state && problems[state];
      return {
        id: vault.id,
        name: vault.appearance.name,
        only_here: vault.only_here,
        unsent: (state === 'refused' ? refused : vault.home) ? this.#unsent : 0,
        refused: refused ? this.#unsent : 0,
        home: vault.home,
        void: chosen && state === 'void' ? 2 : 0,
        ...(problem ? { problem: { code: problem, message: '' } } : {}),
        ...(this.#state === 'alarm' && (chosen || vault.sharing.role === 'manager')
          ? { alarm: fakeAlarm(vault) }
          : {}),
      };
    });
    return {
      state: this.#state,
      ...(this.#account ? { account: this.#account } : {}),
      unsent: this.#unsent,
      ...(this.#oldest === undefined ? {} : { oldest_unsent: this.#oldest }),
      ...(this.#verified === undefined ? {} : { verified_at: this.#verified }),
      received: this.#received,
      left: this.#state === 'verifying' ? 5210 : 0,
      unverified: this.#account !== undefined && this.#unverified,
      documents: this.#documents,
      ...(this.#otherKey
        ? { other_key: { own: fakeServerWords, other: [...fakeServerWords].reverse() } }
        : {}),
      ...(state === 'audit' || state === 'audit_restored'
        ? {
            audit: {
              kind: state === 'audit' ? ('shortened' as const) : ('restored' as const),
              event: 318,
              at: Date.now() - 25 * minute,
            },
          }
        : {}),
      ...(state === 'healed' ? { restored: { at: Date.now() - 50 * minute, sent: 14 } } : {}),
      ...(this.#reenrolment ? { reenrolment: this.#reenrolment } : {}),
      ...this.#move.status(),
      ...(this.#problem ? { problem: { code: this.#problem, message: '' } } : {}),
      vaults: this.#account ? vaults : [],
    };
  }

  /** Fails if an item of the vault cannot be changed. */
  checkWritable(vaultId: string): void {
    if (vaultId !== this.#second) return;
    if (this.#state === 'alarm') this.#context.fail('vault_alarm');
    if (this.#state === 'waiting' && this.#context.state === 'restoring')
      this.#context.fail('server_restoring');
  }

  /** Whether the server contradicted itself about a vault. */
  alarmed(vaultId: string): boolean {
    return this.#state === 'alarm' && vaultId === this.#second;
  }

  /** Notes a change of an item, which is then sent. */
  wrote(): void {
    if (!this.#account) return;
    this.#unsent += 1;
    this.#oldest ??= Date.now();
    if (this.#state === 'up_to_date' || this.#state === 'syncing') this.#synchronize();
    else this.#context.changed();
  }

  /** Synchronizes as far as the scenario lets it. */
  #synchronize(): void {
    const before = this.#state;
    this.#state = 'syncing';
    this.#context.changed();
    clearTimeout(this.#pass);
    this.#pass = setTimeout(() => {
      if (before === 'offline' || before === 'waiting' || before === 'alarm') this.#state = before;
      else this.#finish();
      this.#context.changed();
    }, this.#context.wait);
  }

  #finish(): void {
    this.#state = 'up_to_date';
    this.#unsent = 0;
    this.#received = this.#documents = 0;
    this.#oldest = this.#problem = undefined;
    this.#verified = Date.now();
    this.#context.sent();
  }

  /** Moves everything in steps, as the first synchronization does. */
  #first(step: () => boolean): void {
    this.#state = 'syncing';
    const tick = () => {
      if (step()) this.#pass = setTimeout(tick, 120);
      else this.#finish();
      this.#context.changed();
    };
    this.#pass = setTimeout(tick, 120);
  }

  #answer<T>(result: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      setTimeout(() => {
        try {
          resolve(result());
        } catch (error) {
          reject(error);
        }
      }, this.#context.wait);
    });
  }

  /** Whether the profile has a server. */
  get connected(): boolean {
    return this.#account !== undefined;
  }

  /** Whether it may have every vault. */
  get synchronizes(): boolean {
    return this.connected && this.#state !== 'held';
  }

  /** Whether the server can be reached. */
  get reachable(): boolean {
    return this.connected && this.#state !== 'offline' && this.#state !== 'signed_out';
  }

  /** Changes the password of the account and of the profile. */
  changePassword(current: string, next: string, code: string | null): Promise<null> {
    return this.#answer(() => {
      this.justSignedIn(current, code);
      this.#context.password.now = next;
      return null;
    });
  }

  /** Fails unless these sign in to the account. */
  justSignedIn(password: string, code: string | null): void {
    const { fail } = this.#context;
    if (this.#state === 'offline') fail('server_unreachable');
    if (password !== this.#context.password.now) fail('sign_in_refused');
    if (!this.#factors.on) return;
    if (code === null) return fail('second_factor_needed');
    this.#factors.useEither(code);
  }

  /** Signs in, by way of a second factor if the account has one. */
  #signIn(done: () => void): SignInView {
    if (!this.#factors.on) {
      done();
      return { step: 'done' };
    }
    this.#waiting = done;
    return { step: 'factor', factors: this.#factors.kinds };
  }

  /** The commands on the server, the account, its devices and factors, and synchronization. */
  handlers(): Handlers {
    const { fail, writable, changed, items, receive } = this.#context;
    const connected = () => this.#account ?? fail('not_connected');
    const sendAll = (account: AccountView) => {
      this.#connected(account);
      this.#devices = this.#devices.filter(({ current }) => current);
      this.#unsent = items();
      this.#oldest = Date.now();
      this.#first(() => {
        this.#unsent = Math.max(0, this.#unsent - 5);
        return this.#unsent > 0;
      });
    };
    return {
      server_find: ({ choice }) => this.#answer(() => serverAt(fail, choice)),
      account_mail_code: ({ login }) =>
        this.#answer(() => (login.includes('@') ? null : fail('login_invalid'))),
      account_create: ({ request }) =>
        this.#answer(() => {
          writable();
          if (request.password !== this.#context.password.now) fail('wrong_password');
          const server = serverAt(fail, request.server);
          if (server.state === 'unknown') return fail('server_untrusted');
          if (server.sign_up !== 'included' && plain(request.code ?? '') !== plain(fakeSignUpCode)) {
            fail('sign_up_refused');
          }
          if (request.login.startsWith('taken')) fail('login_taken');
          this.#connected({ login: request.login, address: server.address });
          this.#devices = this.#devices.filter(({ current }) => current);
          this.#unsent = items();
          this.#oldest = Date.now();
          this.#state = 'held';
          return this.#status();
        }),
      upload_preview: () =>
        this.#answer(() => {
          connected();
          return uploadOf(
            this.#context.vaults(),
            this.#context.state === 'full' ? 20_000_000 : 5_000_000_000,
          );
        }),
      upload_begin: () => {
        connected();
        this.#first(() => {
          this.#unsent = Math.max(0, this.#unsent - 5);
          return this.#unsent > 0;
        });
        changed();
        return this.#status();
      },
      ...this.#move.handlers({
        fail,
        answer: (result) => this.#answer(result),
        password: () => this.#context.password.now,
        account: connected,
        unsent: () => this.#unsent,
        find: ({ server }) => serverAt(fail, server),
        signIn: (done) => this.#signIn(done),
        justSignedIn: (password, code) => this.justSignedIn(password, code),
        connect: sendAll,
        status: () => this.#status(),
      }),
      account_join: ({ request }) =>
        this.#answer(() => {
          const server = serverAt(fail, request.server);
          if (server.state === 'unknown') return fail('server_untrusted');
          const right =
            request.password === this.#context.password.now &&
            plain(request.secret_key) === plain(this.#context.secretKey);
          if (!right) fail('sign_in_refused');
          return this.#signIn(() => {
            this.#context.open(request.name);
            this.#connected({ login: request.login, address: server.address });
            this.#first(() => {
              const count = receive(4);
              this.#received += count;
              return count > 0;
            });
          });
        }),
      join_code_pick: () => joinCodeOf(fail, this.#context.secretKey, fakeKitCode),
      join_code_paste: () => joinCodeOf(fail, this.#context.secretKey, fakeDeviceCode),
      join_code_read: ({ text }) => joinCodeOf(fail, this.#context.secretKey, text),
      approval_begin: ({ code }) =>
        this.#answer(() => {
          if (code === fakeUsedCode) fail('approval_used');
          this.#asked = code;
          return { words: fakeDeviceWords };
        }),
      approval_status: () => {
        if (this.#asked === undefined) fail('approval_ended');
        return this.#asked === fakeAnsweredCode
          ? { state: 'approved', login: 'mara@example.org' }
          : { state: 'waiting' };
      },
      approval_join: ({ password, name }) =>
        this.#answer(() => {
          if (this.#asked !== fakeAnsweredCode) fail('approval_ended');
          if (password !== this.#context.password.now) fail('sign_in_refused');
          return this.#signIn(() => {
            this.#asked = undefined;
            this.#context.open(name);
            this.#connected({ login: 'mara@example.org', address: 'https://vault.example.org' });
            this.#first(() => receive(4) > 0);
          });
        }),
      approval_cancel: () => {
        this.#asked = undefined;
        return null;
      },
      device_offer: () =>
        this.#answer(() => {
          if (this.#state === 'offline') fail('server_unreachable');
          this.#offers += 1;
          return { code: fakeDeviceCode, qr: qrOf('device') };
        }),
      device_offer_status: () => {
        return this.#offers > 1
          ? { state: 'requested', device: 'd'.repeat(64), words: fakeDeviceWords }
          : { state: 'waiting' };
      },
      device_offer_approve: () =>
        this.#answer(() => {
          if (this.#state === 'offline') fail('server_unreachable');
          return null;
        }),
      device_offer_cancel: () => null,
      account_sign_in: ({ password, secretKey }) =>
        this.#answer(() => {
          connected();
          if (password !== this.#context.password.now) fail('sign_in_refused');
          if (
            this.#context.state === 'rekeyed' &&
            plain(secretKey ?? '') !== plain(this.#context.secretKey)
          ) {
            fail(secretKey === null ? 'account_changed' : 'sign_in_refused');
          }
          return this.#signIn(() => {
            this.#state = 'up_to_date';
            this.#synchronize();
          });
        }),
      account_factor: ({ kind, code }) =>
        this.#answer(() => {
          const done = this.#waiting ?? fail('sign_in_needed');
          this.#factors.use(kind, code);
          this.#waiting = undefined;
          done();
          return { step: 'done' };
        }),
      account_cancel: () => {
        this.#waiting = undefined;
        return null;
      },
      account_sign_out: () => {
        connected();
        clearTimeout(this.#pass);
        this.#state = 'signed_out';
        changed();
        return this.#status();
      },
      account_leaving: () => {
        connected();
        const named = this.#context.vaults().filter(({ sharing }) => sharing.members > 1);
        return {
          documents: this.#documents,
          vaults: 0,
          shared: named.map(({ appearance }) => appearance.name),
          owned: this.#context.owned(),
        };
      },
      account_leave: () => {
        connected();
        return this.#leave();
      },
      account_delete: ({ login, password, code }) =>
        this.#answer(() => {
          if (login.trim().toLowerCase() !== connected().login) fail('login_invalid');
          this.justSignedIn(password, code);
          if (this.#context.owned().length > 0) fail('last_owner');
          return this.#leave();
        }),
      account_reenrol: ({ password }) =>
        this.#answer(() => {
          if (password !== this.#context.password.now) fail('wrong_password');
          this.#reenrolment = { state: 'waiting', from: Date.now() + 7 * 24 * 60 * minute };
          return this.#status();
        }),
      account_reenrol_cancel: () => {
        this.#reenrolment = this.#reenrolment?.state === 'elsewhere' ? undefined : { state: 'cancelled' };
        return this.#status();
      },
      sync_words: () => ({ entries: 1204, words: fakeServerWords }),
      sync_compared: () => {
        this.#unverified = false;
        return this.#status();
      },
      sync_key_choose: () => {
        this.#otherKey = false;
        this.#problem = undefined;
        return this.#status();
      },
      history_choose: () => {
        this.#state = 'up_to_date';
        return this.#status();
      },
      sync_evidence: () => true,
      sync_status: () => this.#status(),
      sync_now: () => {
        connected();
        this.#synchronize();
        return this.#status();
      },
      login_list: () => this.#answer(() => (connected(), this.#logins)),
      login_end: ({ loginId }) =>
        this.#answer(() => (connected(), (this.#logins = withoutLogin(this.#logins, loginId)))),
      device_list: () => this.#answer(() => this.#listed()),
      device_revoke: ({ deviceId, password, code }) =>
        this.#answer(() => {
          this.justSignedIn(password, code);
          this.#devices = this.#devices.filter(({ id }) => id !== deviceId);
          return this.#listed();
        }),
      device_lost: ({ request }) =>
        this.#answer(() => {
          this.justSignedIn(request.password, request.code ?? null);
          this.#devices = this.#devices.filter(({ id }) => id !== request.device);
          this.#context.password.now = request.new_password;
          return this.#listed();
        }),
      ...this.#factors.handlers({
        answer: (result) => this.#answer(result),
        reach: () => void this.#listed(),
        justSignedIn: (password, code) => this.justSignedIn(password, code),
      }),
    };
  }

  /** Makes the profile local. */
  #leave(): SyncView {
    clearTimeout(this.#pass);
    this.#account = this.#reenrolment = this.#verified = this.#oldest = this.#problem = undefined;
    this.#state = 'local';
    this.#unsent = this.#received = this.#documents = 0;
    this.#devices = [];
    this.#context.changed();
    return this.#status();
  }

  /** The devices; fails while the server cannot be asked. */
  #listed(): DeviceView[] {
    if (this.#state === 'offline') this.#context.fail('server_unreachable');
    if (this.#state === 'signed_out') this.#context.fail('sign_in_needed');
    return this.#devices;
  }
}
