/** Test ids of selected rows and what is done with them. */
export const manyIds = {
  sidebarFold: 'sidebar-fold',
  sidebarGroup: 'sidebar-group', // data-group
  historyShow: 'history-show',
  historyWhole: 'history-whole',
  historyReveal: 'history-reveal',
  historyDifferences: 'history-differences',
  historyDifference: 'history-difference', // data-change
  rowCheck: 'row-check',
  rowMenu: 'row-menu',
  rowMenuEntry: 'row-menu-entry', // data-action
  manyPane: 'many-pane', // data-count
  manyAction: 'many-action', // data-action
  manyDialog: 'many-dialog',
  manyName: 'many-name',
  manyKnown: 'many-known',
  manySubmit: 'many-submit',
  dragGhost: 'drag-ghost', // data-count
} as const;
