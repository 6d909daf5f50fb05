import { call, type CopyReceipt } from '../../backend';
import { t } from '../../shared/i18n/index.svelte';
import { toast, withToast } from '../../shared/toasts.svelte';

/** Shows that a generated value was copied, and when the clipboard is cleared. */
export function toastCopied({ clears_in_seconds: count }: CopyReceipt): void {
  toast(count > 0 ? t('generator.copied.clears', { count }) : t('generator.copied'));
}

/** Copies a generated password and shows when the clipboard is cleared. */
export async function copyGenerated(password: string): Promise<void> {
  await withToast(async () => toastCopied(await call('generator_copy', { password })));
}
