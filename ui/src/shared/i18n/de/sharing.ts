import type { Translation } from '../message';
import type { sharing as source } from '../en/sharing';

export const sharing: Translation<typeof source> = {
  'scope.personal': 'Persönlich',
  'scope.shared': 'Geteilt',
  'vault.unnamed': 'Geteilter Tresor',
  'vault.copyTo': 'In „{name}“ kopieren',
  'vault.copied': { one: 'In „{name}“ kopiert', other: '{count} Einträge in „{name}“ kopiert' },
  'vault.notCopied': 'Der Eintrag wurde nicht kopiert: Er wurde inzwischen geändert oder ist beschädigt',

  'member.owner': 'Besitzer',
  'member.manager': 'Verwalter',
  'member.editor': 'Bearbeiter',
  'member.viewer': 'Leser',
  'member.owner.text':
    'Darf alles, auch bei Verwaltern und anderen Besitzern, und kann den Tresor schließen.',
  'member.manager.text':
    'Liest und ändert alles; lädt außerdem Bearbeiter und Leser ein, ändert und entfernt sie.',
  'member.editor.text': 'Liest und ändert alles im Tresor.',
  'member.viewer.text': 'Liest alles im Tresor und ändert nichts.',

  'shared.people': { one: 'Nur du', other: '{count} Personen' },
  'shared.by': 'Geteilt von {name}',
  'shared.by.unknown': 'Mit dir geteilt',
  'shared.invited': { one: '{count} offene Einladung', other: '{count} offene Einladungen' },
  'shared.state.key_missing': 'Wartet auf den Schlüssel',
  'shared.state.newer': 'Braucht ein neueres Programm',
  'shared.state.closed': 'Geschlossen',
  'shared.state.viewer': 'Nur lesbar',
  'shared.state.new_identity': 'Wartet auf deine neue Identität',
  'shared.state.being_restored': 'Server wird wiederhergestellt',
  'shared.state.no_member': 'Kein Mitglied mehr',
  'shared.state.alarm': 'Sync-Alarm',
  'shared.state.epoch': 'Neuer Schlüssel fällig',
  'shared.state.pending': {
    one: '{count} Änderung nicht wirksam',
    other: '{count} Änderungen nicht wirksam',
  },
  'shared.answers': { one: '{count} Antwort wartet auf dich', other: '{count} Antworten warten auf dich' },
  'shared.joining': 'Einladung',
  'shared.joining.sent': 'Wartet auf Bestätigung',
  'shared.joining.unsent': 'Noch nicht gesendet',
  'shared.join': 'Geteiltem Tresor beitreten …',

  'shared.notice.key_missing':
    'Der Schlüssel dieses Tresors ist noch nicht da. Ein Besitzer oder Verwalter des Tresors sendet ihn, sobald sein Programm online ist. Bis dahin ist Neues hier nicht lesbar, und nichts lässt sich ändern; danach erscheint alles von selbst.',
  'shared.notice.newer':
    'Dieser Tresor braucht ein neueres Programm. Was hier ist, bleibt lesbar. Aktualisiere Coffer, um Neues zu sehen und wieder zu ändern.',
  'shared.notice.closed':
    'Ein Besitzer hat diesen Tresor für alle geschlossen. Was hier ist, bleibt lesbar. Kopiere in einen anderen Tresor, was du brauchst, und entferne diesen dann aus dem Profil.',
  'shared.notice.viewer': 'Du bist hier Leser: Du kannst alles lesen und kopieren und nichts ändern.',
  'shared.notice.new_identity':
    'Dein Konto hat eine neue Identität, und dieser Tresor kennt sie noch nicht. Nach der nächsten Synchronisierung lässt er sich wieder ändern; nichts ging verloren.',
  'shared.notice.being_restored':
    'Der Server wurde aus einer älteren Sicherung wiederhergestellt. Bis dieser Tresor dort wieder vollständig ist, lässt er sich lesen, aber nicht ändern; nichts ging verloren.',
  'shared.notice.no_member':
    'Du bist kein Mitglied dieses Tresors mehr. Was hier ist, bleibt lesbar, und nichts Neues kommt an. Kopiere in einen anderen Tresor, was du brauchst, und entferne diesen dann aus dem Profil.',
  'shared.notice.epoch.own':
    'Ein früheres Mitglied kennt noch den Schlüssel dieses Tresors. Dieser Computer macht mit der nächsten Synchronisierung einen neuen.',
  'shared.notice.epoch':
    'Ein früheres Mitglied kennt noch den Schlüssel dieses Tresors. Ein Besitzer oder Verwalter macht einen neuen, sobald sein Programm online ist. Du kannst inzwischen weiterarbeiten.',
  'shared.copyAll': 'Alles kopieren …',
  'shared.copyAll.to': 'Alles kopieren nach',
  'shared.copyAll.title': 'Alle Einträge von „{name}“ kopieren',
  'shared.copyAll.text':
    'Jeder Eintrag wird mit seinen Dateien kopiert, ohne seinen Verlauf. Die Einträge hier bleiben hier.',
  'shared.copyAll.yes': 'Alles kopieren',
  'shared.copyAll.done': { one: '{count} Eintrag kopiert', other: '{count} Einträge kopiert' },
  'shared.copyAll.left': {
    one: '{count} Eintrag wurde nicht kopiert: Seine Dateien sind nicht auf diesem Computer, oder er ist beschädigt',
    other:
      '{count} Einträge wurden nicht kopiert: Ihre Dateien sind nicht auf diesem Computer, oder sie sind beschädigt',
  },
  'shared.forget': 'Aus diesem Profil entfernen …',
  'shared.forgotten': '„{name}“ wurde aus diesem Profil entfernt',
  'detail.readOnly.key_missing':
    'Der neue Schlüssel dieses Tresors ist noch nicht da: Der Eintrag ist lesbar, aber nicht änderbar. Ein Besitzer oder Verwalter sendet den Schlüssel, sobald sein Programm online ist.',
  'detail.readOnly.newer':
    'Dieser Tresor braucht ein neueres Programm: Der Eintrag ist lesbar, aber nicht änderbar. Aktualisiere Coffer.',
  'detail.readOnly.closed':
    'Dieser Tresor ist geschlossen: Der Eintrag lässt sich lesen und kopieren, aber nicht ändern.',
  'detail.readOnly.viewer':
    'Du bist Leser dieses Tresors: Der Eintrag lässt sich lesen und kopieren, aber nicht ändern.',
  'detail.readOnly.new_identity':
    'Der Tresor kennt deine neue Identität noch nicht: Bis zur nächsten Synchronisierung lässt sich der Eintrag lesen und kopieren, aber nicht ändern.',
  'detail.readOnly.being_restored':
    'Der Server wird wiederhergestellt: Bis der Tresor dort wieder vollständig ist, lässt sich der Eintrag lesen und kopieren, aber nicht ändern.',
  'detail.readOnly.no_member':
    'Du bist kein Mitglied dieses Tresors mehr: Der Eintrag lässt sich lesen und kopieren, aber nicht ändern.',

  'people.open': 'Personen …',
  'people.share': 'Teilen …',
  'people.title': 'Personen in „{name}“',
  'people.local.title': 'Zum Teilen braucht es einen Server',
  'people.local':
    'Um einen Tresor zu teilen, braucht dieses Profil ein Konto auf einem Server, und alle, die beitreten, auch. Der Server kann nichts von dem lesen, was du teilst.',
  'people.connect': 'Mit einem Server verbinden',
  'people.reading':
    'Jedes Mitglied kann alles in diesem Tresor lesen. Das gilt auch für Verwalter und Besitzer: Niemand kann einen Tresor verwalten, ohne ihn lesen zu können.',
  'people.owners':
    'Du bist der einzige Besitzer. Wenn du dein Konto verlierst, kann niemand mehr Verwalter ändern oder den Tresor schließen. Mache ein zweites Mitglied zum Besitzer.',
  'people.members': 'Mitglieder',
  'people.find': 'Mitglied suchen',
  'people.found.none': 'Kein Mitglied heißt so.',
  'people.more': { one: '{count} weiteres zeigen', other: '{count} weitere zeigen' },
  'people.you': 'Du',
  'people.unnamed': 'Ohne Namen',
  'people.verified': 'Wörter verglichen',
  'people.unverified': 'Wörter nicht verglichen',
  'people.renewed': 'Neue Identität: noch einmal vergleichen',
  'people.renewed.text':
    'Dieses Mitglied hat eine neue Identität, etwa weil ein Gerät verloren ging. Sein Konto selbst bestätigt das, und der Tresor geht weiter wie bisher. Vergleicht die neuen Wörter, wenn ihr das nächste Mal sprecht.',
  'people.otherKey': 'Ein anderer Schlüssel als früher',
  'people.waitsForKey':
    'Wartet auf den Schlüssel. Dieser Computer sendet ihn mit der nächsten Synchronisierung.',
  'people.contradicted':
    'Der Schlüssel dieses Mitglieds ist nicht der von früher; deshalb wird nichts für ihn verschlüsselt. Vergleiche die Wörter am Telefon oder persönlich. Stimmen sie überein, bestätige es; wenn nicht, entferne dieses Mitglied.',
  'people.compare': 'Wörter vergleichen',
  'people.compare.of': 'Wörter vergleichen: {name}',
  'people.words': 'Wörter zeigen',
  'people.words.list': 'Acht Wörter von {name}',
  'people.words.text':
    'Lass dir von {name} diese acht Wörter vorlesen, am Telefon oder persönlich. Dort stehen sie bei „Du“. Sind alle gleich, steht niemand zwischen euch.',
  'people.words.own': 'Deine acht Wörter. Lies sie Mitgliedern vor, die sie vergleichen wollen.',
  'people.words.match': 'Sie stimmen überein',
  'people.words.differ': 'Sie sind verschieden',
  'people.words.differ.text':
    'Dann ist vielleicht jemand anderes unter diesem Namen beigetreten. Entferne dieses Mitglied, lade auf einem anderen Weg noch einmal ein und ändere die Passwörter in diesem Tresor.',
  'people.words.done': 'Die Wörter von {name} stimmen überein',
  'people.role.of': 'Rolle von {name}',
  'people.owner.title': '{name} zum Besitzer machen?',
  'people.owner.text': 'Besitzer dürfen alles. Sie können auch dich entfernen und den Tresor schließen.',
  'people.owner.yes': 'Zum Besitzer machen',
  'people.remove': 'Entfernen …',
  'people.remove.of': 'Entfernen: {name}',
  'people.remove.title': '{name} entfernen?',
  'people.remove.text':
    'Der Tresor bekommt einen neuen Schlüssel: Was danach hinzukommt oder geändert wird, ist mit dem alten nicht lesbar. Was {name} gesehen hat, bleibt dort bekannt; das kann niemand zurückholen. Ändere diese Passwörter.',
  'people.invite': 'Einladen …',
  'people.name': 'Dein Name in diesem Tresor',
  'people.name.hint': 'Die Mitglieder sehen ihn, der Server nicht.',
  'people.name.save': 'Namen speichern',
  'people.name.saved': 'Name gespeichert',
  'people.leave': 'Tresor verlassen …',
  'people.leave.title': '„{name}“ verlassen?',
  'people.leave.text':
    'Danach kommt nichts Neues mehr an. Was auf diesem Computer ist, bleibt hier lesbar, bis du den Tresor aus dem Profil entfernst. Der Tresor bekommt von einem Besitzer oder Verwalter einen neuen Schlüssel.',
  'people.leave.yes': 'Verlassen',
  'people.leave.last':
    'Du bist der einzige Besitzer. Um zu gehen, übergib den Tresor zuerst einem anderen Mitglied.',
  'people.transfer': 'Übergeben …',
  'transfer.title': 'Den Tresor übergeben',
  'transfer.text':
    'Das andere Mitglied wird Besitzer, und du wirst Verwalter. Beides geschieht zusammen oder gar nicht. Besitzer dürfen alles; sie können auch dich entfernen und den Tresor schließen.',
  'transfer.to': 'Neuer Besitzer',
  'transfer.unverified': 'Du hast mit {name} keine Wörter verglichen. Tu es, bevor du den Tresor übergibst.',
  'transfer.yes': 'Übergeben',
  'people.factor':
    'Der Server gibt diesen Tresor nur Programmen, die mit einem zweiten Faktor angemeldet wurden.',
  'people.require_factor': 'Zweiten Faktor verlangen …',
  'people.require_factor.title': 'Nur mit einem zweiten Faktor?',
  'people.require_factor.text':
    'Der Server gibt „{name}“ dann nur Programmen, die mit einem zweiten Faktor angemeldet wurden. Richte zuerst deinen eigenen ein, und melde dich damit an. Mitglieder ohne einen behalten, was sie haben, und bekommen bis dahin nichts Neues.',
  'people.require_factor.yes': 'Verlangen',
  'people.drop_factor': 'Ohne zweiten Faktor erlauben …',
  'people.drop_factor.title': 'Auch ohne zweiten Faktor?',
  'people.drop_factor.text':
    'Der Server gibt „{name}“ dann auch Mitgliedern, deren Konto keinen zweiten Faktor hat.',
  'people.drop_factor.yes': 'Erlauben',
  'people.close': 'Für alle schließen …',
  'people.close.title': '„{name}“ für alle schließen?',
  'people.close.text':
    'Niemand kann darin noch etwas ändern. Das lässt sich nicht rückgängig machen. Alle Mitglieder können weiter lesen, was sie haben, es kopieren und den Tresor entfernen.',
  'people.close.yes': 'Tresor schließen',
  'people.password.title': 'Mit dem Masterpasswort bestätigen',
  'people.password.text':
    'Änderungen, die einen Besitzer betreffen, werden mit deinem Masterpasswort unterschrieben.',

  'people.answers': 'Wartet auf dich',
  'people.answer': 'Möchte als {role} beitreten.',
  'people.answer.compare':
    'Vergleiche diese Wörter am Telefon oder persönlich, bevor du zustimmst: Den Link kann jemand anderes gefunden haben.',
  'people.answer.accept': 'Hereinlassen …',
  'people.answer.accept.of': 'Hereinlassen: {name}',
  'people.answer.decline': 'Ablehnen',
  'people.answer.decline.of': 'Ablehnen: {name}',
  'people.invitations': 'Offene Einladungen',
  'people.invitation.for': 'Für {name}',
  'people.invitation.unnamed': 'Ohne Notiz',
  'people.invitation.text': '{role}, bis {time}.',
  'people.invitation.by': 'Eingeladen von {name}.',
  'people.invitation.elsewhere': 'Nur der Computer, der sie gemacht hat, kann den Link zeigen.',
  'people.invitation.link': 'Link zeigen',
  'people.invitation.link.of': 'Link zeigen: {name}',
  'people.invitation.withdraw': 'Zurückziehen',
  'people.invitation.withdraw.of': 'Zurückziehen: {name}',
  'people.pending': 'Noch nicht wirksam',
  'people.pending.invite': 'Einladung als {role}',
  'people.pending.revoke': 'Eine Einladung wird zurückgezogen',
  'people.pending.add': '{name} tritt als {role} bei',
  'people.pending.role': '{name} wird {role}',
  'people.pending.remove': '{name} wird entfernt',
  'people.pending.leave': 'Du verlässt den Tresor',
  'people.pending.close': 'Der Tresor wird für alle geschlossen',
  'people.pending.require_factor': 'Ein zweiter Faktor wird nötig',
  'people.pending.drop_factor': 'Ein zweiter Faktor ist nicht mehr nötig',
  'people.pending.other': 'Eine andere Änderung',
  'people.pending.waits':
    'Wartet auf die nächste Synchronisierung, seit {time}. Du kannst sie noch zurückziehen.',
  'people.pending.withdraw': 'Zurückziehen',
  'people.pending.withdraw.of': 'Zurückziehen: {change}',
  'people.pending.failed': 'Ohne Wirkung',
  'people.pending.again':
    'Die Mitglieder haben sich geändert, bevor es gesendet wurde; es muss noch einmal unterschrieben werden.',
  'people.pending.sign': 'Noch einmal unterschreiben …',
  'people.pending.sign.of': 'Noch einmal unterschreiben: {change}',
  'people.pending.dismiss': 'Ausblenden',
  'people.pending.dismiss.of': 'Ausblenden: {change}',

  'rotate.state': { one: '{count} Geheimnis zu ändern', other: '{count} Geheimnisse zu ändern' },
  'rotate.notice': {
    one: 'Ein früheres Mitglied dieses Tresors kennt ein Geheimnis darin, das seitdem nicht geändert wurde.',
    other:
      'Frühere Mitglieder dieses Tresors kennen Geheimnisse von {count} Einträgen, die seitdem nicht geändert wurden.',
  },
  'rotate.show': 'Zeigen, was zu ändern ist',
  'rotate.title': 'Was in „{name}“ zu ändern ist',
  'rotate.text':
    'Diese Personen konnten den Tresor lesen. Ändere, was sie kennen, erst dort, wo es benutzt wird, dann hier: Ein Eintrag gilt von selbst als erledigt, sobald sein Geheimnis ein anderes ist.',
  'rotate.nobody': 'Niemand hat diesen Tresor verlassen.',
  'rotate.left': '{name}, bis {time}',
  'rotate.due': { one: 'Zu ändern: {count} Eintrag', other: 'Zu ändern: {count} Einträge' },
  'rotate.done': { one: 'Seitdem geändert: {count} Eintrag', other: 'Seitdem geändert: {count} Einträge' },
  'rotate.changed': 'Geändert',
  'rotate.none': 'Alles wurde geändert oder ausgeblendet.',
  'rotate.known': 'Bekannt: {names}.',
  'rotate.known.recent': 'Bekannt: {names}; in deren Zeit neu oder geändert.',
  'rotate.more.readers': { one: ' und {count} weitere Person', other: ' und {count} weitere' },
  'rotate.kind.password': 'Passwort.',
  'rotate.kind.key': 'Schlüssel.',
  'rotate.kind.card': 'Karte oder Konto.',
  'rotate.kind.code': 'Einmalcodes.',
  'rotate.kind.other': 'Verdeckter Wert.',
  'rotate.kind.document': 'Datei.',
  'rotate.kind.note': 'Text.',
  'rotate.open': 'Öffnen',
  'rotate.open.of': 'Öffnen: {name}',
  'rotate.dismiss': 'Ausblenden',
  'rotate.dismiss.of': 'Ausblenden: {name}',
  'rotate.all': 'Alle ausblenden …',
  'rotate.all.title': { one: '{count} Eintrag ausblenden?', other: '{count} Einträge ausblenden?' },
  'rotate.all.text':
    'Sie stehen für alle Besitzer und Verwalter dieses Tresors nicht mehr in der Liste. Verlässt später noch jemand den Tresor, stehen sie wieder darin.',
  'rotate.people': 'Personen',
  'invite.title': '„{name}“ teilen',
  'invite.title.more': 'In „{name}“ einladen',
  'invite.role': 'Rolle',
  'invite.days': 'Der Link gilt',
  'invite.days.1': '1 Tag',
  'invite.days.7': '7 Tage',
  'invite.days.30': '30 Tage',
  'invite.for': 'Für wen',
  'invite.for.hint': 'Eine Notiz für dich. Darf leer sein.',
  'invite.confirm':
    'Bearbeiter und Leser werden Mitglieder, sobald sie geantwortet haben. Ein Verwalter wartet, bis du Wörter verglichen und ihn hereingelassen hast.',
  'invite.make': 'Link erstellen',
  'invite.link.title': 'Einladungslink',
  'invite.link': 'Link',
  'invite.link.way':
    'Gib diesen Link auf einem Weg weiter, den der Betreiber des Servers nicht mitliest: persönlich, auf Papier oder mit einem Messenger, der von Ende zu Ende verschlüsselt.',
  'invite.link.once':
    'Er gilt einmal, bis {time}. Solange er nicht benutzt ist, kann jeder damit beitreten, der ihn findet. Du kannst ihn jederzeit zurückziehen.',
  'invite.link.unsent': 'Er gilt, sobald dieser Computer synchronisiert hat.',
  'invite.link.copied': 'Link kopiert',

  'joinVault.title': 'Einem geteilten Tresor beitreten',
  'joinVault.local':
    'Ein geteilter Tresor liegt auf einem Server. Dieses Profil braucht dort zuerst ein Konto. Frage das Mitglied, das dich einlädt, nach der Adresse.',
  'joinVault.link': 'Einladungslink',
  'joinVault.link.hint': 'Der ganze Link, von coffer://join# bis zum Ende.',
  'joinVault.read': 'Weiter',
  'joinVault.reading': 'Das Protokoll des Tresors wird gelesen und geprüft …',
  'joinVault.role': 'Du bist als {role} eingeladen.',
  'joinVault.members': {
    one: 'Der Tresor hat {count} Mitglied.',
    other: 'Der Tresor hat {count} Mitglieder.',
  },
  'joinVault.ends': 'Die Einladung endet {time}.',
  'joinVault.compare':
    'Vergleicht diese Wörter am Telefon oder persönlich, wenn es geht: Du hörst ihre, sie hören deine. Brich ab, wenn eines verschieden ist.',
  'joinVault.inviter': 'Wörter des Mitglieds, das dich einlädt',
  'joinVault.own': 'Deine Wörter',
  'joinVault.accept': 'Annehmen',
  'joinVault.done': 'Angenommen. Der Tresor erscheint hier, sobald du bestätigt bist',
  'joining.title': 'Angenommene Einladung',
  'joining.title.named': 'Angenommene Einladung: „{name}“',
  'joinVault.vault': 'Es ist der Tresor „{name}“, den dieses Profil schon dem Namen nach kennt.',
  'joining.by': 'Eingeladen von {name}; der Name ist aus einem anderen Tresor bekannt.',
  'joining.text': 'Du hast sie {time} angenommen, als {role}.',
  'joining.unsent':
    'Deine Antwort ist noch nicht gesendet. Sie geht mit der nächsten Synchronisierung hinaus.',
  'joining.sent.auto':
    'Deine Antwort ist beim Server. Sie wartet auf das Programm eines Besitzers oder Verwalters des Tresors; sobald es online ist, bestätigt es dich von selbst und sendet dir den Schlüssel.',
  'joining.sent.manager':
    'Deine Antwort ist beim Server. Sie wartet darauf, dass ein Besitzer des Tresors Wörter mit dir vergleicht und dich hereinlässt.',
  'joining.meanwhile':
    'Du kannst inzwischen weiterarbeiten und das Programm beenden: Der Tresor erscheint hier von selbst.',
  'joining.withdraw': 'Zurückziehen',
  'joining.withdraw.text':
    'Wenn du sie zurückziehst und trotzdem bestätigt wirst, kommt der Tresor nicht in dieses Profil.',
  'joining.withdrawn': 'Einladung zurückgezogen',
};
