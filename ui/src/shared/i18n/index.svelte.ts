import { de } from './de';
import { en } from './en';
import { fill, pick, type Key, type Parameters } from './message';

export type { Key } from './message';

/** A language of the interface. */
export type Locale = 'en' | 'de';

const catalogues = { en, de } as const;

let current = $state<Locale>('en');

/** Returns the current language. */
export function locale(): Locale {
  return current;
}

/** Changes the language of the whole interface. */
export function setLocale(locale: Locale): void {
  current = locale;
  if (typeof document !== 'undefined') document.documentElement.lang = locale;
}

/** Returns the language for the setting and the system's language; English if there is no catalogue for it. */
export function chooseLocale(wish: string, system: string): Locale {
  const wanted = wish === 'system' ? system.slice(0, 2).toLowerCase() : wish;
  return wanted in catalogues ? (wanted as Locale) : 'en';
}

/** Returns the text of a key in the current language. */
export function t<K extends Key>(key: K, ...args: Parameters<K>): string {
  const values = (args[0] ?? {}) as Record<string, string | number>;
  return fill(pick(catalogues[current][key], values, current), values, current);
}

/** Returns the text of a key that comes from the program; `undefined` if the catalogue lacks it. */
export function optionalText(key: string): string | undefined {
  const message = (catalogues[current] as Record<string, unknown>)[key];
  return typeof message === 'string' ? message : undefined;
}

/**
 * Returns the language tag with its region, for dates: British and American English write them differently. The system may
 * report values that are no language tag (`C`, or nothing), so each is validated first.
 */
export function regional(): string {
  const here = typeof navigator === 'undefined' ? [] : navigator.languages;
  for (const one of here) {
    if (!one.toLowerCase().startsWith(current)) continue;
    try {
      return Intl.getCanonicalLocales(one)[0] ?? current;
    } catch {
      // Not a language tag; the next one may be.
    }
  }
  return current;
}

/** Formats a number. */
export function number(value: number): string {
  return new Intl.NumberFormat(current).format(value);
}

/** The latest time that a date can have (ECMA-262, "Time Values and Time Range"). Formatting a later one throws. */
const latest = 8.64e15;

/** Brings a time into the range of dates. Times come from servers and files, too. */
const inRange = (milliseconds: number) => Math.max(-latest, Math.min(milliseconds, latest));

/** Formats a date and time. */
export function dateTime(milliseconds: number): string {
  return new Intl.DateTimeFormat(regional(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    inRange(milliseconds),
  );
}

/** Formats a date. */
export function day(milliseconds: number): string {
  return new Intl.DateTimeFormat(regional(), { dateStyle: 'medium' }).format(inRange(milliseconds));
}

/** Formats a time of today, or else the date with the time. */
export function timeOrDate(milliseconds: number): string {
  if (day(milliseconds) !== day(Date.now())) return dateTime(milliseconds);
  return new Intl.DateTimeFormat(regional(), { timeStyle: 'short' }).format(inRange(milliseconds));
}

/** Tells how long ago a time was; a time to come counts as now. */
export function ago(milliseconds: number, now: number): string {
  const minutes = Math.floor((now - milliseconds) / 60_000);
  if (minutes < 1) return t('time.now');
  const format = new Intl.RelativeTimeFormat(current, { numeric: 'auto' });
  if (minutes < 60) return format.format(-minutes, 'minute');
  if (minutes < 24 * 60) return format.format(-Math.floor(minutes / 60), 'hour');
  return format.format(-Math.floor(minutes / (24 * 60)), 'day');
}

/** Joins quoted names as a list. */
export function nameList(names: readonly string[]): string {
  const quoted = names.map((name) => (current === 'de' ? `„${name}“` : `“${name}”`));
  return new Intl.ListFormat(current).format(quoted);
}

/** Formats a month in words. */
export function monthName(milliseconds: number): string {
  return new Intl.DateTimeFormat(regional(), { month: 'long', year: 'numeric' }).format(
    inRange(milliseconds),
  );
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Formats a size in decimal units. */
export function bytes(value: number): string {
  let step = 0;
  let amount = value;
  while (amount >= 999.5 && step < units.length - 1) {
    amount /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(current, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 || amount >= 100 ? 0 : 1,
  }).format(amount);
}

/** Formats a duration in one unit, such as the time left of a job. */
export function duration(seconds: number): string {
  const unit = seconds < 90 ? 'second' : seconds < 5400 ? 'minute' : 'hour';
  const amount = unit === 'second' ? seconds : unit === 'minute' ? seconds / 60 : seconds / 3600;
  return new Intl.NumberFormat(current, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.max(1, Math.round(amount)),
  );
}
