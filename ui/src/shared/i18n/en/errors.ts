export const errors = {
  'error.locked': 'The vault is locked. Unlock it and try again.',
  'error.wrong_password':
    'This password does not open the vault. Check the keyboard layout and Caps Lock, then try again.',
  'error.retry_later': 'Too many wrong passwords. Wait a moment, then try again.',
  'error.secret_key_missing':
    'This computer no longer holds the Secret Key. Type it from your Emergency Kit.',
  'error.secret_key_mistyped': 'The Secret Key has a typing slip. Compare it with your Emergency Kit.',
  'error.kit_group_wrong': 'That is not the group on your Emergency Kit. Look again at the PDF you saved.',
  'error.password_too_weak':
    'This password is too easy to guess. Make it longer or use the suggested passphrase.',
  'error.profile_not_found':
    'This profile is no longer on this computer. Nothing was changed. Choose another one.',
  'error.profile_in_use':
    'Another window or program has this profile open. Nothing was changed. Close it there first.',
  'error.profile_damaged':
    'The key file of this profile is damaged. It was left untouched. Restore it from a backup.',
  'error.database_damaged':
    'The database of this profile is damaged. It was left untouched. Restore it from a backup.',
  'error.profile_newer':
    'This profile was written by another version of Coffer: a newer one, or one from before the first release. It was left untouched. Open it with the version that wrote it.',
  'error.profile_read_only': 'This profile is open for reading only, so nothing was changed.',
  'error.disk_full': 'The disk is full. Nothing was changed. Make room and try again.',
  'error.disk_read_only':
    'This folder cannot be written. Nothing was changed. Check its permissions and try again.',
  'error.file_unreadable':
    'The file could not be read or written. Nothing was changed. Check that it is still there and try again.',
  'error.not_found': 'This is no longer there. It may have been deleted or changed meanwhile.',
  'error.invalid_input': 'Something in the form is not acceptable. Nothing was lost. Check what you typed.',
  'error.code_invalid':
    'This is not a set-up key for one-time codes. Paste the otpauth:// address or the key shown by the website.',
  'error.conflict':
    'This item was changed elsewhere meanwhile. What you typed is kept. Look at the newer version, then save again.',
  'error.import_unreadable':
    'This is not an export that Coffer knows, or it is malformed. Nothing was imported.',
  'error.import_too_large': 'This file is larger or deeper than is accepted. Nothing was imported.',
  'error.import_encrypted':
    'This export is encrypted for an account. Nothing was imported. Export again as plain JSON or CSV.',
  'error.document_damaged':
    'This document failed its check and was not written. The vault itself was left untouched. Restore it from a backup.',
  'error.cancelled': 'Cancelled. Nothing was changed.',
  'error.clipboard_unavailable':
    'The clipboard cannot be reached, so nothing was copied. Reveal the value instead.',
  'error.out_of_memory':
    'There is not enough free memory to check the password. Nothing was changed. Close other programs and try again.',
  'error.internal':
    'Something went wrong inside Coffer. What was saved before is safe. Try again, or restart Coffer.',
} as const;
