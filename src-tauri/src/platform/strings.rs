//! The texts that the program itself shows: titles of file dialogs and entries of the tray menu.

use vault_api::views::{AppStatus, Language};

/// The texts in one language.
pub struct Strings {
    /// Title of the dialog that saves the Emergency Kit.
    pub save_kit: &'static str,
    /// Its proposed file name.
    pub kit_file: &'static str,
    /// Title of the dialog that saves what happened.
    pub save_import_report: &'static str,
    pub import_report: &'static str,
    pub save_activity: &'static str,
    /// Its proposed file name for a table.
    pub activity_table: &'static str,
    /// Its proposed file name for JSON lines.
    pub activity_lines: &'static str,
    /// Title of the dialog that saves what shows that a server contradicted itself.
    pub save_evidence: &'static str,
    /// Its proposed file name.
    pub evidence_file: &'static str,
    /// Title of the dialog that saves the page with the recovery code.
    pub save_recovery: &'static str,
    /// Its proposed file name.
    pub recovery_file: &'static str,
    /// Title of the dialog that chooses where a profile is moved.
    pub move_profile: &'static str,
    /// Title of the dialog that chooses the folder of a profile.
    pub add_profile: &'static str,
    /// Title of the dialog that adds documents.
    pub add_files: &'static str,
    /// Title of the dialog that chooses the new version of a document.
    pub replace_document: &'static str,
    /// Title of the dialog that saves a document.
    pub save_document: &'static str,
    /// Title of the dialog that chooses an export of another program.
    pub choose_export: &'static str,
    /// Name of the files chosen there.
    pub export_files: &'static str,
    /// Title of the dialog that chooses an archive.
    pub choose_archive: &'static str,
    /// Name of the files chosen there.
    pub archive_files: &'static str,
    /// Title of the dialog that saves items for another program.
    pub save_export: &'static str,
    /// Title of the dialog that chooses where a folder of files is made.
    pub save_files: &'static str,
    /// Title of the dialog for the key file of an import.
    pub choose_key_file: &'static str,
    /// Kind of these files.
    pub import_key_files: &'static str,
    /// Title of the dialog that saves one-time codes as a text file.
    pub save_codes: &'static str,
    /// Its proposed file name.
    pub codes_file: &'static str,
    /// Title of the dialog that chooses a picture with a QR code, or a text file with codes.
    pub choose_picture: &'static str,
    /// Name of the files chosen there.
    pub picture_files: &'static str,
    /// Title of the dialog that chooses a file of authorities.
    pub choose_authority: &'static str,
    /// Name of the files chosen there.
    pub certificates: &'static str,
    /// Title of the dialog that chooses a picture of the code of a Kit or of another device.
    pub choose_code: &'static str,
    /// Name of the files chosen there.
    pub pictures: &'static str,
    /// Title of the dialog that saves a backup.
    pub save_backup: &'static str,
    /// Title of the dialog that chooses a backup.
    pub choose_backup: &'static str,
    /// Name of the files chosen there.
    pub backup_files: &'static str,
    /// Title of the dialog that chooses the folder for backups.
    pub backup_folder: &'static str,
    /// Title of the dialog that chooses an SSH key.
    pub choose_key: &'static str,
    /// Name of the files chosen there.
    pub key_files: &'static str,
    /// Question before a web address is opened: its title, with `{host}`; its text, with `{address}`; and its button.
    pub open_title: &'static str,
    pub open_text: &'static str,
    pub open_yes: &'static str,
    /// Question before a proxy is contacted: its title, with `{address}`; and its text.
    pub proxy_title: &'static str,
    pub proxy_text: &'static str,
    /// Question before a server is contacted: its title, with `{address}`; its text; and its button.
    pub server_title: &'static str,
    pub server_text: &'static str,
    pub server_yes: &'static str,
    /// Question before another program uses the profile: its title; its text, with `{path}`; and its button.
    pub program_title: &'static str,
    pub program_text: &'static str,
    pub program_yes: &'static str,
    /// Questions before something is deleted permanently, some with `{count}`, and their common text.
    pub delete_item: &'static str,
    pub delete_items: &'static str,
    pub delete_vault: &'static str,
    pub delete_file: &'static str,
    pub delete_history: &'static str,
    pub permanent: &'static str,
    /// Questions about members of a vault, with `{name}`: their titles, texts and buttons.
    pub invite: &'static str,
    pub invite_text: &'static str,
    pub invite_yes: &'static str,
    pub let_in: &'static str,
    pub let_in_text: &'static str,
    pub let_in_yes: &'static str,
    pub add_to_group: &'static str,
    pub add_to_group_text: &'static str,
    pub give_to_team: &'static str,
    pub give_to_team_text: &'static str,
    pub forget_vault: &'static str,
    pub forget_vault_text: &'static str,
    /// Question before fewer backups are kept, and its text.
    pub fewer_backups: &'static str,
    pub fewer_backups_text: &'static str,
    /// Question before a profile is deleted, with `{name}`, and its text.
    pub delete_profile: &'static str,
    pub delete_profile_text: &'static str,
    /// Buttons of questions.
    pub delete: &'static str,
    pub change: &'static str,
    pub cancel: &'static str,
    /// Tray entry that shows the window.
    pub show: &'static str,
    /// Tray entry that locks.
    pub lock: &'static str,
    /// Tray entry that quits.
    pub quit: &'static str,
}

const ENGLISH: Strings = Strings {
    save_kit: "Save the Emergency Kit",
    kit_file: "Coffer Emergency Kit.pdf",
    save_import_report: "Save the report",
    import_report: "Coffer import.txt",
    save_activity: "Save the activity",
    activity_table: "Coffer activity.csv",
    activity_lines: "Coffer activity.jsonl",
    save_evidence: "Save the evidence",
    evidence_file: "Coffer evidence.json",
    save_recovery: "Save the recovery code",
    recovery_file: "Coffer Recovery Code.pdf",
    move_profile: "Choose the folder to move the profile into",
    add_profile: "Choose the folder of a profile",
    add_files: "Add files",
    replace_document: "Choose the new version",
    save_document: "Save a copy",
    choose_export: "Choose an export file",
    export_files: "Exports",
    choose_key_file: "Choose the key file",
    import_key_files: "Key files",
    choose_archive: "Choose an archive",
    archive_files: "Coffer archives",
    save_export: "Export items",
    save_files: "Export files into a folder",
    save_codes: "Save one-time codes",
    codes_file: "One-time codes.txt",
    choose_picture: "Choose a picture with a QR code, or a text file",
    picture_files: "Pictures and texts (PNG, JPEG, WebP, GIF, TXT)",
    choose_authority: "Choose the certificate of an authority",
    certificates: "Certificates (PEM)",
    choose_code: "Choose a picture of the QR code",
    pictures: "Pictures (PNG, JPEG, WebP, GIF)",
    save_backup: "Save a backup",
    choose_backup: "Choose a backup",
    backup_files: "Backups (tar)",
    backup_folder: "Choose a folder for automatic backups",
    choose_key: "Choose a private key",
    key_files: "Key files",
    open_title: "Open {host}?",
    open_text: "Coffer has not opened this website before. Your browser will open:\n{address}",
    open_yes: "Open",
    proxy_title: "Contact servers through the proxy {address}?",
    proxy_text: "Agree only if you typed this address just now.",
    server_title: "Contact the server {address}?",
    server_text: "Agree only if you typed this address or pasted its connect code just now.",
    server_yes: "Contact",
    program_title: "Let another program use this profile?",
    program_text: "It may read, change and delete items, secrets too, until you lock the profile:\n{path}\nAgree only if you or a script of yours started it.",
    program_yes: "Allow",
    delete_item: "Delete this item permanently?",
    delete_items: "Delete {count} items permanently?",
    delete_vault: "Delete this vault with {count} items permanently?",
    invite: "Invite somebody into “{name}”?",
    invite_text: "Who has the link can join the vault and read everything in it.",
    invite_yes: "Invite",
    let_in: "Let this person into “{name}”?",
    let_in_text: "Compare the words with the person first, by phone or face to face.",
    let_in_yes: "Let In",
    add_to_group: "Change who is in “{name}”?",
    add_to_group_text: "Everybody in the group gets the vaults that are given to it, and can read everything in them.",
    give_to_team: "Change who gets “{name}”?",
    give_to_team_text: "Members of the groups that you chose can read everything in this vault.",
    forget_vault: "Remove “{name}” from this profile?",
    forget_vault_text: "Its items and documents are deleted here and on your other devices. What you have not copied to another vault is gone for you.",
    delete_file: "Delete this version of the document permanently?",
    delete_history: "Delete earlier versions permanently?",
    permanent: "This cannot be undone. Backups keep what they contain.",
    fewer_backups: "Keep fewer backups?",
    fewer_backups_text: "The oldest automatic backups are then deleted.",
    delete_profile: "Delete the profile “{name}” from this computer?",
    delete_profile_text: "Everything in it is deleted. Its backups are set aside first.",
    delete: "Delete",
    change: "Change",
    cancel: "Cancel",
    show: "Show Coffer",
    lock: "Lock",
    quit: "Quit",
};

const GERMAN: Strings = Strings {
    save_kit: "Notfallblatt speichern",
    kit_file: "Coffer Notfallblatt.pdf",
    save_import_report: "Bericht speichern",
    import_report: "Coffer Import.txt",
    save_activity: "Aktivität speichern",
    activity_table: "Coffer Aktivität.csv",
    activity_lines: "Coffer Aktivität.jsonl",
    save_evidence: "Beweis speichern",
    evidence_file: "Coffer Beweis.json",
    save_recovery: "Wiederherstellungscode speichern",
    recovery_file: "Coffer Wiederherstellungscode.pdf",
    move_profile: "Ordner wählen, in den das Profil kommt",
    add_profile: "Ordner eines Profils wählen",
    add_files: "Dateien hinzufügen",
    replace_document: "Neue Fassung auswählen",
    save_document: "Kopie speichern",
    choose_export: "Exportdatei auswählen",
    export_files: "Exporte",
    choose_key_file: "Schlüsseldatei auswählen",
    import_key_files: "Schlüsseldateien",
    choose_archive: "Archiv wählen",
    archive_files: "Coffer-Archive",
    save_export: "Einträge exportieren",
    save_files: "Dateien in einen Ordner exportieren",
    save_codes: "Einmalcodes speichern",
    codes_file: "Einmalcodes.txt",
    choose_picture: "Bild mit QR-Code oder Textdatei auswählen",
    picture_files: "Bilder und Texte (PNG, JPEG, WebP, GIF, TXT)",
    choose_authority: "Zertifikat einer Zertifizierungsstelle auswählen",
    certificates: "Zertifikate (PEM)",
    choose_code: "Bild des QR-Codes auswählen",
    pictures: "Bilder (PNG, JPEG, WebP, GIF)",
    save_backup: "Sicherung speichern",
    choose_backup: "Sicherung auswählen",
    backup_files: "Sicherungen (tar)",
    backup_folder: "Ordner für automatische Sicherungen auswählen",
    choose_key: "Privaten Schlüssel auswählen",
    key_files: "Schlüsseldateien",
    open_title: "{host} öffnen?",
    open_text: "Coffer hat diese Website noch nicht geöffnet. Dein Browser öffnet:\n{address}",
    open_yes: "Öffnen",
    proxy_title: "Server über den Proxy {address} kontaktieren?",
    proxy_text: "Stimme nur zu, wenn du diese Adresse gerade selbst eingegeben hast.",
    server_title: "Den Server {address} kontaktieren?",
    server_text: "Stimme nur zu, wenn du diese Adresse oder ihren Verbindungscode gerade selbst eingegeben hast.",
    server_yes: "Kontaktieren",
    program_title: "Darf ein anderes Programm dieses Profil verwenden?",
    program_text: "Es darf Einträge samt Geheimnissen lesen, ändern und löschen, bis du das Profil sperrst:\n{path}\nStimme nur zu, wenn du selbst oder ein eigenes Skript es gestartet hat.",
    program_yes: "Erlauben",
    delete_item: "Diesen Eintrag endgültig löschen?",
    delete_items: "{count} Einträge endgültig löschen?",
    delete_vault: "Diesen Tresor mit {count} Einträgen endgültig löschen?",
    invite: "Jemanden in „{name}“ einladen?",
    invite_text: "Mit dem Link kann man dem Tresor beitreten und alles darin lesen.",
    invite_yes: "Einladen",
    let_in: "Diese Person in „{name}“ lassen?",
    let_in_text: "Vergleiche vorher die Wörter mit der Person, am Telefon oder persönlich.",
    let_in_yes: "Hereinlassen",
    add_to_group: "Ändern, wer in „{name}“ ist?",
    add_to_group_text: "Wer in der Gruppe ist, bekommt die Tresore der Gruppe und kann alles darin lesen.",
    give_to_team: "Ändern, wer „{name}“ bekommt?",
    give_to_team_text: "Mitglieder der gewählten Gruppen können alles in diesem Tresor lesen.",
    forget_vault: "„{name}“ aus diesem Profil entfernen?",
    forget_vault_text: "Seine Einträge und Dokumente werden hier und auf deinen anderen Geräten gelöscht. Was du nicht in einen anderen Tresor kopiert hast, ist für dich weg.",
    delete_file: "Diese Fassung des Dokuments endgültig löschen?",
    delete_history: "Frühere Fassungen endgültig löschen?",
    permanent: "Das lässt sich nicht rückgängig machen. Sicherungen behalten, was sie enthalten.",
    fewer_backups: "Weniger Sicherungen behalten?",
    fewer_backups_text: "Die ältesten automatischen Sicherungen werden dann gelöscht.",
    delete_profile: "Das Profil „{name}“ von diesem Computer löschen?",
    delete_profile_text: "Alles darin wird gelöscht. Seine Sicherungen werden vorher beiseitegelegt.",
    delete: "Löschen",
    change: "Ändern",
    cancel: "Abbrechen",
    show: "Coffer anzeigen",
    lock: "Sperren",
    quit: "Beenden",
};

impl Strings {
    /// The texts in the current language.
    #[must_use]
    pub fn of(status: &AppStatus) -> &'static Self {
        match status.settings.language {
            Language::De => &GERMAN,
            Language::System if status.system_language == "de" => &GERMAN,
            Language::En | Language::System => &ENGLISH,
        }
    }
}

/// The two-letter language of the system; `en` if it is not set.
#[must_use]
pub fn system_language() -> String {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let language = ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    two_letters(&language.unwrap_or_default()).unwrap_or_else(|| "en".to_owned())
}

/// The language of a locale such as `de_AT.UTF-8` or a list such as `de:en`.
fn two_letters(locale: &str) -> Option<String> {
    let language = locale.split(['_', '.', '@', ':', '-']).next()?;
    let fits = language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase());
    fits.then(|| language.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_read_from_a_locale() {
        for (locale, language) in [
            ("de_AT.UTF-8", Some("de")),
            ("en", Some("en")),
            ("fr:en", Some("fr")),
            ("C.UTF-8", None),
            ("POSIX", None),
            ("", None),
        ] {
            assert_eq!(two_letters(locale).as_deref(), language, "{locale}");
        }
    }
}
