import type { Arguments, Result } from '../commands';
import type { ErrorCode, FactorKind, FactorsView } from '../types';
import { qrOf } from './codes';
import { hex } from './model';
import { fakeFactorCode, fakeFactorRecovery } from './serverState';

const plain = (text: string) => text.replace(/[\s-]/g, '').toUpperCase();

/** What the factors need from the server. */
interface Server {
  answer: <T>(result: () => T) => Promise<T>;
  /** Fails if the server cannot be asked. */
  reach: () => void;
  justSignedIn: (password: string, code: string | null) => void;
}

type Names = `factor_${'status' | 'begin' | 'confirm' | 'remove'}`;
type Handlers = { [K in Names]: (args: Arguments<K>) => Promise<Result<K>> };

/** The second factor of an account. */
export class FakeFactors {
  #state: FactorsView;
  readonly #fail: (code: ErrorCode) => never;

  constructor(on: boolean, fail: (code: ErrorCode) => never) {
    this.#state = { totp: on, recovery_left: on ? 9 : 0 };
    this.#fail = fail;
  }

  get on(): boolean {
    return this.#state.totp;
  }

  /** Those that a sign-in may use. */
  get kinds(): FactorKind[] {
    return this.#state.recovery_left > 0 ? ['totp', 'recovery'] : ['totp'];
  }

  /** Fails unless it is a code of that kind. A recovery code is used up. */
  use(kind: FactorKind, code: string): void {
    if (plain(code) !== plain(kind === 'totp' ? fakeFactorCode : fakeFactorRecovery)) {
      this.#fail('sign_in_refused');
    }
    if (kind === 'recovery') this.#state.recovery_left -= 1;
  }

  /** Fails unless it is a code of any kind. */
  useEither(code: string): void {
    this.use(plain(code) === plain(fakeFactorCode) ? 'totp' : 'recovery', code);
  }

  handlers({ answer, reach, justSignedIn }: Server): Handlers {
    return {
      factor_status: () => answer(() => (reach(), this.#state)),
      factor_begin: ({ password, code }) =>
        answer(() => {
          justSignedIn(password, code);
          return { secret: 'JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ', qr: qrOf('factor') };
        }),
      factor_confirm: ({ code }) =>
        answer(() => {
          if (plain(code) !== fakeFactorCode) this.#fail('sign_in_refused');
          this.#state = { totp: true, recovery_left: 10 };
          return { codes: [fakeFactorRecovery, ...Array.from({ length: 9 }, recoveryCode)] };
        }),
      factor_remove: ({ password, code }) =>
        answer(() => {
          justSignedIn(password, code);
          this.#state = { totp: false, recovery_left: 0 };
          return this.#state;
        }),
    };
  }
}

function recoveryCode(): string {
  const text = hex(8).toUpperCase();
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}
