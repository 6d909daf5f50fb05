//! Tables of unknown programs.

use vault_api::ErrorCode;
use vault_api::views::{ImportChoice, ImportColumns, ImportMeaning, ImportRead, ImportSame, ImportTable};

use crate::imports::previewed;
use crate::support::Computer;

const TABLE: &str = "site,who,password,where\nMail,ana,kettle-one,https://mail.example\n";

async fn columns(computer: &Computer) -> ImportColumns {
    let path = computer.folder.path().join("table.csv");
    std::fs::write(&path, TABLE).unwrap();
    asked(computer.coffer.import_preview(path).await.unwrap())
}

fn asked(read: ImportRead) -> ImportColumns {
    let ImportRead::Columns(columns) = read else { panic!("the columns are known") };
    columns
}

fn request(token: &str) -> ImportTable {
    ImportTable { token: token.to_owned(), unescape: false, ask_columns: false, header: None, columns: None }
}

fn explained(token: &str) -> ImportTable {
    let columns =
        [ImportMeaning::Title, ImportMeaning::Username, ImportMeaning::Password, ImportMeaning::Url];
    ImportTable { header: Some(true), columns: Some(columns.to_vec()), ..request(token) }
}

#[tokio::test]
async fn columns_are_asked_about_and_read_as_explained() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let found = columns(&computer).await;
    assert!(found.header);
    let meanings: Vec<ImportMeaning> = found.columns.iter().map(|column| column.meaning).collect();
    let custom = ImportMeaning::Custom;
    assert_eq!(meanings, [ImportMeaning::Title, custom, ImportMeaning::Password, custom]);
    let preview = previewed(coffer.import_table(explained(&found.token)).await.unwrap());
    assert_eq!((preview.format.id(), preview.items, preview.table), ("mapped_csv", 1, true));
    assert_eq!(preview.samples[0].subtitle, "ana");
    // Back to the columns, now without a header, and on again.
    let again = ImportTable { ask_columns: true, header: Some(false), ..request(&preview.token) };
    let again = asked(coffer.import_table(again).await.unwrap());
    assert!(!again.header && again.columns[0].name == "column 1");
    let preview = previewed(coffer.import_table(explained(&again.token)).await.unwrap());
    let choice = ImportChoice {
        token: preview.token,
        skip_identical: true,
        same: ImportSame::Keep,
        folder: None,
        tag: None,
    };
    assert_eq!(coffer.import_commit(choice).await.unwrap().imported, 1);
    assert_eq!(computer.titles("").await, ["Mail"]);
}

#[tokio::test]
async fn secrets_in_columns_are_not_shown() {
    let computer = Computer::with_profile().await;
    let found = columns(&computer).await;
    let samples: Vec<&str> = found.columns.iter().map(|column| column.samples[0].as_str()).collect();
    assert_eq!(samples, ["Mail", "•••", "••••••", "htt•••"]);
    assert!(!format!("{found:?}").contains("kettle"));
    // Nor as names of columns, if the first row has values.
    let path = computer.folder.path().join("values.csv");
    std::fs::write(&path, "mail,ana,kettle-one,1\nbank,ana,kettle-two,2\n").unwrap();
    let found = asked(computer.coffer.import_preview(path).await.unwrap());
    assert!(!found.header);
    assert_eq!(found.columns[2].samples, ["ke•••", "ke•••"]);
    assert!(!format!("{found:?}").contains("kettle"));
}

#[tokio::test]
async fn a_table_no_longer_asked_about_is_not_found() {
    let computer = Computer::with_profile().await;
    let found = columns(&computer).await;
    computer.coffer.import_discard(found.token.clone()).await.unwrap();
    let gone = computer.coffer.import_table(request(&found.token)).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_table_of_a_known_program_is_explained_by_hand() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let path = computer.folder.path().join("chrome.csv");
    std::fs::write(&path, "name,url,username,password\nMail,https://mail.example,kettle-one,ana\n").unwrap();
    let preview = previewed(coffer.import_preview(path).await.unwrap());
    assert!(preview.table && preview.format.id() == "chrome_csv");
    let ask = ImportTable { ask_columns: true, ..request(&preview.token) };
    let found = asked(coffer.import_table(ask).await.unwrap());
    assert!(found.header && found.further == 0 && !found.western);
    let swapped =
        [ImportMeaning::Title, ImportMeaning::Url, ImportMeaning::Password, ImportMeaning::Username];
    let swapped =
        ImportTable { header: Some(true), columns: Some(swapped.to_vec()), ..request(&found.token) };
    let preview = previewed(coffer.import_table(swapped).await.unwrap());
    assert_eq!(preview.samples[0].subtitle, "ana");
    let as_before = previewed(coffer.import_table(request(&preview.token)).await.unwrap());
    assert_eq!(as_before.format.id(), "chrome_csv");
}

#[tokio::test]
async fn columns_are_still_asked_about_after_an_error() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let found = columns(&computer).await;
    let path = computer.folder.path().join("table.csv");
    std::fs::write(&path, "site,who,password,where\n").unwrap();
    let empty = coffer.import_table(explained(&found.token)).await.unwrap_err();
    assert_eq!(empty.code, ErrorCode::ImportEmpty);
    std::fs::write(&path, TABLE).unwrap();
    assert_eq!(previewed(coffer.import_table(explained(&found.token)).await.unwrap()).items, 1);
}
