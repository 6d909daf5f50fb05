//! Signs that a program escapes as in HTML.

use vault_engine::item::SecretText;

/// Replaces the escapes of HTML by their characters; `None` if there are none.
pub(crate) fn unescaped(value: &str) -> Option<SecretText> {
    // `&amp;` last: what stands after it was not escaped.
    has_escapes(value).then(|| {
        SecretText::new(
            value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"),
        )
    })
}

/// Whether a text has an escape of HTML.
pub(crate) fn has_escapes(value: &str) -> bool {
    ["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|escape| value.contains(escape))
}
