import type { Translation } from '../message';
import type { teams as source } from '../en/teams';

export const teams: Translation<typeof source> = {
  'scope.teams': 'Teams',
  'shared.state.directory': 'Team',
  'shared.notice.directory': 'Dieser Tresor enthält Gruppen und Regeln eines Teams; Einträge hat er keine.',
  'detail.readOnly.directory':
    'Der Tresor dieses Eintrags enthält Gruppen und Regeln eines Teams: Der Eintrag lässt sich lesen und kopieren, aber nicht ändern.',

  'team.of': 'Team: {name}',
  'team.of.unknown': 'Folgt einem Team, das nicht hier ist',
  'team.open': 'Team „{name}“ öffnen',
  'team.open.short': 'Öffnen …',
  'team.people': 'Personen …',
  'scopes.team.rename': 'Team umbenennen',
  'scopes.team.remove': 'Team löschen …',
  'scopes.team.deleted': 'Das Team „{name}“ wurde gelöscht',
  'scopes.team.remove.title': 'Das Team „{name}“ löschen?',
  'scopes.team.remove.text': 'Seine Gruppen und Regeln werden gelöscht. Die Tresore und ihr Inhalt bleiben.',
  'team.leave': 'Aus dem Team nehmen …',
  'team.leave.title': '„{name}“ aus dem Team nehmen?',
  'team.leave.text':
    'Seine Mitglieder bleiben und folgen den Gruppen des Teams nicht mehr. Die Regeln des Teams gelten für seine Einträge nicht länger.',
  'team.leave.yes': 'Herausnehmen',
  'team.left': '„{name}“ folgt keinem Team mehr',

  'team.make': 'Team erstellen …',
  'team.make.title': 'Team erstellen',
  'team.make.text':
    'Ein Team hat Personen, Gruppen und Regeln und sagt, wer seine Tresore bekommt. Der Server kann nichts davon lesen.',
  'team.make.local.title': 'Ein Team braucht einen Server',
  'team.make.local':
    'Um in einem Team zu arbeiten, braucht dieses Profil ein Konto auf einem Server, und alle anderen darin auch. Der Server kann nichts von dem lesen, was du teilst.',
  'team.make.name': 'Name des Teams',
  'team.make.own': 'Dein Name in diesem Team',
  'team.make.yes': 'Team erstellen',

  'team.title': 'Team „{name}“',
  'team.unnamed': 'Ohne Namen',
  'team.tabs': 'Teile des Teams',
  'team.gone.title': 'Du bist nicht mehr in diesem Team',
  'team.gone':
    'Was seine Tresore dir gaben, wird weggenommen. Du kannst das Team aus diesem Profil entfernen; sonst verschwindet nichts damit.',
  'team.gone.forget': 'Aus diesem Profil entfernen …',
  'team.readOnly': 'Dieses Profil ist schreibgeschützt; das Team lässt sich jetzt nicht ändern.',
  'team.more': { one: 'und {count} mehr', other: 'und {count} mehr' },

  'team.tab.people': 'Personen',
  'team.people.text':
    'Alle hier sehen Personen, Gruppen und Regeln des Teams. Lesen können sie nur die Tresore, die sie bekommen.',
  'team.people.manage': 'Einladen, Rollen ändern …',
  'team.people.manage.read': 'Mitglieder …',
  'team.people.find': 'Person suchen',
  'team.people.none': 'Niemand heißt so.',
  'team.person.vaults': { one: 'in {count} Tresor des Teams', other: 'in {count} Tresoren des Teams' },
  'team.person.noVault': 'in keinem Tresor des Teams',
  'team.person.groups': 'Gruppen: {groups}',
  'team.person.noGroup': 'In keiner Gruppe',
  'team.state.suspended': 'Gesperrt',
  'team.state.removed': 'Entfernt',
  'team.state.former': 'Früheres Mitglied',
  'team.person.more': 'Mehr: {name}',
  'team.person.words': 'Wörter zeigen',
  'team.person.words.hide': 'Wörter ausblenden',
  'team.person.words.text':
    'Die acht Wörter von {name}. Um sie zu vergleichen und zu bestätigen, öffne die Mitglieder des Teams.',
  'team.person.compare': 'Wörter vergleichen …',
  'team.suspend': 'Sperren …',
  'team.suspend.title': '{name} sperren?',
  'team.suspend.text':
    'Alle Tresore des Teams werden {name} weggenommen und bekommen neue Schlüssel. Die Gruppen bleiben, wie sie sind, damit sich alles zurückgeben lässt. Was {name} gesehen hat, bleibt dort bekannt: Ändere diese Passwörter.',
  'team.suspend.yes': 'Sperren',
  'team.resume': 'Wieder aufnehmen',
  'team.resume.title': '{name} wieder aufnehmen?',
  'team.resume.text': '{name} bekommt wieder, was die Gruppen und Tresore des Teams vorsehen.',
  'team.resume.yes': 'Wieder aufnehmen',
  'team.remove': 'Entfernen …',
  'team.remove.title': '{name} aus dem Team entfernen?',
  'team.remove.text':
    '{name} verlässt das Team; alle seine Tresore werden weggenommen und bekommen neue Schlüssel. Was {name} gesehen hat, bleibt dort bekannt; das kann niemand zurückholen: Ändere diese Passwörter.',
  'team.state.done.active': '{name} arbeitet wieder im Team',
  'team.state.done.suspended': '{name} ist gesperrt',
  'team.state.done.removed': '{name} ist aus dem Team entfernt',

  'team.tab.groups': 'Gruppen',
  'team.groups.text':
    'Wer in einer Gruppe ist, bekommt ihre Tresore. Wer herausgenommen wird, verliert, was nur diese Gruppe gab, sobald Coffer bei einem Verwalter synchronisiert hat.',
  'team.groups.none': 'Es gibt noch keine Gruppen',
  'team.groups.none.text': 'Eine Gruppe gibt mehreren Personen dieselben Tresore.',
  'team.groups.find': 'Gruppe suchen',
  'team.groups.found.none': 'Keine Gruppe heißt so.',
  'team.group.new': 'Neue Gruppe …',
  'team.group.new.title': 'Neue Gruppe',
  'team.group.title': 'Gruppe „{name}“',
  'team.group.count': { one: '{count} Person', other: '{count} Personen' },
  'team.group.line': {
    one: '{count} Person: {names}',
    other: '{count} Personen: {names}',
  },
  'team.group.empty': 'Niemand',
  'team.group.edit': 'Ändern …',
  'team.group.edit.of': 'Ändern: {name}',
  'team.group.show': 'Zeigen …',
  'team.group.show.of': 'Zeigen: {name}',
  'team.group.delete': 'Löschen …',
  'team.group.delete.of': 'Löschen: {name}',
  'team.group.delete.title': 'Die Gruppe „{name}“ löschen?',
  'team.group.delete.text':
    'Ihre Personen bleiben im Team und verlieren die Tresore, die nur diese Gruppe ihnen gab.',
  'team.group.name': 'Name der Gruppe',
  'team.group.people': 'Wer darin ist',
  'team.group.saved': 'Gruppe gespeichert',
  'team.group.deleted': 'Gruppe „{name}“ gelöscht',
  'team.group.save': 'Gruppe speichern',

  'team.tab.vaults': 'Tresore',
  'team.vaults.text':
    'Gruppen und einzelne Personen werden Bearbeiter oder Leser. Verwalter und Besitzer eines Tresors bleiben, was sie sind.',
  'team.vaults.none': 'Das Team hat noch keine Tresore',
  'team.vaults.none.text': 'Füge einen Tresor hinzu, den du verwaltest, und wähle, wer ihn bekommt.',
  'team.vaults.none.read': 'Ein Verwalter des Teams fügt Tresore hinzu und wählt, wer sie bekommt.',
  'team.vaults.find': 'Tresor suchen',
  'team.vaults.found.none': 'Kein Tresor heißt so.',
  'team.vault.add': 'Tresor hinzufügen …',
  'team.vault.add.title': 'Dem Team einen Tresor hinzufügen',
  'team.vault.which': 'Tresor',
  'team.vault.add.none':
    'Du verwaltest keinen Tresor, den du hinzufügen könntest. Erstelle einen neuen, oder frage einen Besitzer. Dein persönlicher Tresor und Tresore eines anderen Teams gehen nicht.',
  'team.vault.role': 'Du: {role}',
  'team.vault.members': { one: '{count} Mitglied', other: '{count} Mitglieder' },
  'team.vault.away': 'Nicht auf diesem Computer',
  'team.vault.by': 'Zugang festgelegt von {name}',
  'team.vault.grant': '{name}: {role}',
  'team.vault.nobody': 'Das Team gibt ihn noch niemandem.',
  'team.vault.others': {
    one: 'In den Tresor selbst eingeladen, und bleibt: {names}',
    other: 'In den Tresor selbst eingeladen, und bleiben: {names}',
  },
  'team.vault.unfollowed':
    'Dieser Tresor folgt dem Team nicht: Seine eigenen Verwalter haben nicht zugestimmt oder ihn herausgenommen. Die Gruppen haben keine Wirkung auf ihn. Nimm ihn auch hier heraus; ein Verwalter des Tresors kann ihn wieder hinzufügen.',
  'team.vault.give': 'Wer ihn bekommt …',
  'team.vault.give.of': 'Wer ihn bekommt: {name}',
  'team.vault.give.title': 'Wer „{name}“ bekommt',
  'team.vault.give.save': 'Speichern',
  'team.vault.give.add': 'Dem Team hinzufügen',
  'team.vault.saved': 'Gespeichert, wer den Tresor bekommt',
  'team.vault.groups': 'Gruppen',
  'team.vault.people': 'Einzelne Personen',
  'team.vault.access': 'Zugang von {name}',
  'team.vault.access.none': 'Kein Zugang',
  'team.vault.suspended': 'Gesperrt: bekommt solange nichts',
  'team.vault.leave': 'Herausnehmen …',
  'team.vault.leave.of': 'Herausnehmen: {name}',
  'team.vault.left': '„{name}“ ist nicht mehr im Team',

  'team.by.you': 'bei dir',
  'team.by.other': 'bei {name}',
  'team.by.unnamed': 'bei einem Verwalter',
  'team.by.more': 'bei einem anderen Verwalter',
  'team.diff.add': '{name} kommt als {role} hinzu, sobald Coffer {who} synchronisiert hat.',
  'team.diff.role': '{name} wird {role}, sobald Coffer {who} synchronisiert hat.',
  'team.diff.remove': '{name} wird entfernt, sobald Coffer {who} synchronisiert hat.',
  'team.diff.add.nobody':
    '{name} soll als {role} hinzukommen, aber kein Verwalter des Tresors ist da, der es tun könnte. Ein Besitzer des Tresors kann jemanden zum Verwalter machen.',
  'team.diff.role.nobody':
    '{name} soll {role} werden, aber kein Verwalter des Tresors ist da, der es tun könnte. Ein Besitzer des Tresors kann jemanden zum Verwalter machen.',
  'team.diff.remove.nobody':
    '{name} soll entfernt werden, aber niemand im Tresor darf das jetzt. Ein Besitzer des Tresors kann jemand anderen zum Besitzer oder Verwalter machen.',
  'team.diff.contradicted':
    '{name} wird nicht hinzugefügt: Der Schlüssel ist nicht der von früher. Vergleicht zuerst die Wörter, bei den Mitgliedern des Teams.',
  'team.diff.owner':
    '{name} ist Besitzer dieses Tresors. Dort muss ein anderer Besitzer mit dem Masterpasswort die Mitgliedschaft beenden.',
  'team.diff.more': { one: '{count} weiterer Unterschied', other: '{count} weitere Unterschiede' },
  'team.diff.compare': 'Wörter vergleichen …',
  'team.diff.open': 'Personen des Tresors …',
  'team.diffs': 'Nicht so, wie das Team es sagt',

  'team.tab.rules': 'Regeln',
  'team.rules.enforced':
    'Die Programme der Mitglieder setzen diese Regeln durch; wer ein anderes Programm hat, ist nicht an sie gebunden. Bei mehreren Teams gilt die strengere Regel.',
  'team.rules.read': 'Die Besitzer des Teams legen die Regeln fest.',
  'team.rules.own': 'Auf dem Computer jedes Mitglieds',
  'team.rules.vaults': 'Für die Tresore des Teams',
  'team.rules.any': 'Keine Regel',
  'team.rules.password': 'Masterpasswort mindestens',
  'team.rules.lock': 'Bei Untätigkeit sperren, spätestens',
  'team.rules.trash': 'Im Papierkorb behalten, höchstens',
  'team.rules.days': { one: '{count} Tag', other: '{count} Tage' },
  'team.rules.noPlainExport': 'Geheimnisse werden nicht lesbar exportiert',
  'team.rules.noExport': 'Nichts wird exportiert, auch keine Dokumente',
  'team.rules.noCopies': 'Einträge werden nicht in andere Tresore kopiert oder verschoben',
  'team.rules.factor': 'Nur mit zweitem Faktor',
  'team.rules.factor.hint':
    'Diese Regel setzt der Server durch: Er gibt die Tresore nur Programmen, die mit einem zweiten Faktor angemeldet sind. Ein Besitzer jedes Tresors bestätigt sie mit dem Masterpasswort.',
  'team.factor.due': {
    one: 'Die Regeln verlangen einen zweiten Faktor, und {count} Tresor von dir braucht noch keinen.',
    other: 'Die Regeln verlangen einen zweiten Faktor, und {count} Tresore von dir brauchen noch keinen.',
  },
  'team.factor.own':
    'Schalte zuerst deinen eigenen zweiten Faktor ein und melde dich mit ihm an. Mitglieder ohne zweiten Faktor behalten, was sie haben, und bekommen bis dahin nichts Neues.',
  'team.factor.require': 'Verlangen …',
  'team.factor.waiting': 'Braucht einen zweiten Faktor, sobald dein Coffer synchronisiert hat.',
  'team.factor.you':
    'Braucht noch keinen zweiten Faktor, obwohl die Regeln ihn verlangen. Dir gehört dieser Tresor, du kannst ihn verlangen.',
  'team.factor.owner':
    'Braucht noch keinen zweiten Faktor, obwohl die Regeln ihn verlangen. Ein Besitzer des Tresors muss ihn verlangen: {names}.',
  'team.factor.nobody':
    'Braucht noch keinen zweiten Faktor, obwohl die Regeln ihn verlangen, und kein Besitzer des Tresors arbeitet im Team.',
  'team.rules.yes': 'ja',
  'team.rules.no': 'nein',
  'team.rules.save': 'Regeln speichern',
  'team.rules.saved': 'Regeln gespeichert',
  'settings.lockAfter.team': {
    one: 'Eines deiner Teams verlangt, nach spätestens {count} Minute zu sperren. Längere Zeiten sind nicht wählbar.',
    other:
      'Eines deiner Teams verlangt, nach spätestens {count} Minuten zu sperren. Längere Zeiten sind nicht wählbar.',
  },

  'team.members.title': 'Mitglieder von „{name}“',
  'team.members.invite': 'In das Team „{name}“ einladen',
  'team.members.reading':
    'Jedes Mitglied sieht Personen, Gruppen und Regeln des Teams und die Namen seiner Tresore. Einen Tresor lesen kann nur, wer ihn bekommt.',
  'team.members.owners':
    'Du bist der einzige Besitzer. Wenn du dein Konto verlierst, kann niemand mehr Regeln, Verwalter oder Besitzer des Teams ändern. Mache ein zweites Mitglied zum Besitzer.',
  'team.members.owner.text':
    'Besitzer dürfen im Team alles. Sie können auch dich entfernen und das Team schließen.',
  'team.members.leave': 'Team verlassen …',
  'team.members.leave.title': 'Das Team „{name}“ verlassen?',
  'team.members.leave.text':
    'Die Tresore, die das Team dir gab, werden weggenommen, sobald Coffer bei einem Verwalter synchronisiert hat. Tresore, die du verwaltest, bleiben dir.',
  'team.members.close': 'Team für alle schließen …',
  'team.members.close.title': 'Das Team „{name}“ für alle schließen?',
  'team.members.close.text':
    'Niemand kann Personen, Gruppen, Tresore oder Regeln noch ändern. Das lässt sich nicht rückgängig machen. Die Tresore bleiben, mit ihren Mitgliedern.',
  'team.members.close.yes': 'Team schließen',
  'team.members.remove.text':
    '{name} verlässt das Team; die Tresore, die es gab, werden weggenommen und bekommen neue Schlüssel. Was {name} gesehen hat, bleibt dort bekannt; das kann niemand zurückholen: Ändere diese Passwörter.',
  'team.member.owner.text': 'Ändert alles, auch die Regeln, Verwalter und andere Besitzer.',
  'team.member.manager.text':
    'Ändert Gruppen und Tresore des Teams; lädt Mitglieder ein, sperrt und entfernt sie.',
  'team.member.editor.text': 'Sieht das Team und darf den eigenen Namen darin ändern.',
  'team.member.viewer.text': 'Sieht das Team und ändert nichts.',
};
