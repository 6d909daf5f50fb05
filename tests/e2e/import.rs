use serde_json::json;

use crate::harness::{App, Computer, Item, by, until};

#[tokio::test]
async fn each_export_format_is_imported_with_every_field() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    for (name, content, items) in [
        ("bitwarden.json", bitwarden_json(), 4),
        ("bitwarden.csv", BITWARDEN_CSV.to_owned(), 2),
        ("chrome.csv", CHROME_CSV.to_owned(), 2),
        ("firefox.csv", FIREFOX_CSV.to_owned(), 1),
    ] {
        let file = computer.write_file(name, content);
        app.import(&computer, &file, items).await;
        if name == "bitwarden.json" {
            app.screenshot("import-report").await;
        }
        app.click(&by("import-close")).await;
        app.gone(&by("import-dialog")).await;
    }
    let items = app.items().await;
    assert_eq!(items.len(), 9, "{:?}", items.iter().map(|item| item.text("title")).collect::<Vec<_>>());
    let item = |title: &str| -> &Item {
        let mut found = items.iter().filter(|item| item.text("title") == title);
        let first = found.next().unwrap_or_else(|| panic!("{title} is missing"));
        assert!(found.next().is_none(), "{title} is there twice");
        first
    };

    let bakery = item("Bakery, \"old town\"");
    assert_eq!((bakery.field("username"), bakery.field("password")), ("ada", "p\u{e4}ss,\"word\""));
    assert_eq!(bakery.list("urls"), ["https://bakery.example/login", "https://shop.bakery.example"]);
    assert!(bakery.field("code").contains("GEZDGNBVGY3TQOJQ"), "{}", bakery.field("code"));
    assert_eq!(bakery.field("Customer number"), "4711");
    assert_eq!(bakery.field("Hint"), "under the doormat");
    assert_eq!((bakery.text("notes"), bakery.text("folder")), ("two\nlines", "Shops"));
    assert_eq!(bakery.0["favourite"], json!(true));
    assert_eq!(item("A thought").text("notes"), "Not to be forgotten.");
    assert_eq!(item("A thought").text("item_type"), "note");
    let card = item("Blue card");
    assert_eq!((card.text("item_type"), card.field("card_number")), ("card", "4111111111111111"));
    assert_eq!((card.field("card_holder"), card.field("card_verification")), ("Ada Byron", "123"));
    assert_eq!(card.field("card_expiry"), "2031-04");
    let identity = item("Ada");
    assert_eq!((identity.text("item_type"), identity.field("last_name")), ("identity", "Byron"));
    assert_eq!(identity.field("email"), "ada@example.org");

    assert_eq!(item("Town hall").field("password"), "umlaut \u{fc}");
    assert_eq!(item("Town hall").text("folder"), "Offices");
    assert_eq!(item("Plain note").text("item_type"), "note");
    assert_eq!(item("chrome.example").field("username"), "chromium");
    assert_eq!(item("chrome.example").text("notes"), "kept with Chrome");
    assert_eq!(item("other.example").field("password"), "a,b\"c");
    let firefox = items.iter().find(|item| item.field("username") == "foxy").expect("the login of Firefox");
    assert_eq!(firefox.field("password"), "red panda");
    assert_eq!(firefox.list("urls"), ["https://fox.example"]);
}

#[tokio::test]
async fn importing_a_file_again_offers_to_skip_identical_items() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let file = computer.write_file("chrome.csv", CHROME_CSV);
    app.import(&computer, &file, 2).await;
    app.click(&by("import-close")).await;
    app.gone(&by("import-dialog")).await;
    app.open_import().await;
    app.click(&by("import-pick")).await;
    app.wait(&by("import-skip-identical")).await;
    assert_eq!(app.item_count().await, 2);
}

#[tokio::test]
async fn a_table_is_explained_and_updates_items() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let table = |password: &str| format!("Site;Wer;Passwort;Wo\nMail;ana;{password};https://mail.example\n");
    for (password, same) in [("old-kettle", None), ("new-kettle", Some("merge"))] {
        let file = computer.write_file("table.csv", table(password));
        computer.will_open(&[&file]);
        app.open_import().await;
        app.click(&by("import-pick")).await;
        app.wait(&by("import-columns")).await;
        for (column, meaning) in [(1, "username"), (3, "url")] {
            app.choose(&format!("[data-testid='import-meaning-{column}']"), meaning).await;
        }
        app.screenshot("import-columns").await;
        app.click(&by("import-mapped")).await;
        app.wait_attribute(&by("import-count"), "data-count", "1").await;
        if let Some(same) = same {
            app.choose(&by("import-same"), same).await;
        }
        app.click(&by("import-commit")).await;
        app.wait(&by("import-report")).await;
        if same.is_none() {
            app.click(&by("import-close")).await;
            app.gone(&by("import-dialog")).await;
        }
    }
    let report = computer.file("report.txt");
    computer.will_save(&report);
    app.click(&by("import-save-report")).await;
    let text = until("the report", async || std::fs::read_to_string(&report).ok()).await;
    assert!(text.contains("Items with a newer revision: 1\n  Mail\n") && !text.contains("kettle"), "{text}");
    let items = app.items().await;
    assert_eq!(items.len(), 1);
    let found = ["username", "password"].map(|role| items[0].field(role));
    assert_eq!((found, items[0].list("urls")), (["ana", "new-kettle"], vec!["https://mail.example"]));
    app.click(&by("import-undo")).await;
    app.gone(&by("import-dialog")).await;
    assert_eq!(app.items().await[0].field("password"), "old-kettle");
}

#[tokio::test]
async fn t51_a_file_that_is_no_export_is_refused_and_changes_nothing() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    app.open_import().await;
    let deep = "[".repeat(100_000);
    for (name, content) in [("deep.json", deep.as_bytes()), ("noise.csv", &[0xff, 0, 7, 0x80][..])] {
        let file = computer.write_file(name, content);
        computer.will_open(&[&file]);
        app.click(&by("import-pick")).await;
        let told = app.text(&by("import-error")).await;
        assert!(!told.is_empty(), "{name}");
    }
    app.screenshot("import-refused").await;
    assert_eq!(app.item_count().await, 0);
}

fn bitwarden_json() -> String {
    json!({
        "encrypted": false,
        "folders": [{ "id": "f1", "name": "Shops" }],
        "items": [
            {
                "id": "1", "folderId": "f1", "type": 1, "name": "Bakery, \"old town\"", "notes": "two\nlines",
                "favorite": true,
                "fields": [
                    { "name": "Customer number", "value": "4711", "type": 0 },
                    { "name": "Hint", "value": "under the doormat", "type": 1 }
                ],
                "login": {
                    "username": "ada", "password": "p\u{e4}ss,\"word\"", "totp": "GEZDGNBVGY3TQOJQ",
                    "uris": [
                        { "match": null, "uri": "https://bakery.example/login" },
                        { "match": null, "uri": "https://shop.bakery.example" }
                    ]
                }
            },
            { "id": "2", "folderId": null, "type": 2, "name": "A thought", "notes": "Not to be forgotten.",
              "favorite": false, "secureNote": { "type": 0 } },
            { "id": "3", "folderId": null, "type": 3, "name": "Blue card", "notes": null, "favorite": false,
              "card": { "cardholderName": "Ada Byron", "brand": "Visa", "number": "4111111111111111",
                        "expMonth": "4", "expYear": "2031", "code": "123" } },
            { "id": "4", "folderId": null, "type": 4, "name": "Ada", "notes": null, "favorite": false,
              "identity": { "title": "Ms", "firstName": "Ada", "lastName": "Byron", "email": "ada@example.org",
                            "city": "London" } }
        ]
    })
    .to_string()
}

const BITWARDEN_CSV: &str = "\
folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp
Offices,1,login,Town hall,,,0,https://hall.example,clerk,umlaut \u{fc},
,,note,Plain note,\"first line
second line\",,0,,,,
";

const CHROME_CSV: &str = "\
name,url,username,password,note
chrome.example,https://chrome.example/,chromium,blue fox,kept with Chrome
other.example,https://other.example/a,somebody,\"a,b\"\"c\",
";

const FIREFOX_CSV: &str = "\
\"url\",\"username\",\"password\",\"httpRealm\",\"formActionOrigin\",\"guid\",\"timeCreated\",\"timeLastUsed\",\"timePasswordChanged\"
\"https://fox.example\",\"foxy\",\"red panda\",,\"https://fox.example\",\"{5c9dbd6e-8e1b-4f0a-9a35-0c8a8d1f2b3c}\",\"1600000000000\",\"1600000000000\",\"1600000000000\"
";
