//! The sentences of errors of recovery by guardians.

use super::text::ErrorText;

pub(super) const TEXT_INVALID: ErrorText = ErrorText {
    en: [
        "This is not the complete text that is needed here.",
        "Copy all of it, from coffer:// to its end. Nothing was changed.",
    ],
    de: [
        "Das ist nicht der vollständige Text, der hier gebraucht wird.",
        "Kopiere ihn ganz, von coffer:// bis zum Ende. Nichts wurde geändert.",
    ],
};

pub(super) const NOT_CONSENTED: ErrorText = ErrorText {
    en: [
        "There is no such consent to a recovery.",
        "It was never given, was withdrawn, or has been given again since. Nothing was changed.",
    ],
    de: [
        "Eine solche Zustimmung zur Wiederherstellung gibt es nicht.",
        "Sie wurde nie gegeben, zurückgezogen oder seither neu gegeben. Nichts wurde geändert.",
    ],
};

pub(super) const OUTDATED: ErrorText = ErrorText {
    en: [
        "This consent is for keys that the member has no longer.",
        "Nothing was changed. The member must consent again.",
    ],
    de: [
        "Diese Zustimmung gilt für Schlüssel, die das Mitglied nicht mehr hat.",
        "Nichts wurde geändert. Das Mitglied muss neu zustimmen.",
    ],
};

pub(super) const WORDS_DIFFER: ErrorText = ErrorText {
    en: [
        "These are not the words of this request.",
        "Nothing was released. Call the member again: if the words still differ, somebody has exchanged the request.",
    ],
    de: [
        "Das sind nicht die Wörter dieser Anfrage.",
        "Nichts wurde freigegeben. Rufe noch einmal an: Weichen sie immer noch ab, hat jemand die Anfrage vertauscht.",
    ],
};

pub(super) const OTHER_ANSWER: ErrorText = ErrorText {
    en: [
        "This answer is not for the request of this computer.",
        "It was not taken. Ask the guardian for an answer to this request.",
    ],
    de: [
        "Diese Antwort gehört nicht zur Anfrage dieses Computers.",
        "Sie wurde nicht übernommen. Bitte die Vertrauensperson um eine Antwort auf diese Anfrage.",
    ],
};

pub(super) const FALSE_SHARE: ErrorText = ErrorText {
    en: [
        "The guardian who gave this answer signed a false share.",
        "It was not taken. Ask another guardian, and tell an owner of the team.",
    ],
    de: [
        "Wer diese Antwort gegeben hat, hat einen falschen Anteil unterschrieben.",
        "Sie wurde nicht übernommen. Bitte eine andere Vertrauensperson und sage es einem Besitzer des Teams.",
    ],
};

pub(super) const GUARDIANS_LACK: ErrorText = ErrorText {
    en: ["Too few guardians.", "Nothing was changed. More of them are needed, besides the account's own."],
    de: [
        "Zu wenige Vertrauenspersonen.",
        "Nichts wurde geändert. Es braucht mehr davon, die Person selbst nicht mitgezählt.",
    ],
};

pub(super) const RECOVERY_RUNS: ErrorText = ErrorText {
    en: ["A recovery was begun on this computer already.", "Continue or end it first. Nothing was changed."],
    de: [
        "Auf diesem Computer wurde schon eine Wiederherstellung begonnen.",
        "Setze sie zuerst fort oder beende sie. Nichts wurde geändert.",
    ],
};

pub(super) const RECOVERY_DAMAGED: ErrorText = ErrorText {
    en: [
        "The recovery that was begun on this computer cannot be read, or does not open the account.",
        "End it and begin again. The account itself is unchanged.",
    ],
    de: [
        "Die Wiederherstellung, die auf diesem Computer begonnen wurde, ist nicht lesbar oder öffnet das Konto nicht.",
        "Beende sie und beginne neu. Das Konto selbst ist unverändert.",
    ],
};
