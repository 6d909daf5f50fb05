import { optionalText, t } from '../../shared/i18n/index.svelte';

export { fieldName } from '../../shared/fieldName';

/** The name for the label or role that the program tells. */
export function nameOf(labelOrRole: string): string {
  return optionalText(`role.${labelOrRole}`) ?? optionalText(`change.${labelOrRole}`) ?? labelOrRole;
}

/** A change in the history as a sentence. */
export function changeText(change: string): string {
  if (change.startsWith('field:')) return t('change.field', { name: nameOf(change.slice(6)) });
  return optionalText(`change.${change}`) ?? change;
}

/** A one-time code in groups that are easy to read. */
export function groupDigits(code: string): string {
  if (!/^\d+$/.test(code)) return code;
  const size = code.length % 3 === 0 ? 3 : code.length % 4 === 0 ? 4 : Math.ceil(code.length / 2);
  return code.match(new RegExp(`.{1,${size}}`, 'g'))?.join('\u2009') ?? code;
}

/** Whether an address may be opened in the browser. */
export function isWebUrl(url: string): boolean {
  return /^https?:\/\//i.test(url.trim());
}
