/** Parts of the import of tables, for tests. */
export const importTestids = {
  importColumns: 'import-columns',
  importHeader: 'import-header',
  importMeaning: 'import-meaning', // followed by the position of the column
  importMapped: 'import-mapped',
  importChangeColumns: 'import-change-columns',
  importUnescape: 'import-unescape',
} as const;
