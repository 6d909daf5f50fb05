import { optionalText, t } from '../../shared/i18n/index.svelte';

export { fieldName } from '../../shared/fieldName';

/** Returns the name of a label or role from the program. */
export function nameOf(labelOrRole: string): string {
  return optionalText(`role.${labelOrRole}`) ?? optionalText(`change.${labelOrRole}`) ?? labelOrRole;
}

/** Returns the text of a change in the history. */
export function changeText(change: string): string {
  if (change.startsWith('field:')) return t('change.field', { name: nameOf(change.slice(6)) });
  return optionalText(`change.${change}`) ?? change;
}

/** Returns the name of what a change concerns: a field, or a part of the item. */
export function changeName(change: string): string {
  if (change.startsWith('field:')) return nameOf(change.slice(6));
  return optionalText(`part.${change}`) ?? optionalText(`change.${change}`) ?? change;
}

/** Splits a one-time code into readable groups of digits. */
export function groupDigits(code: string): string {
  if (!/^\d+$/.test(code)) return code;
  const size = code.length % 3 === 0 ? 3 : code.length % 4 === 0 ? 4 : Math.ceil(code.length / 2);
  return code.match(new RegExp(`.{1,${size}}`, 'g'))?.join('\u2009') ?? code;
}

/** Whether an address is http or https, or a host without a scheme, so that the browser can open it. */
export function isWebUrl(url: string): boolean {
  const host = /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+(:\d{1,5})?([/?#]|$)/u;
  return /^https?:\/\//i.test(url.trim()) || host.test(url.trim());
}
