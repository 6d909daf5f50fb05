//! Exports, read back by this program and by others.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use vault_engine::BlobId;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Field, FieldKind, Item, ItemType, Role, SecretText};
use vault_interchange::export::{ExportFormat, ExportReport};
use vault_interchange::{ImportError, Options, Outcome, detect, fingerprint};

use crate::export_items::{
    Items, KEY, PASSWORD, all_types, attachment, document, field, login, opened, past, reasons, remarked,
    same,
};
use crate::support::{NOW, custom, import, read, rng, titled, value};

#[test]
fn bitwarden_file_comes_back_as_it_was() {
    // Bank accounts become logins or notes.
    let native = || {
        let mut parsed = import("bitwarden-individual.json").unwrap();
        parsed.items.retain(|one| one.item.item_type != ItemType::BankAccount);
        parsed
    };
    let original = native();
    let mut items = Items::of(native().items.into_iter().map(|one| one.item));
    let (file, report) = items.write(ExportFormat::BitwardenJson);
    assert_eq!((report.items as usize, report.remarks), (original.items.len(), vec![]));
    let again = read(&file).unwrap();
    for (one, other) in original.items.iter().zip(&again.items) {
        assert_eq!(fingerprint(&one.item, &KEY), fingerprint(&other.item, &KEY), "{}", one.item.title);
        assert_eq!(
            (one.item.created_at, one.item.modified_at),
            (other.item.created_at, other.item.modified_at)
        );
    }
    same(&original, &again);
}

#[test]
fn encrypted_bitwarden_file_has_what_the_readable_one_has() {
    let items =
        || Items::of(import("bitwarden-individual.json").unwrap().items.into_iter().map(|one| one.item));
    let (readable, report) = items().write(ExportFormat::BitwardenJson);
    let (encrypted, also) = items().write(ExportFormat::BitwardenEncrypted);
    assert_eq!(report, also);
    same(&read(&readable).unwrap(), &opened(&encrypted));
    let text = String::from_utf8(encrypted.clone()).unwrap();
    assert!(!text.contains("Post office"));
    let wrong = Options { password: Some(SecretText::from("another")), ..Options::default() };
    let refused = detect(&encrypted).unwrap().read(&encrypted, &wrong, NOW, &mut rng());
    assert_eq!(refused.err(), Some(ImportError::WrongSecret));
}

#[test]
fn bitwarden_keeps_what_fits_and_names_the_rest() {
    let mut items = Items::of([login()].into_iter().chain(all_types()));
    items.vault = Some("Family");
    let (file, report) = items.write(ExportFormat::BitwardenJson);
    let parsed = read(&file).unwrap();
    assert_eq!(parsed.items.len(), 8);
    let bank = titled(&parsed, &login().title);
    assert_eq!(value(bank, Role::Password), "now=\u{1}<&>");
    assert_eq!(bank.field(Role::Password).unwrap().history.len(), 2);
    assert_eq!(bank.folder.as_deref(), Some("Family/Money/Banks"));
    assert_eq!(custom(bank, "Telephone: PIN").value.expose(), "1234");
    assert_eq!(custom(bank, "Tags").value.expose(), "a,b;c, work");
    assert_eq!(custom(bank, "Expires").value.expose(), "2031-05-06");
    assert_eq!(bank.passkeys.len(), 2);
    assert_eq!(bank.notes.expose(), "line one\nline \u{b}two\r\n<b>");
    let lost = reasons(&report, Outcome::NotKept);
    for field in ["ä &.txt", "gone.txt", "Telephone: PIN", "title"] {
        assert!(lost.iter().any(|(name, _)| *name == field), "{field}: {lost:?}");
    }
    let card = titled(&parsed, "Card");
    assert_eq!((card.item_type, value(card, Role::CardExpiry)), (ItemType::Card, "2029-03"));
    assert_eq!(custom(card, "PIN").value.expose(), "9876");
    assert_eq!(value(titled(&parsed, "Identity"), Role::Street), "1 Street\nFlat 2\nRear\nBell 3");
    assert_eq!(titled(&parsed, "Key").item_type, ItemType::SshKey);
    let server = titled(&parsed, "Server");
    assert_eq!((server.item_type, value(server, Role::Password)), (ItemType::Login, "toor"));
    assert_eq!(custom(server, "Host").value.expose(), "10.0.0.1");
    assert!(remarked(&report, "server") && remarked(&report, "bank_account"));
}

#[test]
fn template_and_damaged_item_are_named_and_left_out() {
    let mut template = Item::new(ItemType::Login, NOW);
    template.title = "Template".into();
    template.flags.template = true;
    let mut items = Items::of([template, Item::new(ItemType::Note, NOW)]);
    items.sealed.push(None);
    for format in ExportFormat::ALL {
        let (_, report) = items.write(format);
        assert_eq!(report.items, 1, "{format:?}");
        let skipped: Vec<_> = report
            .remarks
            .iter()
            .filter(|one| one.outcome == Outcome::RowSkipped)
            .map(|one| one.position)
            .collect();
        assert_eq!(skipped, [1, 3], "{format:?}");
    }
}

#[test]
fn table_has_every_value_in_a_cell() {
    let (file, report) = Items::of([login()]).write(ExportFormat::Csv);
    let text = String::from_utf8(file).unwrap();
    assert!(text.starts_with("name,url,username,password,note,otp,type,folder,tags,"), "{text}");
    for cell in [
        "\"Bank <of> \"\"England\"\" & Söhne\",\"https://example.com/a?b=1&c=2\nhttps://example.org\",mara,now=\u{1}<&>,",
        ",login,Money/Banks,\"a,b;c\nwork\",1,,,2031-05-06,2020-09-13T12:26:40Z,",
        "\"Telephone – PIN: 1234\nTitle: not the title\nSecond: otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ\"\r\n",
    ] {
        assert!(text.contains(cell), "{cell}\n{text}");
    }
    for field in ["Password", "Telephone: PIN", "example.com", "ä &.txt"] {
        assert!(remarked(&report, field), "{field}");
    }
}

#[test]
fn table_is_read_back_with_fields_and_types() {
    let mut items = all_types();
    items.retain(|item| item.trashed_at.is_none());
    items.push(login());
    let (file, _) = Items::of(all_types().into_iter().chain([login()])).write(ExportFormat::Csv);
    let parsed = read(&file).unwrap();
    for item in &items {
        let found = titled(&parsed, &item.title);
        assert_eq!(found.item_type, item.item_type, "{}", item.title);
        assert_eq!((&found.urls, &found.tags, &found.folder), (&item.urls, &item.tags, &item.folder));
        assert_eq!(
            (found.created_at, found.flags.favourite, found.expires),
            (item.created_at, item.flags.favourite, item.expires)
        );
        for field in item.fields.iter().filter(|field| !field.value.is_empty()) {
            // The address of a code has its parameters in another order.
            let Some(role) = field.role.filter(|role| *role != Role::Code) else { continue };
            assert_eq!(value(found, role), field.value.expose(), "{}: {role:?}", item.title);
        }
    }
}

/// A KDBX file, and what other programs find in it.
struct Kdbx {
    folder: TempDir,
    report: ExportReport,
}

impl Kdbx {
    fn of(mut items: Items) -> Self {
        let folder = TempDir::new().unwrap();
        let (file, report) = items.write(ExportFormat::Kdbx);
        std::fs::write(folder.path().join("export.kdbx"), file).unwrap();
        Self { folder, report }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs `keepassxc-cli`, which reads the password from its input.
    fn keepassxc(&self, command: &str, arguments: &[&str]) -> String {
        let mut program = Command::new("keepassxc-cli");
        program.args([command, "--quiet"]).arg(self.path().join("export.kdbx")).args(arguments);
        Self::output(program.current_dir(self.path()).env("QT_QPA_PLATFORM", "offscreen"))
    }

    /// Runs a program of Python with `kp`, the file opened by `pykeepass`.
    fn pykeepass(&self, program: &str) -> String {
        let begin = "import sys\nfrom pykeepass import PyKeePass\n\
                     kp = PyKeePass('export.kdbx', sys.stdin.readline().rstrip('\\n'))\n";
        let mut python = Command::new("/usr/bin/python3");
        Self::output(
            python.args(["-c", &[begin, program].concat()]).current_dir(self.path()).env("PYTHONUTF8", "1"),
        )
    }

    fn output(command: &mut Command) -> String {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn everything() -> Items {
    let mut items = Items::of([login()].into_iter().chain(all_types()));
    items.documents.insert(BlobId::from_bytes([1; 16]), document());
    items
}

#[test]
fn keepassxc_opens_the_database() {
    let kdbx = Kdbx::of(everything());
    assert_eq!((kdbx.report.items, kdbx.report.documents), (8, 1));
    let entry = format!("Money/Banks/{}", login().title);
    let shown = kdbx.keepassxc("show", &["--all", "--show-protected", "--show-attachments", &entry]);
    for line in [
        "UserName: mara",
        "Password: now=\u{1}<&>",
        "URL: https://example.com/a?b=1&c=2",
        "KP2A_URL: https://example.org",
        "Telephone: PIN: 1234",
        "Title (2): not the title",
        "TimeOtp-Secret-Base32: JBSWY3DPEHPK3PXP",
        "TimeOtp-Length: 8",
        "KPEX_PASSKEY_RELYING_PARTY: example.com",
        "KPEX_PASSKEY_USERNAME: mara",
        "-----BEGIN PRIVATE KEY-----",
        "a b c",
        "Favorite",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    // The program computes a code of eight digits.
    let code = kdbx.keepassxc("show", &["--totp", &entry]);
    assert_eq!(code.trim().len(), 8, "{code}");
    kdbx.keepassxc("attachment-export", &[&entry, "ä &.txt", "out.txt"]);
    assert!(std::fs::read(kdbx.path().join("out.txt")).unwrap() == document());
    let listed = kdbx.keepassxc("ls", &["--recursive", "--flatten"]);
    for path in ["Recycle Bin/Thrown away", "Key", "Server"] {
        assert!(listed.lines().any(|line| line == path), "{path}\n{listed}");
    }
    assert!(remarked(&kdbx.report, "gone.txt") && remarked(&kdbx.report, "passkey"));
}

#[test]
fn pykeepass_finds_history_times_and_recycle_bin() {
    let kdbx = Kdbx::of(everything());
    let found = kdbx.pykeepass(
        "e = [one for one in kp.entries if (one.password or '').startswith('now')][0]\n\
         print(kp.version, e.ctime.isoformat(), e.mtime.isoformat(), e.expiry_time.isoformat(), e.expires)\n\
         for h in e.history: print(h.password, h.get_custom_property('Telephone: PIN'), h.mtime.isoformat())\n\
         print(sorted(e.tags), [g for g in e.group.path])\n\
         print(kp.recyclebin_group.name, [x.title for x in kp.recyclebin_group.entries])\n\
         k = kp.find_entries(title='Key', first=True)\n\
         print(k.password, [(a.filename, len(a.data)) for a in k.attachments])\n",
    );
    let lines: Vec<_> = found.lines().collect();
    assert_eq!(
        lines,
        [
            "(4, 1) 2020-09-13T12:26:40+00:00 2023-11-14T22:13:20+00:00 2031-05-06T23:59:59+00:00 True",
            "first 0000 2020-09-13T12:26:40+00:00",
            "second 0000 2022-04-15T05:20:00+00:00",
            "second 1234 2022-06-12T02:13:20+00:00",
            // `pykeepass` leaves out the control character, which the file has.
            "now=<&> 1234 2022-08-08T23:06:40+00:00",
            "['Favorite', 'Passkey', 'a b c', 'work'] ['Money', 'Banks']",
            "Recycle Bin ['Thrown away']",
            "phrase [('id_key', 75), ('KeeAgent.settings', 587)]",
        ],
        "{found}"
    );
}

#[test]
fn second_code_and_second_passkey_have_entries_of_their_own() {
    let kdbx = Kdbx::of(everything());
    let found = kdbx.pykeepass(
        "for e in kp.entries:\n\
         \x20 if e.get_custom_property('KPEX_PASSKEY_USERNAME'): print(e.title, e.get_custom_property('KPEX_PASSKEY_USERNAME'))\n\
         \x20 if e.otp: print(e.title, e.otp)\n",
    );
    let title = login().title;
    assert!(found.contains(&format!("{title} (joint) joint")), "{found}");
    assert!(found.contains(&format!("{title} (Second) otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ")), "{found}");
}

#[test]
fn own_import_finds_all_that_was_written() {
    let kdbx = Kdbx::of(everything());
    let parsed = opened(&std::fs::read(kdbx.path().join("export.kdbx")).unwrap());
    // A second code and a second passkey are items of their own.
    assert_eq!(parsed.items.len(), 10);
    let original = login();
    let bank = titled(&parsed, &original.title);
    for role in [Role::Username, Role::Password] {
        assert_eq!(value(bank, role), value(&original, role));
    }
    let past = |item: &Item, field: &Field| -> Vec<(String, Timestamp)> {
        assert!(item.modified_at > field.history[0].replaced_at);
        field.history.iter().map(|past| (past.value.expose().to_owned(), past.replaced_at)).collect()
    };
    let password = original.field(Role::Password).unwrap();
    assert_eq!(past(bank, bank.field(Role::Password).unwrap()), past(&original, password));
    let pin = custom(bank, "Telephone: PIN");
    assert_eq!((pin.kind, pin.value.expose()), (FieldKind::Concealed, "1234"));
    assert_eq!(past(bank, pin), past(&original, &original.fields[3]));
    assert_eq!(
        (&bank.urls, &bank.folder, bank.expires),
        (&original.urls, &original.folder, original.expires)
    );
    assert_eq!((bank.created_at, bank.modified_at), (original.created_at, original.modified_at));
    assert!(bank.flags.favourite && bank.tags.contains("work") && bank.tags.contains("a b c"));
    let (one, other) = (&bank.passkeys[0], &original.passkeys[0]);
    assert_eq!((&one.credential_id, &one.user_handle), (&other.credential_id, &other.user_handle));
    assert!(one.private_key.expose() == other.private_key.expose());
    assert!(value(bank, Role::Code).contains("digits=8") && value(bank, Role::Code).contains("period=60"));
    assert_eq!(titled(&parsed, "Thrown away").trashed_at, Some(Timestamp(1_690_000_000_000)));
    assert_eq!(custom(titled(&parsed, "Server"), "Host").value.expose(), "10.0.0.1");
    let files = parsed.items.iter().find(|one| one.item.title == original.title).unwrap();
    assert_eq!(files.files.len(), 1);
}

#[test]
fn oldest_versions_of_a_large_item_are_left_out() {
    let mut item = Item::new(ItemType::Login, Timestamp(1_600_000_000_000));
    item.title = "Large".into();
    item.notes = SecretText::from("x".repeat(1 << 20).as_str());
    let mut password = field(1, Some(Role::Password), "", FieldKind::Concealed, "now");
    password.history =
        (0..200_u64).rev().map(|at| past(&at.to_string(), 1_600_000_001_000 + at * 1_000)).collect();
    item.fields = vec![password];
    let (file, report) = Items::of([item]).write(ExportFormat::Kdbx);
    assert!(remarked(&report, "history"));
    let parsed = opened(&file);
    let kept = &titled(&parsed, "Large").field(Role::Password).unwrap().history;
    assert!((50..64).contains(&kept.len()), "{}", kept.len());
    assert_eq!(kept[0].value.expose(), "199");
}

#[test]
fn damaged_document_leaves_the_others_readable() {
    let mut item = login();
    item.attachments = vec![attachment(1, "damaged.txt", 300_000), attachment(2, "whole.txt", 5)];
    let mut items = Items::of([item]);
    items.documents.insert(BlobId::from_bytes([1; 16]), document()[..1_000].to_vec());
    items.documents.insert(BlobId::from_bytes([2; 16]), b"whole".to_vec());
    let kdbx = Kdbx::of(items);
    assert_eq!(kdbx.report.documents, 1);
    assert!(remarked(&kdbx.report, "damaged.txt"));
    let found = kdbx.pykeepass("for a in kp.attachments: print(a.filename, a.data)\n");
    assert_eq!(found.trim(), "whole.txt b'whole'");
}

#[test]
fn wrong_password_opens_nothing() {
    let kdbx = Kdbx::of(Items::of([login()]));
    let mut program = Command::new("keepassxc-cli");
    program.args(["ls", "--quiet"]).arg(kdbx.path().join("export.kdbx"));
    let child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    child.stdin.take().unwrap().write_all(b"wrong\n").unwrap();
    assert!(!child.wait_with_output().unwrap().status.success());
}
