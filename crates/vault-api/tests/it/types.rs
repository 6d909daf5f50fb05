//! The fields and other parts of every item type.

use vault_api::views::{
    FieldDraft, FieldKindView, ItemDraft, ItemQuery, ItemScope, ItemSort, ItemTypeView, UrlMatchView,
};
use vault_api::{Coffer, CopyRole};
use vault_api::{ErrorCode, SecretText};

use crate::support::{Computer, PASSWORD, field, form_of, id, login};

/// A valid value of each kind.
fn value(kind: FieldKindView) -> &'static str {
    match kind {
        FieldKindView::Text | FieldKindView::Concealed => "text",
        FieldKindView::Url => "https://example.com",
        FieldKindView::Email => "ann@example.com",
        FieldKindView::Date => "2026-01-31",
        FieldKindView::Month => "2031-12",
        FieldKindView::Phone => "+49 30 123456",
        FieldKindView::Code => "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
        FieldKindView::File | FieldKindView::Link => "0123456789abcdef0123456789abcdef",
        FieldKindView::Lines | FieldKindView::SecretLines => "one\ntwo",
        FieldKindView::Number => "22",
        FieldKindView::Switch => "true",
    }
}

async fn listed(coffer: &Coffer, scope: ItemScope) -> Vec<String> {
    let query = ItemQuery { text: String::new(), scope, sort: ItemSort::Title, offset: 0, limit: 100 };
    coffer.item_list(query).await.unwrap().rows.into_iter().map(|row| row.title).collect()
}

#[tokio::test]
async fn an_item_of_every_type_is_saved_with_all_its_fields_and_found() {
    let computer = Computer::with_profile().await;
    let templates = Coffer::item_templates();
    assert_eq!(templates.len(), 14);
    for template in &templates {
        let title = format!("{:?}", template.item_type);
        let fields = template.fields.iter().map(|of| field(&of.role, of.kind, value(of.kind))).collect();
        let draft = ItemDraft { item_type: template.item_type, fields, ..login(&title, "", "") };
        let view = computer.coffer.item_save(draft, None).await.unwrap();
        assert_eq!(view.item_type, template.item_type);
        for (of, shown) in template.fields.iter().zip(&view.fields) {
            assert_eq!(
                (shown.role.as_deref(), shown.kind, shown.filled),
                (Some(of.role.as_str()), of.kind, true)
            );
            let revealed = computer.coffer.item_reveal(id(&view), shown.id.parse().unwrap()).await.unwrap();
            assert!(revealed.expose().ends_with(value(of.kind)) || of.kind == FieldKindView::Code);
            let concealed = [FieldKindView::Concealed, FieldKindView::Code, FieldKindView::SecretLines]
                .contains(&of.kind);
            assert_eq!(shown.value.is_none(), concealed);
        }
        assert_eq!(
            listed(&computer.coffer, ItemScope::Type { item_type: template.item_type }).await,
            [title]
        );
    }
    let types = computer.coffer.sidebar_get().await.unwrap().types;
    assert!(types.len() == 14 && types.iter().all(|of| of.count == 1));
}

#[tokio::test]
async fn doubtful_values_are_kept_with_a_warning() {
    let computer = Computer::with_profile().await;
    let fields = vec![
        field("iban", FieldKindView::Text, "DE00 0000"),
        field("bank_name", FieldKindView::Text, "Bank"),
        FieldDraft {
            role: None,
            label: "Since".to_owned(),
            ..field("", FieldKindView::Date, "some day in May")
        },
    ];
    let draft = ItemDraft { item_type: ItemTypeView::BankAccount, fields, ..login("Account", "", "") };
    let view = computer.coffer.item_save(draft, None).await.unwrap();
    let warnings: Vec<Option<&str>> = view.fields.iter().map(|field| field.warning.as_deref()).collect();
    assert_eq!(warnings, [Some("iban"), None, Some("date")]);
    assert_eq!(view.fields[2].value.as_deref(), Some("some day in May"));
}

#[tokio::test]
async fn rules_sections_links_and_expiry_are_kept_and_changed() {
    let computer = Computer::with_profile().await;
    let other = computer.save_login("Other", "ann", "pw").await;
    let mut draft = login("Site", "ann", "pw");
    draft.urls = vec!["a.example".to_owned(), " ".to_owned(), "b.example".to_owned()];
    draft.url_rules = vec![UrlMatchView::Exact, UrlMatchView::Host, UrlMatchView::Never];
    draft.expires = Some("2031-12-24".to_owned());
    draft.fields.push(FieldDraft {
        role: None,
        label: "See".to_owned(),
        section: Some("More".to_owned()),
        ..field("", FieldKindView::Link, &other.id)
    });
    let view = computer.coffer.item_save(draft, None).await.unwrap();
    assert_eq!(view.urls, ["a.example", "b.example"]);
    assert_eq!(view.url_rules, [UrlMatchView::Exact, UrlMatchView::Never]);
    assert_eq!(view.expires.as_deref(), Some("2031-12-24"));
    let link = view.fields.last().unwrap();
    assert_eq!(
        (link.value.as_deref(), link.section.as_deref(), link.warning.as_deref()),
        (Some(other.id.as_str()), Some("More"), None)
    );

    let mut form = form_of(&view);
    form.url_rules = vec![UrlMatchView::Domain];
    form.expires = None;
    let view = computer.coffer.item_save(form, None).await.unwrap();
    assert_eq!(view.url_rules, [UrlMatchView::Domain, UrlMatchView::Domain]);
    assert_eq!(view.expires, None);
    let history = computer.coffer.item_history(id(&view)).await.unwrap();
    assert_eq!(history[0].changes, ["urls", "expires"]);

    let mut form = form_of(&view);
    form.expires = Some("24.12.2031".to_owned());
    let refused = computer.coffer.item_save(form, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
}

#[tokio::test]
async fn a_draft_of_an_older_version_still_opens() {
    let old = r#"{"item_type":"login","title":"Half","fields":[],"urls":["a.example"],"notes":"","tags":[],"favourite":true}"#;
    let draft: ItemDraft = serde_json::from_str(old).unwrap();
    assert!(draft.url_rules.is_empty() && !draft.reprompt && !draft.template && draft.expires.is_none());
    let computer = Computer::with_profile().await;
    let kept = computer.coffer.draft_save(None, ItemDraft { reprompt: true, ..draft }).await.unwrap();
    computer.coffer.session_confirm(SecretText::from(PASSWORD)).await.unwrap();
    assert!(computer.coffer.draft_get(kept).await.unwrap().reprompt);
    let view =
        computer.coffer.item_save(computer.coffer.draft_get(kept).await.unwrap(), Some(kept)).await.unwrap();
    assert_eq!((view.url_rules, view.reprompt), (vec![UrlMatchView::Domain], true));
}

#[tokio::test]
async fn templates_are_in_no_other_list_and_contain_no_secrets() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let site = computer.save_login("Site", "ann", "a secret").await;
    let template = coffer.item_make_template(id(&site), " My site ".to_owned()).await.unwrap();
    assert!(template.template && template.fields.iter().all(|field| !field.filled));
    assert_eq!(template.fields.len(), site.fields.len());
    assert_eq!(listed(coffer, ItemScope::Templates).await, ["My site"]);
    for scope in [ItemScope::All, ItemScope::Archive, ItemScope::Type { item_type: ItemTypeView::Login }] {
        assert!(!listed(coffer, scope).await.contains(&"My site".to_owned()));
    }
    assert_eq!(computer.titles("site").await, ["Site"]);
    let sidebar = coffer.sidebar_get().await.unwrap();
    assert_eq!((sidebar.all, sidebar.archived, sidebar.templates), (1, 0, 1));

    let mut form = form_of(&template);
    form.fields[0].value = Some("ann@example.com".to_owned());
    form.fields[1].value = Some("typed by mistake".to_owned());
    let template = coffer.item_save(form, None).await.unwrap();
    assert_eq!(template.fields[0].value.as_deref(), Some("ann@example.com"));
    assert!(!template.fields[1].filled);

    coffer.item_trash(vec![id(&template)]).await.unwrap();
    assert_eq!(listed(coffer, ItemScope::Trash).await, ["My site"]);
    assert!(listed(coffer, ItemScope::Templates).await.is_empty());
    coffer.item_restore(vec![id(&template)]).await.unwrap();
    assert_eq!(listed(coffer, ItemScope::Templates).await, ["My site"]);
    assert!(computer.titles("site").await.len() == 1);
}

#[tokio::test]
async fn a_reprompt_item_returns_no_secret_before_confirmation() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let mut draft = login("Bank", "ann", "a secret");
    draft.fields.push(field("code", FieldKindView::Code, value(FieldKindView::Code)));
    draft.reprompt = true;
    let view = coffer.item_save(draft, None).await.unwrap();
    let at = |index: usize| view.fields[index].id.parse().unwrap();
    let needed = ErrorCode::PasswordNeeded;
    assert_eq!(coffer.item_reveal(id(&view), at(1)).await.err().unwrap().code, needed);
    assert_eq!(coffer.item_copy_text(id(&view), at(1)).await.err().unwrap().code, needed);
    assert_eq!(coffer.item_copy_role_text(id(&view), CopyRole::Password).await.err().unwrap().code, needed);
    assert_eq!(coffer.item_code(id(&view), at(2)).await.err().unwrap().code, needed);
    // A public value can be copied.
    assert!(coffer.item_copy_text(id(&view), at(0)).await.is_ok());
    // It cannot be changed either: that could remove the mark, or make a concealed field public.
    let off = ItemDraft { reprompt: false, ..form_of(&view) };
    assert_eq!(coffer.item_save(off, None).await.err().unwrap().code, needed);
    let mut opened = form_of(&view);
    opened.fields[1].kind = FieldKindView::Text;
    assert_eq!(coffer.item_save(opened, None).await.err().unwrap().code, needed);
    // It can be organised.
    assert_eq!(coffer.item_set_favourite(vec![id(&view)], true).await.unwrap().count, 1);
    let view = coffer.item_get(id(&view)).await.unwrap();
    let copy = coffer.item_duplicate(id(&view)).await.unwrap();
    assert!(copy.reprompt);

    let wrong = coffer.session_confirm(SecretText::from("not the password")).await.err().unwrap();
    assert_eq!(wrong.code, ErrorCode::WrongPassword);
    assert!(coffer.item_reveal(id(&view), at(1)).await.is_err());
    coffer.session_confirm(SecretText::from(PASSWORD)).await.unwrap();
    assert_eq!(coffer.item_reveal(id(&view), at(1)).await.unwrap().expose(), "a secret");
    assert!(coffer.item_code(id(&view), at(2)).await.is_ok());
    let open = coffer.item_save(ItemDraft { reprompt: false, ..form_of(&view) }, None).await.unwrap();
    assert!(!open.reprompt);
}
