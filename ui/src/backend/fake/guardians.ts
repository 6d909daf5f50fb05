import type { Arguments, CommandName, Result } from '../commands';
import type { ErrorCode, RegainStep, RegainView, TeamRecoveryView, TeamView } from '../types';

/** What recovery needs from the fake. */
interface Context {
  fail: (code: ErrorCode, more?: object) => never;
  writable: () => void;
  changed: () => void;
  copied: () => Result<'recovery_text_copy'>;
  password: (typed: string) => void;
  team: (id: string) => TeamView | undefined;
  /** Opens the profile of an account. */
  join: (name: string) => void;
  now: () => number;
}

type Names =
  | 'team_recovery'
  | 'guardians_set'
  | `recovery_${'consent' | 'withdraw' | 'card_add' | 'offer' | 'request_read' | 'release' | 'text_copy'}`
  | `regain_${'status' | 'begin' | 'answer' | 'register' | 'send' | 'secret_key' | 'join' | 'end'}`;
type Handlers = { [K in Extract<CommandName, Names>]: (args: Arguments<K>) => Result<K> };

const words = ['ginger', 'lawsuit', 'orbit', 'velvet', 'cabin', 'rescue', 'tiger', 'maple'];
const week = 7 * 24 * 60 * 60 * 1000;
/** The texts that people send each other; those of the fake only have their kinds. */
const text = (kind: string, code = 'AQIDBAUGBwgJ') => `coffer://recovery-${kind}#${code.repeat(40)}`;
const isText = (typed: string, kind: string) => typed.trim().startsWith(`coffer://recovery-${kind}#`);

/** Recovery by guardians: of teams, and on this computer. */
export class FakeGuardians {
  readonly #context: Context;
  readonly #teams = new Map<string, Omit<TeamRecoveryView, 'asks'>>();
  /** Teams to which this account has said no. */
  readonly #withdrawn = new Set<string>();
  #regain: (RegainView & { password: string }) | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Begins with a team whose guardians were chosen, or with a recovery on this computer. */
  begin(scenario: string, team: string | undefined): void {
    const found = team === undefined ? undefined : this.#context.team(team);
    if (found) {
      const able = found.people.filter(({ role, state }) => {
        return state === 'active' && (role === 'owner' || role === 'manager');
      });
      const others = found.people.filter(({ own, state }) => !own && state === 'active');
      this.#teams.set(found.id, {
        guardians: (scenario === 'asked' ? others : able).map(({ account }) => account),
        threshold: 2,
        consents: others.map(({ account }, index) => ({
          account,
          state: index % 2 === 0 ? ('given' as const) : ('outdated' as const),
        })),
        released: [],
      });
    }
    if (scenario.startsWith('regain-')) {
      const step = scenario.slice('regain-'.length) as RegainStep;
      this.#regain = { ...this.#begun('mara@example.org', 'correct horse battery staple'), step };
      if (step !== 'asked') this.#regain.answered = 2;
      if (step === 'waiting') this.#regain.from = this.#context.now() + week;
    }
  }

  #begun(login: string, password: string): RegainView & { password: string } {
    const [answered, threshold] = [0, 2];
    const request = text('request');
    const address = 'https://vault.example.org';
    return { address, login, request, words, answered, threshold, step: 'asked', password };
  }

  #view(): RegainView {
    const { password: _, ...view } = this.#regain ?? this.#context.fail('not_found');
    return view;
  }

  #opened(password: string): RegainView {
    const found = this.#regain ?? this.#context.fail('not_found');
    if (found.password !== password) this.#context.fail('wrong_password');
    return found;
  }

  #of(team: string): TeamRecoveryView {
    if (!this.#context.team(team)) this.#context.fail('not_found');
    const none = { guardians: [], threshold: 0, consents: [], released: [] };
    const view = this.#teams.get(team) ?? none;
    const own = this.#own(team);
    const others = view.guardians.filter((account) => account !== own).length;
    const given = view.consents.some(({ account, state }) => account === own && state === 'given');
    const asks = view.threshold >= 2 && others >= view.threshold && !given && !this.#withdrawn.has(team);
    return { ...view, asks };
  }

  #own(team: string): string {
    return this.#context.team(team)?.people.find((person) => person.own)?.account ?? '';
  }

  #consent(team: string, gives: boolean, password: string): Result<'recovery_consent'> {
    const { fail, changed } = this.#context;
    this.#context.password(password);
    const view = this.#of(team);
    const own = this.#own(team);
    const others = view.guardians.filter((account) => account !== own);
    if (gives && others.length < Math.max(2, view.threshold)) fail('guardians_lack');
    const rest = view.consents.filter(({ account }) => account !== own);
    if (!gives && rest.length === view.consents.length) fail('recovery_not_consented');
    const role = this.#context.team(team)?.role;
    if (role !== 'owner' && role !== 'manager') return { text: text('card') };
    const consents = gives ? [...rest, { account: own, state: 'given' as const }] : rest;
    this.#teams.set(team, { ...view, consents });
    if (gives) this.#withdrawn.delete(team);
    else this.#withdrawn.add(team);
    changed();
    return {};
  }

  /** The handlers of the commands. */
  handlers(): Handlers {
    const { fail, writable, changed } = this.#context;
    return {
      team_recovery: ({ teamId }) => this.#of(teamId),
      guardians_set: ({ request: { team, accounts, threshold } }) => {
        writable();
        const view = this.#of(team);
        if (accounts.length > 0 && (threshold < 2 || threshold > accounts.length)) {
          fail('invalid_input', { problem: 'team_limits' });
        }
        const consents = view.consents.map(({ account }) => ({ account, state: 'outdated' as const }));
        this.#teams.set(team, { ...view, guardians: accounts, threshold, consents });
        changed();
        return this.#of(team);
      },
      recovery_consent: ({ teamId, password }) => this.#consent(teamId, true, password),
      recovery_withdraw: ({ teamId, password }) => this.#consent(teamId, false, password),
      recovery_card_add: ({ teamId, text: typed }) => {
        writable();
        if (!isText(typed, 'card')) fail('recovery_text_invalid');
        changed();
        return this.#of(teamId);
      },
      recovery_offer: ({ teamId, account }) => {
        const found = this.#of(teamId).consents.find((one) => one.account === account);
        if (!found) fail('recovery_not_consented');
        return text('offer');
      },
      recovery_request_read: ({ text: typed }) => {
        if (!isText(typed, 'request')) fail('recovery_text_invalid');
        for (const [team, { consents }] of this.#teams) {
          const [first] = consents;
          const name = this.#context
            .team(team)
            ?.people.find(({ account }) => account === first?.account)?.name;
          if (first) return { team, account: first.account, ...(name === undefined ? {} : { name }) };
        }
        return fail('recovery_not_consented');
      },
      recovery_release: ({ words: typed, password }) => {
        if (typed.trim().split(/\s+/).join(' ').toLowerCase() !== words.join(' ')) {
          fail('recovery_words_differ');
        }
        this.#context.password(password);
        for (const [team, view] of this.#teams) {
          const account = view.consents[0]?.account ?? '';
          this.#teams.set(team, { ...view, released: [{ by: this.#own(team), account }] });
        }
        changed();
        return text('answer');
      },
      recovery_text_copy: () => this.#context.copied(),
      regain_status: () => (this.#regain ? this.#view() : null),
      regain_begin: ({ request: { offer, login, password } }) => {
        if (this.#regain) fail('recovery_runs');
        if (!isText(offer, 'offer')) fail('recovery_text_invalid');
        this.#regain = this.#begun(login, password);
        return this.#view();
      },
      regain_answer: ({ text: typed, password }) => {
        const found = this.#opened(password);
        if (!isText(typed, 'answer')) fail('recovery_text_invalid');
        found.answered += 1;
        if (found.answered >= found.threshold) found.step = 'answered';
        return this.#view();
      },
      regain_register: ({ password }) => {
        const found = this.#opened(password);
        if (found.answered < found.threshold) fail('guardians_lack');
        found.step = 'waiting';
        found.from = this.#context.now() + week;
        return this.#view();
      },
      regain_send: () => this.#view(),
      regain_secret_key: ({ password }) => {
        this.#opened(password);
        return 'C1-7K2M-9QXD-4TBV-H3RN-6WEJ-0YPA-8CGS';
      },
      regain_join: ({ password, name }) => {
        this.#opened(password);
        this.#context.join(name);
        return { step: 'done' };
      },
      regain_end: () => {
        this.#regain = undefined;
        return null;
      },
    };
  }
}
