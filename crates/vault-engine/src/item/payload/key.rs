//! The keys of the maps.

pub mod item {
    pub const TYPE: u64 = 1;
    pub const TITLE: u64 = 2;
    pub const FIELDS: u64 = 3;
    pub const URLS: u64 = 4;
    pub const NOTES: u64 = 5;
    pub const TAGS: u64 = 6;
    pub const FOLDER: u64 = 7;
    pub const FAVOURITE: u64 = 8;
    pub const EDITED_IN_TWO_PLACES: u64 = 9;
    pub const ARCHIVED: u64 = 10;
    pub const CREATED: u64 = 11;
    pub const MODIFIED: u64 = 12;
    pub const TRASHED: u64 = 13;
    pub const DEVICE: u64 = 14;
    pub const ATTACHMENTS: u64 = 15;
    pub const SUPERSEDED: u64 = 16;
    pub const REPROMPT: u64 = 17;
    pub const EXPIRES: u64 = 18;
    pub const URL_RULES: u64 = 19;
    pub const PASSKEYS: u64 = 20;
    pub const TEMPLATE: u64 = 21;
}

pub mod field {
    pub const ID: u64 = 1;
    pub const ROLE: u64 = 2;
    pub const LABEL: u64 = 3;
    pub const KIND: u64 = 4;
    pub const VALUE: u64 = 5;
    pub const SECTION: u64 = 6;
    pub const HISTORY: u64 = 7;
}

pub mod attachment {
    pub const BLOB_ID: u64 = 1;
    pub const FILE_KEY: u64 = 2;
    pub const SIZE: u64 = 3;
    pub const NAME: u64 = 4;
    pub const MEDIA_TYPE: u64 = 5;
    pub const ADDED: u64 = 7;
}

pub mod passkey {
    pub const CREDENTIAL_ID: u64 = 1;
    pub const RP_ID: u64 = 2;
    pub const RP_NAME: u64 = 3;
    pub const USER_HANDLE: u64 = 4;
    pub const USER_NAME: u64 = 5;
    pub const DISPLAY_NAME: u64 = 6;
    pub const PRIVATE_KEY: u64 = 7;
    pub const ALGORITHM: u64 = 8;
    pub const SIGN_COUNTER: u64 = 9;
    pub const DISCOVERABLE: u64 = 10;
    pub const CREATED: u64 = 11;
}
