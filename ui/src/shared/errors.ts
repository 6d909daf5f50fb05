import { bytes, dateTime, locale, number, t, type Locale } from './i18n/index.svelte';

/** What is told of each code: what happened, and what to do. */
export type ErrorTexts = Readonly<Record<string, Readonly<Record<Locale, readonly [string, string]>>>>;

let table: ErrorTexts = {};
let parts: ErrorTexts = {};

/** Hands over the program's table of errors, and that of what is not acceptable in a form; done once by the entry. */
export function useErrors(texts: ErrorTexts, problems: ErrorTexts): void {
  table = texts;
  parts = problems;
}

/** What a failed call rejects with, as far as the interface looks at it. */
export interface Failure {
  code: string;
  /** Which part is not acceptable. */
  problem?: string;
  /** The number in its sentences. */
  number?: number;
  wait_seconds?: number;
  line?: number;
  column?: number;
}

/** A caught value as a failure; anything unknown is a fault in the program. */
export function failureOf(error: unknown): Failure {
  if (typeof error !== 'object' || error === null) return { code: 'internal' };
  const given = error as Record<string, unknown>;
  if (typeof given['code'] !== 'string') return { code: 'internal' };
  const failure: Failure = { code: given['code'] };
  if (typeof given['problem'] === 'string') failure.problem = given['problem'];
  for (const name of ['wait_seconds', 'line', 'column', 'number'] as const) {
    const value = given[name];
    if (typeof value === 'number') failure[name] = value;
  }
  return failure;
}

/** Who has a profile open, as far as the program knows: `program (computer), since`. */
function holderOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('holder' in error)) return undefined;
  const holder = error.holder as Record<string, unknown> | undefined;
  if (typeof holder?.['process'] !== 'number' || typeof holder['since'] !== 'number') return undefined;
  const text = (name: string) => (typeof holder[name] === 'string' ? holder[name] : '–');
  return t('error.profile_in_use.by', {
    program: text('program'),
    process: String(holder['process']),
    host: text('host'),
    since: dateTime(holder['since']),
  });
}

function triesLeft(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('tries_left' in error)) return undefined;
  return typeof error.tries_left === 'number'
    ? t('error.wrong_pin.left', { count: error.tries_left })
    : undefined;
}

/** What happened, and what to do, for a caught value. Never the raw message. */
export function explainError(error: unknown): { message: string; help: string } {
  const { code, problem, number: amount, line, column } = failureOf(error);
  const of = (texts: ErrorTexts, name: string) => (Object.hasOwn(texts, name) ? texts[name] : undefined);
  const texts =
    (problem === undefined ? undefined : of(parts, problem)) ?? of(table, code) ?? table['internal'];
  const filled = (text: string) =>
    amount === undefined
      ? text
      : text.replace('{n}', () => number(amount)).replace('{bytes}', () => bytes(amount));
  const [message, help] = (texts?.[locale()] ?? (['', ''] as const)).map(filled) as [string, string];
  return { message: line === undefined ? message : `${message} ${place(line, column)}`, help };
}

function place(line: number, column: number | undefined): string {
  return column === undefined ? t('error.line', { line }) : t('error.position', { line, column });
}

/** The sentences for a caught value: what happened, that nothing was lost, what to do. */
export function errorText(error: unknown): string {
  const { message, help } = explainError(error);
  const { code } = failureOf(error);
  const more =
    code === 'profile_in_use' ? holderOf(error) : code === 'wrong_pin' ? triesLeft(error) : undefined;
  return [message, help, more].filter(Boolean).join(' ');
}
