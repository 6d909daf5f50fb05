//! Proton Pass: `type,name,url,[email,]username,password,note,totp,createTime,modifyTime,[vault]`. The note of a card or an
//! identity is a JSON object with its values.

use vault_engine::item::{FieldKind, ItemType, Role};

use super::{Layout, cell, csv};
use crate::{
    builder::ItemBuilder,
    format::Program,
    importer::Importer,
    meaning::Meaning,
    syntax::{
        json::{Json, Object},
        table::Cells,
    },
};

use Meaning::{Addresses, Created, Field, Folder, FullName, Modified, Notes, Text, Title};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv(
    "proton_csv",
    "Proton Pass CSV",
    &Program { id: "proton", name: "Proton Pass" },
    &[Layout {
        required: &[
            "type",
            "name",
            "url",
            "username",
            "password",
            "note",
            "totp",
            "createtime",
            "modifytime",
        ],
        columns: &[
            ("name", Title),
            ("username", Field(Role::Username)),
            // The user name, if there is no other. Older versions have no such column.
            ("email", Field(Role::Username)),
            ("password", Field(Role::Password)),
            ("totp", Field(Role::Code)),
            ("url", Addresses),
            ("note", Notes),
            ("vault", Folder("/")),
            ("createtime", Created),
            ("modifytime", Modified),
        ],
        item_type: |cells| match cells.get("type") {
            "login" | "alias" => ItemType::Login,
            "creditCard" => ItemType::Card,
            "identity" => ItemType::Identity,
            _ => ItemType::Note,
        },
        special,
        ..Layout::BASE
    }],
);

const CARD: &[(&str, Meaning)] = &[
    ("cardholderName", Field(Role::CardHolder)),
    ("number", Field(Role::CardNumber)),
    ("verificationNumber", Field(Role::CardVerification)),
    ("expirationDate", Field(Role::CardExpiry)),
    ("pin", Field(Role::CardPin)),
    ("note", Notes),
];

const IDENTITY: &[(&str, Meaning)] = &[
    ("firstName", Field(Role::FirstName)),
    ("middleName", Field(Role::MiddleName)),
    ("lastName", Field(Role::LastName)),
    ("fullName", FullName),
    ("birthdate", Field(Role::BirthDate)),
    ("email", Field(Role::Email)),
    ("phoneNumber", Field(Role::Phone)),
    ("company", Field(Role::Company)),
    ("streetAddress", Field(Role::Street)),
    ("zipOrPostalCode", Field(Role::PostalCode)),
    ("city", Field(Role::City)),
    ("stateOrProvince", Field(Role::Region)),
    ("countryOrRegion", Field(Role::Country)),
    ("socialSecurityNumber", Field(Role::NationalId)),
    ("passportNumber", Field(Role::Passport)),
    ("licenseNumber", Field(Role::DrivingLicence)),
    ("website", Addresses),
    ("personalWebsite", Addresses),
    ("note", Notes),
    ("gender", Text),
    ("organization", Text),
    ("floor", Text),
    ("county", Text),
    ("jobTitle", Text),
    ("secondPhoneNumber", Text),
    ("workPhoneNumber", Text),
    ("workEmail", Text),
    ("xHandle", Text),
    ("linkedin", Text),
    ("reddit", Text),
    ("facebook", Text),
    ("yahoo", Text),
    ("instagram", Text),
];

/// Lists of fields that the user made.
const EXTRA: [&str; 4] =
    ["extraPersonalDetails", "extraAddressDetails", "extraContactDetails", "extraWorkDetails"];

fn special(item: &mut ItemBuilder<'_, '_>, cells: &mut Cells) {
    let kind = cells.take("type");
    let members = match kind.expose() {
        "creditCard" => CARD,
        "identity" => IDENTITY,
        "login" | "note" => return,
        "alias" => return item.put("type", Text, kind),
        // Such items have only their note in this file.
        _ => return item.put("type", Meaning::Type, kind),
    };
    let note = cells.take("note");
    let Some(mut values) = cell::object(&note) else { return item.put("note", Notes, note) };
    if !values.take_text("cardType").is_empty() {
        item.count_dropped("cardType", "It follows from the number of the card.");
    }
    item.put_members("note", &mut values, members);
    for name in EXTRA {
        extra_fields(item, "", values.take_list(name));
    }
    for section in values.take_list("extraSections") {
        let Json::Object(mut section) = section else {
            item.unknown_value("note.extraSections", section);
            continue;
        };
        let name = section.take_text("sectionName");
        extra_fields(item, name.expose(), section.take_list("sectionFields"));
        item.unknown_members("note.extraSections", section);
    }
    item.unknown_members("note", values);
}

/// Adds fields of the form `{fieldName, type, data: {content}}`, with the name of their section before their own.
fn extra_fields(item: &mut ItemBuilder<'_, '_>, section: &str, fields: Vec<Json>) {
    for field in fields {
        let Json::Object(mut field) = field else {
            item.unknown_value("note.fieldName", field);
            continue;
        };
        let (name, kind) = (field.take_text("fieldName"), field.take_text("type"));
        let mut data = field.take_object("data").unwrap_or_else(Object::default);
        let label = match section {
            "" => name.expose().to_owned(),
            section => format!("{section}: {}", name.expose()),
        };
        let kind = if kind.expose() == "text" { FieldKind::Lines } else { FieldKind::Concealed };
        item.own_text(&label, kind, data.take_text("content"));
        item.unknown_members(&label, data);
        item.unknown_members("note.fieldName", field);
    }
}
