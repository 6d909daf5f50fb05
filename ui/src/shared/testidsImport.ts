/** Test ids of importing. */
export const importIds = {
  importDialog: 'import-dialog',
  importPick: 'import-pick',
  importPreview: 'import-preview',
  importCount: 'import-count', // data-count
  importSkipIdentical: 'import-skip-identical',
  importFolder: 'import-folder',
  importTag: 'import-tag',
  importCommit: 'import-commit',
  importReport: 'import-report',
  importImported: 'import-imported', // data-count
  importSkipped: 'import-skipped', // data-count
  importNote: 'import-note', // data-outcome
  importClose: 'import-close',
  importError: 'import-error',
  importPassword: 'import-password',
  importKeyFile: 'import-key-file',
  importWrong: 'import-wrong',
  importCost: 'import-cost',
  importUnlock: 'import-unlock',
  importColumns: 'import-columns',
  importHeader: 'import-header',
  importMeaning: 'import-meaning', // followed by the position of the column
  importMapped: 'import-mapped',
  importChangeColumns: 'import-change-columns',
  importUnescape: 'import-unescape',
  importSame: 'import-same',
  importFresh: 'import-fresh',
  importUpdated: 'import-updated',
  importUndo: 'import-undo',
  importSaveReport: 'import-save-report',
} as const;
