use vault_engine::item::{FieldKind, ItemType, Role};
use vault_interchange::Outcome;

use crate::support::{import, kind_and_value, read, remarks_on, titled, value};

#[test]
fn individual_export_maps_every_column() {
    let parsed = import("bitwarden-individual.csv").unwrap();
    assert_eq!(parsed.format.id, "bitwarden_csv");
    assert_eq!(parsed.items.len(), 4);
    assert_eq!(parsed.folders, ["Work", "Work/Mail servers"]);

    let post = titled(&parsed, "Post office");
    assert_eq!(value(post, Role::Username), "marguerite");
    assert_eq!(value(post, Role::Password), "comma, \"quote\" ü");
    assert!(value(post, Role::Code).starts_with("otpauth://totp/"));
    assert_eq!(post.urls, ["https://www.post.example/a,b", "https://post.example"]);
    assert_eq!(post.notes.expose(), "Ask Marguerite first.\nThen try again.");
    assert_eq!(post.folder.as_deref(), Some("Work/Mail servers"));
    assert!(post.flags.favourite);
    assert_eq!(kind_and_value(post, "Customer number"), (FieldKind::Concealed, "K-20417"));
    assert_eq!(kind_and_value(post, "Address"), (FieldKind::Concealed, "12 Rue des Lilas\nStaircase C"));
    assert_eq!(kind_and_value(post, "Hint"), (FieldKind::Concealed, "one: two"));
    assert!(post.flags.reprompt);
    assert_eq!(remarks_on(&parsed, 1), []);

    let attic = titled(&parsed, "Attic");
    assert_eq!(attic.item_type, ItemType::Note);
    assert_eq!(attic.notes.expose(), "The key hangs behind the clock.");
    assert!(!attic.flags.favourite);
    assert!(remarks_on(&parsed, 2).is_empty());
}

#[test]
fn values_without_a_field_become_custom_fields() {
    let parsed = import("bitwarden-individual.csv").unwrap();
    let untitled = titled(&parsed, "anatole");
    assert!(untitled.field(Role::Code).is_none());
    assert_eq!(kind_and_value(untitled, "login_totp"), (FieldKind::Concealed, "not a code!"));
    let old = titled(&parsed, "Old kind");
    assert_eq!((old.item_type, value(old, Role::Password)), (ItemType::Login, "4000123412341234"));
    assert_eq!(kind_and_value(old, "type"), (FieldKind::Text, "card"));
    for (position, field) in [(3, "login_totp"), (4, "type")] {
        assert_eq!(remarks_on(&parsed, position), [(field, Outcome::KeptAsCustomField)]);
    }
}

#[test]
fn addresses_in_one_cell_are_separated_with_and_without_schemes() {
    for (cell, expected) in [
        (
            "www.first.example,second.example, third.example",
            &["www.first.example", "second.example", "third.example"][..],
        ),
        ("https://a.example/,second.example", &["https://a.example/", "second.example"]),
        ("https://a.example,https://b.example/x", &["https://a.example", "https://b.example/x"]),
        // Commas of one address.
        ("https://maps.example/@52.5,13.4,17z", &["https://maps.example/@52.5,13.4,17z"]),
        ("https://a.example/x,b.html", &["https://a.example/x,b.html"]),
        ("https://a.example/?q=1,b.example", &["https://a.example/?q=1,b.example"]),
        ("one,two", &["one,two"]),
        ("192.0.2.1,2", &["192.0.2.1,2"]),
    ] {
        let file = format!(
            "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n\
             ,,login,sites,,,0,\"{cell}\",ann,pw,\n"
        );
        let parsed = read(file.as_bytes()).unwrap();
        assert_eq!(titled(&parsed, "sites").urls, expected, "{cell}");
    }
}

#[test]
fn t51_a_cell_of_commas_is_read_in_linear_time() {
    // Quadratic time would run into the limit of the test runner.
    let commas = "a,".repeat(1 << 20);
    let file = format!(
        "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n\
         ,,login,sites,,,0,\"{commas}\",ann,pw,\n"
    );
    let parsed = read(file.as_bytes()).unwrap();
    assert!(titled(&parsed, "sites").urls.is_empty());
    assert_eq!(remarks_on(&parsed, 1), [("login_uri", Outcome::NotKept)]);
}

#[test]
fn organisation_export_makes_folder_and_tags_of_collections() {
    let parsed = import("bitwarden-organisation.csv").unwrap();
    let router = titled(&parsed, "Router");
    assert_eq!(router.folder.as_deref(), Some("Office/Network"));
    assert_eq!(router.tags.iter().collect::<Vec<_>>(), ["Office"]);
    assert!(router.flags.archived);
    assert_eq!(router.urls, ["http://192.0.2.1"]);
    assert_eq!(remarks_on(&parsed, 0), [("archivedDate", Outcome::NotKept)]);
}
