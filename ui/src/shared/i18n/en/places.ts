/** Vaults, folders and tags in the sidebar. */
export const places = {
  'places.more': 'More about “{name}”',
  'places.make': 'New vault',
  'places.make.more': 'New vault…',
  'places.make.yes': 'Make vault',
  'places.name': 'Name',
  'places.rename': 'Rename…',
  'places.rename.yes': 'Rename',
  'places.renamed': 'It is called “{name}” now',
  'places.removed': '“{name}” was removed',
  'places.remove': 'Remove…',
  'places.vault.rename': 'Rename vault',
  'places.vault.remove': 'Delete vault…',
  'places.vault.deleted': 'The vault “{name}” was deleted',
  'places.vault.remove.title': 'Delete the vault “{name}”?',
  'places.vault.remove.empty': 'It is empty.',
  'places.vault.remove.text': {
    one: 'The {count} item in it is deleted for good, its history and files with it. Only a backup has it then.',
    other:
      'The {count} items in it, archived ones and those in the trash too, are deleted for good, with their history and files. Only a backup has them then.',
  },
  'places.folder.rename': 'Rename folder',
  'places.folder.remove.title': 'Remove the folder “{name}”?',
  'places.folder.remove.text': 'What is in it stays, one folder higher.',
  'places.tag.rename': 'Rename tag',
  'places.tag.remove.title': 'Remove the tag “{name}”?',
  'places.tag.remove.text': 'It is taken off its items, which stay.',
} as const;
