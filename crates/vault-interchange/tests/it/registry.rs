//! The lists of formats outside of the registry name every format in it.

use std::{collections::HashSet, fs, path::Path};

use vault_interchange::{IMPORTERS, find_importer};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

#[test]
fn ids_are_unique_and_in_snake_case() {
    let ids: HashSet<&str> = IMPORTERS.iter().map(|importer| importer.format.id).collect();
    assert_eq!(ids.len(), IMPORTERS.len());
    for id in ids {
        assert!(id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')), "{id}");
        assert_eq!(find_importer(id).unwrap().format.id, id);
    }
    assert!(find_importer("").is_none());
}

#[test]
fn format_page_says_how_each_format_is_recognised() {
    let page = read("docs/formats/import.md");
    for importer in IMPORTERS {
        let row = format!("\n| {}", importer.format.name);
        assert!(page.contains(&row), "docs/formats/import.md lacks the row of {}", importer.format.name);
    }
}

#[test]
fn user_guide_and_interface_name_each_program() {
    let guide = read("docs/user-guide.md");
    let texts = ["importing", "importingTables", "importingContainers"]
        .map(|name| read(&format!("ui/src/shared/i18n/en/{name}.ts")))
        .concat();
    for importer in IMPORTERS {
        let programs = importer.format.program.name;
        assert!(
            guide.contains(&format!("\n| {programs} |")),
            "docs/user-guide.md lacks the row of {programs}"
        );
        assert!(texts.contains(&format!("'{programs}'")), "the texts of the interface lack {programs}");
    }
}
