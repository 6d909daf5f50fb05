/** Vaults, folders and tags in the sidebar. */
export const scopes = {
  'scopes.more': 'More about “{name}”',
  'scopes.make': 'New vault',
  'scopes.make.more': 'New vault…',
  'scopes.make.yes': 'Make vault',
  'scopes.name': 'Name',
  'scopes.rename': 'Rename…',
  'scopes.rename.yes': 'Rename',
  'scopes.renamed': 'It is called “{name}” now',
  'scopes.removed': '“{name}” was removed',
  'scopes.remove': 'Remove…',
  'scopes.vault.rename': 'Rename vault',
  'scopes.vault.remove': 'Delete vault…',
  'scopes.vault.deleted': 'The vault “{name}” was deleted',
  'scopes.vault.remove.title': 'Delete the vault “{name}”?',
  'scopes.vault.remove.empty': 'It is empty.',
  'scopes.vault.remove.text': {
    one: 'The {count} item in it is deleted for good, its history and files with it. Only a backup has it then.',
    other:
      'The {count} items in it, archived ones and those in the trash too, are deleted for good, with their history and files. Only a backup has them then.',
  },
  'scopes.folder.rename': 'Rename folder',
  'scopes.folder.remove.title': 'Remove the folder “{name}”?',
  'scopes.folder.remove.text': 'What is in it stays, one folder higher.',
  'scopes.tag.rename': 'Rename tag',
  'scopes.tag.remove.title': 'Remove the tag “{name}”?',
  'scopes.tag.remove.text': 'It is taken off its items, which stay.',
} as const;
