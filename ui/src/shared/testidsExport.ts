/** Test ids of exports for other programs. */
export const exportIds = {
  openExport: 'open-export',
  exportDialog: 'export-dialog',
  exportFormat: 'export-format', // data-format
  exportVault: 'export-vault',
  exportFolder: 'export-folder',
  exportTag: 'export-tag',
  exportItems: 'export-items', // data-count
  exportTrash: 'export-trash',
  exportPassword: 'export-password',
  exportRepeat: 'export-repeat',
  exportReadable: 'export-readable',
  exportSave: 'export-save',
  exportError: 'export-error',
  exportReport: 'export-report', // data-count
  exportAgain: 'export-again',
  exportClose: 'export-close',
} as const;
