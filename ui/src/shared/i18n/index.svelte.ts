import { de } from './de';
import { en } from './en';
import { fill, pick, type Key, type Parameters } from './message';

export type { Key } from './message';

/** A language the interface speaks. */
export type Locale = 'en' | 'de';

const catalogues = { en, de } as const;

let current = $state<Locale>('en');

/** The language spoken now. */
export function locale(): Locale {
  return current;
}

/** Changes the language of the whole interface. */
export function setLocale(locale: Locale): void {
  current = locale;
  if (typeof document !== 'undefined') document.documentElement.lang = locale;
}

/** The language for a wish and the system's language; English if the interface does not speak it. */
export function chooseLocale(wish: string, system: string): Locale {
  const wanted = wish === 'system' ? system.slice(0, 2).toLowerCase() : wish;
  return wanted in catalogues ? (wanted as Locale) : 'en';
}

/** The message of a key in the current language. */
export function t<K extends Key>(key: K, ...args: Parameters<K>): string {
  const values = (args[0] ?? {}) as Record<string, string | number>;
  return fill(pick(catalogues[current][key], values, current), values, current);
}

/** The message of a key that comes from the program, if the catalogue has it. */
export function optionalText(key: string): string | undefined {
  const message = (catalogues[current] as Record<string, unknown>)[key];
  return typeof message === 'string' ? message : undefined;
}

/**
 * The language with the country the person set, for dates: `en` may be written as in Britain or in America. What the system
 * hands on need not be a language at all (`C`, or nothing), so it is tried first.
 */
export function regional(): string {
  const here = typeof navigator === 'undefined' ? [] : navigator.languages;
  for (const one of here) {
    if (!one.toLowerCase().startsWith(current)) continue;
    try {
      return Intl.getCanonicalLocales(one)[0] ?? current;
    } catch {
      // Not a language; the next one may be.
    }
  }
  return current;
}

/** A number as the language writes it. */
export function number(value: number): string {
  return new Intl.NumberFormat(current).format(value);
}

/** A day and time as the language writes it. */
export function dateTime(milliseconds: number): string {
  return new Intl.DateTimeFormat(regional(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    milliseconds,
  );
}

/** A day as the language writes it. */
export function day(milliseconds: number): string {
  return new Intl.DateTimeFormat(regional(), { dateStyle: 'medium' }).format(milliseconds);
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size in decimal units as the language writes it. */
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

/** A span of time, coarse: what is left of a long piece of work. */
export function duration(seconds: number): string {
  const unit = seconds < 90 ? 'second' : seconds < 5400 ? 'minute' : 'hour';
  const amount = unit === 'second' ? seconds : unit === 'minute' ? seconds / 60 : seconds / 3600;
  return new Intl.NumberFormat(current, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.max(1, Math.round(amount)),
  );
}
