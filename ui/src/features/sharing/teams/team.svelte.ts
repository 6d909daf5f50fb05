import {
  call,
  on,
  type PolicyView,
  type TeamPersonView,
  type TeamStateView,
  type TeamView,
} from '../../../backend';
import { Attempt } from '../../../shared/attempt.svelte';
import { failureOf } from '../../../shared/errors';

/** A new state of a member. */
export interface StateChange {
  account: string;
  state: TeamStateView;
}

/** One team, and changes of it. */
export class Team {
  /** Absent before the first answer. */
  view = $state.raw<TeamView>();
  /** Whether this account is no member of it any more. */
  gone = $state(false);
  /** Rules that were changed and are not saved; they stay while another part is shown. */
  typed = $state.raw<Partial<PolicyView>>({});
  /** The change that waits for the master password. */
  asking = $state.raw<StateChange>();
  /** Whether the master password is asked for, to require a second factor. */
  requiring = $state(false);
  readonly attempt = new Attempt();
  readonly id: string;
  /** Names of those in the team's vaults who are no members of the team. */
  #others = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** Counts results, so that an answer to an earlier request does not replace a later one. */
  #taken = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** Whether the account may change groups, vaults and members. */
  manages = $derived(this.view?.role === 'owner' || this.view?.role === 'manager');
  /** The number of vaults for which this account is to require a second factor. */
  factorDue = $derived.by(() => {
    const own = this.view?.people.find((person) => person.own)?.account;
    const due = this.view?.vaults.filter(({ missing_factor: missing }) => {
      return missing && !missing.waiting && own !== undefined && missing.by.includes(own);
    });
    return due?.length ?? 0;
  });
  /** The people by account. */
  people = $derived(new Map(this.view?.people.map((person) => [person.account, person])));

  /** Loads the team, again after each change, until the returned function is called. */
  follow(): () => void {
    const load = () => void this.load();
    const stop = [on('items-changed', load), on('sync-changed', load)];
    load();
    return () => stop.forEach((one) => one());
  }

  /** Loads the team. */
  async load(): Promise<void> {
    const before = ++this.#taken;
    try {
      const teams = await call('team_list', {});
      if (before === this.#taken) this.#show(teams);
    } catch (error) {
      if (before === this.#taken) this.attempt.failure = error;
    }
  }

  #show(teams: readonly TeamView[]): void {
    this.view = teams.find(({ id }) => id === this.id);
    this.gone = this.view === undefined;
    void this.#nameOthers();
  }

  /** Learns the names of those who were invited into the vaults themselves. */
  async #nameOthers(): Promise<void> {
    const known = (account: string) => this.people.has(account) || this.#others.has(account);
    for (const { id, by, others, deviations } of this.view?.vaults.filter(({ role }) => role) ?? []) {
      const accounts = [by, ...others, ...deviations.flatMap((one) => [one.account, ...one.by])];
      if (accounts.every(known)) continue;
      const members = (await call('members_get', { vaultId: id }).catch(() => undefined))?.members ?? [];
      const names = members.map(({ account, name }) => [account, name ?? ''] as const);
      this.#others = new Map([...this.#others, ...names]);
    }
  }

  /** Accepts what a command returned. */
  accept(teams: readonly TeamView[]): void {
    this.#taken += 1;
    this.#show(teams);
  }

  /** Runs a command that returns the teams, unless one is running; returns whether it succeeded. */
  async run(command: () => Promise<TeamView[]>): Promise<boolean> {
    return this.attempt.once(async () => this.accept(await command()));
  }

  /** Sets the state of a member. If the program asks for the master password, the change waits for it. */
  async setState(change: StateChange): Promise<boolean> {
    const done = await this.run(() => this.#send(change));
    if (!done && failureOf(this.attempt.failure).code === 'password_needed') {
      this.attempt.failure = undefined;
      this.asking = change;
    }
    return done;
  }

  /** Repeats the change that waits, with the master password. Throws if it fails. */
  async confirm(password: string): Promise<void> {
    if (!this.asking) return;
    this.accept(await this.#send(this.asking, password));
    this.asking = undefined;
  }

  /** Requires a second factor for the vaults that this account owns. Throws if it fails. */
  async requireFactor(password: string): Promise<void> {
    this.accept(await call('team_factor_require', { teamId: this.id, password }));
    this.requiring = false;
  }

  #send(change: StateChange, password?: string): Promise<TeamView[]> {
    const request = { ...change, team: this.id, ...(password === undefined ? {} : { password }) };
    return call('team_member_set', { request });
  }

  /** Sets the rules. */
  setPolicy(policy: PolicyView): Promise<boolean> {
    return this.run(() => call('team_policy_set', { teamId: this.id, policy }));
  }

  /** Returns somebody of the team, or what is shown of an account that it does not know. */
  person(account: string): Pick<TeamPersonView, 'account' | 'name' | 'own'> {
    const name = this.#others.get(account);
    return this.people.get(account) ?? { account, own: false, ...(name ? { name } : {}) };
  }
}
