//! The variables that a program is started with: which are read from a file, and which may be set.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use zeroize::Zeroizing;

use crate::failure::{Exit, Failure};

/// The longest file.
const LONGEST: u64 = 1 << 20;

/// Names that change which code a program runs. A file or a reference sets them only if the user allows it by name.
const DANGEROUS: &[&str] = &[
    "BASH_ENV",
    "BASHOPTS",
    "CDPATH",
    "CLASSPATH",
    "EDITOR",
    "ENV",
    "GCONV_PATH",
    "GLIBC_TUNABLES",
    "IFS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "LOCPATH",
    "NODE_OPTIONS",
    "NODE_PATH",
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
    "PAGER",
    "PATH",
    "PERL5DB",
    "PERL5LIB",
    "PERL5OPT",
    "PERLLIB",
    "PROMPT_COMMAND",
    "PS4",
    "RUBYLIB",
    "RUBYOPT",
    "SHELL",
    "SHELLOPTS",
    "VISUAL",
    "ZDOTDIR",
    "_JAVA_OPTIONS",
];
/// The same, by how they begin.
const DANGEROUS_BEGINS: &[&str] = &["BASH_FUNC_", "COFFER_", "DYLD_", "GIT_", "LD_", "PYTHON"];

/// A variable of a file.
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Zeroizing<String>,
}

/// Fails for a name that changes which code a program runs, unless it is allowed.
pub fn expect_harmless(name: &str, allowed: &[String]) -> Result<(), Failure> {
    let dangerous = DANGEROUS.contains(&name) || DANGEROUS_BEGINS.iter().any(|begin| name.starts_with(begin));
    if !dangerous || allowed.iter().any(|allowed| allowed == name) {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, format!("{name} can change which code the program runs"))
        .with(format!("If that is wanted, add --allow {name}.")))
}

/// Reads the variables of a file.
pub fn read(path: &Path) -> Result<Vec<Variable>, Failure> {
    let failed = |reason: String| Failure::new(Exit::Usage, format!("{}: {reason}", path.display()));
    let mut text = Zeroizing::new(String::new());
    let mut file = File::open(path).map_err(|error| failed(error.to_string()))?.take(LONGEST + 1);
    let read = file.read_to_string(&mut text).map_err(|error| failed(error.to_string()))?;
    if u64::try_from(read).is_ok_and(|read| read > LONGEST) {
        return Err(failed("it is longer than a MiB".to_owned()));
    }
    let mut variables = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let variable = parse(line).map_err(|reason| failed(format!("line {number}: {reason}")))?;
        variables.extend(variable);
    }
    Ok(variables)
}

/// A line: `NAME=value`, with or without quotes; a remark or empty line is none.
fn parse(line: &str) -> Result<Option<Variable>, &'static str> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (name, value) = line.split_once('=').ok_or("a variable is written NAME=value")?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(fits) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("a name has letters, digits and _ only, and no digit at its begin");
    }
    let value = value.trim_start();
    let value = match value.chars().next() {
        Some('\'') => quoted(value, '\'')?,
        Some('"') => quoted(value, '"')?,
        _ => Zeroizing::new(value.split_once(" #").map_or(value, |(value, _)| value).trim_end().to_owned()),
    };
    Ok(Some(Variable { name: name.to_owned(), value }))
}

/// A value in quotes. In double ones, `\n`, `\"`, `\\` and `\$` stand for what they do in a shell.
fn quoted(text: &str, quote: char) -> Result<Zeroizing<String>, &'static str> {
    let mut value = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text.strip_prefix(quote).unwrap_or(text).chars();
    loop {
        match rest.next().ok_or("the quote does not end in its line")? {
            c if c == quote => break,
            '\\' if quote == '"' => match rest.next().ok_or("the quote does not end in its line")? {
                'n' => value.push('\n'),
                c @ ('"' | '\\' | '$') => value.push(c),
                c => {
                    value.push('\\');
                    value.push(c);
                }
            },
            c => value.push(c),
        }
    }
    let after = rest.as_str().trim();
    if after.is_empty() || after.starts_with('#') { Ok(value) } else { Err("text follows the quote") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_a_shell_does() {
        for (line, expected) in [
            ("A=b c # remark", Some(("A", "b c"))),
            ("export A_1='b # $c'", Some(("A_1", "b # $c"))),
            (r#"A = "#, None),
            (r#"A="b\n\"c\\\$\x" # remark"#, Some(("A", "b\n\"c\\$\\x"))),
            ("A=", Some(("A", ""))),
            ("A=b#c=d", Some(("A", "b#c=d"))),
        ] {
            let found = parse(line).ok().flatten();
            assert_eq!(found.as_ref().map(|found| (found.name.as_str(), found.value.as_str())), expected);
        }
        assert!(parse("# A=b").unwrap().is_none() && parse("  ").unwrap().is_none());
        for line in ["A", "1A=b", "A-B=c", "A='b", "A=\"b\\", "A='b' c", "=b"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn t50_names_that_change_the_code_are_refused() {
        for name in
            ["PATH", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "IFS", "PYTHONPATH", "GIT_SSH"]
        {
            assert_eq!(expect_harmless(name, &["OTHER".to_owned()]).unwrap_err().exit, Exit::Usage);
            assert!(expect_harmless(name, &[name.to_owned()]).is_ok());
        }
        for name in ["TOKEN", "MY_PATH", "PATHS", "OLD_KEY"] {
            assert!(expect_harmless(name, &[]).is_ok());
        }
    }
}
