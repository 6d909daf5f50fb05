import type { Translation } from '../message';
import type { unlock as source } from '../en/unlock';

export const unlock: Translation<typeof source> = {
  'unlock.title': 'Willkommen zurück',
  'unlock.profiles': 'Profil',
  'unlock.password': 'Masterpasswort',
  'unlock.submit': 'Entsperren',
  'unlock.busy': 'Wird entsperrt …',
  'unlock.secretKey': 'Secret Key',
  'unlock.secretKey.why':
    'Er ist auf diesem Computer nicht mehr gespeichert. Du findest ihn auf deinem Notfallblatt.',
  'unlock.secretKey.short': { one: 'Noch {count} Zeichen', other: 'Noch {count} Zeichen' },
  'unlock.secretKey.long': 'Das ist länger als ein Secret Key.',
  'unlock.secretKey.letter': '„{letter}“ kommt in keinem Secret Key vor.',
  'unlock.secretKey.good': 'Ohne Tippfehler.',
  'unlock.wait': {
    one: 'Noch {count} Sekunde bis zum nächsten Versuch',
    other: 'Noch {count} Sekunden bis zum nächsten Versuch',
  },
  'unlock.pin': 'PIN',
  'unlock.byPin': 'Mit der PIN',
  'unlock.byPassword': 'Mit dem Passwort',
  'unlock.forgot': 'Passwort vergessen?',
  'unlock.addExisting': 'Aus einem Ordner öffnen …',
  'unlock.new': 'Neues Profil …',
  'unlock.capsLock': 'Die Feststelltaste ist an.',
};
