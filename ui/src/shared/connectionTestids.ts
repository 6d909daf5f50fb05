/** Parts of the settings of a connection, for tests. */
export const connectionTestids = {
  syncOptions: 'sync-options', // how the server is reached, in the search for one
  syncNetwork: 'sync-network',
  syncNetworkSave: 'sync-network-save',
  syncNetworkError: 'sync-network-error',
  syncProxy: 'sync-proxy',
  syncProxyAddress: 'sync-proxy-address',
  syncProxyUser: 'sync-proxy-user',
  syncProxyPassword: 'sync-proxy-password',
  syncAuthority: 'sync-authority',
  syncAuthorityPick: 'sync-authority-pick',
  syncAuthorityRemove: 'sync-authority-remove',
  syncAuthorityError: 'sync-authority-error',
  syncUpload: 'sync-upload',
  syncDownload: 'sync-download',
  syncOffline: 'sync-offline', // data-vault-id
  syncOfflineToggle: 'sync-offline-toggle',
  syncOfflineRemove: 'sync-offline-remove',
  syncHeld: 'sync-held', // what is sent once the user says so
  syncHeldVault: 'sync-held-vault', // data-vault-id
  syncHeldToggle: 'sync-held-toggle',
  syncHeldRoom: 'sync-held-room',
  syncHeldError: 'sync-held-error',
  syncLoginSession: 'sync-login-session', // data-current
  syncLoginEnd: 'sync-login-end',
  syncLoginEndAll: 'sync-login-end-all',
  placeSynchronize: 'place-synchronize',
  syncHistoryOwners: 'sync-history-owners',
  syncLeavingOld: 'sync-leaving-old',
  peopleHistory: 'people-history',
  vaultOnlyHere: 'vault-only-here',
} as const;
