//! Secrets for other programs: in their environment, and in files made from templates.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::Path;

use vault_agent::Reference;
use zeroize::Zeroizing;

use crate::arguments::{Inject, Run};
use crate::child::{self, Start};
use crate::connection::{Connection, Context};
use crate::environment::{self, expect_harmless};
use crate::failure::{Exit, Failure};
use crate::masking::Secrets;
use crate::output::{self, PrivateFile};
use crate::reading;

const SCHEME: &str = "coffer://";
/// The longest template.
const LONGEST: u64 = 16 << 20;

/// The values of references, each read once.
struct Resolved<'a> {
    context: &'a Context,
    connection: Option<Connection>,
    values: BTreeMap<String, Zeroizing<String>>,
}

impl<'a> Resolved<'a> {
    const fn new(context: &'a Context) -> Self {
        Self { context, connection: None, values: BTreeMap::new() }
    }

    fn value(&mut self, text: &str) -> Result<&str, Failure> {
        if !self.values.contains_key(text) {
            let reference = Reference::parse(text)?;
            let connection = match &mut self.connection {
                Some(connection) => connection,
                none => none.insert(self.context.connect()?),
            };
            let value = reading::read_to_leave(connection, &reference)?;
            self.values.insert(text.to_owned(), value);
        }
        Ok(self.values.get(text).map_or("", |value| value.as_str()))
    }
}

/// `run`
pub fn run(context: &Context, what: Run) -> Result<Exit, Failure> {
    let Run { env_file, no_masking, allow, command } = what;
    let mut given = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
        if value.starts_with(SCHEME) {
            given.insert(name.to_owned(), Zeroizing::new(value.to_owned()));
        }
    }
    for variable in env_file.iter().map(|path| environment::read(path)).collect::<Result<Vec<_>, _>>()? {
        given.extend(variable.into_iter().map(|variable| (variable.name, variable.value)));
    }
    let mut resolved = Resolved::new(context);
    let mut variables = Vec::new();
    for (name, value) in given {
        expect_harmless(&name, &allow)?;
        let value = if value.starts_with(SCHEME) {
            let named = |failure: Failure| failure.with(format!("The variable {name} names it."));
            let value = Zeroizing::new(resolved.value(&value).map_err(named)?.to_owned());
            if value.contains('\0') {
                return Err(Failure::new(
                    Exit::General,
                    format!("the value for {name} fits into no variable"),
                ));
            }
            value
        } else {
            value
        };
        variables.push((name, value));
    }
    let secrets = Secrets::new(resolved.values.values().map(|value| value.as_str()));
    let masked = (!no_masking && !resolved.values.is_empty()).then_some(secrets);
    // Nothing is asked for any more.
    drop(resolved);
    child::run(&Start { command, variables, masked })
}

/// `inject`
pub fn inject(context: &Context, what: &Inject) -> Result<Exit, Failure> {
    let template = read_template(what.input.as_deref())?;
    let mut resolved = Resolved::new(context);
    let text =
        fill(&template, &mut |reference| resolved.value(reference).map(str::to_owned).map(Zeroizing::new))?;
    match &what.output {
        Some(path) => {
            let mut file = PrivateFile::create(path)?;
            file.write_all(text.as_bytes()).map_err(|error| file.failed(&error))?;
            file.finish()
        }
        None => output::bytes(text.as_bytes()),
    }
}

fn read_template(path: Option<&Path>) -> Result<Zeroizing<String>, Failure> {
    let failed = |reason: String| Failure::new(Exit::Usage, format!("the template cannot be read: {reason}"));
    let mut text = Zeroizing::new(String::new());
    let read = match path {
        Some(path) => {
            std::fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text))
        }
        None => std::io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text),
    };
    let read = read.map_err(|error| failed(error.to_string()))?;
    if u64::try_from(read).is_ok_and(|read| read > LONGEST) {
        return Err(failed("it is longer than 16 MiB".to_owned()));
    }
    Ok(text)
}

/// Replaces `{{ coffer://… }}`; other braces stay as they are.
fn fill(
    template: &str,
    value: &mut impl FnMut(&str) -> Result<Zeroizing<String>, Failure>,
) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::with_capacity(template.len()));
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        text.push_str(before);
        if !after.trim_start().starts_with(SCHEME) {
            // One brace only: the next place may begin with the other one.
            text.push('{');
            rest = rest.get(before.len() + 1..).unwrap_or_default();
            continue;
        }
        let (reference, after) = after
            .split_once("}}")
            .ok_or_else(|| Failure::new(Exit::Usage, "a reference in the template does not end with }}"))?;
        text.push_str(&value(reference.trim())?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_a_template_are_replaced_and_nothing_else() {
        let mut value = |reference: &str| Ok(Zeroizing::new(format!("<{reference}>")));
        let mut filled = |template: &str| fill(template, &mut value).map(|text| text.to_string()).ok();
        for (template, expected) in [
            ("a={{coffer://v/i/f}};", "a=<coffer://v/i/f>;"),
            ("{{ coffer://v/i/f\t}}{{coffer://v/i/g}}", "<coffer://v/i/f><coffer://v/i/g>"),
            ("{{ other }} { {{{coffer://v/i/f}}}", "{{ other }} { {<coffer://v/i/f>}"),
            ("{{ {{coffer://v/i/f}}", "{{ <coffer://v/i/f>"),
            ("coffer://v/i/f {{", "coffer://v/i/f {{"),
        ] {
            assert_eq!(filled(template).as_deref(), Some(expected));
        }
        assert_eq!(filled("{{ coffer://v/i/f }"), None);
    }
}
