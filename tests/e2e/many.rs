//! Several items at once in the real application, and its health check.

use fantoccini::key::Key;

use crate::harness::{App, Computer, by, by_with, until};

const TABLE: &str = "name,url,username,password,note\n\
                     Bank,https://bank.example,ada,hunter2,\n\
                     Cinema,https://cinema.example,ada,hunter2,\n\
                     Forge,https://forge.example,ada,ink-Sable-72-quarry-lamp,\n\
                     Mail,https://mail.example,ada,olive-Tundra-55-beacon-reef,\n\
                     Shop,https://shop.example,ada,velvet-Comet-19-harbor-pine,\n";

#[tokio::test]
async fn several_items_are_changed_and_undone_together() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let file = computer.write_file("chrome.csv", TABLE);
    app.import(&computer, &file, 5).await;
    app.click(&by("import-close")).await;
    app.gone(&by("import-dialog")).await;
    let list = by("item-list");
    let selected = |count: usize| by_with("many-pane", "data-count", &count.to_string());
    let total = async |count: &str| app.wait_attribute(&by("list-total"), "data-total", count).await;

    app.click(&by_with("item-row", "data-title", "Cinema")).await;
    app.wait_text(&by("detail-title"), |title| title == "Cinema").await;
    app.press_in(&list, &[Key::Shift, Key::Down]).await;
    app.wait(&selected(2)).await;
    app.press_in(&list, &[Key::Shift, Key::Down]).await;
    app.wait(&selected(3)).await;
    app.screenshot("many").await;
    app.press_in(&list, &[Key::Delete]).await;
    total("2").await;
    app.press_control('z').await;
    total("5").await;
    let trash = by_with("sidebar-entry", "data-scope", "trash");
    until("the trash to be empty", async || {
        (app.count(&format!("{trash} {}", by("sidebar-count"))).await == 0).then_some(())
    })
    .await;

    // The box over the picture of a row selects it without opening it.
    app.click(&by_with("item-row", "data-title", "Bank")).await;
    app.wait_text(&by("detail-title"), |title| title == "Bank").await;
    app.click(&format!("{} {}", by_with("item-row", "data-title", "Shop"), by("row-check"))).await;
    app.wait(&selected(2)).await;
    app.click(&by_with("many-action", "data-action", "folder")).await;
    app.fill(&by("many-name"), "Money").await;
    app.click(&by("many-submit")).await;
    app.gone(&by("many-dialog")).await;
    app.click(&by_with("sidebar-entry", "data-scope", "folder:Money")).await;
    total("2").await;
    app.press_control('z').await;
    total("0").await;

    app.click(&by("sidebar-health")).await;
    app.wait_attribute(&by("health-summary"), "data-found", "2").await;
    app.click(&by_with("health-kind", "data-kind", "reused")).await;
    app.screenshot("health").await;
    app.click(&format!("{} {}", by_with("health-row", "data-title", "Cinema"), by("health-open"))).await;
    app.wait_text(&by("detail-title"), |title| title == "Cinema").await;
    app.quit().await;
}
