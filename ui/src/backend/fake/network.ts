import type { Arguments, CommandName, Result } from '../commands';
import type {
  AuthorityFileView,
  ErrorCode,
  NetworkChoice,
  NetworkView,
  VaultDocumentsView,
  VaultView,
} from '../types';
import { hex } from './model';

type Names = `network_${'get' | 'set'}` | 'authority_pick' | `offline_${'list' | 'set' | 'remove'}`;
type Handlers = {
  [K in Extract<CommandName, Names>]: (args: Arguments<K>) => Result<K> | Promise<Result<K>>;
};

interface Context {
  fail: (code: ErrorCode, more?: object) => never;
  writable: () => void;
  connected: () => boolean;
  vaults: () => VaultView[];
}

/** The authority that is picked. */
const fakeAuthority: AuthorityFileView = {
  file: 'company-ca.pem',
  certificates: [
    {
      name: 'Example Company Root CA',
      fingerprint: '5d0f8c3a'.repeat(8),
      until: Date.UTC(2034, 4, 17),
    },
  ],
};

const direct: NetworkView = {
  proxy: { kind: 'none', address: '', user: '', has_password: false },
  upload: 0,
  download: 0,
};

/** How the server is reached, and which documents are here. */
export class FakeNetwork {
  readonly #context: Context;
  #view = direct;
  #token: string | undefined;
  /** Vaults whose documents are not kept here, and those of them whose copies were removed. */
  readonly #online = new Set<string>();
  readonly #removed = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Fails unless the choice can be used; returns what it stands for. */
  check({ proxy, authority, upload, download }: NetworkChoice): NetworkView {
    const { fail } = this.#context;
    const invalid = (problem: string) => fail('invalid_input', { problem });
    const own = proxy.kind === 'own';
    if (own && !/^(https?|socks5h?):\/\/[\w.[\]:-]+$/.test(proxy.address)) invalid('proxy_address');
    for (const limit of [upload, download]) if (limit !== 0 && limit < 16) invalid('transfer_limit');
    if (authority.use === 'picked' && authority.token !== this.#token) fail('not_found');
    const used =
      authority.use === 'none'
        ? undefined
        : authority.use === 'stored'
          ? this.#view.authority
          : fakeAuthority;
    return {
      proxy: {
        kind: proxy.kind,
        address: own ? proxy.address : '',
        user: own ? proxy.user : '',
        has_password:
          own && (proxy.password === undefined ? this.#view.proxy.has_password : proxy.password !== ''),
      },
      ...(used ? { authority: used } : {}),
      upload,
      download,
    };
  }

  handlers(): Handlers {
    const { fail, writable, connected } = this.#context;
    const expectServer = () => (connected() ? undefined : fail('not_connected'));
    return {
      network_get: () => (expectServer(), this.#view),
      network_set: ({ choice }) => {
        expectServer();
        writable();
        return (this.#view = this.check(choice));
      },
      authority_pick: () => {
        this.#token = hex(8);
        return { token: this.#token, authority: fakeAuthority };
      },
      offline_list: () => (expectServer(), this.#list()),
      offline_set: ({ vaultId, kept }) => {
        expectServer();
        writable();
        if (kept) {
          this.#online.delete(vaultId);
          this.#removed.delete(vaultId);
        } else this.#online.add(vaultId);
        return this.#list();
      },
      offline_remove: ({ vaultId }) => {
        expectServer();
        writable();
        this.#removed.add(vaultId);
        return this.#list();
      },
    };
  }

  #list(): VaultDocumentsView[] {
    return this.#context.vaults().map((vault) => {
      const [documents, size] = vault.home ? [14, 82_400_000] : [3, 1_900_000];
      const away = this.#removed.has(vault.id);
      return {
        id: vault.id,
        name: vault.appearance.name,
        offline: !this.#online.has(vault.id),
        missing: away ? documents : 0,
        copies: away ? 0 : documents,
        bytes: away ? 0 : size,
      };
    });
  }
}
