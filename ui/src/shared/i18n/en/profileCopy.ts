export const profileCopy = {
  'archive.choose': 'Choose an archive…',
  'archive.title': 'Import a Coffer archive',
  'archive.text':
    'Copies everything in the archive into the open profile: items with their history, documents and vaults. You see first what it would be.',
  'archive.password': 'Password of “{name}”',
  'profileCopy.title': 'Copy another profile',
  'profileCopy.palette': 'Copy another profile into this one…',
  'profileCopy.text':
    'Copies everything in another profile of this computer into the open one: items with their history, documents and vaults. You see first what it would be.',
  'profileCopy.offer':
    'This computer has another profile. You can copy its items, documents and vaults into your account, so that they are on all your computers.',
  'profileCopy.profile': 'Profile',
  'profileCopy.password': 'Master password of “{name}”',
  'profileCopy.secretKey.why': 'This computer does not have the Secret Key of that profile.',
  'profileCopy.look': 'Continue',
  'profileCopy.later': 'Not now',
  'profileCopy.reading': 'Comparing the items…',
  'profileCopy.nothing': 'There is nothing in “{name}” to copy.',
  'profileCopy.found': { one: '{count} item', other: '{count} items' },
  'profileCopy.vaults': { one: 'From {count} vault', other: 'From {count} vaults' },
  'profileCopy.documents': { one: '{count} document', other: '{count} documents' },
  'profileCopy.identical': {
    one: '{count} item of that profile is here already.',
    other: '{count} items of that profile are here already.',
  },
  'profileCopy.upload': 'About {size} will be sent to the server.',
  'profileCopy.room': 'It has room for {room}.',
  'profileCopy.tooLarge':
    'This is more than the server has room for. Everything is copied on this computer, and what does not fit waits here. Ask the operator of the server for more room.',
  'profileCopy.how':
    'Items of its own vault come into yours, other vaults come as vaults of their own. You can undo it as long as this profile is open. “{name}” itself stays as it is.',
  'profileCopy.commit': { one: 'Copy {count} item', other: 'Copy {count} items' },
  'profileCopy.copying': 'Copying…',
  'profileCopy.cancelled': 'Cancelled. Nothing was copied.',
  'profileCopy.done': { one: '{count} item copied', other: '{count} items copied' },
  'profileCopy.done.vaults': { one: '{count} new vault', other: '{count} new vaults' },
  'profileCopy.done.identical': {
    one: '{count} item was here already.',
    other: '{count} items were here already.',
  },
  'profileCopy.done.delete':
    'Look through the items before you delete “{name}”. A passkey that is in both profiles should be used in one of them only.',
  'profileCopy.left': {
    one: '{count} item was not copied, since it or one of its documents is damaged or not on this computer. It is still in “{name}”.',
    other:
      '{count} items were not copied, since they or their documents are damaged or not on this computer. They are still in “{name}”.',
  },
  'profileCopy.left.list': 'Items that were not copied',
  'profileCopy.undone': 'The copy was undone',
} as const;
