import { call } from '../../backend';
import { sentence } from '../../shared/errors';
import { t } from '../../shared/i18n/index.svelte';
import { toast } from '../../shared/toasts.svelte';

/** Copies a generated password and says when it goes. */
export async function copyGenerated(password: string): Promise<void> {
  try {
    const { clears_in_seconds: count } = await call('generator_copy', { password });
    toast(count > 0 ? t('generator.copied.clears', { count }) : t('generator.copied'));
  } catch (error) {
    toast(sentence(error), 'error');
  }
}
