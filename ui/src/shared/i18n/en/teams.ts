/** Teams: people, groups, vaults that follow them, and rules. */
export const teams = {
  'scope.teams': 'Teams',
  'shared.state.directory': 'Team',
  'shared.notice.directory': 'This vault holds the groups and rules of a team; it has no items.',
  'detail.readOnly.directory':
    'The vault of this item holds the groups and rules of a team: the item can be read and copied, not changed.',

  // In the sidebar and in menus
  'team.of': 'Team: {name}',
  'team.of.unknown': 'Follows a team that is not here',
  'team.open': 'Open team “{name}”',
  'team.open.short': 'Open…',
  'team.people': 'People…',
  'scopes.team.rename': 'Rename team',
  'scopes.team.remove': 'Delete team…',
  'scopes.team.deleted': 'The team “{name}” was deleted',
  'scopes.team.remove.title': 'Delete the team “{name}”?',
  'scopes.team.remove.text': 'Its groups and rules are deleted. The vaults and what is in them stay.',
  'team.leave': 'Take out of the team…',
  'team.leave.title': 'Take “{name}” out of the team?',
  'team.leave.text':
    'Its members stay, and follow the groups of the team no more. The rules of the team no longer apply to its items.',
  'team.leave.yes': 'Take out',
  'team.left': '“{name}” follows no team any more',

  // Creating
  'team.make': 'Create a team…',
  'team.make.title': 'Create a team',
  'team.make.text':
    'A team has people, groups and rules, and says who gets its vaults. The server can read none of it.',
  'team.make.local.title': 'A team needs a server',
  'team.make.local':
    'To work in a team, this profile needs an account on a server, and so does everybody else in it. The server can read nothing of what you share.',
  'team.make.name': 'Name of the team',
  'team.make.own': 'Your name in this team',
  'team.make.yes': 'Create team',

  // The dialog
  'team.title': 'Team “{name}”',
  'team.unnamed': 'Without a name',
  'team.tabs': 'Parts of the team',
  'team.gone.title': 'You are not in this team any more',
  'team.gone':
    'What its vaults gave you is taken away. You can remove the team from this profile; nothing else goes with it.',
  'team.gone.forget': 'Remove from this profile…',
  'team.readOnly': 'This profile is read-only; the team cannot be changed now.',
  'team.more': { one: 'and {count} more', other: 'and {count} more' },

  // People
  'team.tab.people': 'People',
  'team.people.text':
    'Everybody here sees the people, groups and rules of the team. They can read only the vaults that they get.',
  'team.people.manage': 'Invite, change roles…',
  'team.people.manage.read': 'Members…',
  'team.people.find': 'Find a person',
  'team.people.none': 'Nobody has this name.',
  'team.person.vaults': { one: 'in {count} vault of the team', other: 'in {count} vaults of the team' },
  'team.person.noVault': 'in no vault of the team',
  'team.person.groups': 'Groups: {groups}',
  'team.person.noGroup': 'In no group',
  'team.state.suspended': 'Suspended',
  'team.state.removed': 'Removed',
  'team.state.former': 'Former member',
  'team.person.more': 'More: {name}',
  'team.person.words': 'Show words',
  'team.person.words.hide': 'Hide words',
  'team.person.words.text':
    'The eight words of {name}. To compare and confirm them, open the members of the team.',
  'team.person.compare': 'Compare words…',
  'team.suspend': 'Suspend…',
  'team.suspend.title': 'Suspend {name}?',
  'team.suspend.text':
    'All vaults of the team are taken from {name}, and get new keys. The groups stay as they are, so that everything can be given back. What {name} has seen stays known to them: change those passwords.',
  'team.suspend.yes': 'Suspend',
  'team.resume': 'Resume',
  'team.resume.title': 'Resume {name}?',
  'team.resume.text': '{name} gets again what the groups and vaults of the team name.',
  'team.resume.yes': 'Resume',
  'team.remove': 'Remove…',
  'team.remove.title': 'Remove {name} from the team?',
  'team.remove.text':
    '{name} leaves the team, and all its vaults are taken away and get new keys. What {name} has seen stays known to them, and nobody can take it back: change those passwords.',
  'team.state.done.active': '{name} works in the team again',
  'team.state.done.suspended': '{name} is suspended',
  'team.state.done.removed': '{name} is removed from the team',

  // Groups
  'team.tab.groups': 'Groups',
  'team.groups.text':
    'Who is in a group gets its vaults. Who is taken out loses what only this group gave, as soon as a manager’s Coffer has synchronized.',
  'team.groups.none': 'There are no groups yet',
  'team.groups.none.text': 'A group gives several people the same vaults.',
  'team.groups.find': 'Find a group',
  'team.groups.found.none': 'No group has this name.',
  'team.group.new': 'New group…',
  'team.group.new.title': 'New group',
  'team.group.title': 'Group “{name}”',
  'team.group.count': { one: '{count} person', other: '{count} people' },
  'team.group.line': {
    one: '{count} person: {names}',
    other: '{count} people: {names}',
  },
  'team.group.empty': 'Nobody',
  'team.group.edit': 'Change…',
  'team.group.edit.of': 'Change: {name}',
  'team.group.show': 'Show…',
  'team.group.show.of': 'Show: {name}',
  'team.group.delete': 'Delete…',
  'team.group.delete.of': 'Delete: {name}',
  'team.group.delete.title': 'Delete the group “{name}”?',
  'team.group.delete.text':
    'Its people stay in the team, and lose the vaults that only this group gave them.',
  'team.group.name': 'Name of the group',
  'team.group.people': 'Who is in it',
  'team.group.saved': 'Group saved',
  'team.group.deleted': 'Group “{name}” deleted',
  'team.group.save': 'Save group',

  // Vaults
  'team.tab.vaults': 'Vaults',
  'team.vaults.text':
    'Groups and single people become editors or viewers. Managers and owners of a vault stay what they are.',
  'team.vaults.none': 'The team has no vaults yet',
  'team.vaults.none.text': 'Add a vault that you manage, and choose who gets it.',
  'team.vaults.none.read': 'A manager of the team adds vaults and chooses who gets them.',
  'team.vaults.find': 'Find a vault',
  'team.vaults.found.none': 'No vault has this name.',
  'team.vault.add': 'Add a vault…',
  'team.vault.add.title': 'Add a vault to the team',
  'team.vault.which': 'Vault',
  'team.vault.add.none':
    'You manage no vault that could be added. Make a new one, or ask an owner of a vault. Your personal vault and vaults of another team are not added.',
  'team.vault.role': 'You: {role}',
  'team.vault.members': { one: '{count} member', other: '{count} members' },
  'team.vault.away': 'Not on this computer',
  'team.vault.by': 'access set by {name}',
  'team.vault.grant': '{name}: {role}',
  'team.vault.nobody': 'The team gives it to nobody yet.',
  'team.vault.others': {
    one: 'Invited into the vault itself, and stays: {names}',
    other: 'Invited into the vault itself, and stay: {names}',
  },
  'team.vault.unfollowed':
    'This vault does not follow the team: its own managers have not agreed, or have taken it out. The groups have no effect on it. Take it out here as well; a manager of the vault can add it again.',
  'team.vault.give': 'Who gets it…',
  'team.vault.give.of': 'Who gets it: {name}',
  'team.vault.give.title': 'Who gets “{name}”',
  'team.vault.give.save': 'Save',
  'team.vault.give.add': 'Add to the team',
  'team.vault.saved': 'Who gets the vault is saved',
  'team.vault.groups': 'Groups',
  'team.vault.people': 'Single people',
  'team.vault.access': 'Access of {name}',
  'team.vault.access.none': 'No access',
  'team.vault.suspended': 'Suspended: gets nothing meanwhile',
  'team.vault.leave': 'Take out…',
  'team.vault.leave.of': 'Take out: {name}',
  'team.vault.left': '“{name}” is not in the team any more',

  // Differences between a vault and its team
  'team.by.you': 'your',
  'team.by.other': '{name}’s',
  'team.by.unnamed': 'a manager’s',
  'team.by.more': 'another manager’s',
  'team.diff.add': '{name} is added as {role} as soon as {who} Coffer has synchronized.',
  'team.diff.role': '{name} becomes {role} as soon as {who} Coffer has synchronized.',
  'team.diff.remove': '{name} is removed as soon as {who} Coffer has synchronized.',
  'team.diff.add.nobody':
    '{name} is to be added as {role}, but no manager of the vault is left who could do it. An owner of the vault can make somebody a manager.',
  'team.diff.role.nobody':
    '{name} is to become {role}, but no manager of the vault is left who could do it. An owner of the vault can make somebody a manager.',
  'team.diff.remove.nobody':
    '{name} is to be removed, but nobody in the vault may do that now. An owner of the vault can make somebody else an owner or manager.',
  'team.diff.contradicted':
    '{name} is not added: the key is not the one seen before. Compare words first, among the members of the team.',
  'team.diff.owner':
    '{name} is an owner of this vault. Another owner must remove them there, with the master password.',
  'team.diff.more': { one: '{count} more difference', other: '{count} more differences' },
  'team.diff.compare': 'Compare words…',
  'team.diff.open': 'People of the vault…',
  'team.diffs': 'Not as the team says',

  // Rules
  'team.tab.rules': 'Rules',
  'team.rules.enforced':
    'The programs of the members enforce these rules; somebody with another program is not held by them. Of several teams the stricter rule counts.',
  'team.rules.read': 'Owners of the team set the rules.',
  'team.rules.own': 'On every member’s computer',
  'team.rules.vaults': 'For the vaults of the team',
  'team.rules.any': 'No rule',
  'team.rules.password': 'Master password at least',
  'team.rules.lock': 'Lock when idle, at the latest',
  'team.rules.trash': 'Keep in the trash, at most',
  'team.rules.days': { one: '{count} day', other: '{count} days' },
  'team.rules.noPlainExport': 'Secrets are not exported readably',
  'team.rules.noExport': 'Nothing is exported, documents included',
  'team.rules.noCopies': 'Items are not copied or moved to other vaults',
  'team.rules.factor': 'Only with a second factor',
  'team.rules.factor.hint':
    'The server enforces this rule: it gives the vaults only to programs that signed in with a second factor. An owner of each vault confirms it with the master password.',
  'team.factor.due': {
    one: 'The rules ask for a second factor, and {count} vault of yours does not need one yet.',
    other: 'The rules ask for a second factor, and {count} vaults of yours do not need one yet.',
  },
  'team.factor.own':
    'Turn on your own second factor first, and sign in with it. Members without one keep what they have, and get nothing new until then.',
  'team.factor.require': 'Require it…',
  'team.factor.waiting': 'Needs a second factor as soon as your Coffer has synchronized.',
  'team.factor.you':
    'Does not need a second factor yet, although the rules ask for it. You own this vault and can require it.',
  'team.factor.owner':
    'Does not need a second factor yet, although the rules ask for it. An owner of the vault has to require it: {names}.',
  'team.factor.nobody':
    'Does not need a second factor yet, although the rules ask for it, and no owner of the vault works in the team.',
  'team.rules.yes': 'yes',
  'team.rules.no': 'no',
  'team.rules.save': 'Save rules',
  'team.rules.saved': 'Rules saved',
  'settings.lockAfter.team': {
    one: 'A team of yours asks to lock after {count} minute at the latest. Longer times cannot be chosen.',
    other: 'A team of yours asks to lock after {count} minutes at the latest. Longer times cannot be chosen.',
  },

  // Members of a team, in the dialog of its members
  'team.members.title': 'Members of “{name}”',
  'team.members.invite': 'Invite into the team “{name}”',
  'team.members.reading':
    'Every member sees the people, groups and rules of the team, and the names of its vaults. Whom a vault is given can read it, nobody else.',
  'team.members.owners':
    'You are the only owner. If you lose your account, nobody can change the rules, managers or owners of the team any more. Make a second member an owner.',
  'team.members.owner.text': 'Owners do everything in the team. They can also remove you and close the team.',
  'team.members.leave': 'Leave the team…',
  'team.members.leave.title': 'Leave the team “{name}”?',
  'team.members.leave.text':
    'The vaults that the team gave you are taken away as soon as a manager’s Coffer has synchronized. Vaults that you manage stay yours.',
  'team.members.close': 'Close the team for all…',
  'team.members.close.title': 'Close the team “{name}” for all?',
  'team.members.close.text':
    'Nobody can change its people, groups, vaults or rules any more. This cannot be undone. The vaults stay, with the members that they have.',
  'team.members.close.yes': 'Close the team',
  'team.members.remove.text':
    '{name} leaves the team, and the vaults that it gave are taken away and get new keys. What {name} has seen stays known to them, and nobody can take it back: change those passwords.',
  'team.member.owner.text': 'Changes everything, also the rules, managers and other owners.',
  'team.member.manager.text':
    'Changes groups and vaults of the team, and invites, suspends and removes members.',
  'team.member.editor.text': 'Sees the team, and may change the own name in it.',
  'team.member.viewer.text': 'Sees the team and changes nothing.',
} as const;
