//! Items of a file that exist with another content, and the report.

use vault_api::views::{
    ImportChoice, ImportPreview, ImportReport, ImportSame, ItemQuery, ItemScope, ItemSort, ItemView,
    TransferMode, VaultAppearanceView,
};
use vault_api::{Coffer, ErrorCode};

use crate::imports::previewed;
use crate::support::{Computer, id};

const OLD: &str = "name,url,username,password,note\n\
    Mail,https://mail.example/,ana,old-kettle,kept by hand\n\
    Shop,https://shop.example/,ana,two-kettles,\n";
const NEW: &str = "name,url,username,password,note\n\
    Mail,https://mail.example/login,ana,new-kettle,\n\
    Shop,https://shop.example/,ana,two-kettles,\n\
    Bank,https://bank.example/,ana,three-kettles,\n";

async fn preview(computer: &Computer, content: &str) -> ImportPreview {
    let path = computer.folder.path().join("export.csv");
    std::fs::write(&path, content).unwrap();
    previewed(computer.coffer.import_preview(path).await.unwrap())
}

async fn import(computer: &Computer, content: &str, same: ImportSame) -> ImportReport {
    let token = preview(computer, content).await.token;
    let choice =
        ImportChoice { token, skip_identical: true, same, folder: None, tag: Some("new".to_owned()) };
    computer.coffer.import_commit(choice).await.unwrap()
}

async fn item(coffer: &Coffer, title: &str) -> ItemView {
    let query =
        ItemQuery { scope: ItemScope::All, text: String::new(), sort: ItemSort::Title, offset: 0, limit: 50 };
    let page = coffer.item_list(query).await.unwrap();
    let row = page.rows.iter().find(|row| row.title == title).unwrap();
    coffer.item_get(row.id.parse().unwrap()).await.unwrap()
}

async fn password(coffer: &Coffer, item: &ItemView) -> String {
    let field = item.fields.iter().find(|field| field.role.as_deref() == Some("password")).unwrap();
    coffer.item_reveal(id(item), field.id.parse().unwrap()).await.unwrap().expose().to_owned()
}

#[tokio::test]
async fn merging_makes_a_newer_revision_and_loses_nothing() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    import(&computer, OLD, ImportSame::Keep).await;
    let before = item(coffer, "Mail").await;
    let found = preview(&computer, NEW).await;
    assert_eq!((found.items, found.identical, found.updates, found.unchanged), (3, 0, 1, 1));
    let report = import(&computer, NEW, ImportSame::Merge).await;
    assert_eq!((report.imported, report.updated, report.skipped), (1, 1, 1));
    assert_eq!(computer.titles("").await, ["Bank", "Mail", "Shop"]);
    let mail = item(coffer, "Mail").await;
    assert_eq!((mail.id.as_str(), mail.revisions), (before.id.as_str(), before.revisions + 1));
    assert_eq!(password(coffer, &mail).await, "new-kettle");
    assert_eq!(mail.urls, ["https://mail.example/", "https://mail.example/login"]);
    assert_eq!((mail.notes.as_str(), before.notes.as_str()), ("kept by hand", "kept by hand"));
    let field =
        mail.fields.iter().find(|field| field.role.as_deref() == Some("password")).unwrap().id.parse();
    let past = coffer.item_reveal_past(id(&mail), field.unwrap(), 0).await.unwrap();
    assert_eq!(past.expose(), "old-kettle");
    let history = coffer.item_history(id(&mail)).await.unwrap();
    let revision = history[1].revision.parse().unwrap();
    let restored = coffer.item_restore_revision(id(&mail), revision).await.unwrap();
    assert_eq!(password(coffer, &restored).await, "old-kettle");
}

#[tokio::test]
async fn one_undo_takes_a_whole_import_back() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    import(&computer, OLD, ImportSame::Keep).await;
    let report = import(&computer, NEW, ImportSame::Merge).await;
    coffer.undo(report.undo.unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(computer.titles("").await, ["Mail", "Shop"]);
    let mail = item(coffer, "Mail").await;
    assert_eq!(password(coffer, &mail).await, "old-kettle");
    assert_eq!(mail.urls, ["https://mail.example/"]);
    let nothing = import(&computer, OLD, ImportSame::Merge).await;
    assert_eq!((nothing.imported, nothing.updated, nothing.skipped, nothing.undo), (0, 0, 2, None));
    let token = preview(&computer, OLD).await.token;
    let tag = Some("other".to_owned());
    let choice = ImportChoice { token, skip_identical: true, same: ImportSame::Merge, folder: None, tag };
    let tagged = coffer.import_commit(choice).await.unwrap();
    assert_eq!((tagged.updated, tagged.skipped), (0, 2), "a tag alone is no reason for a revision");
}

#[tokio::test]
async fn keeping_adds_beside_and_skipping_leaves_out() {
    let computer = Computer::with_profile().await;
    import(&computer, OLD, ImportSame::Keep).await;
    let skipped = import(&computer, NEW, ImportSame::Skip).await;
    assert_eq!((skipped.imported, skipped.updated, skipped.skipped), (1, 0, 2));
    let kept = import(&computer, NEW, ImportSame::Keep).await;
    assert_eq!((kept.imported, kept.updated, kept.skipped), (1, 0, 2));
    assert_eq!(computer.titles("").await, ["Bank", "Mail", "Mail", "Shop"]);
}

#[tokio::test]
async fn what_may_be_another_item_is_added() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    import(&computer, OLD, ImportSame::Keep).await;
    let others = "name,url,username,password,note\n\
        Mail,https://other.example/,ana,elsewhere,\n\
        Mail,https://mail.example/,ben,of another,\n\
        Mail,https://mail.example/,ana,first,\n\
        Mail,https://mail.example/,ana,second,\n";
    let report = import(&computer, others, ImportSame::Merge).await;
    assert_eq!((report.imported, report.updated), (3, 1), "one item of the file updates an existing one");
    // Now two are alike, so none is taken for the third.
    let again = "name,url,username,password,note\nMail,https://mail.example/,ana,third,\n";
    let report = import(&computer, again, ImportSame::Merge).await;
    assert_eq!((report.imported, report.updated), (1, 0));
    assert_eq!(coffer.sidebar_get().await.unwrap().all, 6);
}

#[tokio::test]
async fn items_of_other_vaults_are_not_changed() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    import(&computer, OLD, ImportSame::Keep).await;
    let appearance = VaultAppearanceView { name: "Other".to_owned(), hue: None, icon: String::new() };
    let vaults = coffer.vault_create(appearance).await.unwrap();
    let vault = vaults.iter().find(|vault| vault.appearance.name == "Other").unwrap();
    let mail = item(coffer, "Mail").await;
    let to = vault.id.parse().unwrap();
    coffer.item_transfer(vec![id(&mail)], to, TransferMode::Move).await.unwrap();
    let report = import(&computer, NEW, ImportSame::Merge).await;
    assert_eq!((report.imported, report.updated), (2, 0));
}

#[tokio::test]
async fn a_saved_report_names_items_and_no_value() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    import(&computer, OLD, ImportSame::Keep).await;
    let more = NEW.replace("note\n", "note,extra\n").replace("three-kettles,", "three-kettles,,four-kettles");
    let report = import(&computer, &more, ImportSame::Merge).await;
    let path = computer.folder.path().join("report.txt");
    std::fs::write(&path, "the file that is replaced").unwrap();
    coffer.import_report_to(report.token.clone(), path.clone()).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    for line in [
        "File: export.csv",
        "Items added: 1",
        "  login: 1",
        "Items with a newer revision: 1\n  Mail\n",
        "Items left out, since they exist: 1",
        "Remarks: 1\n  3, Bank, extra: kept as a custom field. ",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    assert!(!text.contains("kettle") && !text.contains("by hand"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let of_none = coffer.import_report_to("another".to_owned(), path).await.unwrap_err();
    assert_eq!(of_none.code, ErrorCode::NotFound);
}
