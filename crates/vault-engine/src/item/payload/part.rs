//! The parts of an item, and of the profile around it, that have a limit.

use std::fmt;

use vault_wire::revision::RevisionHeader;

use super::limits;

macro_rules! limited_parts {
    ($($(#[$doc:meta])* $part:ident: $name:literal, $limit:expr;)*) => {
        /// A part of an item, or of the profile around it, that has a limit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum LimitedPart { $($(#[$doc])* $part,)* }

        impl LimitedPart {
            /// All parts.
            pub const ALL: &[Self] = &[$(Self::$part),*];

            /// Returns the limit: bytes of a text or content, elements of a list, or levels of nesting.
            #[must_use]
            pub const fn limit(self) -> usize {
                match self { $(Self::$part => $limit,)* }
            }
        }

        impl fmt::Display for LimitedPart {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$part => $name,)* })
            }
        }
    };
}

const _: () = assert!(limits::FILE_REFERENCES as u64 == RevisionHeader::MAX_BLOBS);

limited_parts! {
    /// The whole payload.
    Content: "content", limits::PAYLOAD;
    /// The title.
    Title: "title", limits::TITLE;
    /// The fields.
    Fields: "list of fields", limits::FIELDS;
    /// The label of a field.
    Label: "label of a field", limits::LABEL;
    /// The heading of a section.
    Heading: "heading of a section", limits::LABEL;
    /// The value of a field.
    Value: "value of a field", limits::VALUE;
    /// The earlier values of a field.
    PastValues: "list of earlier values", limits::PAST_VALUES;
    /// An earlier value of a field.
    PastValue: "earlier value of a field", limits::VALUE;
    /// The web addresses.
    Urls: "list of addresses", limits::URLS;
    /// A web address.
    Url: "address", limits::URL;
    /// The matching rules of the addresses.
    UrlRules: "list of address rules", limits::URLS;
    /// The notes.
    Notes: "notes", limits::NOTES;
    /// The tags.
    Tags: "list of tags", limits::TAGS;
    /// A tag.
    Tag: "tag", limits::TAG;
    /// The folder path.
    Folder: "folder path", limits::FOLDER;
    /// The day of expiry.
    Expires: "expiry", limits::LABEL;
    /// The name of the device.
    Device: "device name", limits::DEVICE;
    /// The files.
    Attachments: "list of files", limits::ATTACHMENTS;
    /// The name of a file.
    FileName: "file name", limits::FILE_NAME;
    /// The media type of a file.
    MediaType: "media type of a file", limits::MEDIA_TYPE;
    /// The values superseded by merges.
    SupersededValues: "list of superseded values", limits::SUPERSEDED;
    /// A value superseded by a merge.
    SupersededValue: "superseded value", limits::VALUE;
    /// The passkeys.
    Passkeys: "list of passkeys", limits::PASSKEYS;
    /// The credential id of a passkey.
    PasskeyId: "id of a passkey", limits::PASSKEY_ID;
    /// The user handle of a passkey.
    PasskeyUserHandle: "user handle of a passkey", limits::PASSKEY_ID;
    /// The id or name of the site of a passkey.
    PasskeySite: "site of a passkey", limits::LABEL;
    /// A name of the user of a passkey.
    PasskeyUser: "user of a passkey", limits::LABEL;
    /// The private key of a passkey.
    PasskeyKey: "key of a passkey", limits::PASSKEY_KEY;
    /// The entries of a map, including unknown ones.
    Entries: "number of entries", limits::ENTRIES;
    /// The nesting of an unknown value.
    Nesting: "nesting", limits::DEPTH;
    /// An unknown list or map.
    UnknownList: "unknown list", limits::PAYLOAD;
    /// The files that a revision refers to.
    FileReferences: "list of file references", limits::FILE_REFERENCES;
    /// A draft.
    Draft: "draft", limits::DRAFT;
    /// The vaults of a profile.
    Vaults: "list of vaults", limits::VAULTS;
}
