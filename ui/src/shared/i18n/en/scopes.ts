/** Vaults, folders and tags in the sidebar. */
export const scopes = {
  'scopes.more': 'More about “{name}”',
  'scopes.make': 'New vault',
  'scopes.make.more': 'New vault…',
  'scopes.make.yes': 'Create vault',
  'scopes.name': 'Name',
  'scopes.rename': 'Rename…',
  'scopes.rename.yes': 'Rename',
  'scopes.renamed': 'Renamed to “{name}”',
  'scopes.removed': '“{name}” was removed',
  'scopes.remove': 'Remove…',
  'scopes.vault.rename': 'Rename vault',
  'scopes.vault.remove': 'Delete vault…',
  'scopes.vault.deleted': 'The vault “{name}” was deleted',
  'scopes.vault.remove.title': 'Delete the vault “{name}”?',
  'scopes.vault.remove.empty': 'It is empty.',
  'scopes.vault.remove.text': {
    one: 'The {count} item in it is deleted permanently, with its history and files. Only a backup can restore it.',
    other:
      'The {count} items in it, including archived ones and those in the trash, are deleted permanently, with their history and files. Only a backup can restore them.',
  },
  'scopes.folder.rename': 'Rename folder',
  'scopes.folder.remove.title': 'Remove the folder “{name}”?',
  'scopes.folder.remove.text': 'Its items move up one folder.',
  'scopes.tag.rename': 'Rename tag',
  'scopes.tag.remove.title': 'Remove the tag “{name}”?',
  'scopes.tag.remove.text': 'It is removed from its items, which stay.',
} as const;
