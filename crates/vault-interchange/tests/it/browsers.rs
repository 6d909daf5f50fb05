use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, Role};
use vault_interchange::Outcome;

use crate::support::{NOW, import, kind_and_value, read, remarks_on, titled, value};

const KEPT: Outcome = Outcome::KeptAsCustomField;
const NOISE: Outcome = Outcome::NotNeeded;

#[test]
fn chrome_maps_every_column() {
    let parsed = import("chrome.csv").unwrap();
    assert_eq!(parsed.format.id, "chrome_csv");
    assert_eq!(parsed.items.len(), 5);
    let post = titled(&parsed, "post.example");
    assert_eq!(value(post, Role::Username), "marguerite");
    assert_eq!(value(post, Role::Password), "comma, \"quote\" ü");
    assert_eq!(post.urls, ["https://post.example/login"]);
    assert_eq!(post.notes.expose(), "Ask Marguerite first.\nThen try again.");
    assert_eq!((post.created_at, post.modified_at), (NOW, NOW));
    let games = titled(&parsed, "games.example");
    assert_eq!(games.urls, ["android://c2lnbmF0dXJl@example.games/"]);
    assert!(games.notes.is_empty());
    assert_eq!(value(titled(&parsed, "untitled.example"), Role::Password), "kettle-3");
    assert!(titled(&parsed, "only a name").fields.is_empty());
    let surplus = titled(&parsed, "too many");
    assert_eq!(kind_and_value(surplus, "column 6"), (FieldKind::Concealed, "surplus-17"));
    assert_eq!(parsed.fields_mapped, 12);
    assert_eq!(remarks_on(&parsed, 4), [("", Outcome::RowSkipped)]);
    assert_eq!(remarks_on(&parsed, 6), [("column 6", KEPT)]);
    assert_eq!(parsed.remarks.len(), 2);
}

#[test]
fn a_damaged_row_is_reported_and_the_others_are_read() {
    let parsed = import("chrome-damaged.csv").unwrap();
    let titles: Vec<_> = parsed.items.iter().map(|parsed| parsed.item.title.as_str()).collect();
    assert_eq!(titles, ["first", "third", "fifth"]);
    for position in [2, 4] {
        assert_eq!(remarks_on(&parsed, position), [("", Outcome::RowSkipped)]);
    }
    assert!(parsed.remarks.iter().all(|remark| !remark.reason.contains("kettle")));
}

#[test]
fn the_own_sign_in_of_firefox_is_left_out_with_a_remark() {
    let file = "\"url\",\"username\",\"password\",\"httpRealm\",\"formActionOrigin\",\"guid\",\"timeCreated\",\
        \"timeLastUsed\",\"timePasswordChanged\"\n\
        \"chrome://FirefoxAccounts\",\"0123\",\"{}\",\"Firefox Accounts credentials\",,\"{g}\",\"1600000000000\",\
        \"1600000000000\",\"1600000000000\"\n\
        \"https://a.example\",\"ann\",\"pw\",\"\",\"\",\"{h}\",\"1600000000000\",\"1600000000000\",\"1600000000000\"\n";
    let parsed = read(file.as_bytes()).unwrap();
    assert_eq!(parsed.items.len(), 1);
    assert_eq!(remarks_on(&parsed, 1), [("", Outcome::RowSkipped)]);
    assert!(parsed.remarks[0].reason.contains("Firefox Accounts"));
}

#[test]
fn firefox_maps_every_column() {
    let parsed = import("firefox.csv").unwrap();
    assert_eq!(parsed.format.id, "firefox_csv");
    assert_eq!(parsed.items.len(), 3);
    let post = titled(&parsed, "post.example");
    assert_eq!(value(post, Role::Username), "marguerite");
    assert_eq!(value(post, Role::Password), "comma, \"quote\" ü");
    assert_eq!(post.urls, ["https://post.example"]);
    assert_eq!(
        (post.created_at, post.modified_at),
        (Timestamp(1_600_000_000_123), Timestamp(1_650_000_000_456))
    );
    assert_eq!(post.fields.len(), 2);
    assert!(remarks_on(&parsed, 1).is_empty());

    let printer = titled(&parsed, "printer.local");
    assert_eq!(kind_and_value(printer, "httpRealm"), (FieldKind::Text, "Print server"));
    assert_eq!(kind_and_value(printer, "timePasswordChanged"), (FieldKind::Text, "soon"));
    assert_eq!(remarks_on(&parsed, 2), [("httpRealm", KEPT), ("timePasswordChanged", KEPT)]);
    let forms = titled(&parsed, "forms.example");
    assert_eq!(kind_and_value(forms, "formActionOrigin"), (FieldKind::Text, "https://other.example"));
    assert_eq!(remarks_on(&parsed, 0), [("guid", NOISE), ("timeLastUsed", NOISE)]);
}

#[test]
fn tables_saved_by_a_spreadsheet_are_read() {
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(
        "name\turl\tusername\tpassword\r\npöst\thttps://post.example\tm\tp,1"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    let semicolons = "\u{feff}Name;URL;Username;Password\npöst;https://post.example;m;p,1".as_bytes();
    for bytes in [&utf16, semicolons] {
        let parsed = read(bytes).unwrap();
        assert_eq!(parsed.format.id, "chrome_csv");
        assert_eq!(value(titled(&parsed, "pöst"), Role::Password), "p,1");
    }
}
