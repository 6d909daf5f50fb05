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
  'sync.alarm.rollback': 'The server has fewer entries than before.',
  'sync.alarm.fork': 'The server shows another history than before.',
  'sync.alarm.contradiction': 'Another member has seen another history than this computer.',
  'sync.alarm.missing_own': 'A change that the server had accepted is missing there.',
  'sync.alarm.where': 'Entry {entry}, noticed {time}',

  'sync.alarm.steps':
    'Save the evidence and show it to the operator. Compare the words with your other devices or the other members: whose words are the same has seen the same.',
  'sync.alarm.own': '{entries} entries that this computer has verified',
  'sync.alarm.server': '{entries} entries as the server stated them',
  'sync.alarm.save': 'Save evidence…',
  'sync.alarm.saved': 'Evidence saved. It has nothing that only you may read.',
  'sync.history.choose': 'Use what the server has…',
  'sync.history.title': 'Use the server’s history of this vault?',
  'sync.history.text':
    'Only an owner can choose, and all members follow. What only this computer has is merged onto the server’s history and sent again; nothing written is lost. Changes of members and roles that only this computer knows are not: look at the people of the vault afterwards. Choose only if the histories have really diverged and the operator has explained why. Save the evidence first.',
  'sync.history.yes': 'Use it',
  'sync.history.done': 'The server’s history is chosen. The other members follow when they synchronize.',
  'sync.history.owners':
    'If the histories have really diverged, an owner of the vault can choose the server’s: {names}. Nothing that you wrote is lost until then.',
  'sync.history.owners.unnamed': 'see “People…”',
  'sync.other_key.text':
    'Your devices know this server by different keys. One of them may be connected to somebody else. Nothing was lost, and nothing is sent until you choose. Compare both with what the server’s operator sees.',
  'sync.other_key.own': 'This computer knows it by:',
  'sync.other_key.other': 'Another device of yours knows it by:',
  'sync.other_key.authority': 'A certificate of an authority, without words.',
  'sync.other_key.choose': 'This one is right…',
  'sync.other_key.yes': 'Use this key',
  'sync.other_key.sure': 'Use this key on all your devices?',
  'sync.other_key.sure.text':
    'Only continue if the operator of the server has confirmed these words, in person or on the phone. A device with the other key must be connected again.',
  'sync.audit.shortened':
    'The server’s record of your account is shorter than before: it ends before event {event}. It may hide sign-ins or changes of the account. Nothing was lost in your vaults. Ask the operator, and look at your devices below.',
  'sync.audit.changed':
    'The server’s record of your account is another one than before, from event {event} on. It may hide sign-ins or changes of the account. Nothing was lost in your vaults. Ask the operator, and look at your devices below.',
  'sync.audit.restored':
    'The server was restored and lost part of its record of your account, from event {event} or earlier on. Nothing was lost in your vaults. Look at your devices below if you do not expect this.',
  'sync.audit.noticed': 'Noticed {time}.',
  'sync.void': {
    one: 'The server returned {count} entry that nobody was allowed to write. It has no effect, but an honest server returns none: ask its operator.',
    other:
      'The server returned {count} entries that nobody was allowed to write. They have no effect, but an honest server returns none: ask its operator.',
  },

  // The first synchronization, and how new it is
  'sync.short.verifying': 'Verifying',
  'sync.short.verifying.count': 'Verifying, {number} left',
  'sync.short.unverified': 'Not verified up to date',
  'sync.verifying': 'Receiving and verifying everything…',
  'sync.verifying.text': 'What you see is not complete yet, and may be outdated.',
  'sync.left': {
    one: '{count} change still to be received.',
    other: '{count} changes still to be received.',
  },
  'sync.unverified': 'Not verified up to date',
  'sync.unverified.text':
    'This device was added by password, so only the server says that this is the newest state of your account. Compare it once with a device of yours that had the account before.',
  'sync.compare': 'Compare with another device…',
  'sync.compare.title': 'Compare with another device',
  'sync.compare.text':
    'Open the same window on a device of yours that had the account before, and synchronize both.',
  'sync.compare.entries': '{number} entries',
  'sync.compare.list': 'Eight words of the log',
  'sync.compare.fewer':
    'If this device shows fewer entries also after “Sync now” on both, the server keeps newer changes from it.',
  'sync.compare.differ':
    'If the number is the same and a single word differs, the server shows the two devices different histories. Do not trust it then.',
  'sync.compare.same': 'Number and words are the same',

  // A server that was restored from a backup
  'sync.restored':
    'The server was restored from a backup and lacked changes. Since {time} it has all of them again.',
  'sync.restored.sent': {
    one: 'This computer sent {count} of them.',
    other: 'This computer sent {count} of them.',
  },

  // Vaults that need attention
  'sync.vaults': 'Vaults that need attention',
  'sync.vault.unsent': { one: '{count} change is not sent yet.', other: '{count} changes are not sent yet.' },
  'sync.vault.refused': {
    one: 'The server refused {count} change. It stays on this computer; “Sync now” tries it again.',
    other: 'The server refused {count} changes. They stay on this computer; “Sync now” tries them again.',
  },

  // What is sent for the first time
  'sync.short.held': 'Nothing sent yet',
  'sync.held': 'Nothing was sent yet',
  'sync.held.text': 'Look at what is sent, and begin.',
  'sync.first': 'The first upload',
  'sync.first.text':
    'All of it is encrypted on this computer; the server can read nothing of it. A vault that is off stays on this computer only: the server does not learn of it. You can let it be synchronized later, but what the server has once received cannot be taken back.',
  'sync.first.home': 'Always synchronized.',
  'sync.first.all': 'To be sent: {size}',
  'sync.first.room': 'The server has room for {room}.',
  'sync.first.room.free': 'The server sets no limit.',
  'sync.first.room.unknown': 'The server cannot be asked for its room now.',
  'sync.first.full':
    'The server has too little room. Small items are sent, and what does not fit waits on this computer. Let vaults stay here, or ask the operator for more room.',
  'sync.first.begin': 'Begin to send',
  'sync.first.items': { one: '{count} item', other: '{count} items' },
  'sync.first.documents': { one: '{count} document', other: '{count} documents' },

  // Login sessions
  'sync.logins': 'Sign-ins',
  'sync.logins.text':
    'Each sign-in of a device is a session. Ending one signs its device out; what is on it stays there. The server keeps no network addresses.',
  'sync.logins.current': 'This sign-in',
  'sync.logins.times': 'Signed in {begun}, last used {ago}',
  'sync.logins.end': 'End',
  'sync.logins.end.of': 'End the sign-in of {name}',
  'sync.logins.endAll': 'End all others',
  'sync.logins.ended': 'Ended. That device must sign in again.',

  // How the server is reached
  'sync.network': 'Connection',
  'sync.network.options': 'Connection options',
  'sync.network.proxy': 'Proxy',
  'sync.network.proxy.none': 'None',
  'sync.network.proxy.system': 'As the system says',
  'sync.network.proxy.own': 'My own',
  'sync.network.address': 'Address of the proxy',
  'sync.network.address.hint':
    'Begins with http://, https:// or socks5h://. With socks5:// this computer looks up the server’s name.',
  'sync.network.user': 'Name at the proxy',
  'sync.network.user.hint': 'Only if the proxy asks for one.',
  'sync.network.password': 'Password at the proxy',
  'sync.network.password.kept': 'A password is stored. Leave this empty to keep it.',
  'sync.network.authority': 'Own certificate authority',
  'sync.network.authority.none': 'Only the authorities that this system trusts.',
  'sync.network.authority.until': 'valid until {day}',
  'sync.network.authority.fingerprint': 'SHA-256 of the certificate',
  'sync.network.authority.pick': 'Choose…',
  'sync.network.authority.remove': 'Remove',
  'sync.network.upload': 'Upload limit (KB/s)',
  'sync.network.download': 'Download limit (KB/s)',
  'sync.network.limits.hint': 'For documents. Empty for no limit.',
  'sync.network.save': 'Save',
  'sync.network.saved': 'Connection saved.',

  // Documents on this computer
  'sync.offlineDocs': 'Documents on this computer',
  'sync.offlineDocs.text':
    'A vault that is on keeps all its documents here, also for times without network. One that is off downloads a document when you save it.',
  'sync.offlineDocs.here': {
    one: '{count} document here ({size}).',
    other: '{count} documents here ({size}).',
  },
  'sync.offlineDocs.missing': { one: '{count} at the server only.', other: '{count} at the server only.' },
  'sync.offlineDocs.nothing': 'No documents at the server.',
  'sync.offlineDocs.remove': 'Remove copies',
  'sync.offlineDocs.remove.of': 'Remove copies of {name}',
  'sync.offlineDocs.remove.title': 'Remove the copies of {name}?',
  'sync.offlineDocs.remove.text':
    'The documents stay at the server and in your vault. Without network they cannot be opened here.',

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
  'sync.unsentIn': 'They are in: {vaults}.',
  'sync.leave': 'Leave the server…',
  'sync.leave.title': 'Leave the server?',
  'sync.leave.text':
    'This profile becomes local again. Account, items and documents stay at the server and on your other devices.',
  'sync.leave.stays':
    'Everything that is on this computer stays here. You can connect again at any time, to this or another server.',
  'sync.leave.yes': 'Leave',
  'sync.leave.unsent': {
    one: '{count} change was not sent. It stays on this computer.',
    other: '{count} changes were not sent. They stay on this computer.',
  },
  'sync.leave.documents': {
    one: '{count} document is only at the server, not on this computer. Download it first.',
    other: '{count} documents are only at the server, not on this computer. Download them first.',
  },
  'sync.leave.vaults': {
    one: '{count} vault was not received yet and is only at the server.',
    other: '{count} vaults were not received yet and are only at the server.',
  },
  'sync.delete': 'Delete account…',
  'sync.delete.title': 'Delete the account?',
  'sync.delete.text':
    'At the server, login, devices, sessions, second factor and all your vaults with their items and documents are deleted. This cannot be undone. In vaults that you share, what you wrote stays.',
  'sync.delete.stays':
    'The profile on this computer stays and becomes local. Your other devices keep what they have and are signed out.',
  'sync.delete.owned':
    'You are the only owner of these vaults, which others use. Hand them over or close them first, under People…:',
  'sync.delete.login': 'Type your login to confirm: {login}',
  'sync.delete.yes': 'Delete account',
  'sync.move': 'Move to another server…',
  'sync.move.title': 'Move to another server',
  'sync.move.text':
    'Your account is opened at the other server, and everything is sent there. Nothing is deleted at the present one. If your server only got another address, type that: then only the address changes.',
  'sync.move.code.hint':
    'From the operator of the server; leave it empty if it is your server at another address.',
  'sync.move.yes': 'Move',
  'sync.moving': 'Moving…',
  'sync.moving.text':
    'The account is opened there, and your other devices learn of it. This takes some seconds and can be repeated.',
  'sync.move.shared':
    'These vaults have other members and cannot be moved: {vaults}. Leave them, or copy their items into a vault of your own.',
  'sync.move.incomplete': {
    one: '{count} document or vault is only at the server. Wait until it is on this computer.',
    other: '{count} documents or vaults are only at the server. Wait until they are on this computer.',
  },
  'sync.moved':
    'Another of your devices has moved the account to {address}. This computer still uses the old server; nothing is lost.',
  'sync.moved.text':
    'Compare the address with the one that your other device shows. What was changed here is sent to the new server.',
  'sync.moved.follow': 'Continue there…',
  'sync.left.moving': {
    one: 'Moving to {address}: {count} change is still to be sent. The account at {old} is unchanged.',
    other: 'Moving to {address}: {count} changes are still to be sent. The account at {old} is unchanged.',
  },
  'sync.left.done':
    'Everything is at {address}. Your account at {old} still exists: delete it there once your other devices have moved, too.',
  'sync.left.delete': 'Delete it there…',
  'sync.left.keep': 'Keep it',
  'sync.left.back': 'Return…',
  'sync.left.back.title': 'Return to the old server?',
  'sync.left.back.text':
    'This profile uses {old} again, and what was changed meanwhile is sent there. The account at the new server stays until you delete it.',
  'sync.left.back.yes': 'Return',
  'sync.left.delete.password': 'Master password that the account had there',
  'sync.left.delete.old':
    'The account there still has the master password of the day you moved. If you have changed it since, type the old one.',
  'sync.left.delete.stays': 'This profile and the account at the new server stay as they are.',
  'sync.signIn': 'Sign in',
  'sync.signIn.busy': 'Signing in…',
  'sync.signIn.text':
    'Type the master password to sign in again, the new one if it was changed. Your changes are then sent. Nothing was lost on this computer. If the account was deleted or this device revoked, leave the server below.',
  'sync.signIn.secretKey': 'Secret Key',
  'sync.signIn.secretKey.hint':
    'From the new Emergency Kit, if the Secret Key was changed on another device. Leave it empty if only the password was.',
  'sync.password': 'Master password',

  // A password that was reset with the recovery code
  'sync.reset.wanted':
    'The server still has the forgotten password. Register the new one there, so that you can sign in with it.',
  'sync.reset.sending':
    'The new password is sent to the server as soon as it can be reached. Until then only this computer has it.',
  'sync.reset.waiting':
    'The new password works at the server from {date}. It has to wait so that a thief with your recovery code cannot take the account. It was you? Then there is nothing to do. Otherwise cancel it.',
  'sync.reset.effective': 'The server has the new password. Sign in with it on all your devices.',
  'sync.reset.cancelled': 'The new password was cancelled at the server. There, the earlier one still works.',
  'sync.reset.superseded':
    'The password was changed on another device after this computer last had contact. Sign in with that one. If nobody knows it, register the new one. If this appears again, the account has a new identity since, and only a device that has it can set a password.',
  'sync.reset.refused':
    'The server did not take the new password. Nothing was lost. Ask its operator, or try again.',
  'sync.reset.elsewhere':
    'Somebody used your recovery code to reset the password. The new one works at the server from {date}. If it was not you, cancel it and replace the recovery code.',
  'sync.reset.register': 'Register…',
  'sync.reset.register.title': 'Register the new password',
  'sync.reset.register.text':
    'Type the new master password. It works at the server after a waiting time of seven days, in which your devices can cancel it.',
  'sync.reset.register.yes': 'Register',
  'sync.reset.cancel': 'Cancel it…',
  'sync.reset.cancel.title': 'Cancel the new password at the server?',
  'sync.reset.cancel.text':
    'The server keeps the earlier password. On this computer the new one stays; you can register it again.',
  'sync.reset.cancel.elsewhere': 'The server keeps the password that you have now.',
  'sync.reset.cancel.yes': 'Cancel the new password',

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

  'sync.lost': 'Lost…',
  'sync.lost.of': '{name} was lost…',
  'sync.lost.title': '“{name}” was lost',
  'sync.lost.locked': 'If it was locked, the finder can read nothing without your password.',
  'sync.lost.unlocked':
    'If it was unlocked, the finder can read everything that is on it, now and later. No server can take that back. New items no longer reach it.',
  'sync.lost.does':
    'This revokes the device, changes your master password and gives your account a new identity. All your devices are signed out, and all vaults get new keys. The people you share with are asked to compare words with you again. It can be repeated if it is interrupted.',
  'sync.lost.yes': 'Revoke and change',
  'sync.lost.after': 'Then do this, too:',
  'sync.lost.after.root':
    'Change all keys of the profile in the settings under Security, with a new Secret Key.',
  'sync.lost.after.codes':
    'Replace the recovery code, and the codes of the second factor if they were on it.',
  'sync.lost.after.consent':
    'If guardians of a team may recover your account, agree to it again: they can no longer open it until then.',
  'sync.lost.after.pin': 'Set another PIN on your other computers if it was the same there.',
  'sync.lost.after.passwords':
    'Change the passwords of your most important accounts if the device was unlocked.',
  'sync.lost.done': '“{name}” is revoked and the password changed',

  // Adding a device
  'sync.add': 'Add a device…',
  'sync.add.text': 'A new device takes the server, your login and the Secret Key from this one.',
  'sync.add.title': 'Add a device',
  'sync.add.scan':
    'On the new device choose “I already have an account” and paste this code, or open a picture of it. Show it to nobody else.',
  'sync.add.qr': 'QR code for the new device',
  'sync.add.code': 'Code for the new device',
  'sync.add.waiting': 'Waiting for the new device. The code is valid for ten minutes and once.',
  'sync.add.compare': 'Does your new device show the same words?',
  'sync.add.words': 'Eight words of the new device',
  'sync.add.differ':
    'If a single word differs, it is not your device: somebody has seen the code. Nothing has been handed over yet.',
  'sync.add.refuse': 'They differ',
  'sync.add.approve': 'All words are the same',
  'sync.add.again': 'Show a new code',
  'sync.add.done': 'Approved. Now type the master password on the new device.',

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
  'join.server.field': 'Address of the server, or a code',
  'join.server.hint':
    'A code is on a device that is signed in (Settings, Sync, Add a device) or on your Emergency Kit.',
  'join.picture.pick': 'Picture of a QR code…',
  'join.picture.paste': 'Paste picture or code',
  'join.kit.keyOnly': 'The Secret Key was read. This Kit does not name the server yet: type its address.',
  'join.approval.title': 'Approve this device on the other one',
  'join.approval.text':
    'The other device shows words now. Approve this one there only if all of them are the same.',
  'join.approval.words': 'Eight words of this device',
  'join.approval.waiting': 'Waiting for the other device…',
  'join.approval.again': 'Use another code',
  'join.approval.done': 'This device is approved',
  'join.approval.password': 'Type the master password of {login}. It never leaves this device.',
  'join.secretKey.why': 'You find it on your Emergency Kit.',
  'join.name': 'Name of the profile',
  'join.name.hint': 'Shown when you unlock. It stays on this computer.',
  'join.submit': 'Sign in',
  'join.busy': 'Signing in…',
  'join.busy.text': 'The keys are being fetched and opened. This takes some seconds.',
} as const;
