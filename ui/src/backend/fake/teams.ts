import type { Arguments, CommandName, Result } from '../commands';
import type {
  DeviationView,
  ErrorCode,
  MemberView,
  PolicyView,
  RoleView,
  TeamStateView,
  TeamVaultView,
  TeamView,
  VaultView,
} from '../types';
import { hex, homeVault } from './model';
import { administers, memberOf, own } from './people';
import { askUser } from './question';
import type { FakeSharing } from './sharing';
import { beginTeams } from './teamBeginnings';

/** What teams need from the fake. */
interface Context {
  fail: (code: ErrorCode, more?: object) => never;
  writable: () => void;
  changed: () => void;
  sharing: FakeSharing;
  vaults: () => VaultView[];
}

/** A group; who was taken out loses what only it gave. */
export interface Group {
  id: string;
  name: string;
  accounts: string[];
  former: string[];
  ended: boolean;
}

/** A role that is given, or was taken away. */
export type Grants = Map<string, RoleView | undefined>;

/** A vault that a team uses. */
export interface TeamVault {
  vault: string;
  name: string;
  by: string;
  groups: Grants;
  accounts: Grants;
}

/** What a directory says. */
export interface Directory {
  id: string;
  groups: Group[];
  vaults: TeamVault[];
  /** Of members that are not active. */
  states: Map<string, TeamStateView>;
  policy: PolicyView;
  /** Names of former members. */
  names: Map<string, string>;
}

/** The rules of a team that has set none. */
export const noRules: PolicyView = {
  no_plain_export: false,
  no_export: false,
  no_personal_copies: false,
  second_factor: false,
};

const size = (text: string) => new TextEncoder().encode(text).length;
const higher = (one: RoleView | undefined, other: RoleView): RoleView => (one === 'editor' ? one : other);
const manages = (role: RoleView | undefined) => role === 'owner' || role === 'manager';
const given = (grants: Grants) =>
  [...grants].flatMap(([id, role]) => (role === undefined ? [] : [{ id, role }]));

type Names = `team_${
  | 'list'
  | 'create'
  | 'leave'
  | `group_${'put' | 'delete'}`
  | `vault_${'put' | 'remove'}`
  | 'member_set'
  | 'policy_set'
  | 'factor_require'}`;
type Handlers = { [K in Extract<CommandName, Names | 'policy_get'>]: (args: Arguments<K>) => Result<K> };

/** Teams: directories, the groups in them, and the vaults that follow them. */
export class FakeTeams {
  readonly #context: Context;
  readonly #teams: Directory[] = [];
  /** The team that a vault itself names. */
  readonly #cards = new Map<string, string>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Begins with the teams that a scenario names. */
  begin(scenario: string): void {
    const { teams, cards } = beginTeams(scenario, this.#context.sharing);
    this.#teams.push(...teams);
    for (const { id } of teams) this.#cards.set(id, id);
    for (const [vault, team] of cards) this.#cards.set(vault, team);
  }

  /** Returns a team of this account. */
  find(id: string): TeamView | undefined {
    return this.#views().find((team) => team.id === id);
  }

  /** Returns the id of the first team. */
  first(): string | undefined {
    return this.#teams[0]?.id;
  }

  /** Returns the team that a vault follows; the vault itself, if it is a directory. */
  of(vault: string): string | undefined {
    return this.#cards.get(vault);
  }

  /** Fails if a vault is a directory, which has no items. */
  checkItems(vault: string): void {
    if (this.of(vault) === vault) this.#context.fail('team_directory');
  }

  /** Fails if the rules of a team keep items in its vaults. */
  checkCopy(from: string, to: string): void {
    const team = this.#teams.find(({ id, vaults }) => {
      return this.of(from) === id && vaults.some(({ vault }) => vault === from);
    });
    if (team?.policy.no_personal_copies && from !== to && this.of(to) !== team.id) {
      this.#context.fail('policy_forbids');
    }
  }

  /** Returns the minutes until the program locks: at most what the teams ask for. */
  lockAfter(chosen: number): number {
    const most = this.#policy().lock_minutes;
    return most === undefined || (chosen !== 0 && chosen <= most) ? chosen : most;
  }

  /** The strictest of all rules. */
  #policy(): PolicyView {
    const all = this.#mine().map(({ policy }) => policy);
    const least = (values: (number | undefined)[]) => {
      const known = values.filter((value) => value !== undefined);
      return known.length > 0 ? Math.min(...known) : undefined;
    };
    const scores = all.flatMap(({ password }) => (password === undefined ? [] : [password]));
    const lock = least(all.map((policy) => policy.lock_minutes));
    const trash = least(all.map((policy) => policy.trash_days));
    return {
      ...(scores.length > 0 ? { password: Math.max(...scores) } : {}),
      no_plain_export: all.some((policy) => policy.no_plain_export),
      no_export: all.some((policy) => policy.no_export),
      no_personal_copies: all.some((policy) => policy.no_personal_copies),
      second_factor: all.some((policy) => policy.second_factor),
      ...(lock === undefined ? {} : { lock_minutes: lock }),
      ...(trash === undefined ? {} : { trash_days: trash }),
    };
  }

  /** The teams that the account is a member of. */
  #mine(): Directory[] {
    return this.#teams.filter(({ id }) => this.#here(id) && this.#role(id) !== undefined);
  }

  #here(vault: string): boolean {
    return this.#context.vaults().some(({ id }) => id === vault);
  }

  #members(vault: string): MemberView[] {
    return this.#context.sharing.state(vault).members;
  }

  #role(vault: string, account = own): RoleView | undefined {
    return this.#members(vault).find((member) => member.account === account)?.role;
  }

  /** Returns a team that the account may change. */
  #administered(id: string): Directory {
    const team = this.#mine().find((one) => one.id === id) ?? this.#context.fail('not_found');
    if (!manages(this.#role(id))) this.#context.fail('member_not_permitted');
    this.#context.sharing.checkWritable(id);
    return team;
  }

  #name(text: string): string {
    const name = text.trim();
    if (size(name) === 0 || size(name) > 128) this.#context.fail('invalid_input', { problem: 'team_name' });
    return name;
  }

  #refuse(): never {
    return this.#context.fail('invalid_input', { problem: 'team_limits' });
  }

  /** Returns who is in a vault by what the team says, and who is not any more. */
  #wanted(team: Directory, named: TeamVault) {
    const works = (account: string) =>
      this.#role(team.id, account) !== undefined && !team.states.has(account);
    const roles = new Map<string, RoleView>();
    const ended = new Set<string>();
    for (const [id, role] of named.groups) {
      const group = team.groups.find((one) => one.id === id);
      if (!group) continue;
      [...group.accounts, ...group.former].forEach((account) => ended.add(account));
      if (role === undefined || group.ended) continue;
      for (const account of group.accounts.filter(works))
        roles.set(account, higher(roles.get(account), role));
    }
    for (const [account, role] of named.accounts) {
      ended.add(account);
      if (role && works(account)) roles.set(account, higher(roles.get(account), role));
    }
    for (const account of team.states.keys()) ended.add(account);
    for (const account of roles.keys()) ended.delete(account);
    return { roles, ended };
  }

  #deviations(team: Directory, named: TeamVault): DeviationView[] {
    const { roles, ended } = this.#wanted(team, named);
    const members = this.#members(named.vault);
    const found: (Omit<DeviationView, 'by' | 'contradicted'> & { present: RoleView })[] = [];
    for (const [account, role] of roles) {
      const present = this.#role(named.vault, account);
      if (present === undefined) found.push({ account, kind: 'add', role, present: role });
      else if (!manages(present) && present !== role) found.push({ account, kind: 'role', role, present });
    }
    for (const account of ended) {
      const present = this.#role(named.vault, account);
      if (present === undefined || (manages(present) && !team.states.has(account))) continue;
      found.push({ account, kind: present === 'owner' ? 'remove_owner' : 'remove', present });
    }
    return found.map(({ present, ...deviation }) => ({
      ...deviation,
      by: members
        .filter(({ account, role }) => {
          return account !== deviation.account && administers(role, present) && !team.states.has(account);
        })
        .map(({ account }) => account),
      contradicted:
        deviation.kind === 'add' &&
        this.#members(team.id).some((one) => one.account === deviation.account && one.contradicted),
    }));
  }

  /** Makes members what the teams say, where the account may: what its program does with each synchronization. */
  send(): void {
    for (const team of this.#mine()) {
      for (const named of team.vaults.filter(
        ({ vault }) => this.of(vault) === team.id && this.#here(vault),
      )) {
        for (const { account, kind, role, by, contradicted } of this.#deviations(team, named)) {
          if (contradicted || kind === 'remove_owner' || !by.includes(own)) continue;
          const state = this.#context.sharing.state(named.vault);
          if (kind === 'remove') state.members = state.members.filter((one) => one.account !== account);
          const known = state.members.find((one) => one.account === account);
          if (role && known) known.role = role;
          const person = this.#members(team.id).find((one) => one.account === account);
          if (kind === 'add' && role && person) {
            const { words, certificate, verified } = person;
            state.members.push(memberOf(person.name ?? '', role, { account, words, certificate, verified }));
          }
        }
      }
    }
  }

  #vaultView(team: Directory, named: TeamVault): TeamVaultView {
    const vault = this.#context.vaults().find(({ id }) => id === named.vault);
    const role = vault && this.#role(named.vault);
    const ended = new Set(team.groups.filter((group) => group.ended).map(({ id }) => id));
    const view: TeamVaultView = {
      id: named.vault,
      name: vault?.appearance.name ?? named.name,
      by: named.by,
      groups: given(named.groups).filter(({ id }) => !ended.has(id)),
      accounts: given(named.accounts),
      followed: true,
      deviations: [],
      others: [],
    };
    if (!role) return view;
    const wanted = this.#wanted(team, named);
    const members = this.#members(named.vault);
    const followed = this.of(named.vault) === team.id;
    return {
      ...view,
      role,
      members: members.length,
      followed,
      deviations: followed ? this.#deviations(team, named) : [],
      ...(followed ? this.#missingFactor(team, named.vault) : {}),
      others: members
        .filter((one) => !manages(one.role))
        .map(({ account }) => account)
        .filter((account) => !wanted.roles.has(account) && !wanted.ended.has(account)),
    };
  }

  /** What a vault lacks that is to need a second factor. */
  #missingFactor(team: Directory, vault: string): Pick<TeamVaultView, 'missing_factor'> {
    const { members, secondFactor, pending } = this.#context.sharing.state(vault);
    if (!team.policy.second_factor || secondFactor) return {};
    const owners = members.filter(({ account, role }) => role === 'owner' && !team.states.has(account));
    const waiting = pending.some(({ view }) => view.kind === 'require_factor' && !view.problem);
    return { missing_factor: { by: owners.map(({ account }) => account), waiting } };
  }

  #requireFactor(id: string, password: string): void {
    const team = this.#mine().find((one) => one.id === id) ?? this.#context.fail('not_found');
    for (const { id: vault, missing_factor: missing } of this.#view(team).vaults) {
      if (!missing || missing.waiting || !missing.by.includes(own)) continue;
      this.#context.sharing.change({ vault, kind: 'require_factor', password });
    }
  }

  #view(team: Directory): TeamView {
    const members = this.#members(team.id);
    const inVaults = (account: string) =>
      team.vaults.filter(({ vault }) => this.#here(vault) && this.#role(vault, account)).length;
    const gone = [...team.states.keys()].filter((account) => !this.#role(team.id, account));
    const order: TeamStateView[] = ['active', 'suspended', 'removed'];
    const people = [
      ...members.map(({ account, name, role, words }) => ({
        account,
        ...(name ? { name } : {}),
        role,
        words,
        state: team.states.get(account) ?? ('active' as const),
        own: account === own,
        vaults: inVaults(account),
      })),
      ...gone.map((account) => {
        const name = team.names.get(account);
        const state = 'removed' as const;
        return {
          account,
          ...(name ? { name } : {}),
          words: [],
          state,
          own: false,
          vaults: inVaults(account),
        };
      }),
    ].sort(
      (one, other) =>
        Number(other.own) - Number(one.own) ||
        order.indexOf(one.state) - order.indexOf(other.state) ||
        Number(!one.name) - Number(!other.name) ||
        (one.name ?? '').localeCompare(other.name ?? ''),
    );
    const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
    return {
      id: team.id,
      name: this.#context.vaults().find(({ id }) => id === team.id)?.appearance.name ?? '',
      role: this.#role(team.id) ?? 'viewer',
      people,
      groups: team.groups
        .filter((group) => !group.ended)
        .map(({ id, name, accounts }) => ({ id, name, accounts }))
        .sort(byName),
      vaults: team.vaults.map((named) => this.#vaultView(team, named)).sort(byName),
      policy: team.policy,
    };
  }

  #views(): TeamView[] {
    return this.#mine().map((team) => this.#view(team));
  }

  /** Reports a change and returns the teams as they were before it was sent. */
  #changed(): TeamView[] {
    const views = structuredClone(this.#views());
    this.#context.changed();
    return views;
  }

  #create(text: string, ownText: string): void {
    const [name, ownName] = [this.#name(text), this.#name(ownText)];
    const id = this.#context.sharing.add(name, [memberOf(ownName, 'owner', { own: true })]);
    this.#cards.set(id, id);
    this.#teams.push({ id, groups: [], vaults: [], states: new Map(), policy: noRules, names: new Map() });
  }

  #putGroup({ team: id, id: groupId, name: text, accounts }: Arguments<'team_group_put'>['request']): void {
    const { fail } = this.#context;
    const known = this.#mine()
      .find((one) => one.id === id)
      ?.groups.find((one) => one.id === groupId);
    if (accounts.some((account) => !known?.accounts.includes(account))) askUser('Add to the group?', fail);
    const name = this.#name(text);
    if (accounts.length > 4096) this.#refuse();
    const team = this.#administered(id);
    if (groupId === undefined) {
      team.groups.push({ id: hex(32), name, accounts, former: [], ended: false });
      return;
    }
    const group = team.groups.find((one) => one.id === groupId) ?? fail('not_found');
    const former = new Set([...group.former, ...group.accounts]);
    accounts.forEach((account) => former.delete(account));
    Object.assign(group, { name, accounts, former: [...former], ended: false });
  }

  #putVault({ team: id, vault, groups, accounts }: Arguments<'team_vault_put'>['request']): void {
    const { fail } = this.#context;
    askUser('Let the team decide who is in the vault?', fail);
    if (groups.length > 256 || accounts.length > 4096) this.#refuse();
    if ([...groups, ...accounts].some(({ role }) => manages(role))) this.#refuse();
    const team = this.#administered(id);
    let named = team.vaults.find((one) => one.vault === vault);
    if (!named) {
      const found = this.#context.vaults().find((one) => one.id === vault) ?? fail('not_found');
      if (vault === homeVault) fail('home_not_shared');
      if (!manages(this.#role(vault))) fail('member_not_permitted');
      const other = this.of(vault);
      if (vault === id || (other !== undefined && other !== id)) fail('other_team');
      named = { vault, name: found.appearance.name, by: own, groups: new Map(), accounts: new Map() };
      team.vaults.push(named);
      this.#cards.set(vault, id);
    }
    for (const [grants, wanted] of [
      [named.groups, groups],
      [named.accounts, accounts],
    ] as const) {
      for (const one of grants.keys()) grants.set(one, undefined);
      for (const { id: one, role } of wanted) grants.set(one, role);
    }
  }

  #setState({ team: id, account, state, password }: Arguments<'team_member_set'>['request']): void {
    const { fail, sharing } = this.#context;
    const team = this.#administered(id);
    const member = this.#members(id).find((one) => one.account === account);
    if (account === own || (member && !administers(this.#role(id) ?? 'viewer', member.role))) {
      fail('member_not_permitted');
    }
    if (!member && !team.states.has(account)) fail('not_found');
    if (state === 'removed' && member) {
      sharing.change({ vault: id, kind: 'remove', account, ...(password === undefined ? {} : { password }) });
      if (member.name) team.names.set(account, member.name);
    }
    if (state === 'active') team.states.delete(account);
    else team.states.set(account, state);
  }

  #setPolicy(id: string, policy: PolicyView): void {
    const team = this.#administered(id);
    if (this.#role(id) !== 'owner') this.#context.fail('member_not_permitted');
    const { password = 0, lock_minutes: lock = 1, trash_days: trash = 1 } = policy;
    if (password > 4 || lock < 1 || lock > 1440 || trash < 1 || trash > 3650) this.#refuse();
    team.policy = policy;
  }

  /** The handlers of the commands. */
  handlers(): Handlers {
    const { fail, writable } = this.#context;
    const changing =
      <A>(change: (args: A) => void) =>
      (args: A): TeamView[] => {
        writable();
        change(args);
        return this.#changed();
      };
    return {
      team_list: () => this.#views(),
      policy_get: () => this.#policy(),
      team_create: changing(({ name, ownName }) => this.#create(name, ownName)),
      team_group_put: changing(({ request }) => this.#putGroup(request)),
      team_group_delete: changing(({ teamId, group: id }) => {
        const group = this.#administered(teamId).groups.find((one) => one.id === id) ?? fail('not_found');
        group.former.push(...group.accounts.splice(0));
        group.ended = true;
      }),
      team_vault_put: changing(({ request }) => this.#putVault(request)),
      team_vault_remove: changing(({ teamId, vaultId }) => {
        const team = this.#administered(teamId);
        if (!team.vaults.some(({ vault }) => vault === vaultId)) fail('not_found');
        if (this.#here(vaultId) && manages(this.#role(vaultId))) this.#cards.delete(vaultId);
        team.vaults = team.vaults.filter(({ vault }) => vault !== vaultId);
      }),
      team_leave: changing(({ vaultId }) => {
        const team = this.of(vaultId);
        if (team === undefined || team === vaultId || !this.#here(vaultId)) fail('not_found');
        if (!manages(this.#role(vaultId))) fail('member_not_permitted');
        this.#cards.delete(vaultId);
      }),
      team_member_set: changing(({ request }) => this.#setState(request)),
      team_factor_require: changing(({ teamId, password }) => this.#requireFactor(teamId, password)),
      team_policy_set: changing(({ teamId, policy }) => this.#setPolicy(teamId, policy)),
    };
  }
}
