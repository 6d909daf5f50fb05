/** Test ids of the health of passwords and items. */
export const healthIds = {
  sidebarHealth: 'sidebar-health',
  openHealth: 'open-health',
  healthDialog: 'health-dialog',
  healthSummary: 'health-summary', // data-found
  healthCheck: 'health-check',
  healthOld: 'health-old',
  healthKind: 'health-kind', // data-kind, data-count
  healthRow: 'health-row', // data-title
  healthOpen: 'health-open',
  healthMore: 'health-more',
  healthError: 'health-error',
} as const;
