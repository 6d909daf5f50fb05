import { call, on, type ChangeRequest, type MembersView, type PendingChangeView } from '../../backend';
import { Attempt } from '../../shared/attempt.svelte';
import { failureOf } from '../../shared/errors';

/** A change of members, without the vault. */
export type Change = Omit<ChangeRequest, 'vault' | 'password'>;

/** Returns what to ask for once more, so that a change that was not taken is signed again. */
export function repeated({ kind, account, role }: PendingChangeView): Change | undefined {
  if (kind === 'leave' || kind === 'close') return { kind };
  if (kind === 'remove' && account) return { kind, account };
  if (kind === 'role' && account && role) return { kind, account, role };
  return undefined;
}

/** The members of one vault, and changes of them. */
export class People {
  /** Absent before the first answer. */
  view = $state.raw<MembersView>();
  /** The change that waits for the master password. */
  asking = $state.raw<Change>();
  /** The change in whose place it is. */
  #replaced: number | undefined;
  readonly attempt = new Attempt();
  readonly vaultId: string;
  /** Counts results, so that an answer to an earlier request does not replace a later one. */
  #taken = 0;

  constructor(vaultId: string) {
    this.vaultId = vaultId;
  }

  owners = $derived(this.view?.members.filter(({ role }) => role === 'owner').length ?? 0);
  own = $derived(this.view?.members.find((member) => member.own));
  /** Whether anybody else is a member or invited. */
  shared = $derived.by(() => {
    const { view } = this;
    if (!view) return false;
    const { members, invitations, answers, pending } = view;
    return members.some((member) => !member.own) || invitations.length + answers.length + pending.length > 0;
  });

  /** Loads the members, again after each change, until the returned function is called. */
  follow(): () => void {
    const load = () => void this.load();
    const stop = [on('items-changed', load), on('sync-changed', load)];
    load();
    return () => stop.forEach((one) => one());
  }

  /** Loads the members. */
  async load(): Promise<void> {
    const before = ++this.#taken;
    try {
      const view = await call('members_get', { vaultId: this.vaultId });
      if (before === this.#taken) this.view = view;
    } catch (error) {
      if (before === this.#taken) this.attempt.failure = error;
    }
  }

  /** Accepts what a command returned. */
  accept(view: MembersView): void {
    this.#taken += 1;
    this.view = view;
  }

  /** Runs a command that returns the members, unless one is running; returns whether it succeeded. */
  async run(command: () => Promise<MembersView>): Promise<boolean> {
    return this.attempt.once(async () => this.accept(await command()));
  }

  /** Changes members. If the program asks for the master password, the change waits for it. */
  async change(change: Change): Promise<boolean> {
    const done = await this.run(() => this.#send(change));
    if (!done && failureOf(this.attempt.failure).code === 'password_needed') {
      this.attempt.failure = undefined;
      this.asking = change;
      this.#replaced = undefined;
    }
    return done;
  }

  /** Asks for the master password for a change that must be signed again. */
  signAgain(pending: PendingChangeView): void {
    this.asking = repeated(pending);
    this.#replaced = pending.id;
  }

  /** Repeats the change that waits, with the master password. Throws if it fails. */
  async confirm(password: string): Promise<void> {
    if (!this.asking) return;
    this.accept(await this.#send(this.asking, password));
    this.asking = undefined;
    const change = this.#replaced;
    this.#replaced = undefined;
    if (change === undefined) return;
    const { vaultId } = this;
    await this.run(() => call('member_change_withdraw', { vaultId, change }));
  }

  #send(change: Change, password?: string): Promise<MembersView> {
    const request = { ...change, vault: this.vaultId, ...(password === undefined ? {} : { password }) };
    return call('member_change', { request });
  }
}
