import type {
  AuthorityFileView,
  NetworkChoice,
  NetworkView,
  PickedAuthorityView,
  ProxyKind,
} from '../../backend';

/** How the server is to be reached, as it is typed. */
export class NetworkForm {
  kind = $state<ProxyKind>('none');
  address = $state('');
  user = $state('');
  password = $state('');
  /** A password is stored, and stays if none is typed. */
  stored = $state(false);
  authority = $state.raw<AuthorityFileView>();
  /** The token of an authority that was picked just now. */
  #token: string | undefined;
  upload = $state('');
  download = $state('');

  constructor(view?: NetworkView) {
    if (view) this.take(view);
  }

  /** Shows what is stored. */
  take({ proxy, authority, upload, download }: NetworkView): void {
    this.kind = proxy.kind;
    this.address = proxy.address;
    this.user = proxy.user;
    this.password = '';
    this.stored = proxy.has_password;
    this.authority = authority;
    this.#token = undefined;
    this.upload = upload === 0 ? '' : String(upload);
    this.download = download === 0 ? '' : String(download);
  }

  pick({ token, authority }: PickedAuthorityView): void {
    this.#token = token;
    this.authority = authority;
  }

  removeAuthority(): void {
    this.authority = this.#token = undefined;
  }

  /** Whether nothing differs from a direct way. */
  get plain(): boolean {
    return this.kind === 'none' && !this.authority && this.upload === '' && this.download === '';
  }

  choice(): NetworkChoice {
    const own = this.kind === 'own';
    const keeps = own && this.stored && this.password === '' && this.user !== '';
    return {
      proxy: {
        kind: this.kind,
        address: own ? this.address.trim() : '',
        user: own ? this.user : '',
        ...(keeps ? {} : { password: own ? this.password : '' }),
      },
      authority:
        this.#token !== undefined
          ? { use: 'picked', token: this.#token }
          : { use: this.authority ? 'stored' : 'none' },
      upload: limit(this.upload),
      download: limit(this.download),
    };
  }
}

/** A typed limit; one that is no number is out of range. */
function limit(text: string): number {
  const typed = text.replace(/[\s.,]/g, '');
  if (typed === '') return 0;
  return /^\d{1,9}$/.test(typed) ? Number(typed) : 1;
}
