import type { HealthKind, HealthRow } from '../../backend';
import { number, t } from '../../shared/i18n/index.svelte';

/** Returns why an item is listed under a kind of issue; nothing if the kind says it all. */
export function reason(kind: HealthKind, row: HealthRow): string | undefined {
  const count = row.number ?? 0;
  switch (kind) {
    case 'breached':
      return t('health.why.breached', { count, shown: number(count) });
    case 'weak':
      return t(count === 0 ? 'strength.0' : 'strength.1');
    case 'reused':
      return t('health.why.reused', { count });
    case 'duplicate':
      return t('health.why.duplicate', { count });
    case 'expired':
      return t('health.why.expired', { count });
    case 'expires_soon':
      return t('health.why.expires_soon', { count });
    case 'old':
      return t('health.why.old', { count: Math.floor(count / 365) });
    case 'incomplete':
      return row.missing && t(`health.missing.${row.missing}`);
    default:
      return undefined;
  }
}
