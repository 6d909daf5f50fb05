/** What a date field contains: a day (`YYYY-MM-DD`) or a month (`YYYY-MM`). */
export type DateKind = 'date' | 'month';

type Part = 'day' | 'month' | 'year';

const formats = {
  date: { day: '2-digit', month: '2-digit', year: 'numeric' },
  month: { month: '2-digit', year: 'numeric' },
} as const satisfies Record<DateKind, Intl.DateTimeFormatOptions>;

/** Returns day, month and year of a stored value; `undefined` if it is not of the kind. */
function partsOf(kind: DateKind, value: string): { year: number; month: number; day: number } | undefined {
  const shape = kind === 'date' ? /^(\d{4})-(\d{2})-(\d{2})$/ : /^(\d{4})-(\d{2})$/;
  const found = shape.exec(value);
  if (!found) return undefined;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 1)];
  // Leap years repeat every 400 years; JavaScript would take the years 0 to 99 for 1900 to 1999.
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= days ? { year, month, day } : undefined;
}

/** Returns a stored value as a date; `undefined` if it is not of the kind. */
export function toDate(kind: DateKind, value: string): Date | undefined {
  const parts = partsOf(kind, value);
  if (!parts) return undefined;
  const date = new Date(0, parts.month - 1, parts.day);
  date.setFullYear(parts.year, parts.month - 1, parts.day);
  return date;
}

/** Returns a stored value in digits, as the language writes it; a value that is not of the kind is returned as it is. */
export function inDigits(kind: DateKind, value: string, locale: string): string {
  const parts = partsOf(kind, value);
  if (!parts) return value;
  const digits = (part: Part) => String(parts[part]).padStart(part === 'year' ? 4 : 2, '0');
  return pattern(kind, locale, { day: digits('day'), month: digits('month'), year: digits('year') });
}

/** Returns how the language writes dates, with these letters as its parts. */
export function pattern(kind: DateKind, locale: string, letters: Record<Part, string>): string {
  const parts = new Intl.DateTimeFormat(locale, formats[kind]).formatToParts(0);
  return parts.map(({ type, value }) => (type in letters ? letters[type as Part] : value)).join('');
}

/** Whether the language writes the month before the day. */
function monthFirst(locale: string): boolean {
  const parts = new Intl.DateTimeFormat(locale, formats.date).formatToParts(0).map(({ type }) => type);
  return parts.indexOf('month') < parts.indexOf('day');
}

/** Returns the first candidate that is a day or month, as it is stored. */
function firstValid(kind: DateKind, candidates: (string | undefined)[][]): string | undefined {
  const two = (part = '') => part.padStart(2, '0');
  const written = candidates.map(([year = '', month, day]) =>
    [year, two(month), ...(kind === 'date' ? [two(day)] : [])].join('-'),
  );
  return written.find((value) => partsOf(kind, value) !== undefined);
}

/** Whether four digits of a number without separators are a year, and not a day and a month. */
const isYear = (digits: string) => /^(1[89]|2[01])/.test(digits);

/**
 * Returns the typed day as `YYYY-MM-DD`, whatever the order of its parts; `undefined` if it is not understood. Where day and
 * month could be exchanged, dots mean that the day comes first, and otherwise the language decides.
 */
export function parseDay(typed: string, locale: string): string | undefined {
  const text = typed.trim();
  const american = monthFirst(locale);
  const orders = (one: string, two: string, year: string, dots: boolean) => {
    const [dayFirst, other] = [
      [year, two, one],
      [year, one, two],
    ];
    return dots ? [dayFirst] : american ? [other, dayFirst] : [dayFirst, other];
  };
  const digits = /^(\d{2})(\d{2})(\d{4})$/.exec(text);
  if (digits) {
    const [, one = '', two = '', last = ''] = digits;
    if (isYear(last)) return firstValid('date', orders(one, two, last, false));
    return isYear(text) ? firstValid('date', [[one + two, last.slice(0, 2), last.slice(2)]]) : undefined;
  }
  const separated = /^(\d{1,4})\s*([./\s-])\s*(\d{1,2})\s*[./\s-]\s*(\d{1,4})$/.exec(text);
  if (!separated) return undefined;
  const [, one = '', separator, two = '', last = ''] = separated;
  if (one.length === 4 && last.length <= 2) return firstValid('date', [[one, two, last]]);
  if (one.length > 2 || last.length !== 4) return undefined;
  return firstValid('date', orders(one, two, last, separator === '.'));
}

/** Returns the typed month as `YYYY-MM`; `undefined` if it is not understood. A year of two digits, as on cards, is of 2000 to 2099. */
export function parseMonth(typed: string): string | undefined {
  const text = typed.trim();
  const digits = /^(\d{2})(\d{2}|\d{4})$/.exec(text);
  const separated = /^(\d{1,4})\s*[./\s-]\s*(\d{1,4})$/.exec(text);
  const [, one = '', two = ''] = digits ?? separated ?? [];
  if (one.length === 4 && two.length <= 2) return firstValid('month', [[one, two]]);
  if (one.length === 0 || one.length > 2) return undefined;
  const monthLast = digits ? [[text.slice(0, 4), text.slice(4)]] : [];
  if (two.length === 4) return firstValid('month', [[two, one], ...monthLast]);
  return two.length === 2 ? firstValid('month', [[`20${two}`, one]]) : undefined;
}
