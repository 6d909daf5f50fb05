import type { Translation } from '../message';
import type { profileCopy as source } from '../en/profileCopy';

export const profileCopy: Translation<typeof source> = {
  'archive.choose': 'Archiv wählen…',
  'archive.title': 'Ein Coffer-Archiv importieren',
  'archive.text':
    'Kopiert alles aus dem Archiv in das offene Profil: Einträge mit ihrem Verlauf, Dokumente und Tresore. Du siehst zuerst, was es wäre.',
  'archive.password': 'Passwort von „{name}“',
  'profileCopy.title': 'Anderes Profil kopieren',
  'profileCopy.palette': 'Anderes Profil in dieses kopieren …',
  'profileCopy.text':
    'Kopiert alles aus einem anderen Profil dieses Computers in das offene: Einträge mit ihrem Verlauf, Dokumente und Tresore. Zuerst siehst du, was es wäre.',
  'profileCopy.offer':
    'Auf diesem Computer gibt es ein weiteres Profil. Du kannst seine Einträge, Dokumente und Tresore in dein Konto kopieren, sodass sie auf allen deinen Computern sind.',
  'profileCopy.profile': 'Profil',
  'profileCopy.password': 'Masterpasswort von „{name}“',
  'profileCopy.secretKey.why': 'Auf diesem Computer fehlt der Secret Key jenes Profils.',
  'profileCopy.look': 'Weiter',
  'profileCopy.later': 'Nicht jetzt',
  'profileCopy.reading': 'Einträge werden verglichen …',
  'profileCopy.nothing': 'In „{name}“ gibt es nichts zu kopieren.',
  'profileCopy.found': { one: '{count} Eintrag', other: '{count} Einträge' },
  'profileCopy.vaults': { one: 'Aus {count} Tresor', other: 'Aus {count} Tresoren' },
  'profileCopy.documents': { one: '{count} Dokument', other: '{count} Dokumente' },
  'profileCopy.identical': {
    one: '{count} Eintrag jenes Profils ist schon hier.',
    other: '{count} Einträge jenes Profils sind schon hier.',
  },
  'profileCopy.upload': 'Etwa {size} werden an den Server gesendet.',
  'profileCopy.room': 'Er hat Platz für {room}.',
  'profileCopy.tooLarge':
    'Das ist mehr, als auf den Server passt. Auf diesem Computer wird alles kopiert, und was nicht passt, wartet hier. Bitte den Betreiber des Servers um mehr Platz.',
  'profileCopy.how':
    'Einträge seines eigenen Tresors kommen in deinen, andere Tresore kommen als eigene Tresore. Du kannst es rückgängig machen, solange dieses Profil offen ist. „{name}“ selbst bleibt, wie es ist.',
  'profileCopy.commit': { one: '{count} Eintrag kopieren', other: '{count} Einträge kopieren' },
  'profileCopy.copying': 'Wird kopiert …',
  'profileCopy.cancelled': 'Abgebrochen. Es wurde nichts kopiert.',
  'profileCopy.done': { one: '{count} Eintrag kopiert', other: '{count} Einträge kopiert' },
  'profileCopy.done.vaults': { one: '{count} neuer Tresor', other: '{count} neue Tresore' },
  'profileCopy.done.identical': {
    one: '{count} Eintrag war schon hier.',
    other: '{count} Einträge waren schon hier.',
  },
  'profileCopy.done.delete':
    'Sieh die Einträge durch, bevor du „{name}“ löschst. Ein Passkey, den es in beiden Profilen gibt, sollte nur in einem benutzt werden.',
  'profileCopy.left': {
    one: '{count} Eintrag wurde nicht kopiert, weil er oder eines seiner Dokumente beschädigt oder nicht auf diesem Computer ist. Er ist noch in „{name}“.',
    other:
      '{count} Einträge wurden nicht kopiert, weil sie oder ihre Dokumente beschädigt oder nicht auf diesem Computer sind. Sie sind noch in „{name}“.',
  },
  'profileCopy.left.list': 'Nicht kopierte Einträge',
  'profileCopy.undone': 'Die Kopie wurde rückgängig gemacht',
};
