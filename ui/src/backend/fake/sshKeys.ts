import type { Arguments, Commands } from '../commands';
import type { ErrorCode, ItemDraft, StoredSshKey, SshKeyView } from '../types';
import { hex, type FakeField } from './model';

type Drafts = Map<string, { draft: ItemDraft; at: number }>;
type Handlers = {
  [K in 'ssh_key_generate' | 'ssh_key_read' | 'ssh_key_in_draft']: (args: Arguments<K>) => Commands[K][1];
};

const names = {
  ed25519: ['Ed25519', 256, 'ssh-ed25519'],
  rsa3072: ['RSA', 3072, 'ssh-rsa'],
  rsa4096: ['RSA', 4096, 'ssh-rsa'],
  ecdsa_p256: ['ECDSA', 256, 'ecdsa-sha2-nistp256'],
  ecdsa_p384: ['ECDSA', 384, 'ecdsa-sha2-nistp384'],
  ecdsa_p521: ['ECDSA', 521, 'ecdsa-sha2-nistp521'],
} as const;

/** The passphrase of the file that the fake "chooses". */
export const fakePassphrase = 'coffer test';

/** SSH keys in the fake's drafts. The chosen file is encrypted; the clipboard contains no key. */
export class FakeSshKeys {
  readonly #held = new Map<string, SshKeyView>();
  readonly #drafts: Drafts;
  readonly #fail: (code: ErrorCode) => never;

  constructor(drafts: Drafts, fail: (code: ErrorCode) => never) {
    this.#drafts = drafts;
    this.#fail = fail;
  }

  #hold(form: { draft: ItemDraft; draftId?: string }, kind: keyof typeof names, at: number): StoredSshKey {
    const [algorithm, bits, name] = names[kind];
    const comment = form.draft.title;
    const key: SshKeyView = {
      algorithm,
      bits,
      fingerprint: `SHA256:${hex(43)}`,
      public_key: `${name} AAAA${hex(32)} ${comment}`.trim(),
      comment,
    };
    const draft_id = form.draftId ?? hex(32);
    this.#drafts.set(draft_id, { draft: structuredClone(form.draft), at });
    this.#held.set(draft_id, key);
    return { draft_id, key };
  }

  /** Returns the fields of a form with the draft's key added. */
  fields(draftId: string | undefined, fields: FakeField[]): FakeField[] {
    const key = draftId === undefined ? undefined : this.#held.get(draftId);
    if (!key) return fields;
    const put = { private_key: 'secret_lines', public_key: 'lines', fingerprint: 'text' } as const;
    const values = {
      private_key: '-----BEGIN OPENSSH PRIVATE KEY-----\n…\n-----END OPENSSH PRIVATE KEY-----\n',
      public_key: key.public_key,
      fingerprint: key.fingerprint,
    };
    const rest = fields.filter(({ role }) => role === undefined || !(role in put));
    const made = (['private_key', 'public_key', 'fingerprint'] as const).map((role): FakeField => {
      const before = fields.find((field) => field.role === role);
      return { id: before?.id ?? hex(16), role, label: '', kind: put[role], value: values[role], past: [] };
    });
    return [...made, ...rest];
  }

  readonly handlers: Handlers = {
    ssh_key_generate: ({ kind, ...form }) => this.#hold(form, kind, Date.now()),
    ssh_key_read: ({ source, passphrase, ...form }) => {
      if (source === 'clipboard') this.#fail('ssh_key_unreadable');
      if (source === 'file') this.#fail('passphrase_needed');
      if (passphrase !== fakePassphrase) this.#fail('passphrase_wrong');
      return this.#hold(form, 'ecdsa_p384', Date.now());
    },
    ssh_key_in_draft: ({ draftId }) => this.#held.get(draftId) ?? null,
  };
}
