//! Detection of media types from file content.

/// Number of bytes at the start of a file that are examined.
pub const HEAD: usize = 8 << 10;

const TEXT: &str = "text/plain";
const UNKNOWN: &str = "application/octet-stream";
const ZIP: &str = "application/zip";
const OLE: &str = "application/x-ole-storage";
const XML: &str = "text/xml";

/// File extensions and the media types that match them. Ambiguous extensions are omitted.
const EXTENSION_TYPES: [(&[&str], &[&str]); 33] = [
    (&["pdf"], &["application/pdf"]),
    (&["png"], &["image/png"]),
    (&["jpg", "jpeg", "jpe"], &["image/jpeg"]),
    (&["gif"], &["image/gif"]),
    (&["webp"], &["image/webp"]),
    (&["bmp"], &["image/bmp"]),
    (&["tif", "tiff"], &["image/tiff"]),
    (&["ico"], &["image/vnd.microsoft.icon"]),
    (&["heic", "heif"], &["image/heif"]),
    (&["avif"], &["image/avif"]),
    (&["psd"], &["image/vnd.adobe.photoshop"]),
    (&["svg"], &[XML, TEXT, "text/html"]),
    (&["mp3"], &["audio/mpeg"]),
    (&["flac"], &["audio/x-flac"]),
    (&["wav"], &["audio/x-wav"]),
    (&["ogg", "oga", "opus"], &["audio/ogg", "audio/opus"]),
    (&["m4a"], &["audio/m4a", "video/mp4"]),
    (&["mp4", "m4v"], &["video/mp4", "video/x-m4v", "video/quicktime"]),
    (&["mov"], &["video/quicktime", "video/mp4"]),
    (&["mkv", "webm"], &["video/x-matroska", "video/webm"]),
    (&["avi"], &["video/x-msvideo"]),
    (&["zip"], &[ZIP]),
    (&["gz", "tgz"], &["application/gzip"]),
    (&["7z"], &["application/x-7z-compressed"]),
    (&["rar"], &["application/vnd.rar"]),
    (&["xz"], &["application/x-xz"]),
    (&["epub"], &["application/epub+zip", ZIP]),
    (&["docx"], &["application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP, OLE]),
    (&["xlsx"], &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP, OLE]),
    (&["pptx"], &["application/vnd.openxmlformats-officedocument.presentationml.presentation", ZIP, OLE]),
    (
        &["odt", "ods", "odp"],
        &[
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.spreadsheet",
            "application/vnd.oasis.opendocument.presentation",
            ZIP,
        ],
    ),
    (
        &["doc", "xls", "ppt"],
        &["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", OLE],
    ),
    (&["txt", "md", "csv", "json", "log", "pem"], &[TEXT, XML, "text/html", "text/x-shellscript"]),
];

/// Returns the media type of a file from its first bytes, never from its name.
#[must_use]
pub fn media_type(head: &[u8]) -> &'static str {
    let head = head.get(..HEAD).unwrap_or(head);
    if let Some(found) = infer::get(head) {
        return found.mime_type();
    }
    // The head may end inside a character.
    let is_text = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    if is_text && !head.is_empty() && !head.contains(&0) { TEXT } else { UNKNOWN }
}

/// Returns whether the extension of a name contradicts the detected media type. Unknown extensions never mismatch.
#[must_use]
pub fn type_mismatch(name: &str, media_type: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    let ending = ending.trim().to_ascii_lowercase();
    let promise = EXTENSION_TYPES.iter().find(|(endings, _)| endings.contains(&ending.as_str()));
    promise.is_some_and(|(_, types)| !types.contains(&media_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_detected_from_content() {
        for (head, expected) in [
            (&b"%PDF-1.7\n"[..], "application/pdf"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"PK\x03\x04\x14\0", "application/zip"),
            (b"MZ\x90\0", "application/vnd.microsoft.portable-executable"),
            (b"<!DOCTYPE html><html>", "text/html"),
            (b"Dear Ann,\n", "text/plain"),
            ("Grüße".as_bytes(), "text/plain"),
            (&"Grüße".as_bytes()[..3], "text/plain"),
            (b"\0\x01\x02\xfe", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ] {
            assert_eq!(media_type(head), expected, "{head:?}");
        }
    }

    #[test]
    fn mismatching_extensions_are_detected() {
        for (name, media_type, mismatch) in [
            ("scan.pdf", "application/pdf", false),
            ("SCAN.PDF", "application/pdf", false),
            ("scan.pdf", "application/vnd.microsoft.portable-executable", true),
            ("photo.jpg", "text/html", true),
            ("photo.jpg", "image/png", true),
            ("notes.txt", "application/zip", true),
            ("notes.txt", "text/plain", false),
            ("letter.docx", "application/zip", false),
            ("letter.docx", "application/pdf", true),
            ("tool", "application/x-executable", false),
            ("data.bin", "image/png", false),
        ] {
            assert_eq!(type_mismatch(name, media_type), mismatch, "{name} {media_type}");
        }
    }
}
