import { optionalText, t } from './i18n/index.svelte';

/** The name of a field: its own label, or the translated name of its role. */
export function fieldName(field: { role?: string; label: string }): string {
  if (field.label) return field.label;
  if (field.role) return optionalText(`role.${field.role}`) ?? field.role;
  return t('kind.text');
}
