//! The sentences of errors about vaults, their members and invitations.

use super::text::ErrorText;

pub(super) const VAULT_SHARED: ErrorText = ErrorText {
    en: [
        "This vault has other members.",
        "Nothing was deleted. Remove the members first, leave the vault, or close it for all.",
    ],
    de: [
        "Dieser Tresor hat andere Mitglieder.",
        "Nichts wurde gelöscht. Entferne zuerst die Mitglieder, verlasse den Tresor oder schließe ihn für alle.",
    ],
};

pub(super) const TEAM_DIRECTORY: ErrorText = ErrorText {
    en: [
        "This vault holds the groups and rules of a team; it has no items.",
        "Nothing was changed. Choose another vault.",
    ],
    de: [
        "Dieser Tresor enthält Gruppen und Regeln eines Teams; Einträge hat er keine.",
        "Nichts wurde geändert. Wähle einen anderen Tresor.",
    ],
};

pub(super) const OTHER_TEAM: ErrorText = ErrorText {
    en: ["This vault belongs to another team.", "Nothing was changed. Take it out of that team first."],
    de: [
        "Dieser Tresor gehört zu einem anderen Team.",
        "Nichts wurde geändert. Nimm ihn zuerst aus jenem Team heraus.",
    ],
};

pub(super) const POLICY_FORBIDS: ErrorText = ErrorText {
    en: [
        "A rule of the team does not allow that.",
        "Nothing was changed. The owners of the team set its rules.",
    ],
    de: [
        "Eine Regel des Teams erlaubt das nicht.",
        "Nichts wurde geändert. Die Regeln legen die Besitzer des Teams fest.",
    ],
};

pub(super) const HOME_NOT_SHARED: ErrorText = ErrorText {
    en: ["Your own vault cannot be shared.", "Create another vault, and move there what others may see."],
    de: [
        "Dein eigener Tresor kann nicht geteilt werden.",
        "Lege einen weiteren Tresor an und verschiebe dorthin, was andere sehen dürfen.",
    ],
};

pub(super) const MEMBER_NOT_PERMITTED: ErrorText = ErrorText {
    en: ["Your role in this vault does not allow that.", "Nothing was changed. Ask an owner of the vault."],
    de: [
        "Deine Rolle in diesem Tresor erlaubt das nicht.",
        "Nichts wurde geändert. Frage einen Besitzer des Tresors.",
    ],
};

pub(super) const MEMBER_UNCHANGED: ErrorText = ErrorText {
    en: [
        "The members have changed meanwhile, so this has no effect.",
        "Look at the members again. Nothing was changed.",
    ],
    de: [
        "Die Mitglieder haben sich inzwischen geändert; das hat keine Wirkung mehr.",
        "Sieh dir die Mitglieder noch einmal an. Nichts wurde geändert.",
    ],
};

pub(super) const LAST_OWNER: ErrorText = ErrorText {
    en: ["A vault needs an owner.", "Make another member an owner first."],
    de: ["Ein Tresor braucht einen Besitzer.", "Mache zuerst ein anderes Mitglied zum Besitzer."],
};

pub(super) const TOO_MANY_MEMBERS: ErrorText = ErrorText {
    en: [
        "The vault has no room for more members or invitations.",
        "Withdraw invitations that are not needed.",
    ],
    de: [
        "Der Tresor hat keinen Platz für mehr Mitglieder oder Einladungen.",
        "Ziehe Einladungen zurück, die nicht gebraucht werden.",
    ],
};

pub(super) const MEMBER_CHANGE_REFUSED: ErrorText = ErrorText {
    en: ["The vault does not accept this change.", "Nothing was changed. Synchronize, then try again."],
    de: [
        "Der Tresor nimmt diese Änderung nicht an.",
        "Nichts wurde geändert. Synchronisiere und versuche es dann noch einmal.",
    ],
};

pub(super) const MEMBER_CHANGES_WAIT: ErrorText = ErrorText {
    en: [
        "Earlier changes of the members have not been sent yet.",
        "Go online until they are sent, then try again.",
    ],
    de: [
        "Frühere Änderungen der Mitglieder sind noch nicht gesendet.",
        "Warte mit Verbindung, bis sie gesendet sind, und versuche es dann noch einmal.",
    ],
};

pub(super) const MEMBER_IDENTITY_CHANGED: ErrorText = ErrorText {
    en: [
        "This person's key is not the one seen before.",
        "Nothing is shared with it. Compare the words with its owner, by phone or face to face.",
    ],
    de: [
        "Der Schlüssel dieser Person ist nicht der von früher.",
        "Es wird nichts mit ihm geteilt. Vergleiche die Wörter mit der Person, am Telefon oder persönlich.",
    ],
};

pub(super) const INVITATION_MALFORMED: ErrorText = ErrorText {
    en: ["This is not a complete invitation.", "Copy the whole link, from coffer:// to its end."],
    de: ["Das ist keine vollständige Einladung.", "Kopiere den ganzen Link, von coffer:// bis zum Ende."],
};

pub(super) const INVITATION_NOT_OPEN: ErrorText = ErrorText {
    en: [
        "This invitation is not open.",
        "It was used or withdrawn, or its sender has not been online yet. Ask for a new one.",
    ],
    de: [
        "Diese Einladung ist nicht offen.",
        "Sie wurde benutzt oder zurückgezogen, oder wer einlädt, war noch nicht online. Bitte um eine neue.",
    ],
};

pub(super) const INVITATION_EXPIRED: ErrorText = ErrorText {
    en: ["This invitation has expired.", "Ask for a new one."],
    de: ["Diese Einladung ist abgelaufen.", "Bitte um eine neue."],
};

pub(super) const INVITATION_OTHER_LOG: ErrorText = ErrorText {
    en: [
        "The server shows another vault than the one you are invited to.",
        "Nothing was joined. Tell your inviter.",
    ],
    de: [
        "Der Server zeigt einen anderen Tresor als den, in den du eingeladen bist.",
        "Du bist nicht beigetreten. Sage es der Person, die dich einlädt.",
    ],
};

pub(super) const ALREADY_MEMBER: ErrorText = ErrorText {
    en: ["You are a member of this vault already.", "You find it among your vaults."],
    de: ["Du bist schon Mitglied dieses Tresors.", "Du findest ihn bei deinen Tresoren."],
};

pub(super) const VAULT_KEY_MISSING: ErrorText = ErrorText {
    en: [
        "The current key of this vault has not been received yet.",
        "Ask an owner or manager of the vault to open Coffer; it sends the key.",
    ],
    de: [
        "Der aktuelle Schlüssel dieses Tresors ist noch nicht eingetroffen.",
        "Bitte einen Besitzer oder Verwalter des Tresors, Coffer zu öffnen; es sendet den Schlüssel.",
    ],
};

pub(super) const VAULT_NEWER: ErrorText = ErrorText {
    en: [
        "This vault needs a newer version of Coffer.",
        "Until you update, it can be read as it was; nothing was changed.",
    ],
    de: [
        "Dieser Tresor braucht eine neuere Version von Coffer.",
        "Bis zur Aktualisierung ist er in seinem bisherigen Stand lesbar; nichts wurde verändert.",
    ],
};

pub(super) const VAULT_CLOSED: ErrorText = ErrorText {
    en: ["An owner has closed this vault.", "It can be read; copy what you want to change."],
    de: ["Ein Besitzer hat diesen Tresor geschlossen.", "Er bleibt lesbar; kopiere, was du ändern möchtest."],
};

pub(super) const VAULT_NOT_WRITABLE: ErrorText = ErrorText {
    en: ["You may only read this vault.", "An owner or manager can let you change it."],
    de: [
        "Du darfst diesen Tresor nur lesen.",
        "Ein Besitzer oder Verwalter kann dir erlauben, ihn zu ändern.",
    ],
};

pub(super) const VAULT_IDENTITY_WAITS: ErrorText = ErrorText {
    en: [
        "This vault does not know your new identity yet. Nothing was changed.",
        "Wait until Coffer has synchronized; then try again.",
    ],
    de: [
        "Dieser Tresor kennt deine neue Identität noch nicht. Nichts wurde geändert.",
        "Warte, bis Coffer synchronisiert hat, und versuche es dann noch einmal.",
    ],
};

pub(super) const VAULT_ALARM: ErrorText = ErrorText {
    en: [
        "The server contradicted itself about this vault.",
        "Nothing is sent any more. Everything here can be read, and nothing was lost.",
    ],
    de: [
        "Der Server hat sich zu diesem Tresor widersprochen.",
        "Es wird nichts mehr gesendet. Alles hier bleibt lesbar, und nichts ging verloren.",
    ],
};
