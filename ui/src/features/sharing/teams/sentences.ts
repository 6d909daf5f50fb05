import type {
  DeviationView,
  MissingFactorView,
  PolicyView,
  TeamPersonView,
  TeamView,
} from '../../../backend';
import { locale, t } from '../../../shared/i18n/index.svelte';
import { wholeHours } from '../../../shared/times';
import { shortNameOf } from '../names';

/** Somebody as far as a sentence needs to know. */
type Named = Pick<TeamPersonView, 'name' | 'own'>;

/** The names that a list shows before it says how many more there are. */
const most = 6;
/** The managers that a sentence names. */
const mostManagers = 2;

/** Joins names as a list, and says how many more there are. */
export function namesOf(people: readonly { name?: string }[]): string {
  const shown = people.slice(0, most).map(shortNameOf);
  if (people.length > most) return `${shown.join(', ')} ${t('team.more', { count: people.length - most })}`;
  return new Intl.ListFormat(locale()).format(shown);
}

/** Says whose programs can make a change: this account first, unnamed ones once. */
function whose(by: readonly Named[]): string {
  const all = by.map((one) =>
    one.own
      ? t('team.by.you')
      : one.name
        ? t('team.by.other', { name: shortNameOf(one) })
        : t('team.by.unnamed'),
  );
  const own = t('team.by.you');
  const others = [...new Set(all.filter((one) => one !== own))];
  const shown = others.length > mostManagers ? [...others.slice(0, mostManagers), t('team.by.more')] : others;
  // The language decides what joins them; the own program stands last, as one speaks of oneself.
  const parts = all.includes(own) ? [...shown, own] : shown;
  return new Intl.ListFormat(locale(), { type: 'disjunction' }).format(parts);
}

/** Says what is missing, and when it is done or what people do first. */
export function differenceText(deviation: DeviationView, person: (account: string) => Named): string {
  const { account, kind, role, by, contradicted } = deviation;
  const name = shortNameOf(person(account));
  if (contradicted) return t('team.diff.contradicted', { name });
  if (kind === 'remove_owner')
    return t(by.length > 0 ? 'team.diff.owner' : 'team.diff.remove.nobody', { name });
  const as = role === undefined ? '–' : t(`member.${role}`);
  const who = whose(by.map(person));
  if (kind === 'remove') {
    return by.length > 0 ? t('team.diff.remove', { name, who }) : t('team.diff.remove.nobody', { name });
  }
  return by.length > 0
    ? t(`team.diff.${kind}`, { name, role: as, who })
    : t(`team.diff.${kind}.nobody`, { name, role: as });
}

/** Says who can make a vault need a second factor, or when it is done. */
export function factorText(missing: MissingFactorView, person: (account: string) => Named): string {
  if (missing.waiting) return t('team.factor.waiting');
  const by = missing.by.map(person);
  if (by.length === 0) return t('team.factor.nobody');
  if (by.some(({ own }) => own)) return t('team.factor.you');
  return t('team.factor.owner', { names: namesOf(by) });
}

/** Whether somebody has to do something before a difference ends: nothing is done by programs alone. */
export const needsPeople = ({ kind, by, contradicted }: DeviationView): boolean =>
  contradicted || kind === 'remove_owner' || by.length === 0;

/** Returns what the team says of a member besides its role. */
export function stateText({ role, state }: TeamPersonView): string | undefined {
  if (state === 'active') return undefined;
  if (state === 'suspended') return t('team.state.suspended');
  return t(role === undefined ? 'team.state.former' : 'team.state.removed');
}

/** Returns the groups that a member is in. */
export const groupsOf = ({ groups }: TeamView, account: string) =>
  groups.filter(({ accounts }) => accounts.includes(account));

/** Returns a time in minutes in words. */
export function minutesText(minutes: number): string {
  const hours = wholeHours(minutes);
  return hours === undefined
    ? t('settings.minutes', { count: minutes })
    : t('settings.hours', { count: hours });
}

/** Returns rules in words: each with what it demands. */
export function rulesText(policy: PolicyView): { own: [string, string][]; vaults: [string, string][] } {
  const yes = (on: boolean) => t(on ? 'team.rules.yes' : 'team.rules.no');
  const any = t('team.rules.any');
  const { password, lock_minutes: lock, trash_days: trash } = policy;
  return {
    own: [
      [t('team.rules.password'), password === undefined ? any : strengthText(password)],
      [t('team.rules.lock'), lock === undefined ? any : minutesText(lock)],
    ],
    vaults: [
      [t('team.rules.trash'), trash === undefined ? any : t('team.rules.days', { count: trash })],
      [t('team.rules.noPlainExport'), yes(policy.no_plain_export)],
      [t('team.rules.noExport'), yes(policy.no_export)],
      [t('team.rules.noCopies'), yes(policy.no_personal_copies)],
      [t('team.rules.factor'), yes(policy.second_factor)],
    ],
  };
}

const strengths = ['strength.0', 'strength.1', 'strength.2', 'strength.3', 'strength.4'] as const;

/** Returns the strength of a master password in words. */
export const strengthText = (score: number): string =>
  t(strengths[Math.max(0, Math.min(4, score))] ?? 'strength.4');
