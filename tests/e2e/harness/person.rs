//! Frequent actions of a user, in one call each.

use std::path::Path;

use serde_json::{Value, json};

use super::{App, Computer, until};

/// A master password that the strength meter accepts.
pub const PASSWORD: &str = "seven-lanterns-drift-over-quiet-harbours";

/// A script that returns the value of the password field of the form.
const TYPED: &str =
    "return document.querySelector('[data-testid=\"edit-field\"][data-role=\"password\"]').value";

/// The names that the interface gives to its controls for tests.
const NAMES: [&str; 9] = [
    include_str!("../../../ui/src/shared/testids.ts"),
    include_str!("../../../ui/src/shared/connectionTestids.ts"),
    include_str!("../../../ui/src/shared/guardiansTestids.ts"),
    include_str!("../../../ui/src/shared/teamTestids.ts"),
    include_str!("../../../ui/src/shared/testidsActivity.ts"),
    include_str!("../../../ui/src/shared/testidsExport.ts"),
    include_str!("../../../ui/src/shared/testidsHealth.ts"),
    include_str!("../../../ui/src/shared/testidsImport.ts"),
    include_str!("../../../ui/src/shared/testidsMany.ts"),
];

/// The selector of a control by its name.
pub fn by(name: &str) -> String {
    let stated = format!(": '{name}'");
    let is_known = NAMES.iter().any(|names| names.contains(&stated));
    assert!(is_known, "the interface has no control named {name}");
    format!("[data-testid=\"{name}\"]")
}

/// The selector of the one control of a name that has an attribute.
pub fn by_with(name: &str, attribute: &str, value: &str) -> String {
    format!("{}[{attribute}={}]", by(name), serde_json::to_string(value).unwrap())
}

impl App {
    /// Creates a vault as at the first run, up to the Emergency Kit.
    pub async fn make_vault(&self) {
        self.click(&by("first-run-create")).await;
        self.fill(&by("first-run-name"), "Ada's vault").await;
        self.fill(&by("first-run-password"), PASSWORD).await;
        self.fill(&by("first-run-repeat"), PASSWORD).await;
        self.click(&by("first-run-submit")).await;
        self.wait(&by("kit-save")).await;
    }

    /// Creates a vault and continues to its main screen without the Kit.
    pub async fn make_vault_and_begin(&self) {
        self.make_vault().await;
        self.click(&by("kit-later")).await;
        self.click(&by("first-run-finish")).await;
        self.wait(&by("main-screen")).await;
    }

    /// Opens the vault on the unlock screen.
    pub async fn unlock(&self) {
        self.try_to_unlock(PASSWORD).await;
        self.wait(&by("main-screen")).await;
    }

    /// Types a password on the unlock screen and sends it.
    pub async fn try_to_unlock(&self, password: &str) {
        self.fill(&by("unlock-password"), password).await;
        self.click(&by("unlock-submit")).await;
    }

    /// Locks the vault by `act` and attaches to the unlock screen. The previous web process must have ended by then.
    pub async fn while_locking(&mut self, act: impl AsyncFnOnce(&Self)) {
        let before = self.web_processes();
        assert!(!before.is_empty(), "no web process");
        act(self).await;
        until("a new web process", async || {
            let now = self.web_processes();
            (!now.is_empty() && before.iter().all(|id| !now.contains(id))).then_some(())
        })
        .await;
        self.attach_again().await;
        self.wait(&by("unlock-screen")).await;
    }

    /// Locks with the button.
    pub async fn lock(&mut self) {
        self.while_locking(async |app| app.click_and_part(&by("lock-button")).await).await;
    }

    /// Begins a new item of a type.
    pub async fn begin_item(&self, item_type: &str) {
        self.click(&by("new-button")).await;
        self.click(&by_with("new-type", "data-type", item_type)).await;
    }

    /// Searches and opens the item with a title.
    pub async fn find_and_open(&self, text: &str, title: &str) {
        self.fill(&by("search-field"), text).await;
        self.click(&by_with("item-row", "data-title", title)).await;
        self.wait_text(&by("detail-title"), |shown| shown == title).await;
    }

    /// Imports an export file with the assistant and leaves the report open.
    pub async fn import(&self, computer: &Computer, file: &Path, items: usize) {
        computer.will_open(&[file]);
        self.open_import().await;
        self.click(&by("import-pick")).await;
        self.wait_attribute(&by("import-count"), "data-count", &items.to_string()).await;
        self.click(&by("import-commit")).await;
        self.wait_attribute(&by("import-imported"), "data-count", &items.to_string()).await;
    }

    /// Chooses an option of a list that opens.
    pub async fn choose(&self, list: &str, option: &str) {
        self.click(list).await;
        self.click(&format!("[id$='-list'] [role=option][data-value='{option}']")).await;
        self.wait_attribute(list, "data-value", option).await;
        self.gone("[id$='-list'] [role=option]").await;
    }

    /// Opens the import assistant.
    pub async fn open_import(&self) {
        self.press_control('i').await;
        self.wait(&by("import-dialog")).await;
    }

    /// Waits until the draft of a form contains everything typed so far.
    pub async fn wait_for_draft(&self, title: &str) {
        until("the draft", async || {
            let drafts = self.invoke("draft_list", json!({})).await.ok()?;
            let draft = drafts.as_array()?.iter().find(|draft| draft["title"] == json!(title))?.clone();
            let form = self.invoke("draft_get", json!({ "draftId": draft["id"] })).await.ok()?;
            let typed = self.script(TYPED).await;
            let kept = form["fields"]
                .as_array()?
                .iter()
                .filter_map(|field| field["value"].as_str())
                .next_back()?
                .to_owned();
            (typed == json!(kept)).then_some(())
        })
        .await;
    }

    /// Copies a secret with the program and waits for it on the clipboard.
    pub async fn copy_and_read(&self, computer: &Computer) {
        self.invoke("generator_copy", json!({ "password": "a copied secret" })).await.unwrap();
        let copied = async || computer.clipboard().filter(|text| text == "a copied secret");
        until("the secret on the clipboard", copied).await;
    }

    /// Every item of the vault with its fields; concealed values are revealed one by one.
    pub async fn items(&self) -> Vec<Item> {
        let query =
            json!({ "text": "", "scope": { "kind": "all" }, "sort": "title", "offset": 0, "limit": 500 });
        let page = self.invoke("item_list", json!({ "query": query })).await.unwrap();
        let mut items = Vec::new();
        for row in page["rows"].as_array().unwrap() {
            items.push(self.item(row["id"].as_str().unwrap()).await);
        }
        items
    }

    async fn item(&self, id: &str) -> Item {
        let mut view = self.invoke("item_get", json!({ "itemId": id })).await.unwrap();
        for field in view["fields"].as_array_mut().unwrap() {
            if field["value"].is_null() && field["filled"] == json!(true) {
                let which = json!({ "itemId": id, "fieldId": field["id"] });
                field["value"] = self.invoke("item_reveal", which).await.unwrap();
            }
        }
        Item(view)
    }

    /// How many items the vault has.
    pub async fn item_count(&self) -> u64 {
        let sidebar = self.invoke("sidebar_get", json!({})).await.unwrap();
        sidebar["all"].as_u64().unwrap()
    }
}

/// An item with all its values.
#[derive(Debug)]
pub struct Item(pub Value);

impl Item {
    /// A plain text of the item, such as its title.
    pub fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    /// The value of a field by its role or label, or an empty string.
    pub fn field(&self, name: &str) -> &str {
        let fits = |field: &&Value| field["role"] == json!(name) || field["label"] == json!(name);
        self.0["fields"]
            .as_array()
            .unwrap()
            .iter()
            .find(fits)
            .and_then(|field| field["value"].as_str())
            .unwrap_or("")
    }

    /// A list of texts of the item, such as its tags.
    pub fn list(&self, key: &str) -> Vec<&str> {
        self.0[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
    }
}
