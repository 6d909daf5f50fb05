import type { MemberView, PolicyView } from '../types';
import { hex } from './model';
import { memberOf, own } from './people';
import type { FakeSharing } from './sharing';
import type { Directory, Group, Grants } from './teams';

/** Teams, and which team each vault follows. */
interface Beginning {
  team: Directory;
  cards: [vault: string, team: string][];
}

const mine = (role: MemberView['role']) => memberOf('Mara', role, { own: true });
/** The same person in another vault. */
const again = ({ account, words, certificate, name }: MemberView, role: MemberView['role']) =>
  memberOf(name ?? '', role, account === own ? { own: true } : { account, words, certificate });
const group = (name: string, people: MemberView[], former: MemberView[] = []): Group => ({
  id: hex(32),
  name,
  accounts: people.map(({ account }) => account),
  former: former.map(({ account }) => account),
  ended: false,
});
const grants = (...given: [{ id: string } | { account: string }, 'editor' | 'viewer'][]): Grants =>
  new Map(given.map(([to, role]) => ['id' in to ? to.id : to.account, role]));
const rules: PolicyView = {
  password: 3,
  no_plain_export: true,
  no_export: false,
  no_personal_copies: true,
  second_factor: false,
  lock_minutes: 15,
  trash_days: 90,
};

const beginnings: Record<string, (sharing: FakeSharing) => Beginning> = {
  /** Of this account, with a member who is suspended, one who left, and differences of every kind that wait. */
  company: (sharing) => {
    const [mara, jonas] = [mine('owner'), memberOf('Jonas Lindqvist', 'manager', { verified: true })];
    const ida = memberOf('Ida', 'viewer', { contradicted: true });
    const bengt = memberOf('Bengt', 'viewer');
    const former = memberOf('Sigrid', 'viewer');
    const guest = memberOf('Olle', 'viewer');
    const office = group('Office', [mara, jonas, bengt], [former]);
    const field = group('Field work', [jonas, ida]);
    const id = sharing.add('Company', [mara, jonas, ida, bengt]);
    const works = sharing.add('Works', [again(mara, 'owner'), again(jonas, 'editor'), guest]);
    const finance = sharing.add('Finance', [
      again(mara, 'editor'),
      again(jonas, 'owner'),
      again(bengt, 'viewer'),
    ]);
    const vault = (of: string, name: string, by: MemberView, groups: Grants, accounts: Grants) => ({
      ...{ vault: of, name, by: by.account, groups, accounts },
    });
    return {
      team: {
        id,
        groups: [office, field],
        vaults: [
          vault(works, 'Works', mara, grants([office, 'editor']), grants()),
          vault(finance, 'Finance', jonas, grants([office, 'editor'], [field, 'viewer']), grants()),
          vault(hex(32), 'Archive', jonas, grants([office, 'viewer']), grants([ida, 'editor'])),
        ],
        states: new Map([
          [bengt.account, 'suspended'],
          [former.account, 'removed'],
        ]),
        policy: rules,
        names: new Map([[former.account, 'Sigrid']]),
      },
      cards: [
        [works, id],
        [finance, id],
      ],
    };
  },
  /** Of somebody else, who is an owner of a vault that does not follow it any more. */
  club: (sharing) => {
    const [sigrid, mara, olle] = [memberOf('Sigrid', 'owner'), mine('viewer'), memberOf('Olle', 'owner')];
    const all = group('Everybody', [sigrid, mara, olle]);
    const id = sharing.add('Chess club', [mara, sigrid, olle]);
    const board = sharing.add('Board', [
      again(mara, 'manager'),
      again(olle, 'owner'),
      again(sigrid, 'owner'),
    ]);
    const hall = sharing.add('Hall', [again(mara, 'viewer'), again(sigrid, 'owner')]);
    const named = (vault: string, name: string) => ({
      ...{ vault, name, by: sigrid.account, groups: grants([all, 'viewer']), accounts: grants() },
    });
    return {
      team: {
        id,
        groups: [all],
        vaults: [named(board, 'Board'), named(hall, 'Hall')],
        states: new Map([[olle.account, 'suspended']]),
        policy: { ...rules, lock_minutes: 30, no_export: true },
        names: new Map(),
      },
      cards: [[board, id]],
    };
  },
  /** With a second owner, and nothing in it yet. */
  fresh: (sharing) => ({
    team: {
      id: sharing.add('Studio', [mine('owner'), memberOf('Ida', 'owner')]),
      groups: [],
      vaults: [],
      states: new Map(),
      policy: { no_plain_export: false, no_export: false, no_personal_copies: false, second_factor: false },
      names: new Map(),
    },
    cards: [],
  }),
  /** Of which the account is no member any more. */
  left: (sharing) => ({
    team: {
      id: sharing.add('Old team', [memberOf('Bengt', 'owner')]),
      groups: [],
      vaults: [],
      states: new Map(),
      policy: { ...rules, lock_minutes: 1 },
      names: new Map(),
    },
    cards: [],
  }),
  /** That an owner has closed. */
  closed: (sharing) => {
    const id = sharing.add('Festival', [mine('manager'), memberOf('Sigrid', 'owner')]);
    sharing.state(id).readOnly = 'closed';
    return {
      team: {
        id,
        groups: [],
        vaults: [],
        states: new Map(),
        policy: { no_plain_export: false, no_export: false, no_personal_copies: false, second_factor: false },
        names: new Map(),
      },
      cards: [],
    };
  },
  /** Names as others may send them. */
  hostile: (sharing) => {
    const endless = 'W'.repeat(128);
    const turned = '\u202e<img src=x onerror=alert(1)>{name}\u2066';
    const mara = mine('owner');
    const others = [memberOf(endless, 'manager'), memberOf(turned, 'viewer'), memberOf('', 'viewer')];
    const [first, second] = others.map((one) => one.account);
    const groups = [group(endless, [mara, ...others]), group(turned, others)];
    const id = sharing.add(endless, [mara, ...others]);
    const vault = sharing.add(turned, [
      again(mara, 'editor'),
      memberOf(endless, 'owner', { account: first ?? '' }),
    ]);
    const accounts = grants([{ account: second ?? '' }, 'editor'], [{ account: hex(32) }, 'viewer']);
    const given: Grants = new Map(groups.map((one) => [one.id, 'editor']));
    return {
      team: {
        id,
        groups,
        vaults: [
          { vault, name: turned, by: first ?? '', groups: given, accounts },
          { vault: hex(32), name: endless, by: hex(32), groups: given, accounts },
        ],
        states: new Map([[hex(32), 'removed']]),
        policy: { ...rules, lock_minutes: 7, trash_days: 3650 },
        names: new Map(),
      },
      cards: [[vault, id]],
    };
  },
  /** A large team. */
  crowd: (sharing) => {
    const people = [
      mine('owner'),
      ...Array.from({ length: 299 }, (_, index) => memberOf(`Colleague ${index + 1}`, 'viewer')),
    ];
    const all = group('Everybody', people);
    const id = sharing.add('Works council', people);
    return {
      team: {
        id,
        groups: [all, ...Array.from({ length: 30 }, (_, index) => group(`Group ${index + 1}`, []))],
        vaults: [],
        states: new Map(),
        policy: rules,
        names: new Map(),
      },
      cards: [],
    };
  },
};

/** Returns the teams of a scenario; their vaults are added. */
export function beginTeams(
  scenario: string,
  sharing: FakeSharing,
): { teams: Directory[]; cards: Beginning['cards'] } {
  const begun = scenario.split(',').flatMap((name) => beginnings[name]?.(sharing) ?? []);
  return { teams: begun.map(({ team }) => team), cards: begun.flatMap(({ cards }) => cards) };
}
