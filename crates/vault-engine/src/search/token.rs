//! Tokenizer of search texts.

/// A token of the text without quotes.
pub(crate) struct Token {
    pub text: String,
    /// Whether a part of it was in quotes.
    pub quoted: bool,
    /// Whether it started with a quote.
    pub literal: bool,
}

pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let new = || Token { text: String::new(), quoted: false, literal: false };
    let mut tokens = Vec::new();
    let mut token = new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '"' => {
                inside = !inside;
                token.literal |= token.text.is_empty() && !token.quoted;
                token.quoted = true;
            }
            c if c.is_whitespace() && !inside => tokens.push(std::mem::replace(&mut token, new())),
            c => token.text.push(c),
        }
    }
    tokens.push(token);
    tokens.retain(|token| !token.text.is_empty());
    tokens
}
