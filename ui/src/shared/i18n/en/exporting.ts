export const exporting = {
  'export.palette': 'Export items…',
  'export.title': 'Export items',
  'export.format': 'Format',
  'export.format.archive': 'Coffer archive',
  'export.format.archive.text':
    'Encrypted, with everything: files, earlier versions, vaults. Coffer opens it on any computer.',
  'export.format.kdbx': 'KeePass database (KDBX)',
  'export.format.kdbx.text': 'Encrypted, with files and earlier versions. KeePassXC and KeePass open it.',
  'export.format.bitwarden_encrypted': 'Bitwarden, encrypted',
  'export.format.bitwarden_encrypted.text': 'Encrypted, without files. Bitwarden and Vaultwarden read it.',
  'export.format.bitwarden_json': 'Bitwarden, not encrypted',
  'export.format.bitwarden_json.text': 'Readable by everybody. Many programs import it.',
  'export.format.cxf': 'Credential exchange (CXF), not encrypted',
  'export.format.cxf.text':
    'Readable by everybody. The common format of password managers, with passkeys; without files and earlier versions.',
  'export.format.csv': 'Table (CSV), not encrypted',
  'export.format.csv.text':
    'Readable by everybody. Browsers and spreadsheets read it; without files and earlier versions.',
  'export.format.files': 'Files, in a folder',
  'export.format.files.text': 'Readable by everybody. Only the files of items, in folders as they are here.',
  'export.vault': 'Vault',
  'export.folder': 'Folder',
  'export.tag': 'Tag',
  'export.all': 'All',
  'export.trash': 'Items in the trash too',
  'export.password.text':
    'The file has a password of its own. Anybody with the file can try passwords for as long as they like, so choose a long one.',
  'export.password': 'Password of the file',
  'export.password.repeat': 'The same password again',
  'export.readable':
    'Everybody who gets this file can read all passwords in it: other programs, backups, services that copy your folders. Delete it once the other program has read it.',
  'export.save': 'Export…',
  'export.save.readable': 'Export without encryption…',
  'export.writing': 'Writing items…',
  'export.done': { one: '{count} item exported', other: '{count} items exported' },
  'export.done.documents': { one: 'with {count} file', other: 'with {count} files' },
  'export.done.delete':
    'The file contains your passwords unencrypted. Delete it as soon as it has been read.',
  'export.forbidden': 'A team does not permit this export. Left out: {names}.',
  'export.notes': 'What is not in the file as it is here',
  'export.notes.none': 'Everything is in the file.',
  'export.again': 'Export something else',
} as const;
