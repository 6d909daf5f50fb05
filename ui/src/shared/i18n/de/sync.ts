import type { Translation } from '../message';
import type { sync as source } from '../en/sync';

export const sync: Translation<typeof source> = {
  'settings.sync': 'Synchronisieren',
  'time.now': 'gerade eben',
  'sync.now': 'Jetzt synchronisieren',
  'sync.open': 'Einstellungen zum Synchronisieren öffnen',

  // The state, in the status line and in the settings
  'sync.short.syncing': 'Synchronisiert',
  'sync.short.syncing.count': 'Synchronisiert {number}',
  'sync.short.downloading': { one: 'Lädt {count} Dokument', other: 'Lädt {count} Dokumente' },
  'sync.short.up_to_date': 'Aktuell',
  'sync.short.waiting': 'Wartet',
  'sync.short.waiting.count': '{number} warten',
  'sync.short.offline': 'Offline',
  'sync.short.offline.count': 'Offline, {number} warten',
  'sync.short.signed_out': 'Abgemeldet',
  'sync.short.alarm': 'Alarm beim Server',
  'sync.syncing': 'Wird synchronisiert …',
  'sync.received': { one: '{count} Änderung empfangen.', other: '{count} Änderungen empfangen.' },
  'sync.toSend': { one: 'Noch {count} Änderung zu senden.', other: 'Noch {count} Änderungen zu senden.' },
  'sync.downloading': {
    one: '{count} Dokument wird heruntergeladen.',
    other: '{count} Dokumente werden heruntergeladen.',
  },
  'sync.toDownload': {
    one: 'Noch {count} Dokument herunterzuladen.',
    other: 'Noch {count} Dokumente herunterzuladen.',
  },
  'sync.upToDate': 'Auf dem neuesten Stand',
  'sync.checked': 'Letzte Prüfung: {ago}.',
  'sync.lastChecked': 'Letzte Prüfung: {ago}.',
  'sync.waiting': 'Nicht alles ist synchronisiert',
  'sync.waiting.count': { one: '{count} Änderung wartet', other: '{count} Änderungen warten' },
  'sync.since': 'Seit {time}.',
  'sync.offline': 'Offline',
  'sync.kept': {
    one: '{count} Änderung bleibt auf diesem Computer und wird später gesendet.',
    other: '{count} Änderungen bleiben auf diesem Computer und werden später gesendet.',
  },
  'sync.allSent': 'Alles ist gesendet.',
  'sync.signedOut': 'Vom Server abgemeldet',
  'sync.alarm': 'Der Server hat sich widersprochen',

  // Alarm
  'sync.alarm.kept': {
    one: 'Nichts ging verloren. Der Tresor {vaults} bleibt lesbar, lässt sich hier aber nicht ändern, und nichts wird an ihn gesendet.',
    other:
      'Nichts ging verloren. Die Tresore {vaults} bleiben lesbar, lassen sich hier aber nicht ändern, und nichts wird an sie gesendet.',
  },
  'sync.alarm.do': 'Traue diesem Server nicht, bis sein Betreiber es erklärt hat.',
  'sync.alarm.others': 'In deinen anderen Tresoren kannst du weiterarbeiten.',
  'sync.alarm.details': 'Einzelheiten',
  'sync.alarm.rollback': 'Der Server hat weniger Einträge als zuvor.',
  'sync.alarm.fork': 'Der Server zeigt einen anderen Verlauf als zuvor.',
  'sync.alarm.contradiction': 'Ein anderes Mitglied hat einen anderen Verlauf gesehen als dieser Computer.',
  'sync.alarm.missing_own': 'Eine Änderung, die der Server angenommen hatte, fehlt dort.',
  'sync.alarm.where': 'Eintrag {entry}, bemerkt {time}',

  'sync.alarm.steps':
    'Speichere den Beweis und zeige ihn dem Betreiber. Vergleiche die Wörter mit deinen anderen Geräten oder den anderen Mitgliedern: Wer dieselben Wörter hat, hat dasselbe gesehen.',
  'sync.alarm.own': '{entries} Einträge, die dieser Computer geprüft hat',
  'sync.alarm.server': '{entries} Einträge nach der Angabe des Servers',
  'sync.alarm.save': 'Beweis speichern …',
  'sync.alarm.saved': 'Beweis gespeichert. Er enthält nichts, was nur du lesen darfst.',
  'sync.history.choose': 'Stand des Servers verwenden …',
  'sync.history.title': 'Die Geschichte des Servers für diesen Tresor verwenden?',
  'sync.history.text':
    'Nur ein Besitzer kann wählen, und alle Mitglieder folgen. Was nur dieser Computer hat, wird mit der Geschichte des Servers zusammengeführt und erneut gesendet; nichts Geschriebenes geht verloren. Änderungen an Mitgliedern und Rollen, die nur dieser Computer kennt, gelten nicht: Sieh danach die Personen des Tresors durch. Wähle nur, wenn die Geschichten wirklich auseinandergelaufen sind und der Betreiber erklärt hat, warum. Speichere vorher den Beweis.',
  'sync.history.yes': 'Verwenden',
  'sync.history.done':
    'Die Geschichte des Servers ist gewählt. Die anderen Mitglieder folgen, wenn sie synchronisieren.',
  'sync.history.owners':
    'Sind die Geschichten wirklich auseinandergelaufen, kann ein Besitzer des Tresors die des Servers wählen: {names}. Was du geschrieben hast, geht bis dahin nicht verloren.',
  'sync.history.owners.unnamed': 'siehe „Personen …“',
  'sync.other_key.text':
    'Deine Geräte kennen diesen Server mit verschiedenen Schlüsseln. Eines davon ist vielleicht mit jemand anderem verbunden. Nichts ging verloren, und nichts wird gesendet, bis du wählst. Vergleiche beide mit dem, was der Betreiber des Servers sieht.',
  'sync.other_key.own': 'Dieser Computer kennt ihn mit:',
  'sync.other_key.other': 'Ein anderes deiner Geräte kennt ihn mit:',
  'sync.other_key.authority': 'Einem Zertifikat einer Zertifizierungsstelle, ohne Wörter.',
  'sync.other_key.choose': 'Dieser ist richtig …',
  'sync.other_key.yes': 'Diesen Schlüssel verwenden',
  'sync.other_key.sure': 'Diesen Schlüssel auf allen deinen Geräten verwenden?',
  'sync.other_key.sure.text':
    'Fahre nur fort, wenn der Betreiber des Servers diese Wörter bestätigt hat, persönlich oder am Telefon. Ein Gerät mit dem anderen Schlüssel muss neu verbunden werden.',
  'sync.audit.shortened':
    'Was der Server über dein Konto aufgezeichnet hat, ist kürzer als zuvor: Es endet vor Ereignis {event}. Das kann Anmeldungen oder Änderungen des Kontos verbergen. In deinen Tresoren ging nichts verloren. Frage den Betreiber und sieh unten deine Geräte durch.',
  'sync.audit.changed':
    'Was der Server über dein Konto aufgezeichnet hat, ist ab Ereignis {event} anders als zuvor. Das kann Anmeldungen oder Änderungen des Kontos verbergen. In deinen Tresoren ging nichts verloren. Frage den Betreiber und sieh unten deine Geräte durch.',
  'sync.audit.restored':
    'Der Server wurde wiederhergestellt und hat einen Teil seiner Aufzeichnung über dein Konto verloren, ab Ereignis {event} oder früher. In deinen Tresoren ging nichts verloren. Sieh unten deine Geräte durch, wenn du das nicht erwartest.',
  'sync.audit.noticed': 'Bemerkt {time}.',
  'sync.void': {
    one: 'Der Server lieferte {count} Eintrag, den niemand schreiben durfte. Er ist wirkungslos, doch ein ehrlicher Server liefert keinen: Frage den Betreiber.',
    other:
      'Der Server lieferte {count} Einträge, die niemand schreiben durfte. Sie sind wirkungslos, doch ein ehrlicher Server liefert keine: Frage den Betreiber.',
  },

  // The first synchronization, and how new it is
  'sync.short.verifying': 'Prüft',
  'sync.short.verifying.count': 'Prüft, noch {number}',
  'sync.short.unverified': 'Aktualität nicht geprüft',
  'sync.verifying': 'Alles wird empfangen und geprüft …',
  'sync.verifying.text': 'Was du siehst, ist noch nicht vollständig und vielleicht veraltet.',
  'sync.left': { one: 'Noch {count} Änderung zu empfangen.', other: 'Noch {count} Änderungen zu empfangen.' },
  'sync.unverified': 'Aktualität nicht geprüft',
  'sync.unverified.text':
    'Dieses Gerät wurde mit dem Passwort hinzugefügt. Dass dies der neueste Stand deines Kontos ist, sagt bisher nur der Server. Vergleiche es einmal mit einem Gerät, das das Konto schon vorher hatte.',
  'sync.compare': 'Mit anderem Gerät vergleichen …',
  'sync.compare.title': 'Mit einem anderen Gerät vergleichen',
  'sync.compare.text':
    'Öffne dasselbe Fenster auf einem deiner Geräte, das das Konto schon vorher hatte, und synchronisiere beide.',
  'sync.compare.entries': '{number} Einträge',
  'sync.compare.list': 'Acht Wörter des Verlaufs',
  'sync.compare.fewer':
    'Zeigt dieses Gerät auch nach „Jetzt synchronisieren“ auf beiden weniger Einträge, hält der Server neuere Änderungen zurück.',
  'sync.compare.differ':
    'Ist die Zahl gleich und unterscheidet sich ein einziges Wort, zeigt der Server den beiden Geräten verschiedene Verläufe. Traue ihm dann nicht.',
  'sync.compare.same': 'Zahl und Wörter sind gleich',

  // A server that was restored from a backup
  'sync.restored':
    'Der Server wurde aus einer Sicherung wiederhergestellt, Änderungen fehlten ihm. Seit {time} hat er wieder alle.',
  'sync.restored.sent': {
    one: 'Dieser Computer hat {count} davon gesendet.',
    other: 'Dieser Computer hat {count} davon gesendet.',
  },

  // Vaults that need attention
  'sync.vaults': 'Tresore mit Problemen',
  'sync.vault.unsent': {
    one: '{count} Änderung ist noch nicht gesendet.',
    other: '{count} Änderungen sind noch nicht gesendet.',
  },
  'sync.vault.refused': {
    one: 'Der Server hat {count} Änderung abgelehnt. Sie bleibt auf diesem Computer; „Jetzt synchronisieren“ versucht es noch einmal.',
    other:
      'Der Server hat {count} Änderungen abgelehnt. Sie bleiben auf diesem Computer; „Jetzt synchronisieren“ versucht es noch einmal.',
  },

  // What is sent for the first time
  'sync.short.held': 'Noch nichts gesendet',
  'sync.held': 'Noch wurde nichts gesendet',
  'sync.held.text': 'Sieh dir an, was gesendet wird, und beginne.',
  'sync.first': 'Das erste Hochladen',
  'sync.first.text':
    'Alles wird auf diesem Computer verschlüsselt; der Server kann nichts davon lesen. Ein ausgeschalteter Tresor bleibt nur auf diesem Computer: Der Server erfährt nichts von ihm. Du kannst ihn später synchronisieren lassen, aber was der Server einmal hat, lässt sich nicht zurückholen.',
  'sync.first.home': 'Wird immer synchronisiert.',
  'sync.first.all': 'Zu senden: {size}',
  'sync.first.room': 'Der Server hat Platz für {room}.',
  'sync.first.room.free': 'Der Server setzt keine Grenze.',
  'sync.first.room.unknown': 'Der Server lässt sich gerade nicht nach seinem Platz fragen.',
  'sync.first.full':
    'Der Server hat zu wenig Platz. Kleine Einträge werden gesendet, und was nicht passt, wartet auf diesem Computer. Lass Tresore hier, oder bitte den Betreiber um mehr Platz.',
  'sync.first.begin': 'Senden beginnen',
  'sync.first.items': { one: '{count} Eintrag', other: '{count} Einträge' },
  'sync.first.documents': { one: '{count} Dokument', other: '{count} Dokumente' },

  // Login sessions
  'sync.logins': 'Anmeldungen',
  'sync.logins.text':
    'Jede Anmeldung eines Geräts ist eine Sitzung. Wird sie beendet, ist das Gerät abgemeldet; was auf ihm ist, bleibt dort. Der Server speichert keine Netzadressen.',
  'sync.logins.current': 'Diese Anmeldung',
  'sync.logins.times': 'Angemeldet {begun}, zuletzt benutzt {ago}',
  'sync.logins.end': 'Beenden',
  'sync.logins.end.of': 'Beenden: Anmeldung von {name}',
  'sync.logins.endAll': 'Alle anderen beenden',
  'sync.logins.ended': 'Beendet. Das Gerät muss sich neu anmelden.',

  // How the server is reached
  'sync.network': 'Verbindung',
  'sync.network.options': 'Verbindungsoptionen',
  'sync.network.proxy': 'Proxy',
  'sync.network.proxy.none': 'Keiner',
  'sync.network.proxy.system': 'Wie im System eingestellt',
  'sync.network.proxy.own': 'Eigener',
  'sync.network.address': 'Adresse des Proxys',
  'sync.network.address.hint':
    'Beginnt mit http://, https:// oder socks5h://. Bei socks5:// sucht dieser Computer den Namen des Servers.',
  'sync.network.user': 'Name beim Proxy',
  'sync.network.user.hint': 'Nur wenn der Proxy danach fragt.',
  'sync.network.password': 'Passwort beim Proxy',
  'sync.network.password.kept': 'Ein Passwort ist gespeichert. Lass das Feld leer, um es zu behalten.',
  'sync.network.authority': 'Eigene Zertifizierungsstelle',
  'sync.network.authority.none': 'Nur die Stellen, denen dieses System vertraut.',
  'sync.network.authority.until': 'gültig bis {day}',
  'sync.network.authority.fingerprint': 'SHA-256 des Zertifikats',
  'sync.network.authority.pick': 'Auswählen …',
  'sync.network.authority.remove': 'Entfernen',
  'sync.network.upload': 'Limit beim Hochladen (KB/s)',
  'sync.network.download': 'Limit beim Herunterladen (KB/s)',
  'sync.network.limits.hint': 'Für Dokumente. Leer für kein Limit.',
  'sync.network.save': 'Speichern',
  'sync.network.saved': 'Verbindung gespeichert.',

  // Documents on this computer
  'sync.offlineDocs': 'Dokumente auf diesem Computer',
  'sync.offlineDocs.text':
    'Ein eingeschalteter Tresor behält alle Dokumente hier, auch für Zeiten ohne Netz. Ein ausgeschalteter lädt ein Dokument, wenn du es speicherst.',
  'sync.offlineDocs.here': {
    one: '{count} Dokument hier ({size}).',
    other: '{count} Dokumente hier ({size}).',
  },
  'sync.offlineDocs.missing': { one: '{count} nur beim Server.', other: '{count} nur beim Server.' },
  'sync.offlineDocs.nothing': 'Keine Dokumente beim Server.',
  'sync.offlineDocs.remove': 'Kopien entfernen',
  'sync.offlineDocs.remove.of': 'Kopien entfernen: {name}',
  'sync.offlineDocs.remove.title': 'Die Kopien von {name} entfernen?',
  'sync.offlineDocs.remove.text':
    'Die Dokumente bleiben beim Server und in deinem Tresor. Ohne Netz lassen sie sich hier nicht öffnen.',

  // Connecting
  'sync.connect.title': 'Mit einem Server verbinden',
  'sync.connect.text':
    'Coffer braucht keinen Server. Mit einem sind deine Einträge auf allen deinen Computern gleich, und der Server kann nichts davon lesen.',
  'sync.connect.join':
    'Du hast schon ein Konto? Sperre dieses Profil, wähle „Neues Profil …“ und dann „Ich habe schon ein Konto“. Die Einträge dieses Profils kannst du dann hineinkopieren.',
  'sync.server': 'Server',
  'sync.server.field': 'Adresse oder Verbindungscode',
  'sync.server.hint': 'Vom Betreiber des Servers.',
  'sync.server.find': 'Weiter',
  'sync.server.finding': 'Server wird gesucht …',
  'sync.server.change': 'Ändern',
  'sync.words.title': 'Ist das der richtige Server?',
  'sync.words.text':
    'Keine Zertifizierungsstelle kennt {address}. Vergleiche diese Wörter mit denen, die coffer-server anzeigt, oder frage den Betreiber. Noch wurde nichts an ihn gesendet.',
  'sync.words.list': 'Acht Wörter des Schlüssels des Servers',
  'sync.words.differ': 'Brich ab, wenn auch nur ein Wort anders ist: Es wäre ein anderer Server.',
  'sync.words.same': 'Alle Wörter sind gleich',
  'sync.login': 'Anmeldename',
  'sync.login.hint': 'Eine E-Mail-Adresse oder ein einfacher Name. Der Server kann ihn lesen.',
  'sync.login.mail': 'E-Mail-Adresse',
  'sync.login.mail.hint': 'Sie ist dein Anmeldename. Der Server kann sie lesen.',
  'sync.code': 'Anmeldecode',
  'sync.code.hint': 'Vom Betreiber des Servers. Er gilt einmal.',
  'sync.code.mail.hint': 'Aus der E-Mail, die der Server an diese Adresse sendet.',
  'sync.code.send': 'Code senden',
  'sync.code.again': 'Noch einmal senden',
  'sync.code.sent': 'An {login} gesendet.',
  'sync.create': 'Verbinden',
  'sync.creating': 'Wird verbunden …',
  'sync.creating.text': 'Das Konto wird angelegt. Das dauert einige Sekunden.',
  'sync.connected.kit':
    'Verbunden. Speichere dein Notfallblatt noch einmal: Darauf stehen nun auch die Adresse des Servers und dein Anmeldename, die du auf einem neuen Computer brauchst.',
  'sync.connected.kit.open': 'Notfallblatt',

  // The account
  'sync.account': 'Konto',
  'sync.signOut': 'Abmelden …',
  'sync.signOut.title': 'Vom Server abmelden?',
  'sync.signOut.text':
    'Deine Einträge bleiben auf diesem Computer. Neue Änderungen werden gesendet, wenn du dich wieder anmeldest.',
  'sync.signOut.unsent': {
    one: '{count} Änderung ist noch nicht gesendet. Sie bleibt auf diesem Computer und wird gesendet, wenn du dich wieder anmeldest.',
    other:
      '{count} Änderungen sind noch nicht gesendet. Sie bleiben auf diesem Computer und werden gesendet, wenn du dich wieder anmeldest.',
  },
  'sync.signOut.yes': 'Abmelden',
  'sync.unsentIn': 'Sie sind in: {vaults}.',
  'sync.leave': 'Server verlassen …',
  'sync.leave.title': 'Den Server verlassen?',
  'sync.leave.text':
    'Dieses Profil wird wieder lokal. Konto, Einträge und Dokumente bleiben auf dem Server und auf deinen anderen Geräten.',
  'sync.leave.stays':
    'Alles, was auf diesem Computer ist, bleibt hier. Du kannst dich jederzeit wieder verbinden, mit diesem oder einem anderen Server.',
  'sync.leave.yes': 'Verlassen',
  'sync.leave.unsent': {
    one: '{count} Änderung wurde nicht gesendet. Sie bleibt auf diesem Computer.',
    other: '{count} Änderungen wurden nicht gesendet. Sie bleiben auf diesem Computer.',
  },
  'sync.leave.documents': {
    one: '{count} Dokument ist nur auf dem Server, nicht auf diesem Computer. Lade es vorher herunter.',
    other: '{count} Dokumente sind nur auf dem Server, nicht auf diesem Computer. Lade sie vorher herunter.',
  },
  'sync.leave.vaults': {
    one: '{count} Tresor wurde noch nicht empfangen und ist nur auf dem Server.',
    other: '{count} Tresore wurden noch nicht empfangen und sind nur auf dem Server.',
  },
  'sync.delete': 'Konto löschen …',
  'sync.delete.title': 'Das Konto löschen?',
  'sync.delete.text':
    'Auf dem Server werden Anmeldename, Geräte, Sitzungen, zweiter Faktor und alle deine Tresore mit ihren Einträgen und Dokumenten gelöscht. Das lässt sich nicht rückgängig machen. In geteilten Tresoren bleibt, was du geschrieben hast.',
  'sync.delete.stays':
    'Das Profil auf diesem Computer bleibt und wird lokal. Deine anderen Geräte behalten, was sie haben, und werden abgemeldet.',
  'sync.delete.owned':
    'Du bist der einzige Besitzer dieser Tresore, die andere benutzen. Übergib oder schließe sie zuerst, unter „Personen…“:',
  'sync.delete.login': 'Gib zur Bestätigung deinen Anmeldenamen ein: {login}',
  'sync.delete.yes': 'Konto löschen',
  'sync.move': 'Auf anderen Server umziehen …',
  'sync.move.title': 'Auf einen anderen Server umziehen',
  'sync.move.text':
    'Dein Konto wird auf dem anderen Server eröffnet, und alles wird dorthin gesendet. Auf dem jetzigen wird nichts gelöscht. Hat dein Server nur eine andere Adresse bekommen, gib diese ein: Dann ändert sich nur die Adresse.',
  'sync.move.code.hint':
    'Vom Betreiber des Servers; lass ihn leer, wenn es dein Server unter anderer Adresse ist.',
  'sync.move.yes': 'Umziehen',
  'sync.moving': 'Umzug läuft …',
  'sync.moving.text':
    'Das Konto wird dort eröffnet, und deine anderen Geräte erfahren es. Das dauert einige Sekunden und lässt sich wiederholen.',
  'sync.move.shared':
    'Diese Tresore haben andere Mitglieder und lassen sich nicht umziehen: {vaults}. Verlasse sie oder kopiere ihre Einträge in einen eigenen Tresor.',
  'sync.move.incomplete': {
    one: '{count} Dokument oder Tresor ist nur auf dem Server. Warte, bis es auf diesem Computer ist.',
    other: '{count} Dokumente oder Tresore sind nur auf dem Server. Warte, bis sie auf diesem Computer sind.',
  },
  'sync.moved':
    'Ein anderes deiner Geräte ist mit dem Konto nach {address} umgezogen. Dieser Computer nutzt noch den alten Server; nichts ging verloren.',
  'sync.moved.text':
    'Vergleiche die Adresse mit der, die dein anderes Gerät zeigt. Was hier geändert wurde, wird an den neuen Server gesendet.',
  'sync.moved.follow': 'Dort weitermachen …',
  'sync.left.moving': {
    one: 'Umzug nach {address}: {count} Änderung ist noch zu senden. Das Konto auf {old} ist unverändert.',
    other:
      'Umzug nach {address}: {count} Änderungen sind noch zu senden. Das Konto auf {old} ist unverändert.',
  },
  'sync.left.done':
    'Alles ist auf {address}. Dein Konto auf {old} gibt es noch: Lösche es dort, sobald auch deine anderen Geräte umgezogen sind.',
  'sync.left.delete': 'Dort löschen …',
  'sync.left.keep': 'Behalten',
  'sync.left.back': 'Zurückkehren …',
  'sync.left.back.title': 'Zum alten Server zurückkehren?',
  'sync.left.back.text':
    'Dieses Profil nutzt wieder {old}, und was inzwischen geändert wurde, wird dorthin gesendet. Das Konto auf dem neuen Server bleibt, bis du es löschst.',
  'sync.left.back.yes': 'Zurückkehren',
  'sync.left.delete.password': 'Master-Passwort, das das Konto dort hatte',
  'sync.left.delete.old':
    'Das Konto dort hat noch das Master-Passwort vom Tag des Umzugs. Hast du es seither geändert, gib das alte ein.',
  'sync.left.delete.stays': 'Dieses Profil und das Konto auf dem neuen Server bleiben, wie sie sind.',
  'sync.signIn': 'Anmelden',
  'sync.signIn.busy': 'Wird angemeldet …',
  'sync.signIn.text':
    'Gib das Masterpasswort ein, um dich wieder anzumelden, das neue, falls es geändert wurde. Deine Änderungen werden dann gesendet. Auf diesem Computer ging nichts verloren. Wurde das Konto gelöscht oder dieses Gerät gesperrt, verlasse unten den Server.',
  'sync.signIn.secretKey': 'Secret Key',
  'sync.signIn.secretKey.hint':
    'Vom neuen Notfallblatt, wenn der Secret Key auf einem anderen Gerät geändert wurde. Lass das Feld leer, wenn es nur das Passwort war.',
  'sync.password': 'Masterpasswort',

  // A password that was reset with the recovery code
  'sync.reset.wanted':
    'Der Server hat noch das vergessene Passwort. Hinterlege dort das neue, damit du dich damit anmelden kannst.',
  'sync.reset.sending':
    'Das neue Passwort wird an den Server gesendet, sobald er erreichbar ist. Bis dahin gilt es nur auf diesem Computer.',
  'sync.reset.waiting':
    'Das neue Passwort gilt auf dem Server ab {date}. Es muss warten, damit ein Dieb mit deinem Wiederherstellungscode das Konto nicht übernehmen kann. Warst du es? Dann ist nichts zu tun. Brich es sonst ab.',
  'sync.reset.effective': 'Der Server hat das neue Passwort. Melde dich auf allen Geräten damit an.',
  'sync.reset.cancelled': 'Das neue Passwort wurde auf dem Server abgebrochen. Dort gilt weiter das frühere.',
  'sync.reset.superseded':
    'Das Passwort wurde auf einem anderen Gerät geändert, nachdem dieser Computer zuletzt Kontakt hatte. Melde dich mit jenem an. Kennt es niemand mehr, hinterlege das neue. Erscheint dies wieder, hat das Konto seither eine neue Identität, und nur ein Gerät, das sie hat, kann ein Passwort setzen.',
  'sync.reset.refused':
    'Der Server hat das neue Passwort nicht angenommen. Nichts ging verloren. Frage seinen Betreiber oder versuche es noch einmal.',
  'sync.reset.elsewhere':
    'Jemand hat mit deinem Wiederherstellungscode das Passwort zurückgesetzt. Das neue gilt auf dem Server ab {date}. Warst du es nicht, brich es ab und ersetze den Wiederherstellungscode.',
  'sync.reset.register': 'Hinterlegen …',
  'sync.reset.register.title': 'Das neue Passwort hinterlegen',
  'sync.reset.register.text':
    'Gib das neue Masterpasswort ein. Auf dem Server gilt es nach einer Wartezeit von sieben Tagen, in der deine Geräte es abbrechen können.',
  'sync.reset.register.yes': 'Hinterlegen',
  'sync.reset.cancel': 'Abbrechen …',
  'sync.reset.cancel.title': 'Das neue Passwort auf dem Server abbrechen?',
  'sync.reset.cancel.text':
    'Auf dem Server gilt weiter das frühere Passwort. Auf diesem Computer bleibt das neue; du kannst es wieder hinterlegen.',
  'sync.reset.cancel.elsewhere': 'Auf dem Server gilt weiter das Passwort, das du jetzt hast.',
  'sync.reset.cancel.yes': 'Neues Passwort abbrechen',

  // Second factor at sign-in
  'sync.factor.kind': 'Zweiter Faktor',
  'sync.factor.title': 'Zweiter Faktor',
  'sync.factor.text': 'Dein Konto verlangt einen zweiten Faktor.',
  'sync.factor.totp': 'Einmalcode',
  'sync.factor.totp.hint': 'Sechs Ziffern von deinem anderen Gerät.',
  'sync.factor.recovery': 'Ersatzcode',
  'sync.factor.recovery.hint': 'Einer der Codes, die du beim Einschalten bekommen hast. Er gilt einmal.',

  // Second factor for a single change
  'factor.code': 'Einmalcode oder Ersatzcode',
  'factor.code.hint':
    'Dein Konto verlangt ihn: sechs Ziffern von deinem anderen Gerät oder ein Code, der sie einmal ersetzt.',

  // Devices
  'sync.devices': 'Geräte',
  'sync.outOfReach': 'Erscheint, sobald der Server erreichbar ist.',
  'sync.device.unnamed': 'Gerät ohne Namen',
  'sync.device.current': 'Dieser Computer',
  'sync.device.seen': 'Zuletzt gesehen {ago}, hinzugefügt am {day}',
  'sync.device.revoke': 'Sperren …',
  'sync.device.revoke.of': '{name} sperren …',
  'sync.device.revoke.title': '„{name}“ sperren?',
  'sync.device.revoke.text':
    'Es kann sich nicht mehr anmelden und nicht mehr synchronisieren. Was schon darauf ist, bleibt dort: Ging es verloren oder wurde es gestohlen, ändere auch das Masterpasswort.',
  'sync.device.revoke.yes': 'Sperren',
  'sync.device.revoked': '„{name}“ kann nicht mehr synchronisieren',

  'sync.lost': 'Verloren …',
  'sync.lost.of': '{name} ging verloren …',
  'sync.lost.title': '„{name}“ ging verloren',
  'sync.lost.locked': 'War es gesperrt, kann der Finder ohne dein Passwort nichts lesen.',
  'sync.lost.unlocked':
    'War es entsperrt, kann der Finder alles lesen, was darauf ist, jetzt und später. Kein Server kann das zurückholen. Neue Einträge erreichen es nicht mehr.',
  'sync.lost.does':
    'Das Gerät wird gesperrt, dein Masterpasswort geändert, und dein Konto bekommt eine neue Identität. Alle deine Geräte werden abgemeldet, und alle Tresore bekommen neue Schlüssel. Mit wem du teilst, der wird gebeten, noch einmal Wörter mit dir zu vergleichen. Nach einer Unterbrechung lässt es sich wiederholen.',
  'sync.lost.yes': 'Sperren und ändern',
  'sync.lost.after': 'Mach danach auch das:',
  'sync.lost.after.root':
    'Ändere alle Schlüssel des Profils in den Einstellungen unter Sicherheit, mit einem neuen Secret Key.',
  'sync.lost.after.codes':
    'Ersetze den Wiederherstellungscode, und die Codes des zweiten Faktors, wenn sie darauf waren.',
  'sync.lost.after.consent':
    'Wenn Vertrauenspersonen eines Teams dein Konto öffnen können, stimme noch einmal zu: Bis dahin können sie es nicht mehr öffnen.',
  'sync.lost.after.pin': 'Setze auf deinen anderen Computern eine andere PIN, wenn sie dort dieselbe war.',
  'sync.lost.after.passwords': 'War das Gerät entsperrt, ändere die Passwörter deiner wichtigsten Konten.',
  'sync.lost.done': '„{name}“ ist gesperrt und das Passwort geändert',

  // Adding a device
  'sync.add': 'Gerät hinzufügen …',
  'sync.add.text': 'Ein neues Gerät bekommt Server, Anmeldenamen und Secret Key von diesem.',
  'sync.add.title': 'Gerät hinzufügen',
  'sync.add.scan':
    'Wähle auf dem neuen Gerät „Ich habe schon ein Konto“ und füge diesen Code ein oder öffne ein Bild davon. Zeige ihn sonst niemandem.',
  'sync.add.qr': 'QR-Code für das neue Gerät',
  'sync.add.code': 'Code für das neue Gerät',
  'sync.add.waiting': 'Das neue Gerät wird erwartet. Der Code gilt zehn Minuten und einmal.',
  'sync.add.compare': 'Zeigt dein neues Gerät dieselben Wörter?',
  'sync.add.words': 'Acht Wörter des neuen Geräts',
  'sync.add.differ':
    'Ist auch nur ein Wort anders, ist es nicht dein Gerät: Jemand hat den Code gesehen. Noch wurde nichts übergeben.',
  'sync.add.refuse': 'Sie sind anders',
  'sync.add.approve': 'Alle Wörter sind gleich',
  'sync.add.again': 'Neuen Code zeigen',
  'sync.add.done': 'Bestätigt. Gib jetzt auf dem neuen Gerät das Masterpasswort ein.',

  // Second factor in the settings
  'sync.factor.off':
    'Aus. Ist er an, braucht ein neues Gerät außer Passwort und Secret Key einen Code aus einer Authenticator-App.',
  'sync.factor.on': 'An. Ein neues Gerät braucht einen Code aus deiner Authenticator-App.',
  'sync.factor.left': { one: 'Noch {count} Ersatzcode.', other: 'Noch {count} Ersatzcodes.' },
  'sync.factor.turnOn': 'Einschalten …',
  'sync.factor.turnOff': 'Ausschalten …',
  'sync.factor.set.title': 'Zweiten Faktor einschalten',
  'sync.factor.set.password': 'Gib zuerst das Masterpasswort ein.',
  'sync.factor.set.scan':
    'Scanne das mit einer Authenticator-App auf einem anderen Gerät. Ein Eintrag dieses Profils ist kein zweiter Faktor.',
  'sync.factor.set.qr': 'QR-Code des Geheimnisses für Einmalcodes',
  'sync.factor.set.secret': 'Oder tippe dieses Geheimnis ab',
  'sync.factor.set.code': 'Code, den die App jetzt zeigt',
  'sync.factor.set.confirm': 'Einschalten',
  'sync.factor.codes.title': 'Bewahre deine Ersatzcodes auf',
  'sync.factor.codes.text':
    'Der zweite Faktor ist an. Diese Codes ersetzen ihn, wenn du das andere Gerät verlierst, jeder einmal. Sie werden nicht noch einmal gezeigt: Schreib sie auf oder drucke sie.',
  'sync.factor.codes.list': 'Ersatzcodes',
  'sync.factor.codes.kept': 'Ich habe sie aufbewahrt',
  'sync.factor.remove.title': 'Zweiten Faktor ausschalten?',
  'sync.factor.remove.text': 'Neue Geräte brauchen dann nur Anmeldename, Passwort und Secret Key.',
  'sync.factor.remove.yes': 'Ausschalten',
  'sync.factor.removed': 'Zweiter Faktor ausgeschaltet',

  // An account that exists, on a new computer
  'join.open': 'Ich habe schon ein Konto',
  'join.title': 'Melde dich bei deinem Konto an',
  'join.text': 'Deine Einträge sind dann auch auf diesem Computer und bleiben überall gleich.',
  'join.server.field': 'Adresse des Servers oder ein Code',
  'join.server.hint':
    'Ein Code steht auf einem angemeldeten Gerät (Einstellungen, Synchronisierung, Gerät hinzufügen) oder auf deinem Notfallblatt.',
  'join.picture.pick': 'Bild eines QR-Codes …',
  'join.picture.paste': 'Bild oder Code einfügen',
  'join.kit.keyOnly':
    'Der Secret Key wurde gelesen. Dieses Notfallblatt nennt noch keinen Server: Gib seine Adresse ein.',
  'join.approval.title': 'Bestätige dieses Gerät auf dem anderen',
  'join.approval.text':
    'Das andere Gerät zeigt jetzt Wörter. Bestätige dieses dort nur, wenn alle gleich sind.',
  'join.approval.words': 'Acht Wörter dieses Geräts',
  'join.approval.waiting': 'Das andere Gerät wird erwartet …',
  'join.approval.again': 'Anderen Code nehmen',
  'join.approval.done': 'Dieses Gerät ist bestätigt',
  'join.approval.password': 'Gib das Masterpasswort von {login} ein. Es verlässt dieses Gerät nie.',
  'join.secretKey.why': 'Du findest ihn auf deinem Notfallblatt.',
  'join.name': 'Name des Profils',
  'join.name.hint': 'Erscheint beim Entsperren. Er bleibt auf diesem Computer.',
  'join.submit': 'Anmelden',
  'join.busy': 'Wird angemeldet …',
  'join.busy.text': 'Die Schlüssel werden geholt und geöffnet. Das dauert einige Sekunden.',
};
