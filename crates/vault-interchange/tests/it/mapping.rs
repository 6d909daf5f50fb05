//! Tables whose columns the user explains.

use vault_engine::item::{FieldKind, ItemType, Role};
use vault_interchange::{
    Columns, FileKind, ImportError, Mapping, Meaning, Options, Outcome, ParsedFile, detect, find_importer,
    limits, table_columns,
};

use crate::support::{NOW, kind_and_value, remarks_on, rng, titled, value};

const TABLE: &str = "Site;Who;Passwort;Where\nPost;marguerite;\"kettle &amp; 1\";https://post.example\n;;;\nBank;ann;kettle-2;\n";

fn read(text: &str, mapping: Mapping, unescape: bool) -> ParsedFile {
    let options = Options { mapping: Some(mapping), unescape, ..Options::default() };
    read_bytes(text.as_bytes(), &options).unwrap()
}

fn read_bytes(bytes: &[u8], options: &Options) -> Result<ParsedFile, ImportError> {
    find_importer("mapped_csv").unwrap().read(bytes, options, NOW, &mut rng())
}

fn other_table() -> Option<ImportError> {
    Some(ImportError::UnknownFormat { looks_like: Some(FileKind::OtherTable) })
}

fn mapping(header: bool) -> Mapping {
    let columns = [
        Some(Meaning::Title),
        Some(Meaning::Field(Role::Username)),
        Some(Meaning::Field(Role::Password)),
        Some(Meaning::Addresses),
    ];
    Mapping { header, columns: columns.to_vec() }
}

#[test]
fn columns_have_names_first_values_and_proposals() {
    let Columns { header, width, western, columns } = table_columns(TABLE.as_bytes(), None).unwrap();
    assert!(header && width == 4 && !western);
    let names: Vec<_> = columns.iter().map(|column| (column.name.as_str(), column.meaning)).collect();
    assert_eq!(
        names,
        [
            ("Site", Meaning::Title),
            ("Who", Meaning::Custom),
            ("Passwort", Meaning::Field(Role::Password)),
            ("Where", Meaning::Custom),
        ]
    );
    assert_eq!(
        columns[1].samples.iter().map(|text| text.expose()).collect::<Vec<_>>(),
        ["marguerite", "ann"]
    );
    let Columns { header, columns, .. } =
        table_columns(b"Post,marguerite,kettle-1,https://post.example\n", None).unwrap();
    assert!(!header && columns.iter().all(|column| column.meaning == Meaning::Custom));
    assert_eq!(columns[3].name, "column 4");
}

#[test]
fn a_mapping_decides_what_values_become() {
    let parsed = read(TABLE, mapping(true), false);
    assert_eq!(parsed.items.len(), 2);
    let post = titled(&parsed, "Post");
    assert_eq!((post.item_type, value(post, Role::Username)), (ItemType::Login, "marguerite"));
    assert_eq!(value(post, Role::Password), "kettle &amp; 1");
    assert_eq!(post.urls, ["https://post.example"]);
    assert_eq!(remarks_on(&parsed, 2), [("", Outcome::RowSkipped)]);
    let without = read(TABLE, mapping(false), false);
    assert_eq!(without.items.len(), 3, "the first row is an item too");
}

#[test]
fn a_column_left_out_is_named() {
    let mut chosen = mapping(true);
    chosen.columns[1] = None;
    chosen.columns[3] = Some(Meaning::Custom);
    let parsed = read(TABLE, chosen, false);
    assert_eq!(remarks_on(&parsed, 0), [("Who", Outcome::NotKept)]);
    assert_eq!(
        kind_and_value(titled(&parsed, "Post"), "Where"),
        (FieldKind::Concealed, "https://post.example")
    );
}

#[test]
fn escapes_are_counted_and_removed_on_request() {
    assert_eq!(read(TABLE, mapping(true), false).escaped_items(), 1);
    let parsed = read(TABLE, mapping(true), true);
    assert_eq!(parsed.escaped_items(), 0);
    assert_eq!(value(titled(&parsed, "Post"), Role::Password), "kettle & 1");
}

#[test]
fn a_first_row_of_values_is_not_taken_for_names() {
    for (row, header) in [
        ("Mail,ann,kettle-one", false),
        ("mail,ann,kettle1", false),
        ("mail,ann,post.example", false),
        ("Konto,Kennung,Passwort", true),
        ("E-mail,Password,Field 3", true),
        ("Wort,Ding", false),
    ] {
        let found = table_columns(format!("{row}\nx,y,z\n").as_bytes(), None).unwrap();
        assert_eq!(found.header, header, "{row}");
        assert!(header || found.columns.iter().all(|column| column.name.starts_with("column ")), "{row}");
    }
}

#[test]
fn any_separator_and_encoding_is_read() {
    let utf16: Vec<u8> =
        "\u{feff}name\tpassword\r\nMüller\tä\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, western) in [
        (&b"name|password\r\nM\xc3\xbcller|\xc3\xa4\r\n"[..], false),
        (&b"sep=;\r\nname;password\r\nM\xfcller;\xe4\r\n"[..], true),
        (&utf16, false),
    ] {
        assert_eq!(detect(bytes).err(), other_table());
        assert_eq!(table_columns(bytes, None).unwrap().western, western);
        let parsed = read_bytes(bytes, &Options::default()).unwrap();
        assert_eq!(value(titled(&parsed, "Müller"), Role::Password), "ä");
        let guessed = remarks_on(&parsed, 0).len();
        assert_eq!(guessed, usize::from(western), "a guess is said");
    }
}

#[test]
fn columns_of_one_name_are_kept_apart() {
    let text = "name,password,password,\nMail,kettle-one,kettle-two,kettle-three\n";
    let found = table_columns(text.as_bytes(), None).unwrap();
    assert_eq!((found.columns[2].meaning, found.columns[3].name.as_str()), (Meaning::Custom, "column 4"));
    let parsed = read_bytes(text.as_bytes(), &Options::default()).unwrap();
    let mail = titled(&parsed, "Mail");
    assert_eq!(value(mail, Role::Password), "kettle-one");
    assert_eq!(kind_and_value(mail, "password"), (FieldKind::Concealed, "kettle-two"));
    assert_eq!(kind_and_value(mail, "column 4"), (FieldKind::Concealed, "kettle-three"));
}

#[test]
fn rows_shorter_and_longer_than_the_first_are_read() {
    let text = "Site;Who;Passwort;Where\nMail\nPost;ann;kettle;https://post.example;extra\n";
    let parsed = read(text, mapping(true), false);
    assert_eq!(parsed.items.len(), 2);
    assert_eq!(titled(&parsed, "Mail").fields.len(), 0);
    assert_eq!(kind_and_value(titled(&parsed, "Post"), "column 5"), (FieldKind::Concealed, "extra"));
    assert_eq!(remarks_on(&parsed, 2), [("column 5", Outcome::KeptAsCustomField)]);
}

#[test]
fn columns_beyond_those_shown_are_kept() {
    let wide = limits::COLUMNS_SHOWN + 3;
    let text = format!("name,login{}\nMail,ann{}\n", ",".repeat(wide - 2), ",v".repeat(wide - 2));
    let found = table_columns(text.as_bytes(), None).unwrap();
    assert_eq!((found.width, found.columns.len()), (wide, limits::COLUMNS_SHOWN));
    let parsed = read_bytes(text.as_bytes(), &Options::default()).unwrap();
    let mail = titled(&parsed, "Mail");
    for at in [3, limits::COLUMNS_SHOWN, limits::COLUMNS_SHOWN + 2] {
        assert_eq!(kind_and_value(mail, &format!("column {at}")).1, "v");
    }
    assert_eq!(
        remarks_on(&parsed, 1).last(),
        Some(&("column 103", Outcome::NotKept)),
        "more than an item holds"
    );
    let thousand = format!("name,login{}\nMail,ann{}\n", ",".repeat(998), ",v".repeat(998));
    let parsed = read_bytes(thousand.as_bytes(), &Options::default()).unwrap();
    let lost = remarks_on(&parsed, 1).iter().filter(|(_, outcome)| *outcome == Outcome::NotKept).count();
    let kept = titled(&parsed, "Mail").fields.len();
    assert_eq!(kept + lost, 999, "each value is kept or named");
}

#[test]
fn a_mapping_that_leaves_everything_out_makes_nothing() {
    let nothing = Mapping { header: true, columns: vec![None; 4] };
    let parsed = read(TABLE, nothing, false);
    assert!(parsed.items.is_empty());
    assert_eq!(remarks_on(&parsed, 1), [("", Outcome::RowSkipped)]);
    let only_names = b"name,password\n";
    assert_eq!(read_bytes(only_names, &Options::default()).err(), Some(ImportError::NoItems));
}

#[test]
fn a_header_of_labels_is_not_taken_for_enpass() {
    assert_eq!(detect(b"name,username,password,website\nMail,ann,kettle,\n").err(), other_table());
    let enpass = b"Mail,Username,ann,Password,kettle,\n";
    assert_eq!(detect(enpass).unwrap().format.id, "enpass_csv");
}

#[test]
fn t51_what_is_no_table_is_refused() {
    let none = Some(ImportError::UnknownFormat { looks_like: None });
    assert_eq!(table_columns(b"hello there\n", None).err(), none);
    assert_eq!(table_columns(b"", None).err(), Some(ImportError::Empty));
    for binary in [&b"a,b\n\xff\0,1\n"[..], b"a,b\n\x81,1\n"] {
        assert_eq!(table_columns(binary, None).err(), Some(ImportError::NotText { line: 2 }));
        assert_eq!(detect(binary).err(), Some(ImportError::NotText { line: 2 }));
    }
    let wide = ",".repeat(limits::COLUMNS + 1);
    assert!(table_columns(wide.as_bytes(), None).is_err());
    let endless = format!("a,b\n\"{}", "x".repeat(1 << 20));
    assert_eq!(table_columns(endless.as_bytes(), Some(true)).unwrap().columns[0].samples.len(), 0);
}
