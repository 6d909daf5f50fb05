/**
 * `data-testid` values of the controls that tests drive. They are stable: the end-to-end journeys of the real application
 * are written against them. Rows and fields carry a second attribute that tells which one it is.
 */
export const testids = {
  // Unlock
  unlockScreen: 'unlock-screen',
  unlockProfile: 'unlock-profile', // one per profile; data-profile-id
  unlockPassword: 'unlock-password',
  unlockSecretKey: 'unlock-secret-key', // only when the keychain no longer has it
  unlockSecretKeyHint: 'unlock-secret-key-hint',
  unlockSubmit: 'unlock-submit',
  unlockError: 'unlock-error',
  unlockWait: 'unlock-wait',
  unlockNewProfile: 'unlock-new-profile',
  unlockOtherWay: 'unlock-other-way', // between PIN and password
  unlockTakeIn: 'unlock-take-in',
  unlockForgot: 'unlock-forgot',
  forgotDialog: 'forgot-dialog',
  forgotCode: 'forgot-code',
  forgotPassword: 'forgot-password',
  forgotRepeat: 'forgot-repeat',
  forgotSubmit: 'forgot-submit',
  forgotError: 'forgot-error',

  // First run
  firstRunScreen: 'first-run-screen',
  firstRunCreate: 'first-run-create',
  firstRunName: 'first-run-name',
  firstRunPassword: 'first-run-password',
  firstRunRepeat: 'first-run-repeat',
  firstRunSuggest: 'first-run-suggest',
  firstRunSuggestion: 'first-run-suggestion',
  firstRunUseSuggestion: 'first-run-use-suggestion',
  firstRunSubmit: 'first-run-submit',
  firstRunError: 'first-run-error',
  kitPaper: 'kit-paper', // one per paper; data-paper = a4 | letter
  kitSave: 'kit-save',
  kitReveal: 'kit-reveal',
  kitSecretKey: 'kit-secret-key',
  kitGroup: 'kit-group', // data-group = index from 0
  kitConfirm: 'kit-confirm',
  kitLater: 'kit-later',
  kitError: 'kit-error',
  firstRunImport: 'first-run-import',
  firstRunFinish: 'first-run-finish',

  // Main
  mainScreen: 'main-screen',
  lockButton: 'lock-button',
  clipboardCountdown: 'clipboard-countdown',
  readOnlyBanner: 'read-only-banner',
  rollbackAccept: 'rollback-accept',
  kitBanner: 'kit-banner',
  notice: 'notice',
  crashNotice: 'crash-notice',
  toast: 'toast',
  openSettings: 'open-settings',
  openGenerator: 'open-generator',
  openImport: 'open-import',
  openPalette: 'open-palette',
  menuButton: 'menu-button',

  // Sidebar: data-scope = all | favourites | type:login | tag:<tag> | folder:<path> | archive | trash | drafts
  sidebar: 'sidebar',
  sidebarEntry: 'sidebar-entry',
  sidebarCount: 'sidebar-count',
  sidebarMore: 'sidebar-more',
  vaultNew: 'vault-new',
  openNewVault: 'open-new-vault',
  placeRename: 'place-rename',
  placeRemove: 'place-remove',
  placeDialog: 'place-dialog',
  placeName: 'place-name',
  placeSubmit: 'place-submit',
  placeNameError: 'place-name-error',

  // List
  searchField: 'search-field',
  itemList: 'item-list',
  itemRow: 'item-row', // data-item-id, data-title
  listEmpty: 'list-empty',
  unknownFilters: 'unknown-filters',
  listTotal: 'list-total', // data-total
  sortButton: 'sort-button',
  newButton: 'new-button',
  newType: 'new-type', // menu entry; data-type = login | note | card | identity | document
  emptyTrash: 'empty-trash',

  // Detail
  detail: 'detail', // data-item-id
  detailTitle: 'detail-title',
  detailEdit: 'detail-edit',
  detailFavourite: 'detail-favourite',
  detailMore: 'detail-more',
  detailDuplicate: 'detail-duplicate',
  detailArchive: 'detail-archive',
  detailTrash: 'detail-trash',
  detailRestore: 'detail-restore',
  detailPurge: 'detail-purge',
  detailHistory: 'detail-history',
  fieldRow: 'field-row', // data-role or data-label; click copies
  fieldValue: 'field-value',
  fieldReveal: 'field-reveal',
  fieldCopy: 'field-copy',
  fieldLarge: 'field-large',
  fieldPast: 'field-past',
  codeValue: 'code-value',
  codeNext: 'code-next',
  codeTake: 'code-take',
  urlRow: 'url-row',
  urlOpen: 'url-open',
  notesValue: 'notes-value',
  largeType: 'large-type',
  historyEntry: 'history-entry', // data-revision
  historyRestore: 'history-restore',
  supersededBanner: 'superseded-banner',
  supersededDismiss: 'superseded-dismiss',
  attachmentRow: 'attachment-row', // data-blob-id, data-name
  attachmentExport: 'attachment-export',
  attachmentRemove: 'attachment-remove',
  attachmentAdd: 'attachment-add',
  attachmentReplace: 'attachment-replace',
  attachmentThumbnail: 'attachment-thumbnail',
  earlierFilesAsk: 'earlier-files-ask',
  earlierFiles: 'earlier-files', // data-open
  earlierFile: 'earlier-file', // data-blob-id, data-kept
  earlierFileExport: 'earlier-file-export',
  earlierFileRestore: 'earlier-file-restore',
  earlierFileDrop: 'earlier-file-drop',

  // Editor
  editor: 'editor',
  editTitle: 'edit-title',
  editField: 'edit-field', // the input itself; data-role or data-label
  editGenerate: 'edit-generate',
  editUrl: 'edit-url', // data-index
  editAddUrl: 'edit-add-url',
  editNotes: 'edit-notes',
  editTags: 'edit-tags',
  editFolder: 'edit-folder',
  editAddField: 'edit-add-field',
  editAddKind: 'edit-add-kind', // menu entry; data-kind
  editFieldLabel: 'edit-field-label',
  editSave: 'edit-save',
  editCancel: 'edit-cancel',
  editError: 'edit-error',
  leaveDialog: 'leave-dialog',
  leaveSave: 'leave-save',
  leaveDiscard: 'leave-discard',
  leaveStay: 'leave-stay',
  draftOffer: 'draft-offer',
  draftRow: 'draft-row', // data-draft-id
  draftResume: 'draft-resume',
  draftDiscard: 'draft-discard',

  // Documents and jobs
  documentAdd: 'document-add',
  working: 'working', // some call takes longer than a moment
  workInHand: 'work-in-hand',
  workStop: 'work-stop',
  jobTray: 'job-tray',
  jobRow: 'job-row', // data-job-id, data-state = running | paused | done | cancelled | failed
  jobCancel: 'job-cancel',
  jobDismiss: 'job-dismiss',

  // Backups
  backups: 'backups',
  backupError: 'backup-error',
  backupSave: 'backup-save',
  backupOpenOther: 'backup-open-other',
  backupCancel: 'backup-cancel',
  backupDaily: 'backup-daily',
  backupDays: 'backup-days',
  backupFolder: 'backup-folder',
  backupFolderPick: 'backup-folder-pick',
  backupRow: 'backup-row', // data-name
  backupCheck: 'backup-check',
  backupOpen: 'backup-open',
  backupBrowser: 'backup-browser',
  backupSearch: 'backup-search',
  backupItems: 'backup-items', // rows have data-item-id
  backupDetail: 'backup-detail',
  backupTake: 'backup-take',
  backupTakeCopy: 'backup-take-copy',
  backupFile: 'backup-file', // data-name
  backupFileAttach: 'backup-file-attach',
  restoreOpen: 'restore-open',
  restoreScreen: 'restore-screen',
  restoreForm: 'restore-form',
  restorePick: 'restore-pick',
  restoreFile: 'restore-file',
  restorePassword: 'restore-password',
  restoreSecretKey: 'restore-secret-key',
  restoreError: 'restore-error',
  restoreSubmit: 'restore-submit',
  repairOpen: 'repair-open', // offered where damage was found
  repairScreen: 'repair-screen', // data-stage = offers | restored | salvaged
  repairFound: 'repair-found',
  repairPassword: 'repair-password',
  repairSecretKey: 'repair-secret-key',
  repairLook: 'repair-look',
  repairBackup: 'repair-backup',
  repairRestore: 'repair-restore',
  repairOther: 'repair-other',
  repairCounts: 'repair-counts',
  repairName: 'repair-name',
  repairSalvage: 'repair-salvage',
  repairLeave: 'repair-leave',
  repairCancel: 'repair-cancel',
  repairError: 'repair-error',
  repairAside: 'repair-aside',
  repairBegin: 'repair-begin',

  // Import
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

  // Copying another profile
  profileCopyDialog: 'profile-copy-dialog',
  profileCopyProfile: 'profile-copy-profile',
  profileCopyPassword: 'profile-copy-password',
  profileCopySecretKey: 'profile-copy-secret-key',
  profileCopySecretKeyHint: 'profile-copy-secret-key-hint', // data-state
  profileCopyLook: 'profile-copy-look',
  profileCopyLater: 'profile-copy-later',
  profileCopyPreview: 'profile-copy-preview', // data-count
  profileCopySkipIdentical: 'profile-copy-skip-identical',
  profileCopyTooLarge: 'profile-copy-too-large',
  profileCopyCommit: 'profile-copy-commit',
  profileCopyReport: 'profile-copy-report', // data-count
  profileCopyLeft: 'profile-copy-left',
  profileCopyUndo: 'profile-copy-undo',
  profileCopyClose: 'profile-copy-close',
  profileCopyError: 'profile-copy-error',
  importProfile: 'import-profile',

  // Generator
  generatorDialog: 'generator-dialog',
  generatorPanel: 'generator-panel',
  generatorKind: 'generator-kind', // data-kind = characters | words | user_name | pin
  generatorValue: 'generator-value',
  generatorLength: 'generator-length',
  generatorAgain: 'generator-again',
  generatorCopy: 'generator-copy',
  generatorUse: 'generator-use',
  generatorList: 'generator-list',
  generatorLeast: 'generator-least', // data-class
  generatorOwnSymbols: 'generator-own-symbols',
  generatorHistory: 'generator-history',
  generatorPast: 'generator-past',
  generatorPastCopy: 'generator-past-copy',
  generatorForget: 'generator-forget',

  // Codes
  codeFill: 'code-fill',
  codePick: 'code-pick',
  codePaste: 'code-paste',
  codeShare: 'code-share',
  codeShareDialog: 'code-share-dialog',
  codeQr: 'code-qr',
  codeClock: 'code-clock',
  codesKeep: 'codes-keep',
  codesOut: 'codes-out',
  codesOutAll: 'codes-out-all',
  codesOutRow: 'codes-out-row',
  codesOutShow: 'codes-out-show',
  codesOutSave: 'codes-out-save',
  codesLeftOut: 'codes-left-out',
  codesDialog: 'codes-dialog',
  codesFound: 'codes-found',
  codesAdd: 'codes-add',
  codesUnread: 'codes-unread',
  codesMissing: 'codes-missing',

  // The editor of SSH keys
  sshPanel: 'ssh-panel',
  sshMake: 'ssh-make',
  sshCancel: 'ssh-cancel',
  sshKind: 'ssh-kind', // data-kind
  sshFile: 'ssh-file',
  sshClipboard: 'ssh-clipboard',
  sshHeld: 'ssh-held',
  sshPassphrase: 'ssh-passphrase',
  sshOpen: 'ssh-open',
  sshFailure: 'ssh-failure',

  // Settings
  settingsDialog: 'settings-dialog',
  settingsTab: 'settings-tab', // data-tab = general | security | sync | about …
  settingsTheme: 'settings-theme',
  settingsLanguage: 'settings-language',
  settingsDensity: 'settings-density',
  settingsLockAfter: 'settings-lock-after',
  settingsClipboard: 'settings-clipboard',
  settingsLockOnSleep: 'settings-lock-on-sleep',
  settingsCurrentPassword: 'settings-current-password',
  settingsNewPassword: 'settings-new-password',
  settingsRepeatPassword: 'settings-repeat-password',
  settingsChangePassword: 'settings-change-password',
  settingsPasswordError: 'settings-password-error',
  settingsKit: 'settings-kit',
  settingsDiagnostics: 'settings-diagnostics',

  // Palette and sheet
  palette: 'palette',
  paletteInput: 'palette-input',
  paletteEntry: 'palette-entry', // data-command
  shortcutSheet: 'shortcut-sheet',
  confirmDialog: 'confirm-dialog',
  confirmYes: 'confirm-yes',
  confirmNo: 'confirm-no',

  // Types, sections, links, rules and the master password asked for again
  editUrlRules: 'edit-url-rules', // data-rule
  editUrlRule: 'edit-url-rule', // data-rule
  editSection: 'edit-section', // data-title
  editSectionName: 'edit-section-name',
  editSectionUp: 'edit-section-up',
  editSectionDown: 'edit-section-down',
  editSectionAdd: 'edit-section-add',
  editAddSection: 'edit-add-section',
  editExpires: 'edit-expires',
  editReprompt: 'edit-reprompt',
  editRemovePasskey: 'edit-remove-passkey',
  linkSearch: 'link-search',
  linkChoice: 'link-choice',
  fieldWarning: 'field-warning',
  passkeyRow: 'passkey-row',
  detailReprompt: 'detail-reprompt',
  detailArchived: 'detail-archived',
  detailReadOnly: 'detail-read-only',
  detailExpires: 'detail-expires',
  detailMakeTemplate: 'detail-make-template',
  newTemplate: 'new-template', // data-title
  confirmPassword: 'confirm-password',
  confirmPasswordField: 'confirm-password-field',
  confirmPasswordGo: 'confirm-password-go',

  // Settings: what opens the profile
  recoveryPassword: 'recovery-password',
  recoveryBegin: 'recovery-begin',
  recoveryRemove: 'recovery-remove',
  recoveryCode: 'recovery-code',
  recoverySave: 'recovery-save',
  recoveryGroup: 'recovery-group', // data-group = index from 0
  recoveryConfirm: 'recovery-confirm',
  recoveryCancel: 'recovery-cancel',
  recoveryError: 'recovery-error',
  pinPassword: 'pin-password',
  pinText: 'pin-text',
  pinSet: 'pin-set',
  pinForget: 'pin-forget',
  pinError: 'pin-error',
  strengthenPassword: 'strengthen-password',
  strengthenSubmit: 'strengthen-submit',
  leakedOpen: 'leaked-open',
  leakedPassword: 'leaked-password',
  leakedNewPassword: 'leaked-new-password',
  leakedRepeat: 'leaked-repeat',
  leakedCode: 'leaked-code',
  leakedSecretKey: 'leaked-secret-key',
  leakedSubmit: 'leaked-submit',
  leakedError: 'leaked-error',
  kitCheckText: 'kit-check-text',
  kitCheckSubmit: 'kit-check-submit',
  kitCheckResult: 'kit-check-result',
  placeFolder: 'place-folder',
  placeWarning: 'place-warning',
  placeMove: 'place-move',
  placeForget: 'place-forget',
  placeDelete: 'place-delete',
  placeError: 'place-error',
  deleteDialog: 'delete-dialog',
  deleteName: 'delete-name',
  deleteKeep: 'delete-keep',
  deleteSubmit: 'delete-submit',
  deleteError: 'delete-error',

  // Synchronization
  syncIndicator: 'sync-indicator', // in the status line; data-state
  syncBanner: 'sync-banner',
  syncBannerDetails: 'sync-banner-details',
  syncSettings: 'sync-settings',
  syncServer: 'sync-server',
  syncServerFind: 'sync-server-find',
  syncServerError: 'sync-server-error',
  syncServerChange: 'sync-server-change',
  syncWords: 'sync-words',
  syncWordsSame: 'sync-words-same',
  syncWordsCancel: 'sync-words-cancel',
  syncConnect: 'sync-connect',
  syncLogin: 'sync-login',
  syncPassword: 'sync-password',
  syncCode: 'sync-code',
  syncMailCode: 'sync-mail-code',
  syncMailError: 'sync-mail-error',
  syncCreate: 'sync-create',
  syncConnectError: 'sync-connect-error',
  syncKit: 'sync-kit',
  syncKitOpen: 'sync-kit-open',
  syncState: 'sync-state', // data-state
  syncNow: 'sync-now',
  syncProblem: 'sync-problem',
  syncAlarm: 'sync-alarm',
  syncVault: 'sync-vault', // data-vault-id
  syncAccount: 'sync-account',
  syncSignOut: 'sync-sign-out',
  syncSignInPassword: 'sync-sign-in-password',
  syncSignIn: 'sync-sign-in',
  syncSignInError: 'sync-sign-in-error',
  factorCode: 'factor-code',
  syncFactor: 'sync-factor',
  syncFactorKind: 'sync-factor-kind', // data-value = totp | recovery
  syncFactorCode: 'sync-factor-code',
  syncFactorSubmit: 'sync-factor-submit',
  syncFactorError: 'sync-factor-error',
  syncDevice: 'sync-device', // data-device-id
  syncDeviceRevoke: 'sync-device-revoke',
  syncPasswordDialog: 'sync-password-dialog',
  syncPasswordDialogField: 'sync-password-dialog-field',
  syncPasswordDialogSubmit: 'sync-password-dialog-submit',
  syncPasswordDialogError: 'sync-password-dialog-error',
  syncFactorStatus: 'sync-factor-status',
  syncFactorOn: 'sync-factor-on',
  syncFactorOff: 'sync-factor-off',
  syncFactorSetup: 'sync-factor-setup',
  syncFactorSetupPassword: 'sync-factor-setup-password',
  syncFactorSetupCode: 'sync-factor-setup-code',
  syncFactorSetupSubmit: 'sync-factor-setup-submit',
  syncFactorSetupError: 'sync-factor-setup-error',
  syncFactorSecret: 'sync-factor-secret',
  syncFactorCodes: 'sync-factor-codes',
  syncFactorKept: 'sync-factor-kept',
  joinOpen: 'join-open',
  joinScreen: 'join-screen', // data-step = server | account | factor
  joinLogin: 'join-login',
  joinPassword: 'join-password',
  joinSecretKey: 'join-secret-key',
  joinSecretKeyHint: 'join-secret-key-hint', // data-state
  joinName: 'join-name',
  joinSubmit: 'join-submit',
  joinError: 'join-error',
} as const;
