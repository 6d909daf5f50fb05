//! The kinds of fields. The numbers are those of the payload.

use super::numbered::numbered;

numbered! {
    /// The kind of a field's value, which determines how it is shown, checked and copied.
    FieldKind, 14:
    /// Plain text.
    Text = 1, "text";
    /// Text hidden until revealed.
    Concealed = 2, "concealed";
    /// A web address.
    Url = 3, "url";
    /// An e-mail address.
    Email = 4, "email";
    /// A calendar day, `YYYY-MM-DD`.
    Date = 5, "date";
    /// A month, `YYYY-MM`.
    Month = 6, "month";
    /// A telephone number.
    Phone = 7, "phone";
    /// A one-time code as an `otpauth://` URI; concealed.
    Code = 8, "code";
    /// The blob id of one of the item's files: 32 hexadecimal digits.
    File = 9, "file";
    /// The id of another item: 32 hexadecimal digits.
    Link = 10, "link";
    /// Text of several lines.
    Lines = 11, "lines";
    /// Text of several lines hidden until revealed, such as a private key.
    SecretLines = 12, "secret_lines";
    /// A whole number.
    Number = 13, "number";
    /// `true` or `false`.
    Switch = 14, "switch";
}

impl FieldKind {
    /// Returns whether the value is hidden until revealed.
    #[must_use]
    pub const fn is_concealed(self) -> bool {
        matches!(self, Self::Concealed | Self::Code | Self::SecretLines)
    }

    /// Returns whether the value may have several lines.
    #[must_use]
    pub const fn has_lines(self) -> bool {
        matches!(self, Self::Lines | Self::SecretLines)
    }
}
