//! Where the server of a database URL is. Whom it lets in, and how, stays in here: user and
//! password are stepped over, and nothing that may be a part of them is told.

/// What a URL tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Servers, any of which may be connected to.
    Servers(Vec<Server>),
    /// No server: a file, or a socket of the machine itself.
    Local,
    /// Another kind of database, or no URL at all.
    Unknown,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
}

/// The URL cannot be parsed. What is wrong with it is not told: it may be the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

const POSTGRES: u16 = 5432;
const MYSQL: u16 = 3306;

/// Takes a URL apart.
pub(super) fn target(url: &str) -> Result<Target, Malformed> {
    let url = url.trim();
    let url = url.strip_prefix("jdbc:").unwrap_or(url);
    let Some((scheme, rest)) = url.split_once("://") else {
        return Ok(match url.split_once(':') {
            Some(("sqlite" | "file", _)) => Target::Local,
            _ => Target::Unknown,
        });
    };
    let scheme = scheme.to_ascii_lowercase();
    // `postgresql+asyncpg`, `mysql+pymysql`: the rest names a driver.
    let usual = match scheme.split('+').next().unwrap_or_default() {
        "postgres" | "postgresql" => POSTGRES,
        "mysql" | "mariadb" => MYSQL,
        "sqlite" | "file" => return Ok(Target::Local),
        _ => return Ok(Target::Unknown),
    };
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // A password with such a character in it ends the authority too early: what seems to be the
    // host is then a part of the password.
    if rest.contains('@') {
        return Err(Malformed);
    }
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
    let options = rest.split_once('?').map_or("", |(_, it)| it);
    servers(hosts, options, usual)
}

fn servers(hosts: &str, options: &str, usual: u16) -> Result<Target, Malformed> {
    let options = options.split('#').next().unwrap_or_default();
    let option = |name: &str| {
        let mut pairs = options.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(own, _)| *own == name).map(|(_, value)| value)
    };
    let port = match option("port") {
        Some(text) => number(text)?,
        None => usual,
    };
    // Names that take the place of those before the path.
    let hosts = option("hostaddr").or(option("host")).unwrap_or(hosts);
    let servers: Vec<_> = hosts
        .split(',')
        .map(|host| server(host, port))
        .collect::<Result<_, _>>()?;
    let servers: Vec<_> = servers.into_iter().flatten().collect();
    if servers.is_empty() {
        Ok(Target::Local)
    } else {
        Ok(Target::Servers(servers))
    }
}

/// `host`, `host:port`, `[address]` or `[address]:port`; `None` for a socket's path, or nothing.
fn server(text: &str, usual: u16) -> Result<Option<Server>, Malformed> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']').ok_or(Malformed)?;
        let address: std::net::Ipv6Addr = address.parse().map_err(|_| Malformed)?;
        let port = match rest.strip_prefix(':') {
            Some("") => usual,
            Some(port) => number(port)?,
            None if rest.is_empty() => usual,
            None => return Err(Malformed),
        };
        let host = address.to_string();
        return Ok(Some(Server { host, port }));
    }
    let (host, port) = match text.split_once(':') {
        Some((host, "")) => (host, usual),
        Some((host, port)) => (host, number(port)?),
        None => (text, usual),
    };
    let host = decoded(host)?;
    if host.is_empty() || host.starts_with('/') {
        return Ok(None);
    }
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if !host.chars().all(is_of_a_name) {
        return Err(Malformed);
    }
    Ok(Some(Server { host, port }))
}

fn number(text: &str) -> Result<u16, Malformed> {
    match text.parse() {
        Ok(port) if port > 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(port),
        _ => Err(Malformed),
    }
}

/// A text with each `%2F` as what it stands for.
fn decoded(text: &str) -> Result<String, Malformed> {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || {
            let digit = bytes.next().map(char::from);
            digit.and_then(|digit| digit.to_digit(16)).ok_or(Malformed)
        };
        let code = digit()? * 16 + digit()?;
        out.push(u8::try_from(code).map_err(|_| Malformed)?);
    }
    String::from_utf8(out).map_err(|_| Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn servers(all: &[(&str, u16)]) -> Target {
        let all = all.iter().map(|(host, port)| Server {
            host: (*host).to_owned(),
            port: *port,
        });
        Target::Servers(all.collect())
    }

    #[test]
    fn urls_and_what_they_tell() {
        for (url, found) in [
            (
                "postgres://u:p@db.example/d",
                Ok(servers(&[("db.example", 5432)])),
            ),
            (
                "postgresql://db.example:6432",
                Ok(servers(&[("db.example", 6432)])),
            ),
            (
                "mysql://u@db/d?ssl-mode=required",
                Ok(servers(&[("db", 3306)])),
            ),
            (
                "mariadb://u:p@10.0.3.4:3307/",
                Ok(servers(&[("10.0.3.4", 3307)])),
            ),
            (
                "postgresql+asyncpg://u:p%40%2F@db/d",
                Ok(servers(&[("db", 5432)])),
            ),
            ("jdbc:postgresql://db:5433/d", Ok(servers(&[("db", 5433)]))),
            ("postgres://u:p@[::1]:6000/d", Ok(servers(&[("::1", 6000)]))),
            (
                "postgres://u:p@[fd00::2]",
                Ok(servers(&[("fd00::2", 5432)])),
            ),
            (
                "postgres://u:p@a:1,b,c:3/d",
                Ok(servers(&[("a", 1), ("b", 5432), ("c", 3)])),
            ),
            // An at sign in a password is common, and each driver takes the last one.
            ("postgres://u:p@ss@db/d", Ok(servers(&[("db", 5432)]))),
            (
                "postgres:///d?host=db.example&port=6000",
                Ok(servers(&[("db.example", 6000)])),
            ),
            ("postgres:///d?host=/run/postgresql", Ok(Target::Local)),
            ("postgres://%2Frun%2Fpostgresql/d", Ok(Target::Local)),
            ("postgres:///d", Ok(Target::Local)),
            ("sqlite://x.db", Ok(Target::Local)),
            ("sqlite::memory:", Ok(Target::Local)),
            ("redis://u:p@h", Ok(Target::Unknown)),
            ("host=db port=5432 password=x", Ok(Target::Unknown)),
            ("u:p@tcp(db:3306)/d", Ok(Target::Unknown)),
            ("", Ok(Target::Unknown)),
            ("postgres://u:pa/ss@db/d", Err(Malformed)),
            ("postgres://u:12/ss@db/d", Err(Malformed)),
            ("postgres://u:p@pa#ss@db/d", Err(Malformed)),
            ("postgres://u:p@db:port/d", Err(Malformed)),
            ("postgres://u:p@db:0/d", Err(Malformed)),
            ("postgres://u:p@db:+1/d", Err(Malformed)),
            ("postgres://u:p@db:70000/d", Err(Malformed)),
            ("postgres://u:p@d b/d", Err(Malformed)),
            ("postgres://u:p@[::1/d", Err(Malformed)),
            ("postgres://u:p@%zz/d", Err(Malformed)),
        ] {
            assert_eq!(target(url), found, "{url}");
        }
    }

    proptest! {
        #[test]
        fn user_and_password_never_leave(
            user in "[a-z]{0,4}SECRET",
            password in "[ -~]{0,8}SECRET[ -~]{0,8}",
            host in "[a-z]{1,9}(\\.[a-z]{1,5})?",
            rest in "(:[1-9][0-9]{0,3})?(/[a-z]{0,5})?(\\?[a-z]{1,4}=[a-z]{0,4})?",
        ) {
            let url = format!("postgres://{user}:{password}@{host}{rest}");
            let told = format!("{:?}", target(&url));
            prop_assert!(!told.contains("SECRET"), "{told}");
            if let Ok(Target::Servers(servers)) = target(&url) {
                prop_assert!(servers.iter().any(|server| server.host == host || url.contains("host")));
            }
        }

        #[test]
        fn no_text_is_too_much(text in ".*", url in "(postgres|mysql)://[ -~]{0,40}") {
            let _ = target(&text);
            let _ = target(&url);
        }

        /// Percent-encoded as it must be, a password is no obstacle.
        #[test]
        fn an_encoded_password_is_stepped_over(password in ".{0,12}", port in 1_u16..) {
            let encoded: Vec<_> = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let encoded = encoded.concat();
            let url = format!("postgres://u:{encoded}@db.example:{port}/d");
            prop_assert_eq!(target(&url), Ok(servers(&[("db.example", port)])));
        }
    }
}
