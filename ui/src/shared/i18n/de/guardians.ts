import type { Translation } from '../message';
import type { guardians as source } from '../en/guardians';

export const guardians: Translation<typeof source> = {
  'team.tab.recovery': 'Wiederherstellung',
  'recovery.text':
    'Wer Passwort und Secret Key verloren hat, kann sein Konto von Vertrauenspersonen des Teams zurückbekommen, wenn er zugestimmt hatte. Es braucht mehrere gemeinsam; der Server allein kann nichts, und eine einzelne Person auch nicht.',
  'recovery.you': '{name} (du)',
  'recovery.copied': 'Der Text wurde kopiert',

  'recovery.guardians': 'Vertrauenspersonen',
  'recovery.notice':
    'Das Team „{team}“ fragt, ob seine Vertrauenspersonen dir dein Konto zurückgeben dürfen, wenn du Passwort und Secret Key verlierst. Du entscheidest, und kannst auch ablehnen.',
  'recovery.notice.open': 'Ansehen …',
  'recovery.guardians.text':
    'Besitzer und Verwalter können Vertrauenspersonen sein. Wähle mindestens zwei, besser eine mehr, als nötig sind.',
  'recovery.guardians.count': 'So viele sind nötig',
  'recovery.guardians.save': 'Vertrauenspersonen speichern',
  'recovery.guardians.saved':
    'Die Vertrauenspersonen sind gespeichert. Die Mitglieder werden um Zustimmung gebeten.',
  'recovery.guardians.are': '{names}. {count} von ihnen sind nötig.',
  'recovery.guardians.none': 'Dieses Team hat keine Vertrauenspersonen. Ein Besitzer kann sie wählen.',

  'recovery.own': 'Dein eigenes Konto',
  'recovery.own.none': 'Du hast nicht zugestimmt: Vertrauenspersonen können dein Konto nicht öffnen.',
  'recovery.own.given': 'Du hast zugestimmt: Die Vertrauenspersonen können dein Konto gemeinsam öffnen.',
  'recovery.own.outdated':
    'Vertrauenspersonen oder Schlüssel haben sich seit deiner Zustimmung geändert. Bitte stimme neu zu.',
  'recovery.own.text':
    'Handeln die Vertrauenspersonen gemeinsam, bekommen sie dein ganzes Konto, auch ohne dich. Alle im Team sehen, wenn jemand einen Anteil freigibt, und deine Geräte können es sieben Tage lang aufhalten.',
  'recovery.give': 'Zustimmen…',
  'recovery.give.yes': 'Zustimmen',
  'recovery.again': 'Neu zustimmen…',
  'recovery.give.title': 'Der Wiederherstellung zustimmen?',
  'recovery.give.text':
    '{count} dieser Vertrauenspersonen können dann dein Konto gemeinsam öffnen, mit allem darin: {names}. Du kannst das jederzeit zurückziehen.',
  'recovery.withdraw': 'Zurückziehen…',
  'recovery.withdraw.yes': 'Zurückziehen',
  'recovery.withdraw.title': 'Zustimmung zurückziehen?',
  'recovery.withdraw.text':
    'Die Vertrauenspersonen können dir dann nicht mehr helfen, wenn du Passwort und Secret Key verlierst.',

  'recovery.members': 'Mitglieder',
  'recovery.members.none': 'Noch hat kein anderes Mitglied zugestimmt.',
  'recovery.member.none': 'hat nicht zugestimmt',
  'recovery.member.given': 'hat zugestimmt',
  'recovery.member.outdated': 'muss neu zustimmen',
  'recovery.member.released': 'eine Vertrauensperson hat einen Anteil freigegeben',
  'recovery.help': 'Wiederherstellung beginnen',
  'recovery.add': 'Zustimmung eines Mitglieds',
  'recovery.add.hint': 'Wer das Team nur lesen darf, schickt dir diesen Text.',
  'recovery.add.yes': 'Hinzufügen',
  'recovery.add.done': 'Die Zustimmung wurde hinzugefügt',

  'recovery.card.title': 'Schicke diesen Text einem Besitzer oder Verwalter',
  'recovery.card.text':
    'Er wirkt, sobald ihn jemand von ihnen im Team unter Wiederherstellung hinzugefügt hat. Allein öffnet er nichts.',
  'recovery.card.label': 'Text der Zustimmung',
  'recovery.offer.title': 'Schicke diesen Text der Person',
  'recovery.offer.text':
    'Auf dem neuen Computer wählt sie „Konto von Vertrauenspersonen zurückbekommen“ und fügt ihn ein. Allein öffnet er nichts.',
  'recovery.offer.label': 'Text zum Beginnen',
  'recovery.answer.title': 'Schicke diese Antwort zurück',
  'recovery.answer.text': 'Nur der Computer, der gefragt hat, kann sie lesen.',
  'recovery.answer.label': 'Deine Antwort',

  'recovery.request': 'Eine Anfrage beantworten',
  'recovery.request.text':
    'Rufe die Person an oder triff sie, auf einem Weg, den du kennst. Nimm die Wörter nie aus der Nachricht, mit der die Anfrage kam.',
  'recovery.request.label': 'Anfrage vom neuen Computer',
  'recovery.request.read': 'Anfrage lesen',
  'recovery.request.who':
    'Diese Anfrage gilt dem Konto von {name}. Wer genug Antworten bekommt, bekommt das ganze Konto. Sei sicher, dass wirklich diese Person mit dir spricht.',
  'recovery.request.words': 'Die acht Wörter, die dir vorgelesen werden',
  'recovery.request.words.hint': { one: '{count} von 8 Wörtern', other: '{count} von 8 Wörtern' },
  'recovery.request.release': 'Meinen Anteil freigeben',

  'regain.open': 'Konto von Vertrauenspersonen zurückbekommen',
  'regain.title': 'Ein Konto zurückbekommen',
  'regain.text':
    'Hast du Passwort und Secret Key verloren und in einem Team zugestimmt, können dir seine Vertrauenspersonen dein Konto zurückgeben.',
  'regain.offer': 'Text einer Vertrauensperson',
  'regain.offer.hint':
    'Bitte eine der Vertrauenspersonen darum: im Team unter Wiederherstellung, neben deinem Namen.',
  'regain.login': 'Anmeldename deines Kontos',
  'regain.begin': 'Beginnen',
  'regain.request.text':
    'Schicke diese Anfrage den Vertrauenspersonen. Rufe dann jede an und lies ihr die acht Wörter vor.',
  'regain.request.label': 'Anfrage an die Vertrauenspersonen',
  'regain.words': 'Lies diese Wörter jeder Vertrauensperson vor',
  'regain.answers': '{answered} von {threshold} Vertrauenspersonen haben geantwortet.',
  'regain.answer': 'Antwort einer Vertrauensperson',
  'regain.answer.add': 'Antwort hinzufügen',
  'regain.password': 'Das neue Masterpasswort',
  'regain.password.hint': 'Das, welches du hier am Anfang gewählt hast.',
  'regain.step.answered':
    'Genug Vertrauenspersonen haben geantwortet. Nun kann das neue Passwort bei {address} eingetragen werden.',
  'regain.step.sending': 'Das neue Passwort ist noch nicht eingetragen: Der Server war nicht erreichbar.',
  'regain.step.waiting':
    'Das neue Passwort ist eingetragen und gilt ab {time}. Bis dahin können deine anderen Geräte es aufhalten. Komm dann an diesen Computer zurück.',
  'regain.step.effective': 'Das neue Passwort gilt. Du kannst diesen Computer jetzt einrichten.',
  'regain.step.cancelled':
    'Ein Gerät des Kontos hat die Wiederherstellung aufgehalten. Nichts wurde geändert. Beende sie hier und frage, wer das war.',
  'regain.step.superseded':
    'Der Server hat eine spätere Eintragung dieses Kontos, oder die Uhr dieses Computers geht nach. Nichts wurde geändert. Prüfe das Datum, beende dies und beginne neu.',
  'regain.step.refused':
    'Der Server nimmt das neue Passwort nicht an. Vielleicht ist der Anmeldename ein anderer. Beende dies und beginne neu.',
  'regain.register': 'Neues Passwort eintragen',
  'regain.send': 'Jetzt noch einmal versuchen',
  'regain.look': 'Nachsehen, ob es so weit ist',
  'regain.join': 'Diesen Computer einrichten',
  'regain.join.name': 'Name des Profils auf diesem Computer',
  'regain.key': 'Meinen neuen Secret Key anzeigen',
  'regain.key.text':
    'Schreibe ihn auf: Du brauchst ihn zusammen mit dem neuen Passwort, auch wenn dieser Computer inzwischen kaputtgeht.',
  'regain.key.label': 'Neuer Secret Key',
  'regain.end': 'Diese Wiederherstellung beenden…',
  'regain.end.title': 'Die Wiederherstellung auf diesem Computer beenden?',
  'regain.end.text':
    'Antworten der Vertrauenspersonen und der neue Secret Key werden von diesem Computer entfernt. Das Konto bleibt, wie es ist.',
  'regain.end.yes': 'Beenden',
};
