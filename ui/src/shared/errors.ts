import { bytes, dateTime, locale, number, t, type Locale } from './i18n/index.svelte';

/** Two sentences for each error code and language: what happened, and what to do. */
export type ErrorTexts = Readonly<Record<string, Readonly<Record<Locale, readonly [string, string]>>>>;

let table: ErrorTexts = {};
let parts: ErrorTexts = {};

/** Sets the tables of errors and of invalid input, both generated from `crates/vault-api/src/error`; called once at start. */
export function useErrors(texts: ErrorTexts, problems: ErrorTexts): void {
  table = texts;
  parts = problems;
}

/** The parts of a failed call's error that the interface uses. */
export interface Failure {
  code: string;
  /** The part of the input that is invalid. */
  problem?: string;
  /** Number that its text mentions. */
  number?: number;
  wait_seconds?: number;
  line?: number;
  column?: number;
}

/** Converts a caught value; anything unknown becomes `internal`. */
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

/** Describes the process that has the profile open, as far as it is known. */
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

/** Returns what happened and what to do, for a caught value. Never the raw message. */
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

/** Returns the whole text for a caught value: what happened, what to do, and details such as attempts left. */
export function errorText(error: unknown): string {
  const { message, help } = explainError(error);
  const { code } = failureOf(error);
  const more =
    code === 'profile_in_use' ? holderOf(error) : code === 'wrong_pin' ? triesLeft(error) : undefined;
  return [message, help, more].filter(Boolean).join(' ');
}
