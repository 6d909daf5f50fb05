import { regional } from './i18n/index.svelte';

export type Paper = 'a4' | 'letter';

/** Returns the paper size that is usual in the region. */
export function usualPaper(): Paper {
  return /-(US|CA|MX|PH|CL|CO|VE)\b/i.test(regional()) ? 'letter' : 'a4';
}
