import { locale, t, type Locale } from './i18n/index.svelte';

/** What is told of each code: what happened, and what to do. */
export type ErrorTexts = Readonly<Record<string, Readonly<Record<Locale, readonly [string, string]>>>>;

let table: ErrorTexts = {};

/** Hands over the program's table of errors; done once by the entry. */
export function useErrors(texts: ErrorTexts): void {
  table = texts;
}

/** What a failed call rejects with, as far as the interface looks at it. */
export interface Failure {
  code: string;
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
  for (const name of ['wait_seconds', 'line', 'column'] as const) {
    const value = given[name];
    if (typeof value === 'number') failure[name] = value;
  }
  return failure;
}

/** What happened, and what to do, for a caught value. Never the raw message. */
export function explained(error: unknown): { message: string; help: string } {
  const { code, line, column } = failureOf(error);
  const texts = (Object.hasOwn(table, code) ? table[code] : undefined) ?? table['internal'];
  const [message, help] = texts?.[locale()] ?? ['', ''];
  return { message: line === undefined ? message : `${message} ${place(line, column)}`, help };
}

function place(line: number, column: number | undefined): string {
  return column === undefined ? t('error.line', { line }) : t('error.place', { line, column });
}

/** The sentences for a caught value: what happened, that nothing was lost, what to do. */
export function sentence(error: unknown): string {
  const { message, help } = explained(error);
  return `${message} ${help}`;
}
