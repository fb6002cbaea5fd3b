//! `database`: whether the task gets through to its database. Its URL tells where that is; user and
//! password are not looked at.

use std::net::IpAddr;

use futures_util::future::{FutureExt as _, join, join_all};

use self::facts::Address;
use self::judge::Question;
use self::source::{Source, source};
use self::url::{Server, Target, target};
use super::group::{About, Account, Definite, Group, Look, Subject};
use super::looked::could_not;
use super::network::gather::Seen;
use super::network::view::{Asked, View};
use super::network::{account, see, without_interface};
use crate::model::finding::Finding;
use crate::model::request::Network;
use crate::model::value_from::ValueFrom;
use crate::ports::account::{Names, Networks, Secrets};

mod facts;
mod judge;
mod source;
#[cfg(test)]
mod tests;
mod url;

const NAME: &str = "database";

pub(super) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether the host of DATABASE_URL resolves, and whether security groups and network ACLs let the task through to it",
        permissions: &[
            "ec2:DescribeSubnets",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeRouteTables",
            "ec2:DescribeVpcEndpoints",
            "ec2:DescribeVpcs",
            "ec2:DescribeVpcAttribute",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribeNetworkInterfaces",
            "secretsmanager:GetSecretValue",
            "ssm:GetParameters",
            "ec2:DescribeDhcpOptions",
        ],
        causes: &[
            "db-timeout",
            "db-unreachable",
            "db-dns-unresolvable",
            "db-pool-timeout",
            "db-url-invalid",
        ],
    }],
    look: Look::Beyond(|definite, beyond| {
        look(
            definite,
            &*beyond.secrets,
            &*beyond.networks,
            &*beyond.names,
        )
        .boxed()
    }),
};

/// A server, and what was seen of it.
struct Looked {
    server: Server,
    /// All of them, or why it does not resolve.
    resolved: Result<Vec<IpAddr>, String>,
    /// Those that were looked for.
    addresses: Vec<Address>,
}

async fn look(
    definite: &Definite<'_>,
    secrets: &dyn Secrets,
    networks: &dyn Networks,
    names: &dyn Names,
) -> Vec<Finding> {
    let (variable, url) = match value(definite, secrets).await {
        Ok(found) => found,
        Err(finding) => return vec![finding],
    };
    let servers = match servers(&variable, &url) {
        Ok(servers) => servers,
        Err(finding) => return vec![finding],
    };
    let Some(network) = definite.subject.network() else {
        return vec![Finding::skip(NAME, without_interface(definite))];
    };
    let resolve = servers.iter().map(|it| facts::addresses(names, it));
    let (seen, resolved) = join(see(definite, network, networks), join_all(resolve)).await;
    let vpc = seen.around.as_ref().map(|around| &*around.id);
    let looked = servers.into_iter().zip(resolved);
    let looked = looked.map(|(server, resolved)| async move {
        let addresses = match (vpc, &resolved) {
            (Some(vpc), Ok(addresses)) if !is_local(&server, addresses) => {
                facts::interfaces(networks, vpc, addresses).await
            }
            _ => Vec::new(),
        };
        Looked {
            server,
            resolved,
            addresses,
        }
    });
    let looked = join_all(looked).await;
    judge(definite, network, &seen, &looked)
}

/// Where the database is that a task would work on, as `host:port`, for whoever has to confirm it;
/// none where it is not known. A secret's value is read only where the subject allows it.
pub async fn hosts(subject: &Subject, account: &Account) -> Vec<String> {
    let (Some(definition), Some(beyond)) = (&subject.definition, &account.beyond) else {
        return Vec::new();
    };
    let definite = Definite {
        subject,
        definition,
    };
    let servers = match value(&definite, &*beyond.secrets).await {
        Ok((variable, url)) => servers(&variable, &url),
        Err(finding) => Err(finding),
    };
    let servers = servers.unwrap_or_default().into_iter();
    servers
        .map(|server| format!("{}:{}", server.host, server.port))
        .collect()
}

/// The variable's name, and its value.
async fn value(
    definite: &Definite<'_>,
    secrets: &dyn Secrets,
) -> Result<(String, String), Finding> {
    let subject = definite.subject;
    let Some(source) = source(definite) else {
        let deciding = &subject.deciding;
        return Err(Finding::skip(
            NAME,
            format!(
                "container `{deciding}` has no variable DATABASE_URL, or one that ends so or in _DSN"
            ),
        ));
    };
    let name = source.name().to_owned();
    match source {
        Source::Plain(_, value) => Ok((name, value.to_owned())),
        Source::Secret(_) if !subject.read_secrets => {
            let message = format!("{name} is a secret, which is not read: needs --read-secrets");
            Err(Finding::skip(NAME, message))
        }
        Source::Secret(reference) => {
            let Ok(from) = ValueFrom::parse(&reference.value_from) else {
                let message = format!("{name} has no value that could be read: see `secrets`");
                return Err(Finding::skip(NAME, message));
            };
            let value = secrets.value(&subject.region, &from).await;
            let value = value.map(|text| text.expose().to_owned());
            value
                .map(|value| (name.clone(), value))
                .map_err(|error| could_not(NAME, &format!("the value of {name}"), &error))
        }
    }
}

fn servers(variable: &str, url: &str) -> Result<Vec<Server>, Finding> {
    match target(url) {
        Ok(Target::Servers(servers)) => Ok(servers),
        Ok(Target::Local) => Err(Finding::skip(
            NAME,
            format!("{variable} names a file or a socket, and no server"),
        )),
        Ok(Target::Unknown) => Err(Finding::skip(
            NAME,
            format!("{variable} is no URL of PostgreSQL, MySQL or MariaDB"),
        )),
        Err(url::Malformed) => Err(Finding::fail(
            NAME,
            format!("{variable} cannot be parsed as the URL of a database"),
        )
        .because("db-url-invalid")
        .hinted("write each of : / ? # [ ] @ % in user and password as % and two hexadecimal digits, for example @ as %40")),
    }
}

/// Whether a server is in the task itself.
fn is_local(server: &Server, addresses: &[IpAddr]) -> bool {
    server.host == "localhost" || addresses.iter().any(IpAddr::is_loopback)
}

fn judge(
    definite: &Definite<'_>,
    network: &Network,
    seen: &Seen,
    looked: &[Looked],
) -> Vec<Finding> {
    let region = &definite.subject.region;
    let asked = Asked {
        region,
        account: account(&definite.definition.arn),
        network,
        // What a start needs is the business of other checks.
        needs: &[],
    };
    let view = match View::of(&asked, seen, NAME) {
        Ok(view) => view,
        Err(skip) => return vec![skip],
    };
    let groups = match &seen.groups {
        Ok(_) if view.lacks_groups => {
            let why = "a security group of the task is not there: see `subnets`";
            return vec![Finding::skip(NAME, why)];
        }
        Ok(groups) => groups,
        Err(error) => return vec![could_not(NAME, "the security groups", error)],
    };
    let (mut wrong, mut right) = (Vec::new(), Vec::new());
    for looked in looked {
        if let Some(finding) = without_address(definite, looked) {
            wrong.push(finding);
            continue;
        }
        for address in &looked.addresses {
            let question = Question {
                view: &view,
                groups,
                server: &looked.server,
                address: address.address,
            };
            match judge::judge(&question, address) {
                Ok(told) => right.push(told),
                Err(findings) => wrong.extend(findings),
            }
        }
    }
    if wrong.is_empty() {
        wrong.push(Finding::pass(NAME, right.join("; ")));
    }
    wrong
}

/// What there is to say of a server without an address that could be looked for.
fn without_address(definite: &Definite<'_>, looked: &Looked) -> Option<Finding> {
    let Server { host, port } = &looked.server;
    let addresses = match &looked.resolved {
        Err(why) => {
            return Some(
                Finding::warn(
                    NAME,
                    format!("{host} does not resolve from this machine: {why}; a private zone of the VPC is not seen from here"),
                )
                .because("db-dns-unresolvable")
                .hinted("see whether the name is right, and whether a private hosted zone of the VPC has it"),
            );
        }
        Ok(addresses) => addresses,
    };
    if is_local(&looked.server, addresses) {
        let alone = definite.definition.containers.len() < 2;
        return Some(if alone {
            Finding::warn(
                NAME,
                format!("{host}:{port} is the task itself, which has no other container"),
            )
            .because("db-unreachable")
            .hinted("name the database's own host")
        } else {
            Finding::skip(NAME, format!("{host}:{port} is in the task itself"))
        });
    }
    looked.addresses.is_empty().then(|| {
        Finding::skip(
            NAME,
            format!("{host} has addresses of IPv6 alone, which are not looked at"),
        )
    })
}
