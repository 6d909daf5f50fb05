/** Shared vaults: members, invitations, and what waits. */
export const sharing = {
  'scope.personal': 'Personal',
  'scope.shared': 'Shared',
  'vault.unnamed': 'Shared vault',
  'vault.copyTo': 'Copy to “{name}”',
  'vault.copied': { one: 'Copied to “{name}”', other: '{count} items copied to “{name}”' },
  'vault.notCopied': 'The item was not copied: it was changed meanwhile, or it is damaged',

  // Roles
  'member.owner': 'Owner',
  'member.manager': 'Manager',
  'member.editor': 'Editor',
  'member.viewer': 'Viewer',
  'member.owner.text': 'Does everything, also with managers and other owners, and can close the vault.',
  'member.manager.text':
    'Reads and changes everything, and also invites, changes and removes editors and viewers.',
  'member.editor.text': 'Reads and changes everything in the vault.',
  'member.viewer.text': 'Reads everything in the vault and changes nothing.',

  // In the sidebar
  'shared.people': { one: 'Only you', other: '{count} people' },
  'shared.by': 'Shared by {name}',
  'shared.by.unknown': 'Shared with you',
  'shared.invited': { one: '{count} invitation open', other: '{count} invitations open' },
  'shared.state.key_missing': 'Waiting for the key',
  'shared.state.newer': 'Needs a newer program',
  'shared.state.closed': 'Closed',
  'shared.state.viewer': 'Read-only',
  'shared.state.new_identity': 'Waits for your new identity',
  'shared.state.being_restored': 'Server is being restored',
  'shared.state.no_member': 'No longer a member',
  'shared.state.alarm': 'Sync alarm',
  'shared.state.epoch': 'New key is due',
  'shared.state.pending': { one: '{count} change not in effect', other: '{count} changes not in effect' },
  'shared.answers': { one: '{count} answer waits for you', other: '{count} answers wait for you' },
  'shared.joining': 'Invitation',
  'shared.joining.sent': 'Waiting for confirmation',
  'shared.joining.unsent': 'Not sent yet',
  'shared.join': 'Join a shared vault…',

  // Above the list of a vault, and above an item
  'shared.notice.key_missing':
    'The key of this vault has not arrived. An owner or manager of the vault sends it as soon as their program is online. Until then what is new here cannot be read, and nothing can be changed; afterwards everything appears by itself.',
  'shared.notice.newer':
    'This vault needs a newer program. What is here can still be read. Update Coffer to see what is new and to change it again.',
  'shared.notice.closed':
    'An owner closed this vault for all. What is here can still be read. Copy to another vault what you need, then remove this one from the profile.',
  'shared.notice.viewer': 'You are a viewer here: you can read and copy everything, and change nothing.',
  'shared.notice.new_identity':
    'Your account has a new identity, and this vault does not know it yet. It can be changed again after the next synchronization; nothing was lost.',
  'shared.notice.being_restored':
    'The server was restored from an older backup. Until this vault is complete there again, it can be read and not changed; nothing was lost.',
  'shared.notice.no_member':
    'You are no longer a member of this vault. What is here can still be read, and nothing new arrives. Copy to another vault what you need, then remove this one from the profile.',
  'shared.notice.epoch.own':
    'A former member still knows the key of this vault. This computer makes a new one with the next synchronization.',
  'shared.notice.epoch':
    'A former member still knows the key of this vault. An owner or manager makes a new one as soon as their program is online. You can go on working meanwhile.',
  'shared.copyAll': 'Copy all…',
  'shared.copyAll.to': 'Copy everything to',
  'shared.copyAll.title': 'Copy all items of “{name}”',
  'shared.copyAll.text':
    'Each item is copied with its files, without its history. The items that are here stay here.',
  'shared.copyAll.yes': 'Copy all',
  'shared.copyAll.done': { one: '{count} item copied', other: '{count} items copied' },
  'shared.copyAll.left': {
    one: '{count} item was not copied: its files are not on this computer, or it is damaged',
    other: '{count} items were not copied: their files are not on this computer, or they are damaged',
  },
  'shared.forget': 'Remove from this profile…',
  'shared.forgotten': '“{name}” was removed from this profile',
  'detail.readOnly.key_missing':
    'The new key of this vault has not arrived: the item can be read, not changed. An owner or manager sends the key as soon as their program is online.',
  'detail.readOnly.newer':
    'This vault needs a newer program: the item can be read, not changed. Update Coffer.',
  'detail.readOnly.closed': 'This vault is closed: the item can be read and copied, not changed.',
  'detail.readOnly.viewer': 'You are a viewer of this vault: the item can be read and copied, not changed.',
  'detail.readOnly.new_identity':
    'The vault does not know your new identity yet: until the next synchronization the item can be read and copied, not changed.',
  'detail.readOnly.being_restored':
    'The server is being restored: until the vault is complete there again, the item can be read and copied, not changed.',
  'detail.readOnly.no_member':
    'You are no longer a member of this vault: the item can be read and copied, not changed.',

  // People of a vault
  'people.open': 'People…',
  'people.share': 'Share…',
  'people.title': 'People in “{name}”',
  'people.local.title': 'Sharing needs a server',
  'people.local':
    'To share a vault, this profile needs an account on a server, and so does everybody who joins. The server can read nothing of what you share.',
  'people.connect': 'Connect to a server',
  'people.reading':
    'Every member can read everything in this vault. That includes its managers and owners: nobody can manage a vault without being able to read it.',
  'people.owners':
    'You are the only owner. If you lose your account, nobody can change managers or close the vault any more. Make a second member an owner.',
  'people.members': 'Members',
  'people.find': 'Find a member',
  'people.found.none': 'No member has this name.',
  'people.more': { one: 'Show {count} more', other: 'Show {count} more' },
  'people.you': 'You',
  'people.unnamed': 'Without a name',
  'people.verified': 'Words compared',
  'people.unverified': 'Words not compared',
  'people.renewed': 'New identity: compare again',
  'people.renewed.text':
    'This member has a new identity, for example after losing a device. Their account itself says so, so the vault goes on as before. Compare the new words when you speak next.',
  'people.otherKey': 'Another key than before',
  'people.waitsForKey': 'Waits for the key. This computer sends it with the next synchronization.',
  'people.contradicted':
    'The key of this member is not the one seen before, so nothing is encrypted for it. Compare the words by phone or face to face. If they match, say so; if not, remove this member.',
  'people.compare': 'Compare words',
  'people.compare.of': 'Compare words: {name}',
  'people.words': 'Show words',
  'people.words.list': 'Eight words of {name}',
  'people.words.text':
    'Ask {name} to read out these eight words, by phone or face to face. They are shown there beside “You”. If all are the same, nobody stands between you.',
  'people.words.own': 'Your eight words. Read them to members who want to compare them.',
  'people.words.match': 'They match',
  'people.words.differ': 'They differ',
  'people.words.differ.text':
    'Then somebody else may have joined in this name. Remove this member, invite again by another way, and change the passwords that are in this vault.',
  'people.words.done': 'The words of {name} match',
  'people.role.of': 'Role of {name}',
  'people.owner.title': 'Make {name} an owner?',
  'people.owner.text': 'Owners do everything. They can also remove you and close the vault.',
  'people.owner.yes': 'Make owner',
  'people.remove': 'Remove…',
  'people.remove.of': 'Remove: {name}',
  'people.remove.title': 'Remove {name}?',
  'people.remove.text':
    'The vault gets a new key: what is added or changed from then on cannot be read with the old one. What {name} has seen stays known to them, and nobody can take it back. Change those passwords.',
  'people.invite': 'Invite…',
  'people.name': 'Your name in this vault',
  'people.name.hint': 'The members see it, the server does not.',
  'people.name.save': 'Save name',
  'people.name.saved': 'Name saved',
  'people.leave': 'Leave the vault…',
  'people.leave.title': 'Leave “{name}”?',
  'people.leave.text':
    'Nothing new arrives from then on. What is on this computer can be read here until you remove the vault from the profile. The vault gets a new key from an owner or manager.',
  'people.leave.yes': 'Leave',
  'people.leave.last': 'You are the only owner. To leave, hand the vault over to another member first.',
  'people.transfer': 'Hand over…',
  'transfer.title': 'Hand the vault over',
  'transfer.text':
    'The other member becomes an owner, and you become a manager. Both happen together or not at all. Owners do everything; they can also remove you and close the vault.',
  'transfer.to': 'New owner',
  'transfer.unverified': 'You have not compared words with {name}. Do it before you hand the vault over.',
  'transfer.yes': 'Hand over',
  'people.factor': 'The server gives this vault only to programs that signed in with a second factor.',
  'people.require_factor': 'Require a second factor…',
  'people.require_factor.title': 'Only with a second factor?',
  'people.require_factor.text':
    'The server will give “{name}” only to programs that signed in with a second factor. Turn on your own first, and sign in with it. Members without one keep what they have, and get nothing new until then.',
  'people.require_factor.yes': 'Require it',
  'people.drop_factor': 'Allow without a second factor…',
  'people.drop_factor.title': 'Also without a second factor?',
  'people.drop_factor.text':
    'The server will give “{name}” to members whose account has no second factor, too.',
  'people.drop_factor.yes': 'Allow it',
  'people.close': 'Close for all…',
  'people.close.title': 'Close “{name}” for all?',
  'people.close.text':
    'Nobody can change anything in it any more. This cannot be undone. All members can still read what they have, copy it and remove the vault.',
  'people.close.yes': 'Close the vault',
  'people.password.title': 'Confirm with your master password',
  'people.password.text': 'Changes that concern an owner are signed with your master password.',

  // Answers, invitations and changes that wait
  'people.answers': 'Waiting for you',
  'people.answer': 'Wants to join as {role}.',
  'people.answer.compare':
    'Compare these words by phone or face to face before you say yes: a link may have been found by somebody else.',
  'people.answer.accept': 'Let in…',
  'people.answer.accept.of': 'Let in: {name}',
  'people.answer.decline': 'Decline',
  'people.answer.decline.of': 'Decline: {name}',
  'people.invitations': 'Open invitations',
  'people.invitation.for': 'For {name}',
  'people.invitation.unnamed': 'Without a note',
  'people.invitation.text': '{role}, until {time}.',
  'people.invitation.by': 'Invited by {name}.',
  'people.invitation.elsewhere': 'Only the computer that made it can show the link.',
  'people.invitation.link': 'Show link',
  'people.invitation.link.of': 'Show link: {name}',
  'people.invitation.withdraw': 'Withdraw',
  'people.invitation.withdraw.of': 'Withdraw: {name}',
  'people.pending': 'Not in effect yet',
  'people.pending.invite': 'Invitation as {role}',
  'people.pending.revoke': 'An invitation is withdrawn',
  'people.pending.add': '{name} joins as {role}',
  'people.pending.role': '{name} becomes {role}',
  'people.pending.remove': '{name} is removed',
  'people.pending.leave': 'You leave the vault',
  'people.pending.close': 'The vault is closed for all',
  'people.pending.require_factor': 'A second factor becomes necessary',
  'people.pending.drop_factor': 'No second factor is necessary any more',
  'people.pending.other': 'Another change',
  'people.pending.waits': 'Waits for the next synchronization, since {time}. You can still withdraw it.',
  'people.pending.withdraw': 'Withdraw',
  'people.pending.withdraw.of': 'Withdraw: {change}',
  'people.pending.failed': 'Without effect',
  'people.pending.again': 'The members changed before it was sent, so it has to be signed again.',
  'people.pending.sign': 'Sign again…',
  'people.pending.sign.of': 'Sign again: {change}',
  'people.pending.dismiss': 'Dismiss',
  'people.pending.dismiss.of': 'Dismiss: {change}',

  // What former members know
  'rotate.state': { one: '{count} secret to change', other: '{count} secrets to change' },
  'rotate.notice': {
    one: 'A former member of this vault knows a secret in it that has not been changed since.',
    other: 'Former members of this vault know secrets of {count} items that have not been changed since.',
  },
  'rotate.show': 'Show what to change',
  'rotate.title': 'What to change in “{name}”',
  'rotate.text':
    'These people could read the vault. Change what they know where it is used, then here: an item is marked as done by itself once its secret is another one.',
  'rotate.nobody': 'Nobody has left this vault.',
  'rotate.left': '{name}, until {time}',
  'rotate.due': { one: 'To change: {count} item', other: 'To change: {count} items' },
  'rotate.done': { one: 'Changed since: {count} item', other: 'Changed since: {count} items' },
  'rotate.changed': 'Changed',
  'rotate.none': 'Everything was changed or dismissed.',
  'rotate.known': 'Known to {names}.',
  'rotate.known.recent': 'Known to {names}, and new or changed in their time.',
  'rotate.more.readers': { one: ' and {count} more', other: ' and {count} more' },
  'rotate.kind.password': 'Password.',
  'rotate.kind.key': 'Key.',
  'rotate.kind.card': 'Card or account.',
  'rotate.kind.code': 'One-time codes.',
  'rotate.kind.other': 'Hidden value.',
  'rotate.kind.document': 'File.',
  'rotate.kind.note': 'Text.',
  'rotate.open': 'Open',
  'rotate.open.of': 'Open: {name}',
  'rotate.dismiss': 'Dismiss',
  'rotate.dismiss.of': 'Dismiss: {name}',
  'rotate.all': 'Dismiss all…',
  'rotate.all.title': { one: 'Dismiss {count} item?', other: 'Dismiss {count} items?' },
  'rotate.all.text':
    'They are no longer listed for any owner or manager of this vault. If somebody else leaves later, they are listed again.',
  'rotate.people': 'People',

  // Inviting
  'invite.title': 'Share “{name}”',
  'invite.title.more': 'Invite into “{name}”',
  'invite.role': 'Role',
  'invite.days': 'The link works for',
  'invite.days.1': '1 day',
  'invite.days.7': '7 days',
  'invite.days.30': '30 days',
  'invite.for': 'For whom',
  'invite.for.hint': 'A note for yourself. May be empty.',
  'invite.confirm':
    'Editors and viewers become members as soon as they have answered. A manager waits until you have compared words and let them in.',
  'invite.make': 'Make a link',
  'invite.link.title': 'Invitation link',
  'invite.link': 'Link',
  'invite.link.way':
    'Pass this link on by a way that the operator of the server does not read: face to face, on paper, or by a messenger that is encrypted from end to end.',
  'invite.link.once':
    'It works once, until {time}. Until it is used, anybody who finds it can join with it. You can withdraw it at any time.',
  'invite.link.unsent': 'It works as soon as this computer has synchronized.',
  'invite.link.copied': 'Link copied',

  // Joining
  'joinVault.title': 'Join a shared vault',
  'joinVault.local':
    'A shared vault is on a server. This profile needs an account there first. Ask the member who invites you for its address.',
  'joinVault.link': 'Invitation link',
  'joinVault.link.hint': 'The whole link, from coffer://join# to its end.',
  'joinVault.read': 'Continue',
  'joinVault.reading': 'The log of the vault is being read and checked…',
  'joinVault.role': 'You are invited as {role}.',
  'joinVault.members': { one: 'The vault has {count} member.', other: 'The vault has {count} members.' },
  'joinVault.ends': 'The invitation ends {time}.',
  'joinVault.compare':
    'Compare these words by phone or face to face, if you can: you hear theirs, they hear yours. Cancel if one differs.',
  'joinVault.inviter': 'Words of the member who invites you',
  'joinVault.own': 'Your words',
  'joinVault.accept': 'Accept',
  'joinVault.done': 'Accepted. The vault appears here as soon as you are confirmed',
  'joining.title': 'Accepted invitation',
  'joining.title.named': 'Accepted invitation: “{name}”',
  'joinVault.vault': 'It is the vault “{name}”, which this profile already knows by name.',
  'joining.by': 'Invited by {name}, whose name is known from another vault.',
  'joining.text': 'You accepted it {time}, as {role}.',
  'joining.unsent': 'Your answer is not sent yet. It goes out with the next synchronization.',
  'joining.sent.auto':
    'Your answer is at the server. It waits for the program of an owner or manager of the vault, which confirms you by itself once it is online, and sends you the key.',
  'joining.sent.manager':
    'Your answer is at the server. It waits for an owner of the vault to compare words with you and to let you in.',
  'joining.meanwhile': 'You can go on working and quit meanwhile: the vault appears here by itself.',
  'joining.withdraw': 'Withdraw',
  'joining.withdraw.text':
    'If you withdraw and are confirmed nevertheless, the vault is not added to this profile.',
  'joining.withdrawn': 'Invitation withdrawn',
} as const;
