export const sync = {
  'settings.sync': 'Sync',
  'time.now': 'just now',
  'sync.now': 'Sync now',
  'sync.open': 'Open the sync settings',

  // The state, in the status line and in the settings
  'sync.short.syncing': 'Syncing',
  'sync.short.syncing.count': 'Syncing {number}',
  'sync.short.downloading': { one: 'Downloading {count} document', other: 'Downloading {count} documents' },
  'sync.short.up_to_date': 'Up to date',
  'sync.short.waiting': 'Waiting',
  'sync.short.waiting.count': '{number} waiting',
  'sync.short.offline': 'Offline',
  'sync.short.offline.count': 'Offline, {number} waiting',
  'sync.short.signed_out': 'Signed out',
  'sync.short.alarm': 'Sync alarm',
  'sync.syncing': 'Synchronizing…',
  'sync.received': { one: '{count} change received.', other: '{count} changes received.' },
  'sync.toSend': { one: '{count} change still to be sent.', other: '{count} changes still to be sent.' },
  'sync.downloading': {
    one: '{count} document is being downloaded.',
    other: '{count} documents are being downloaded.',
  },
  'sync.toDownload': {
    one: '{count} document still to be downloaded.',
    other: '{count} documents still to be downloaded.',
  },
  'sync.upToDate': 'Up to date',
  'sync.checked': 'Checked {ago}.',
  'sync.lastChecked': 'Last checked {ago}.',
  'sync.waiting': 'Not everything is synchronized',
  'sync.waiting.count': { one: '{count} change is waiting', other: '{count} changes are waiting' },
  'sync.since': 'Since {time}.',
  'sync.offline': 'Offline',
  'sync.kept': {
    one: '{count} change is kept on this computer and sent later.',
    other: '{count} changes are kept on this computer and sent later.',
  },
  'sync.allSent': 'Everything was sent.',
  'sync.signedOut': 'Signed out of the server',
  'sync.alarm': 'The server contradicted itself',

  // Alarm
  'sync.alarm.kept': {
    one: 'Nothing was lost. The vault {vaults} can be read but not changed here, and nothing is sent to it.',
    other:
      'Nothing was lost. The vaults {vaults} can be read but not changed here, and nothing is sent to them.',
  },
  'sync.alarm.do': 'Do not trust this server until its operator has explained it.',
  'sync.alarm.others': 'You can go on working in your other vaults.',
  'sync.alarm.details': 'Details',
  'sync.alarm.compare': 'Show these details to the operator of the server.',
  'sync.alarm.rollback': 'The server has fewer entries than before.',
  'sync.alarm.fork': 'The server shows another history than before.',
  'sync.alarm.contradiction': 'Another member has seen another history than this computer.',
  'sync.alarm.missing_own': 'A change that the server had accepted is missing there.',
  'sync.alarm.where': 'Entry {entry}, noticed {time}',

  // Vaults that need attention
  'sync.vaults': 'Vaults that need attention',
  'sync.vault.unsent': { one: '{count} change is not sent yet.', other: '{count} changes are not sent yet.' },
  'sync.vault.refused': {
    one: 'The server refused {count} change. It stays on this computer; “Sync now” tries it again.',
    other: 'The server refused {count} changes. They stay on this computer; “Sync now” tries them again.',
  },

  // Connecting
  'sync.connect.title': 'Connect to a server',
  'sync.connect.text':
    'Coffer works without a server. With one, your items are the same on all your computers, and the server can read nothing of them.',
  'sync.connect.join':
    'You already have an account? Lock this profile, choose “New profile…”, then “I already have an account”. You can then copy the items of this profile into it.',
  'sync.server': 'Server',
  'sync.server.field': 'Address or connect code',
  'sync.server.hint': 'From the operator of the server.',
  'sync.server.find': 'Continue',
  'sync.server.finding': 'Looking for the server…',
  'sync.server.change': 'Change',
  'sync.words.title': 'Is this the right server?',
  'sync.words.text':
    'No certificate authority knows {address}. Compare these words with those that coffer-server shows, or ask its operator. Nothing was sent to it yet.',
  'sync.words.list': 'Eight words of the server’s key',
  'sync.words.differ': 'Cancel if a single word differs: it would be another server.',
  'sync.words.same': 'All words are the same',
  'sync.login': 'Login',
  'sync.login.hint': 'An e-mail address or a simple name. The server can read it.',
  'sync.login.mail': 'E-mail address',
  'sync.login.mail.hint': 'It is your login. The server can read it.',
  'sync.code': 'Sign-up code',
  'sync.code.hint': 'From the operator of the server. It is valid once.',
  'sync.code.mail.hint': 'From the mail that the server sends to this address.',
  'sync.code.send': 'Send code',
  'sync.code.again': 'Send again',
  'sync.code.sent': 'Sent to {login}.',
  'sync.create': 'Connect',
  'sync.creating': 'Connecting…',
  'sync.creating.text': 'The account is being created. This takes some seconds.',
  'sync.connected.kit':
    'Connected. Save your Emergency Kit again: it now has the server’s address and your login on it, which you need on a new computer.',
  'sync.connected.kit.open': 'Emergency Kit',

  // The account
  'sync.account': 'Account',
  'sync.signOut': 'Sign out…',
  'sync.signOut.title': 'Sign out of the server?',
  'sync.signOut.text': 'Your items stay on this computer. New changes are sent when you sign in again.',
  'sync.signOut.unsent': {
    one: '{count} change is not sent yet. It stays on this computer and is sent when you sign in again.',
    other:
      '{count} changes are not sent yet. They stay on this computer and are sent when you sign in again.',
  },
  'sync.signOut.yes': 'Sign out',
  'sync.signIn': 'Sign in',
  'sync.signIn.busy': 'Signing in…',
  'sync.signIn.text': 'Type the master password to sign in again. Your changes are then sent.',
  'sync.password': 'Master password',

  // Second factor at sign-in
  'sync.factor.kind': 'Second factor',
  'sync.factor.title': 'Second factor',
  'sync.factor.text': 'Your account asks for a second factor.',
  'sync.factor.totp': 'One-time code',
  'sync.factor.totp.hint': 'Six digits from your other device.',
  'sync.factor.recovery': 'Recovery code',
  'sync.factor.recovery.hint':
    'One of those for the second factor; they do not begin with R1. It is valid once.',

  // Second factor for a single change
  'factor.code': 'One-time code or recovery code',
  'factor.code.hint':
    'Your account asks for it: six digits from your other device, or a code that replaces them once.',

  // Devices
  'sync.devices': 'Devices',
  'sync.outOfReach': 'Shown when the server can be reached.',
  'sync.device.unnamed': 'Device without a name',
  'sync.device.current': 'This computer',
  'sync.device.seen': 'Last seen {ago}, added {day}',
  'sync.device.revoke': 'Revoke…',
  'sync.device.revoke.of': 'Revoke {name}…',
  'sync.device.revoke.title': 'Revoke “{name}”?',
  'sync.device.revoke.text':
    'It can no longer sign in or synchronize. What is already stored on it stays there: if it was lost or stolen, also change the master password.',
  'sync.device.revoke.yes': 'Revoke',
  'sync.device.revoked': '“{name}” can no longer synchronize',

  // Second factor in the settings
  'sync.factor.off':
    'Off. With it, a new device needs a code from an authenticator app as well as password and Secret Key.',
  'sync.factor.on': 'On. A new device needs a code from your authenticator app.',
  'sync.factor.left': { one: '{count} recovery code left.', other: '{count} recovery codes left.' },
  'sync.factor.turnOn': 'Turn on…',
  'sync.factor.turnOff': 'Turn off…',
  'sync.factor.set.title': 'Turn on the second factor',
  'sync.factor.set.password': 'Type the master password first.',
  'sync.factor.set.scan':
    'Scan this with an authenticator app on another device. An item of this profile is no second factor.',
  'sync.factor.set.qr': 'QR code of the secret for one-time codes',
  'sync.factor.set.secret': 'Or type this secret',
  'sync.factor.set.code': 'Code that the app shows now',
  'sync.factor.set.confirm': 'Turn on',
  'sync.factor.codes.title': 'Keep your recovery codes',
  'sync.factor.codes.text':
    'The second factor is on. These codes replace it if you lose the other device, each of them once. They are not shown again: write them down or print them.',
  'sync.factor.codes.list': 'Recovery codes',
  'sync.factor.codes.kept': 'I have kept them',
  'sync.factor.remove.title': 'Turn off the second factor?',
  'sync.factor.remove.text': 'New devices then need only login, password and Secret Key.',
  'sync.factor.remove.yes': 'Turn off',
  'sync.factor.removed': 'Second factor turned off',

  // An account that exists, on a new computer
  'join.open': 'I already have an account',
  'join.title': 'Sign in to your account',
  'join.text': 'Your items are then on this computer too, and stay the same on all of them.',
  'join.secretKey.why': 'You find it on your Emergency Kit.',
  'join.name': 'Name of the profile',
  'join.name.hint': 'Shown when you unlock. It stays on this computer.',
  'join.submit': 'Sign in',
  'join.busy': 'Signing in…',
  'join.busy.text': 'The keys are being fetched and opened. This takes some seconds.',
} as const;
