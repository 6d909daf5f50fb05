//! Passwords from the terminal, a descriptor or a program.

use std::fs::File;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use crate::failure::{Exit, Failure};

/// The longest line, in bytes.
const LONGEST: u64 = 64 << 10;

/// Asks at the terminal without showing what is typed; `None` without a terminal.
pub fn at_terminal(prompt: &str) -> Option<Zeroizing<String>> {
    rpassword::prompt_password(prompt).ok().map(Zeroizing::new)
}

/// The lines that a descriptor gives: one, or two.
pub fn from_descriptor(number: u32) -> Result<Vec<Zeroizing<String>>, Failure> {
    let file = File::open(format!("/proc/self/fd/{number}"))
        .map_err(|error| Failure::new(Exit::Usage, format!("descriptor {number} cannot be read: {error}")))?;
    lines(file, 2)
}

/// What a program writes that asks the user.
pub fn from_program(program: &Path, prompt: &str) -> Result<Zeroizing<String>, Failure> {
    let failed = |reason: String| Failure::new(Exit::Denied, format!("the password was not given: {reason}"));
    let mut child = Command::new(program)
        .arg(prompt)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let given = child.stdout.take().map(|output| lines(output, 1)).transpose()?;
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        return Err(failed("the program was ended".to_owned()));
    }
    given.and_then(|lines| lines.into_iter().next()).ok_or_else(|| failed("it is empty".to_owned()))
}

/// The next secrets: lines of the standard input, or asked for at the terminal.
pub fn secrets(names: &[String]) -> Result<Vec<Zeroizing<String>>, Failure> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let input = std::io::stdin();
    let given = if input.is_terminal() {
        names.iter().map_while(|name| at_terminal(&format!("{name}: "))).collect()
    } else {
        lines(input.lock(), names.len())?
    };
    if given.len() < names.len() {
        return Err(Failure::new(Exit::Usage, "the standard input has fewer lines than secrets are set"));
    }
    Ok(given)
}

/// The first lines of a stream, without their ends.
fn lines(stream: impl Read, most: usize) -> Result<Vec<Zeroizing<String>>, Failure> {
    let mut stream = BufReader::new(stream.take(LONGEST));
    let mut found = Vec::new();
    while found.len() < most {
        let mut line = Zeroizing::new(String::new());
        let read = stream
            .read_line(&mut line)
            .map_err(|error| Failure::new(Exit::General, format!("the input cannot be read: {error}")))?;
        if read == 0 {
            break;
        }
        let text = line.strip_suffix('\n').unwrap_or(&line);
        found.push(Zeroizing::new(text.strip_suffix('\r').unwrap_or(text).to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lose_their_ends_and_nothing_else() {
        let read = |text: &str, most| -> Vec<String> {
            lines(text.as_bytes(), most).unwrap().iter().map(|line| line.to_string()).collect()
        };
        assert_eq!(read(" a b \r\nsecond\nthird", 2), [" a b ", "second"]);
        assert_eq!(read("last", 2), ["last"]);
        assert!(read("", 1).is_empty());
    }
}
