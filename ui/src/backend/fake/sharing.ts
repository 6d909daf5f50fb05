import type { Arguments, CommandName, Result } from '../commands';
import type {
  AnswerView,
  ChangeRequest,
  CopyReceipt,
  ErrorCode,
  InvitationLinkView,
  JoiningView,
  MembersView,
  MemberView,
  OpenInvitationView,
  PendingChangeView,
  RoleView,
  SharingView,
  VaultReadOnlyView,
  VaultView,
} from '../types';
import { hex, homeVault } from './model';
import { askUser } from './question';
import { administers, beginSharing, memberOf, own, ownWords, wordsOf, type SharingScenario } from './people';

/** What members and invitations need from the fake. */
interface Context {
  fail: (code: ErrorCode, more?: object) => never;
  writable: () => void;
  /** Something changed, and is to be sent. */
  changed: () => void;
  /** Something changed that is not sent. */
  arrived: () => void;
  password: { now: string };
  /** Copies a secret. */
  copied: () => CopyReceipt;
  connected: () => boolean;
  reachable: () => boolean;
  /** Milliseconds that the server takes to answer. */
  wait: number;
  vaults: () => VaultView[];
  /** Adds a vault and returns its id. */
  addVault: (name: string) => string;
  /** Removes a vault with its items. */
  dropVault: (id: string) => void;
}

/** A change that waits, and what it does once the log takes it. */
interface Waiting {
  view: PendingChangeView;
  apply: () => ErrorCode | undefined;
}

/** The members of one vault. */
export interface SharedVault {
  members: MemberView[];
  invitations: OpenInvitationView[];
  answers: AnswerView[];
  pending: Waiting[];
  epochDue: boolean;
  /** Whether the server gives it only to sign-ins with a second factor. */
  secondFactor?: boolean;
  /** Why nothing can be written, besides the role. */
  readOnly?: VaultReadOnlyView;
}

const prefix = 'coffer://join#';
/** An invitation that can be accepted; others are `expired`, `used` or from an `other` log by their first word. */
export const fakeInvitation = `${prefix}hQF4aGFyYm91ci1sYW50ZXJuLTcxLXRpZGFsLWVtYmVy`;
const day = 86_400_000;

const refusals: Record<string, ErrorCode> = {
  expired: 'invitation_expired',
  used: 'invitation_not_open',
  other: 'invitation_other_log',
};
const unwritable: Record<VaultReadOnlyView, ErrorCode> = {
  key_missing: 'vault_key_missing',
  newer: 'vault_newer',
  closed: 'vault_closed',
  viewer: 'vault_not_writable',
  new_identity: 'vault_identity_waits',
  no_member: 'vault_not_writable',
  being_restored: 'server_restoring',
  alarm: 'vault_alarm',
  directory: 'team_directory',
};

type Names =
  | `member_${'change' | 'change_withdraw' | 'invite' | 'verify' | 'name_set'}`
  | `invitation_${'link' | 'copy' | 'read' | 'accept'}`
  | `joining_${'list' | 'withdraw'}`
  | 'members_get'
  | 'answer_decide'
  | 'vault_forget';
type Handlers = {
  [K in Extract<CommandName, Names>]: (args: Arguments<K>) => Result<K> | Promise<Result<K>>;
};

/** Members of vaults, invitations, and changes of them that wait for the next synchronization. */
export class FakeSharing {
  readonly #context: Context;
  readonly #vaults = new Map<string, SharedVault>();
  readonly #links = new Map<string, string>();
  #joining: JoiningView[] = [];
  #offer: { token: string; text: string } | undefined;
  #changes = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Begins with vaults in the states that a scenario names. */
  begin(scenario: SharingScenario): void {
    const { vaults, joining } = beginSharing(scenario);
    this.#joining = joining;
    for (const { name, pending, ...vault } of vaults) {
      const id = this.#context.addVault(name);
      this.#vaults.set(id, { ...vault, pending: pending.map((view) => ({ view, apply: () => undefined })) });
      for (const { key, made_here } of vault.invitations) {
        if (made_here) this.#links.set(key, this.#makeLink());
      }
      this.#changes += pending.length;
    }
  }

  /** Adds a vault with members; returns its id. */
  add(name: string, members: MemberView[]): string {
    const id = this.#context.addVault(name);
    this.#vaults.set(id, { members, invitations: [], answers: [], pending: [], epochDue: false });
    return id;
  }

  #of(id: string): SharedVault {
    if (!this.#context.vaults().some((vault) => vault.id === id)) this.#context.fail('not_found');
    return this.state(id);
  }

  /** Returns the members of a vault; one that was not shared has the own account alone. */
  state(id: string): SharedVault {
    const known = this.#vaults.get(id);
    if (known) return known;
    const alone = {
      members: [memberOf('', 'owner', { own: true })],
      invitations: [],
      answers: [],
      pending: [],
      epochDue: false,
    };
    this.#vaults.set(id, alone);
    return alone;
  }

  #role({ members }: SharedVault): RoleView | undefined {
    return members.find((member) => member.own)?.role;
  }

  /** Returns what a list of vaults says of the members. */
  summary(id: string): SharingView {
    const vault = this.state(id);
    const role = this.#role(vault);
    const owner = vault.members.find((member) => member.role === 'owner');
    return {
      members: vault.members.length,
      ...(role ? { role } : {}),
      from_others: role !== 'owner',
      ...(role !== 'owner' && owner?.name ? { shared_by: owner.name } : {}),
      invitations: vault.invitations.length,
      answers: vault.answers.length,
      pending: vault.pending.filter(({ view }) => !view.problem).length,
      epoch_due: vault.epochDue,
    };
  }

  /** Returns why nothing can be written into a vault. */
  readOnly(id: string): VaultReadOnlyView | undefined {
    const vault = this.state(id);
    const role = this.#role(vault);
    return vault.readOnly ?? (role === undefined ? 'no_member' : role === 'viewer' ? 'viewer' : undefined);
  }

  /** Fails if nothing can be written into a vault. */
  checkWritable(id: string): void {
    const why = this.readOnly(id);
    if (why) this.#context.fail(unwritable[why]);
  }

  /** Whether a vault has other members. */
  isShared(id: string): boolean {
    return this.state(id).members.some((member) => !member.own);
  }

  /** The names of vaults with others whose only owner the account is. */
  soleOwned(): string[] {
    const depends = ({ id }: VaultView) => {
      const { members } = this.state(id);
      const others = members.filter(({ own }) => !own);
      const owners = members.filter(({ role }) => role === 'owner');
      return others.length > 0 && owners.length === 1 && owners.every(({ own }) => own);
    };
    return this.#context
      .vaults()
      .filter(depends)
      .map(({ appearance }) => appearance.name);
  }

  /** Takes what waits into the log, as a synchronization does; as that, it reports no changed items. */
  send(): void {
    for (const vault of this.#vaults.values()) {
      for (const change of vault.pending.filter(({ view }) => view.problem === undefined)) {
        const problem = change.apply();
        if (problem) change.view.problem = problem;
        else vault.pending = vault.pending.filter((other) => other !== change);
      }
    }
    for (const joining of this.#joining.filter(({ sent }) => sent)) {
      this.#joining = this.#joining.filter((other) => other !== joining);
      const id = this.#context.addVault('Garden club');
      const members = [
        memberOf('Mara', joining.role, { own: true }),
        memberOf('Jonas', 'owner'),
        memberOf('Ida', 'editor'),
      ];
      this.#vaults.set(id, { members, invitations: [], answers: [], pending: [], epochDue: false });
    }
    for (const joining of this.#joining) joining.sent = true;
  }

  #view(id: string): MembersView {
    const vault = this.#of(id);
    const role = this.#role(vault);
    return {
      vault: id,
      members: vault.members,
      ...(role ? { role } : {}),
      invitations: vault.invitations,
      answers: vault.answers,
      pending: vault.pending.map(({ view }) => view),
      epoch_due: vault.epochDue,
      second_factor: vault.secondFactor ?? false,
      can_forget: id !== homeVault && (role === undefined || vault.readOnly === 'closed'),
    };
  }

  #makeLink(): string {
    return `${prefix}${hex(32)}${hex(64)}`;
  }

  /** Adds a change to those that wait. */
  #wait(
    vault: SharedVault,
    view: Pick<PendingChangeView, 'kind' | 'account' | 'member' | 'role'>,
    apply: Waiting['apply'],
  ): void {
    this.#changes += 1;
    vault.pending.push({ view: { ...view, id: this.#changes, at: Date.now() }, apply });
    this.#context.changed();
  }

  /** Fails unless the account may do that to a member in a role. */
  #mayAdminister(vault: SharedVault, role: RoleView): void {
    const by = this.#role(vault);
    if (!by || !administers(by, role)) this.#context.fail('member_not_permitted');
  }

  /** Fails unless the password was given for what concerns an owner. */
  #sign(vault: SharedVault, password: string | undefined): void {
    const { fail } = this.#context;
    if (password === undefined) fail('password_needed');
    if (vault.pending.some(({ view }) => view.problem === undefined)) fail('member_changes_wait');
    if (password !== this.#context.password.now) fail('wrong_password');
  }

  #name(text: string): string {
    const name = text.trim();
    const size = new TextEncoder().encode(name).length;
    if (size === 0 || size > 128) this.#context.fail('invalid_input', { problem: 'member_name' });
    return name;
  }

  /** Notes a change, which has effect once it is sent. */
  change({ vault: id, kind, account, role, invitation, password }: ChangeRequest): void {
    const { fail } = this.#context;
    const vault = this.#of(id);
    if (id === homeVault) fail('home_not_shared');
    if (vault.readOnly === 'newer') fail('vault_newer');
    if (vault.readOnly === 'closed') fail('vault_closed');
    const others = (of: MemberView) => vault.members.filter((one) => one !== of);
    const keepsOwner = (of: MemberView) => {
      if (of.role === 'owner' && !others(of).some((one) => one.role === 'owner')) fail('last_owner');
    };
    const named = (of: MemberView) => ({ account: of.account, ...(of.name ? { member: of.name } : {}) });
    const find = () => vault.members.find((one) => one.account === account) ?? fail('member_unchanged');
    const self = () => vault.members.find((one) => one.own) ?? fail('member_not_permitted');
    const drop = (of: MemberView) => {
      if (!vault.members.includes(of)) return 'member_unchanged' as const;
      vault.members = others(of);
      return undefined;
    };
    switch (kind) {
      case 'role': {
        const member = find();
        const next = role ?? fail('not_found');
        this.#mayAdminister(vault, member.role);
        this.#mayAdminister(vault, next);
        if (member.role === next) fail('member_unchanged');
        keepsOwner(member);
        if (member.role === 'owner' || next === 'owner') this.#sign(vault, password);
        return this.#wait(vault, { kind, role: next, ...named(member) }, () => {
          if (!vault.members.includes(member)) return 'member_unchanged';
          member.role = next;
          return undefined;
        });
      }
      case 'remove': {
        const member = find();
        if (member.own) fail('member_unchanged');
        this.#mayAdminister(vault, member.role);
        keepsOwner(member);
        if (member.role === 'owner') this.#sign(vault, password);
        return this.#wait(vault, { kind, ...named(member) }, () => drop(member));
      }
      case 'leave': {
        const member = self();
        keepsOwner(member);
        if (member.role === 'owner') this.#sign(vault, password);
        return this.#wait(vault, { kind }, () => drop(member));
      }
      case 'require_factor':
      case 'drop_factor': {
        const required = kind === 'require_factor';
        if (self().role !== 'owner') fail('member_not_permitted');
        if ((vault.secondFactor ?? false) === required) fail('member_unchanged');
        this.#sign(vault, password);
        return this.#wait(vault, { kind }, () => {
          vault.secondFactor = required;
          return undefined;
        });
      }
      case 'transfer': {
        const [member, me] = [find(), self()];
        if (me.role !== 'owner') fail('member_not_permitted');
        this.#sign(vault, password);
        return this.#wait(vault, { kind: 'role', role: 'owner', ...named(member) }, () => {
          if (!vault.members.includes(member)) return 'member_unchanged';
          member.role = 'owner';
          me.role = 'manager';
          return undefined;
        });
      }
      case 'revoke': {
        const open = vault.invitations.find(({ key }) => key === invitation) ?? fail('not_found');
        this.#mayAdminister(vault, open.role);
        return this.#wait(vault, { kind, role: open.role }, () => this.#closeInvitation(vault, open.key));
      }
      case 'close':
        if (self().role !== 'owner') fail('member_not_permitted');
        this.#sign(vault, password);
        return this.#wait(vault, { kind }, () => void (vault.readOnly = 'closed'));
      default:
        fail('not_found');
    }
  }

  #closeInvitation(vault: SharedVault, key: string): ErrorCode | undefined {
    const open = vault.invitations.some((one) => one.key === key);
    vault.invitations = vault.invitations.filter((one) => one.key !== key);
    return open ? undefined : 'invitation_not_open';
  }

  #invite({
    vault: id,
    role,
    days,
    name,
    own_name,
  }: Arguments<'member_invite'>['request']): InvitationLinkView {
    const { fail, writable } = this.#context;
    writable();
    const vault = this.#of(id);
    askUser('Invite somebody into the vault?', fail);
    if (id === homeVault) fail('home_not_shared');
    if (role === 'owner') fail('member_not_permitted');
    this.#mayAdminister(vault, role);
    const self = vault.members.find((one) => one.own);
    if (self) self.name = this.#name(own_name);
    const [key, link] = [hex(64), this.#makeLink()];
    this.#links.set(key, link);
    const inviter = self?.name;
    const invitation: OpenInvitationView = {
      key,
      role,
      expires_at: Date.now() + days * day,
      ...(inviter ? { inviter } : {}),
      ...(name.trim() ? { name: name.trim() } : {}),
      made_here: true,
    };
    this.#wait(vault, { kind: 'invite', role }, () => void vault.invitations.push(invitation));
    return { link };
  }

  #decide(id: string, account: string, accept: boolean): void {
    const { fail } = this.#context;
    const vault = this.#of(id);
    const answer = vault.answers.find((one) => one.account === account) ?? fail('not_found');
    if (accept) askUser('Let them into the vault?', fail);
    const known = vault.members.find((one) => one.account === account);
    if (accept && known?.contradicted) fail('member_identity_changed');
    vault.answers = vault.answers.filter((one) => one !== answer);
    const used = vault.invitations.find(({ role }) => role === answer.role);
    const end = () => (used ? this.#closeInvitation(vault, used.key) : undefined);
    const { role, name, words } = answer;
    if (!accept) return this.#wait(vault, { kind: 'revoke', role }, end);
    this.#wait(vault, { kind: 'add', role, ...(name ? { member: name } : {}) }, () => {
      end();
      vault.members.push(memberOf(name ?? '', role, { account, words }));
      return undefined;
    });
  }

  #read(text: string) {
    const { fail } = this.#context;
    const typed = text.trim();
    if (!typed.startsWith(prefix) || typed.length < prefix.length + 16) fail('invitation_malformed');
    if (!this.#context.connected()) fail('not_connected');
    if ([...this.#links.values()].includes(typed)) fail('already_member');
    if (!this.#context.reachable()) fail('server_unreachable');
    const refusal = refusals[typed.slice(prefix.length).split('-')[0] ?? ''];
    if (refusal) fail(refusal);
    const token = hex(32);
    this.#offer = { token, text: typed };
    return {
      token,
      // A link to a vault that the profile knows.
      ...(typed.startsWith(`${prefix}again`) ? { vault_name: 'Choir' } : {}),
      role: 'editor' as const,
      expires_at: Date.now() + 6 * day,
      inviter: 'Jonas Lindqvist',
      inviter_words: wordsOf('Jonas'),
      own_words: ownWords,
      members: 2,
    };
  }

  /** The handlers of the commands. */
  handlers(): Handlers {
    const { fail, writable, arrived, wait } = this.#context;
    return {
      members_get: ({ vaultId }) => this.#view(vaultId),
      member_change: ({ request }) => {
        writable();
        this.change(request);
        return this.#view(request.vault);
      },
      member_change_withdraw: ({ vaultId, change }) => {
        const vault = this.#of(vaultId);
        const found = vault.pending.find(({ view }) => view.id === change) ?? fail('not_found');
        vault.pending = vault.pending.filter((other) => other !== found);
        arrived();
        return this.#view(vaultId);
      },
      member_invite: ({ request }) => this.#invite(request),
      invitation_link: ({ vaultId, invitation }) => {
        const open = this.#of(vaultId).invitations.some(({ key }) => key === invitation);
        const link = open ? this.#links.get(invitation) : undefined;
        return { link: link ?? fail('not_found') };
      },
      invitation_copy: () => this.#context.copied(),
      answer_decide: ({ vaultId, account, accept }) => {
        writable();
        this.#decide(vaultId, account, accept);
        return this.#view(vaultId);
      },
      member_verify: ({ vaultId, account, certificate }) => {
        const found = this.#of(vaultId).members.find(
          (one) => one.account === account && one.certificate === certificate,
        );
        const member = found ?? fail('not_found');
        member.verified = true;
        member.renewed = false;
        member.contradicted = false;
        arrived();
        return this.#view(vaultId);
      },
      member_name_set: ({ vaultId, name }) => {
        writable();
        const typed = this.#name(name);
        this.checkWritable(vaultId);
        const self = this.#of(vaultId).members.find((one) => one.own) ?? fail('not_found');
        self.name = typed;
        this.#context.changed();
        return this.#view(vaultId);
      },
      invitation_read: async ({ text }) => {
        await new Promise((resolve) => setTimeout(resolve, wait));
        return this.#read(text ?? fakeInvitation);
      },
      invitation_accept: ({ token, name }) => {
        if (this.#offer?.token !== token) fail('not_found');
        this.#name(name);
        this.#offer = undefined;
        const joining: JoiningView = {
          vault: hex(32),
          role: 'editor',
          answered_at: Date.now(),
          sent: false,
          words: ownWords,
        };
        this.#joining.push(joining);
        const now = structuredClone(this.#joining);
        this.#context.changed();
        return now;
      },
      joining_list: () => this.#joining,
      joining_withdraw: ({ vaultId }) => {
        const found = this.#joining.find(({ vault }) => vault === vaultId) ?? fail('not_found');
        this.#joining = this.#joining.filter((other) => other !== found);
        return this.#joining;
      },
      vault_forget: ({ vaultId }) => {
        writable();
        askUser('Remove the vault from this profile?', fail);
        if (!this.#view(vaultId).can_forget) fail('vault_shared');
        this.#context.dropVault(vaultId);
        this.#vaults.delete(vaultId);
        arrived();
        return this.#context.vaults();
      },
    };
  }
}

/** The account of the profile, for tests. */
export { own as fakeAccount };
