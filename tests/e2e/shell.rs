use std::io::ErrorKind;
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::harness::{App, Computer, by, until};

#[tokio::test]
async fn a_command_that_is_not_allowed_by_name_is_refused() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.wait(&by("first-run-screen")).await;
    app.invoke("app_status", json!({})).await.unwrap();
    for (command, arguments) in [
        ("coffer_no_such_command", json!({})),
        ("plugin:fs|read_text_file", json!({ "path": "/etc/passwd" })),
        ("plugin:shell|execute", json!({ "program": "sh", "args": [] })),
        ("plugin:window|close", json!({ "label": "main" })),
        (
            "plugin:webview|create_webview_window",
            json!({ "options": { "label": "x", "url": "https://example.com" } }),
        ),
        ("plugin:event|emit", json!({ "event": "session-locked", "payload": null })),
        ("plugin:path|resolve_directory", json!({ "directory": 1 })),
        ("plugin:app|version", json!({})),
        ("plugin:tray|new", json!({ "options": {} })),
        ("plugin:menu|new", json!({ "kind": "Menu" })),
        ("plugin:window-state|save_window_state", json!({ "flags": 1 })),
    ] {
        let refused = app.invoke(command, arguments).await.expect_err(command);
        let text = refused.as_str().unwrap_or_default();
        assert!(text.contains("not allowed") || text.contains("not found"), "{command}: {refused}");
    }
    app.wait(&by("first-run-screen")).await;
}

#[tokio::test]
async fn the_page_runs_no_injected_script_and_never_navigates() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.wait(&by("first-run-screen")).await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    // The attempts of an injected script; `done` is called when all have failed or succeeded.
    let attempts = r#"
        const [address, done] = arguments;
        window.ran = [];
        const script = document.createElement('script');
        script.textContent = "window.ran.push('inline script')";
        document.body.append(script);
        const host = document.createElement('div');
        host.innerHTML = "<img src='x:' onerror=\"window.ran.push('event handler')\"><svg onload=\"window.ran.push('svg')\"></svg>"
            + "<iframe srcdoc=\"<script>parent.ran.push('frame')<\/script>\"></iframe>"
            + "<a id='link' href=\"javascript:window.ran.push('javascript link')\">x</a>"
            + "<object data='data:text/html,x'></object><base href='" + address + "'>";
        document.body.append(host);
        document.getElementById('link').click();
        try { new Function("window.ran.push('eval')")(); } catch {}
        const remote = document.createElement('script');
        remote.src = address + '/script.js';
        document.body.append(remote);
        new Image().src = address + '/image.png';
        const style = document.createElement('link');
        style.rel = 'stylesheet';
        style.href = address + '/style.css';
        document.head.append(style);
        navigator.sendBeacon?.(address + '/beacon', 'x');
        try { new WebSocket(address.replace('http', 'ws')); } catch {}
        try { new EventSource(address); } catch {}
        try { new Worker(address + '/worker.js'); } catch {}
        const opened = window.open(address);
        if (opened) window.ran.push('window');
        if (window.__TAURI__) window.ran.push('global interface');
        fetch(address + '/fetch').then(() => window.ran.push('fetch'), () => {}).finally(() => {
            const form = document.createElement('form');
            form.action = address;
            document.body.append(form);
            form.submit();
            location.href = address + '/navigation';
            setTimeout(() => done([location.href, window.ran]), 500);
        });"#;
    let seen = app.script_with_answer(attempts, vec![json!(address)]).await;
    assert_eq!(seen, json!(["tauri://localhost", []]), "(address of the page, scripts that ran)");
    assert_untouched(&listener);
    assert_eq!(app.web_processes().len(), 1);
}

#[tokio::test]
async fn a_window_stored_on_a_larger_screen_fits_into_this_one() {
    let computer = Computer::new().await;
    computer.store_window(
        r#"{"main":{"width":4000,"height":3000,"x":900,"y":600,"prev_x":0,"prev_y":0,"maximized":false,
            "visible":true,"decorated":true,"fullscreen":false}}"#,
    );
    let app = App::start(&computer).await;
    app.wait(&by("first-run-screen")).await;
    until("the whole window on the screen", async || {
        let place = app
            .script("return [screenX, screenY, innerWidth, innerHeight, screen.width, screen.height];")
            .await;
        let [x, y, width, height, across, down] = [0, 1, 2, 3, 4, 5].map(|at| place[at].as_i64().unwrap());
        // The screen of the tests is smaller than the stored window; the last ones are its size.
        (x >= 0 && y >= 0 && x + width == across && y + height == down && across < 4000).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_address_without_a_browser_is_told_as_that() {
    let computer = Computer::new().await;
    let folder = computer.file("programs");
    std::fs::create_dir(&folder).unwrap();
    let browser = folder.join("xdg-open");
    let opener = |script: &str| {
        std::fs::write(&browser, script).unwrap();
        std::fs::set_permissions(&browser, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    };
    // The opener is there but finds no browser; no other opener is in the path.
    opener("#!/bin/sh\nexit 3\n");
    computer.will_answer(true);
    let app = App::start_with(&computer, &[("PATH", folder.to_str().unwrap())]).await;
    app.make_vault_and_begin().await;
    let draft = json!({ "item_type": "login", "title": "Web", "fields": [], "urls": ["https://example.com"],
        "notes": "", "tags": [], "favourite": false, "url_rules": [], "removed_passkeys": [],
        "reprompt": false, "template": false });
    let item = app.invoke("item_save", json!({ "draft": draft })).await.unwrap();
    let open = json!({ "itemId": item["id"], "index": 0 });
    let refused = app.invoke("item_open_url", open.clone()).await.unwrap_err();
    assert_eq!(refused["code"], json!("no_browser"));
    opener("#!/bin/sh\nexit 0\n");
    app.invoke("item_open_url", open).await.unwrap();
}

#[tokio::test]
async fn the_page_has_no_graphics_processor_sound_or_camera() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.wait(&by("first-run-screen")).await;
    let has = app
        .script(
            "const canvas = document.createElement('canvas');
             return [canvas.getContext('webgl') !== null, canvas.getContext('webgl2') !== null,
                 typeof AudioContext !== 'undefined', navigator.mediaDevices !== undefined];",
        )
        .await;
    assert_eq!(has, json!([false, false, false, false]));
}

#[tokio::test]
async fn t45_the_running_program_cannot_dump_its_memory() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.wait(&by("first-run-screen")).await;
    // The hard limit as well: the soft one may be zero by itself.
    assert_eq!(app.core_limits(), ["0", "0"]);
}

#[tokio::test]
async fn t56_the_web_process_has_no_network_of_its_own() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.wait(&by("first-run-screen")).await;
    let (program, web) = app.network_namespaces();
    assert_ne!(program, web);
}

#[tokio::test]
async fn t56_nothing_is_deleted_or_opened_without_the_users_answer() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let draft = |title: &str| {
        json!({
            "item_type": "login", "title": title, "fields": [], "urls": ["mail.example/?secret"], "notes": "",
            "tags": [], "favourite": false
        })
    };
    let mut ids = Vec::new();
    for title in ["Mail", "Bank"] {
        let saved = app.invoke("item_save", json!({ "draft": draft(title) })).await.unwrap();
        ids.push(saved["id"].as_str().unwrap().to_owned());
    }
    app.invoke("item_trash", json!({ "itemIds": ids })).await.unwrap();
    let status = app.invoke("app_status", json!({})).await.unwrap();
    let (profile, name) = (&status["profiles"][0]["id"], &status["profiles"][0]["name"]);
    let backups = json!({ "daily": false, "keep_days": 1, "large_documents": false });
    let rules = json!({ "history": { "kind": "revisions", "count": 1 }, "trash_days": 1 });
    // A name that is looked up tells its owner what stands in it.
    let server = json!({ "server": "secret.attacker.example" });
    let account =
        json!({ "server": server, "login": "ada", "password": "x", "secret_key": "x", "name": "x" });
    let attacks = [
        ("server_find", json!({ "choice": server })),
        ("account_mail_code", json!({ "choice": server, "login": "ada" })),
        ("account_create", json!({ "request": account })),
        ("account_join", json!({ "request": account })),
        ("item_open_url", json!({ "itemId": ids[0], "index": 0 })),
        ("item_purge", json!({ "itemIds": [ids[0]] })),
        ("trash_empty", json!({})),
        ("history_purge", json!({ "keep": rules["history"] })),
        ("history_rules_set", json!({ "rules": rules })),
        ("document_drop", json!({ "itemId": ids[0], "blobId": "00" })),
        ("vault_delete", json!({ "vaultId": "00", "items": 1 })),
        ("backup_settings_set", json!({ "settings": backups })),
        (
            "profile_delete",
            json!({ "profileId": profile, "request": { "name": name, "keep_backups": false } }),
        ),
    ];
    for (command, arguments) in &attacks {
        let refused = app.invoke(command, arguments.clone()).await.unwrap_err();
        assert_eq!(refused["code"], json!("cancelled"), "{command}: {refused}");
    }
    computer.will_answer(true);
    app.invoke("item_purge", json!({ "itemIds": [ids[0]] })).await.unwrap();
    assert_eq!(app.invoke("trash_empty", json!({})).await.unwrap(), json!(1));
}

#[tokio::test]
async fn t56_the_question_about_a_host_is_a_window_of_the_program() {
    let computer = Computer::new().await;
    let app = App::start_asking(&computer).await;
    app.make_vault_and_begin().await;
    let draft = json!({
        "item_type": "login", "title": "Mail", "fields": [], "urls": ["mail.example/in"], "notes": "",
        "tags": [], "favourite": false
    });
    let item = app.invoke("item_save", json!({ "draft": draft })).await.unwrap();
    let ask = format!(
        "window.answer = 'none'; window.__TAURI_INTERNALS__.invoke('item_open_url', {}).then(
            () => (window.answer = 'opened'), (error) => (window.answer = error.code));",
        json!({ "itemId": item["id"], "index": 0 })
    );
    let answer = async || app.script("return window.answer;").await;
    app.script(&ask).await;
    let question = until("the question", async || computer.dialog("mail.example")).await;
    computer.picture("question-open-host");
    assert_eq!(answer().await, json!("none"));
    // A second question is declined while the first is on the screen.
    app.script(&ask).await;
    until("the second call to be declined", async || (answer().await == "cancelled").then_some(())).await;
    computer.close_dialog(&question);
    until("the question to be gone", async || computer.dialog("mail.example").is_none().then_some(())).await;
}

#[tokio::test]
async fn control_and_plus_zoom_to_twice_the_size_and_zero_back() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.wait(&by("first-run-screen")).await;
    let width = async || app.script("return window.innerWidth;").await.as_u64().unwrap();
    let whole = width().await;
    for _ in 0..5 {
        app.press_control('+').await;
    }
    until("the page at twice its size", async || (width().await == whole / 2).then_some(())).await;
    // A refused call is an error message in red.
    assert_eq!(app.count("[role=alert]").await, 0);
    app.wait(&by("first-run-screen")).await;
    app.press_control('0').await;
    until("the page at its size", async || (width().await == whole).then_some(())).await;
}

#[tokio::test]
async fn t37_t44_hostile_texts_stay_texts_and_cause_no_requests() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let hostile =
        format!("<img src=\"{address}/a.png\" onerror=\"window.ran = 1\"><script>window.ran = 1</script>");
    let draft = json!({
        "item_type": "login",
        "title": hostile,
        "fields": [
            { "role": "username", "label": "", "kind": "text", "value": hostile },
            { "label": hostile, "kind": "text", "value": "javascript:window.ran = 1" },
            { "label": "Web", "kind": "url", "value": format!("{address}/field") }
        ],
        "urls": [format!("{address}/favicon.ico"), "javascript:window.ran = 1", "file:///etc/passwd"],
        "notes": format!("{hostile} {address}/notes ![x]({address}/md.png)"),
        "tags": ["<b>bold</b>"],
        "favourite": false
    });
    let item = app.invoke("item_save", json!({ "draft": draft })).await.unwrap();
    let listed = app.wait(&by("item-row")).await;
    listed.click().await.unwrap();
    let title = app.wait_text(&by("detail-title"), |title| !title.is_empty()).await;
    assert_eq!(title, hostile, "shown as typed");
    app.screenshot("hostile-texts").await;
    for index in [1, 2] {
        let refused =
            app.invoke("item_open_url", json!({ "itemId": item["id"], "index": index })).await.unwrap_err();
        assert_eq!(refused["code"], json!("invalid_input"));
    }
    assert_eq!(app.script("return window.ran ?? null").await, Value::Null);
    assert_untouched(&listener);
}

#[tokio::test]
async fn t44_a_day_with_hostile_items_and_documents_reaches_no_network() {
    let computer = Computer::new().await;
    let record = computer.file("sockets.txt");
    let mut app = App::start_recording_sockets(&computer, &record).await;
    app.make_vault_and_begin().await;
    let draft = json!({
        "item_type": "login",
        "title": "Hostile",
        "fields": [{ "label": "Web", "kind": "url", "value": "https://field.example.com/x.png" }],
        "urls": ["https://example.com/favicon.ico", "http://192.0.2.1/", "https://[2001:db8::1]/"],
        "notes": "<img src='https://example.com/a.png'> ![x](https://example.com/md.png)",
        "tags": [],
        "favourite": false
    });
    app.invoke("item_save", json!({ "draft": draft })).await.unwrap();
    app.find_and_open("example.com", "Hostile").await;
    let page = "<html><img src='https://example.com/a.png'><script src='https://example.com/b.js'></script>";
    computer.will_open(&[&computer.write_file("page.html", page)]);
    app.begin_item("document").await;
    app.wait_attribute(&by("job-row"), "data-state", "done").await;
    app.click(&by("job-dismiss")).await;
    app.find_and_open("page", "page").await;
    app.lock().await;
    app.unlock().await;
    app.find_and_open("hostile", "Hostile").await;
    let port = app.listens_at().rsplit(':').next().unwrap().to_owned();
    app.quit().await;

    let record = std::fs::read_to_string(&record).unwrap();
    let own = format!("sa_family=AF_INET, sin_port=htons({port}), sin_addr=inet_addr(\"127.0.0.1\")");
    // The web view connects to the address at which it listens for the driver, so the record is not blind.
    assert!(record.lines().any(|line| line.contains("connect(") && line.contains(&own)), "{record}");
    let reaches_out = |line: &&str| {
        line.contains("AF_INET")
            && (line.contains("connect(") && !line.contains(&own)
                || line.contains("SOCK_DGRAM")
                || line.contains("SOCK_RAW"))
    };
    assert_eq!(record.lines().filter(reaches_out).collect::<Vec<_>>(), [""; 0]);
}

#[tokio::test]
async fn a_second_start_shows_the_first_window_and_ends() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    let second = computer.run_application();
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
    app.wait(&by("first-run-screen")).await;
}

#[tokio::test]
async fn a_second_program_on_the_same_vault_is_refused() {
    // Without a keychain both find the Secret Key; on another session bus the second does not see the first.
    let computer = Computer::without_keychain();
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let other = computer.on_another_bus();
    let second = App::start(&other).await;
    second.try_to_unlock(crate::harness::PASSWORD).await;
    let told = second.text(&by("unlock-error")).await;
    assert!(told.contains("open"), "{told}");
    drop(second);
    assert_eq!(app.item_count().await, 0);
}

/// Asserts that nothing connected.
fn assert_untouched(listener: &TcpListener) {
    listener.set_nonblocking(true).unwrap();
    let error = listener.accept().expect_err("a connection was made");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
}
