import { regional } from './i18n/index.svelte';

/** What people of the region print on. */
export function usualPaper(): 'a4' | 'letter' {
  return /-(US|CA|MX|PH|CL|CO|VE)\b/i.test(regional()) ? 'letter' : 'a4';
}
