import { maybe, t } from './i18n/index.svelte';

/** What a failed call rejects with, as far as the interface looks at it. */
export interface Failure {
  code: string;
  wait_seconds?: number;
}

/** A caught value as a failure; anything unknown is a fault in the program. */
export function failureOf(error: unknown): Failure {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    const wait = 'wait_seconds' in error ? error.wait_seconds : undefined;
    return typeof wait === 'number' ? { code: error.code, wait_seconds: wait } : { code: error.code };
  }
  return { code: 'internal' };
}

/** The sentence for a caught value: what happened, that nothing was lost, what to do. Never the raw message. */
export function sentence(error: unknown): string {
  return maybe(`error.${failureOf(error).code}`) ?? t('error.internal');
}
