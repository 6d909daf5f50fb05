use vault_api::views::{ImportChoice, ImportPreview, ImportRead, ImportSame};
use vault_api::{Coffer, ErrorCode};

use crate::support::Computer;

const CHROME: &str = "name,url,username,password,note\n\
    Mail,https://mail.example/,ana,one,\n\
    Shop,https://shop.example/,ana,two,with a note\n";

async fn preview(computer: &Computer, content: &str) -> Result<ImportPreview, vault_api::ErrorView> {
    let path = computer.folder.path().join("export.csv");
    std::fs::write(&path, content).unwrap();
    computer.coffer.import_preview(path).await.map(previewed)
}

/// The preview of a file that is not encrypted.
pub fn previewed(read: ImportRead) -> ImportPreview {
    let ImportRead::Preview(preview) = read else { panic!("the file is locked") };
    preview
}

fn choice(token: &str) -> ImportChoice {
    ImportChoice {
        token: token.to_owned(),
        skip_identical: true,
        same: ImportSame::Keep,
        folder: None,
        tag: None,
    }
}

async fn commit(coffer: &Coffer, choice: ImportChoice) -> (u32, u32) {
    let report = coffer.import_commit(choice).await.unwrap();
    (report.imported, report.skipped)
}

#[tokio::test]
async fn importing_the_same_file_twice_skips_identical_items() {
    let computer = Computer::with_profile().await;
    let first = preview(&computer, CHROME).await.unwrap();
    assert_eq!((first.format.id(), first.items, first.identical), ("chrome_csv", 2, 0));
    assert!(computer.titles("").await.is_empty(), "a preview writes nothing");
    assert_eq!(commit(&computer.coffer, choice(&first.token)).await, (2, 0));
    assert_eq!(computer.titles("").await, ["Mail", "Shop"]);
    let second = preview(&computer, CHROME).await.unwrap();
    assert_eq!(second.identical, 2);
    assert_eq!(commit(&computer.coffer, choice(&second.token)).await, (0, 2));
    assert_eq!(computer.titles("").await.len(), 2);
}

#[tokio::test]
async fn imported_items_get_the_chosen_folder_and_tag() {
    let computer = Computer::with_profile().await;
    let preview = preview(&computer, CHROME).await.unwrap();
    let chosen = ImportChoice {
        folder: Some(" Old / Browser ".to_owned()),
        tag: Some("imported".to_owned()),
        ..choice(&preview.token)
    };
    assert_eq!(commit(&computer.coffer, chosen).await, (2, 0));
    let sidebar = computer.coffer.sidebar_get().await.unwrap();
    assert_eq!((sidebar.folders[0].name.as_str(), sidebar.folders[0].count), ("Old/Browser", 2));
    assert_eq!((sidebar.tags[0].name.as_str(), sidebar.tags[0].count), ("imported", 2));
}

#[tokio::test]
async fn a_preview_is_used_once_and_not_after_discarding() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let first = preview(&computer, CHROME).await.unwrap();
    assert_eq!(coffer.import_commit(choice("0000")).await.unwrap_err().code, ErrorCode::NotFound);
    coffer.import_discard(first.token.clone()).await.unwrap();
    assert_eq!(coffer.import_commit(choice(&first.token)).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn files_that_are_not_exports_are_refused() {
    let computer = Computer::with_profile().await;
    for (content, code) in [
        ("", ErrorCode::ImportUnreadable),
        ("hello", ErrorCode::ImportUnreadable),
        ("{\"encrypted\":true,\"items\":[]}", ErrorCode::ImportEncrypted),
        ("{\"items\":[", ErrorCode::ImportUnreadable),
        ("{\"encrypted\":false,\"folders\":[],\"items\":[]}", ErrorCode::ImportEmpty),
        ("name,url,username,password\n", ErrorCode::ImportEmpty),
    ] {
        let error = preview(&computer, content).await.unwrap_err();
        assert_eq!(error.code, code, "{content}: {}", error.message);
        assert!(error.message.ends_with('.'));
    }
    let missing = computer.coffer.import_preview("/nowhere/at/all".into()).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::FileUnreadable);
}
