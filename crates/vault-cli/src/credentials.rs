//! Passwords for Git and for Docker, by their protocols for helpers.

use std::io::Read as _;

use serde::{Deserialize, Serialize};
use vault_agent::protocol::{Reply, Request};
use vault_api::views::{FieldKindView, ItemScope, ItemTypeView, ItemView};
use zeroize::Zeroizing;

use crate::arguments::{DockerCredential, GitCredential};
use crate::connection::{Connection, Context};
use crate::failure::{Exit, Failure};
use crate::{changing, find, output, reading};

/// The longest input.
const LONGEST: u64 = 64 << 10;
/// The tag of items that Docker stored.
const DOCKER: &str = "docker";
/// What Docker recognizes as an answer without a password.
const NOT_FOUND: &str = "credentials not found in native keychain";

/// A site that asks for a password.
#[derive(Debug, PartialEq, Eq)]
struct Site<'a> {
    /// Its name, with the port if it has one.
    host: &'a str,
    path: &'a str,
}

impl<'a> Site<'a> {
    /// Takes a web address apart; none if it is not reached over TLS.
    fn of(address: &'a str) -> Option<Self> {
        let rest = match address.split_once("://") {
            Some((scheme, rest)) => Some(rest).filter(|_| scheme.eq_ignore_ascii_case("https"))?,
            None => address,
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at_checked(end)?;
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let host = host.strip_suffix(":443").unwrap_or(host);
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
        (!host.is_empty() && host.bytes().all(fits)).then_some(Self { host, path })
    }

    /// Whether a password for an address is meant for this site. An address without a path is for the whole host.
    fn is_at(&self, address: &str) -> bool {
        let Some(own) = Site::of(address) else { return false };
        let below = self.path == own.path
            || self
                .path
                .strip_prefix(own.path)
                .is_some_and(|rest| own.path.is_empty() || rest.starts_with('/'));
        own.host.eq_ignore_ascii_case(self.host) && (self.path.is_empty() || below)
    }

    /// The logins for it, of a user if one is named.
    fn logins(&self, connection: &mut Connection, user: Option<&str>) -> Result<Vec<ItemView>, Failure> {
        let name = self.host.split(':').next().unwrap_or_default();
        let mut found = Vec::new();
        for row in find::rows_of(connection, &format!("url:{name}"), &ItemScope::All)? {
            let item = find::get(connection, &row.id)?;
            let of_user = user.is_none_or(|user| username(&item) == user);
            if of_user && item.urls.iter().any(|address| self.is_at(address)) {
                found.push(item);
            }
        }
        Ok(found)
    }
}

fn username(item: &ItemView) -> &str {
    let field = item.fields.iter().find(|field| field.role.as_deref() == Some("username"));
    field.and_then(|field| field.value.as_deref()).unwrap_or_default()
}

/// The user name and password of the only login for a site.
fn login_for(
    context: &Context,
    site: &Site<'_>,
    user: Option<&str>,
) -> Result<(String, Zeroizing<String>), Failure> {
    let mut connection = context.connect()?;
    let found = site.logins(&mut connection, user)?;
    let item = find::only("login", site.host, found, |item| {
        format!("{}  {}  {}", item.id, item.title, username(item))
    })?;
    connection.ask(&Request::MayLeave { item: item.id.clone() })?;
    let password = reading::value_of(&mut connection, &item, None, "password")?;
    let user = username(&item).to_owned();
    if user.contains(['\n', '\0']) || password.contains(['\n', '\0']) {
        return Err(Failure::new(
            Exit::General,
            "the password has several lines, which the program cannot take",
        ));
    }
    Ok((user, password))
}

/// Stores a password that a site accepted: in the login of the user if there is one, else in a new one.
fn store(
    context: &Context,
    (address, site): (&str, &Site<'_>),
    (user, password): (&str, &str),
    tag: Option<&str>,
) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let mut found = site.logins(&mut connection, Some(user))?;
    let mut draft = match (found.pop(), found.is_empty()) {
        // Which one is meant is not known.
        (Some(_), false) => return Ok(Exit::Done),
        (Some(item), true) => {
            if *reading::value_of(&mut connection, &item, None, "password")? == *password {
                return Ok(Exit::Done);
            }
            changing::draft_of(item)
        }
        (None, _) => {
            let mut draft = changing::new_draft(ItemTypeView::Login, site.host.to_owned());
            draft.urls.push(address.to_owned());
            draft.tags.extend(tag.map(str::to_owned));
            changing::field_of(&mut draft, "username", FieldKindView::Text).value = Some(user.to_owned());
            draft
        }
    };
    changing::field_of(&mut draft, "password", FieldKindView::Concealed).value = Some(password.to_owned());
    match connection.ask_confirmed(&Request::Save { draft: Box::new(draft), vault: None })? {
        Reply::Item(_) => Ok(Exit::Done),
        _ => Err(Connection::unexpected()),
    }
}

fn input() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    let read = std::io::stdin().lock().take(LONGEST).read_to_string(&mut text);
    read.map_err(|error| Failure::new(Exit::Usage, format!("the input cannot be read: {error}")))?;
    Ok(text)
}

/// `git-credential`
pub fn git(context: &Context, what: GitCredential) -> Result<Exit, Failure> {
    let text = input()?;
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let (protocol, host) = (value("protocol").unwrap_or_default(), value("host").unwrap_or_default());
    let address = match value("path") {
        Some(path) => format!("{protocol}://{host}/{path}"),
        None => format!("{protocol}://{host}"),
    };
    // Other protocols would show the password on its way.
    let Some(site) = Site::of(&address) else { return Ok(Exit::Done) };
    match what {
        GitCredential::Get => {
            let (user, password) = login_for(context, &site, value("username"))?;
            output::bytes(Zeroizing::new(format!("username={user}\npassword={}\n", *password)).as_bytes())
        }
        GitCredential::Store => match (value("username"), value("password")) {
            (Some(user), Some(password)) => store(context, (&address, &site), (user, password), None),
            _ => Ok(Exit::Done),
        },
        // That a site refused a password once is no reason to delete it.
        GitCredential::Erase => Ok(Exit::Done),
    }
}

/// What Docker gives and gets.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Login {
    #[serde(rename = "ServerURL")]
    server_url: String,
    username: String,
    secret: Zeroizing<String>,
}

/// `docker-credential`
pub fn docker(context: &Context, what: DockerCredential) -> Result<Exit, Failure> {
    let unknown =
        || Failure::new(Exit::Usage, "the input is no address of a server that is reached over TLS");
    let written = |text: serde_json::Result<String>| {
        text.map(Zeroizing::new)
            .map_err(|_| Failure::new(Exit::General, "the answer cannot be written as JSON"))
    };
    match what {
        DockerCredential::Get => {
            let text = input()?;
            let address = text.trim();
            let (username, secret) = match login_for(context, &Site::of(address).ok_or_else(unknown)?, None) {
                Err(failure) if failure.exit == Exit::NotFound => {
                    output::line(NOT_FOUND)?;
                    return Ok(Exit::General);
                }
                found => found?,
            };
            let login = Login { server_url: address.to_owned(), username, secret };
            output::line(&written(serde_json::to_string(&login))?)
        }
        DockerCredential::Store => {
            let login: Login = serde_json::from_str(&input()?)
                .map_err(|_| Failure::new(Exit::Usage, "the input is no login as Docker writes it"))?;
            let site = Site::of(&login.server_url).ok_or_else(unknown)?;
            store(context, (&login.server_url, &site), (&login.username, &login.secret), Some(DOCKER))
        }
        DockerCredential::Erase => {
            let text = input()?;
            let site = Site::of(text.trim()).ok_or_else(unknown)?;
            let mut connection = context.connect()?;
            let found = site.logins(&mut connection, None)?;
            // Only what Docker stored itself, and into the trash.
            let stored = |item: &ItemView| item.tags.iter().any(|tag| tag == DOCKER);
            let items: Vec<String> = found.into_iter().filter(stored).map(|item| item.id).collect();
            if !items.is_empty() {
                connection.ask_confirmed(&Request::Trash { items })?;
            }
            Ok(Exit::Done)
        }
        DockerCredential::List => {
            let mut connection = context.connect()?;
            let mut logins = std::collections::BTreeMap::new();
            for row in find::rows_of(&mut connection, &format!("tag:{DOCKER}"), &ItemScope::All)? {
                let item = find::get(&mut connection, &row.id)?;
                for address in &item.urls {
                    logins.insert(address.clone(), username(&item).to_owned());
                }
            }
            output::line(&written(serde_json::to_string(&logins))?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_to_its_own_host_only() {
        let is_at = |site: &str, address: &str| Site::of(site).is_some_and(|site| site.is_at(address));
        for (site, address) in [
            ("https://example.org", "https://example.org/login?next=1"),
            ("https://example.org/team/repo.git", "https://user@EXAMPLE.org:443/team/"),
            ("https://example.org/team/repo.git", "example.org"),
            ("https://example.org:8443", "https://example.org:8443/"),
            ("registry.example.org", "https://registry.example.org/v1/"),
        ] {
            assert!(is_at(site, address), "{site} {address}");
        }
        for (site, address) in [
            ("https://example.org", "https://example.org.evil.example"),
            ("https://example.org", "https://evil.example/example.org"),
            ("https://example.org", "https://example.org@evil.example"),
            ("https://example.org", "https://evil.example?@example.org"),
            ("https://example.org", "http://example.org"),
            ("https://sub.example.org", "https://example.org"),
            ("https://example.org:8443", "https://example.org"),
            ("https://example.org/teams/x", "https://example.org/team"),
            ("http://example.org", "https://example.org"),
            ("ssh://example.org", "https://example.org"),
            ("https://", "https://"),
        ] {
            assert!(!is_at(site, address), "{site} {address}");
        }
    }
}
