import type { Arguments, Result } from '../commands';
import type { AccountRequest, AccountView, ErrorCode, ServerView, SignInView, SyncView } from '../types';

type Names = 'account_move' | 'account_move_back' | 'account_move_keep' | 'account_move_delete';
type Handlers = { [K in Names]: (args: Arguments<K>) => Result<K> | Promise<Result<K>> };

/** What moving to another server needs of the server. */
interface Context {
  fail: (code: ErrorCode) => never;
  answer: <T>(result: () => T) => Promise<T>;
  password: () => string;
  account: () => AccountView;
  /** Number of changes that are not sent yet. */
  unsent: () => number;
  find: (request: AccountRequest) => ServerView;
  signIn: (done: () => void) => SignInView;
  justSignedIn: (password: string, code: string | null) => void;
  /** Connects with a server, to which everything is sent. */
  connect: (account: AccountView) => void;
  status: () => SyncView;
}

/** The move of an account to another server. */
export class FakeMove {
  /** Where another device has moved the account. */
  moved: AccountView | undefined;
  /** The account at the server that was left. */
  left: AccountView | undefined;

  /** What the state of synchronization says of it. */
  status(): Pick<SyncView, 'moved' | 'left_account'> {
    return {
      ...(this.moved ? { moved: this.moved } : {}),
      ...(this.left ? { left_account: this.left } : {}),
    };
  }

  /** The commands of it. */
  handlers(context: Context): Handlers {
    const { fail, answer, account, connect, status } = context;
    const left = () => this.left ?? fail('not_found');
    const whole = () => {
      const old = left();
      if (context.unsent() > 0) fail('move_unfinished');
      return old;
    };
    return {
      account_move: ({ request }) =>
        answer(() => {
          if (request.password !== context.password()) fail('wrong_password');
          const server = context.find(request);
          if (server.state === 'unknown') return fail('server_untrusted');
          return context.signIn(() => {
            const before = account();
            if (server.address !== before.address) this.left = before;
            this.moved = undefined;
            connect({ login: request.login, address: server.address });
          });
        }),
      account_move_back: ({ password }) =>
        answer(() => {
          if (password !== context.password()) fail('wrong_password');
          const old = left();
          this.left = account();
          connect(old);
          return status();
        }),
      account_move_keep: () =>
        answer(() => {
          whole();
          this.left = undefined;
          return status();
        }),
      account_move_delete: ({ login, password, code }) =>
        answer(() => {
          if (login.trim().toLowerCase() !== whole().login) fail('login_invalid');
          context.justSignedIn(password, code);
          this.left = undefined;
          return status();
        }),
    };
  }
}
