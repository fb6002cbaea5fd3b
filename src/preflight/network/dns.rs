//! `dns`: whether names of services can be resolved.

use super::needs::Need;
use super::path::Path;
use super::view::View;
use crate::model::account::network::Vpc;
use crate::model::finding::Finding;
use crate::preflight::looked::could_not;

pub(super) const NAME: &str = "dns";

/// What DHCP options call the resolver of the VPC, and where it answers besides in each of them.
const AMAZON: [&str; 2] = ["AmazonProvidedDNS", "169.254.169.253"];

pub(super) fn judge(view: &View<'_>) -> Vec<Finding> {
    let vpc = match &view.around.vpc {
        Ok(Some(vpc)) => vpc,
        Ok(None) => {
            let id = &view.around.id;
            return vec![Finding::skip(NAME, format!("{id} could not be seen"))];
        }
        Err(error) => return vec![could_not(NAME, "the VPC", error)],
    };
    let cause = view.asked.needs.first().map(|need| need.cause);
    // Where the VPC has servers of its own, names may resolve all the same.
    if !vpc.dns_support && others(vpc).is_empty() {
        return vec![switched_off(
            view,
            vpc,
            "enableDnsSupport",
            "no name can be resolved",
            cause,
        )];
    }
    let mut findings = Vec::new();
    if !vpc.dns_hostnames
        && let Some(need) = by_private_name(view)
    {
        let what = format!(
            "the endpoint's private name of {} cannot be resolved",
            need.name
        );
        let cause = Some(need.cause);
        findings.push(switched_off(view, vpc, "enableDnsHostnames", &what, cause));
    }
    let servers = others(vpc);
    if !servers.is_empty() {
        let servers = servers.join(", ");
        findings.push(
            Finding::warn(
                NAME,
                format!("{} resolves names by servers of its own: {servers}", vpc.id),
            )
            .hinted(format!("let the task talk to {servers} on port 53, UDP and TCP, and see that they know the private names of endpoints")),
        );
    }
    if findings.is_empty() {
        let by_names = if vpc.dns_hostnames {
            ", private names of endpoints too"
        } else {
            ""
        };
        let message = format!("{} resolves names{by_names}", vpc.id);
        findings.push(Finding::pass(NAME, message));
    }
    findings
}

fn switched_off(
    view: &View<'_>,
    vpc: &Vpc,
    attribute: &str,
    so: &str,
    cause: Option<&'static str>,
) -> Finding {
    let (id, region) = (&vpc.id, view.asked.region);
    let option = match attribute {
        "enableDnsSupport" => "--enable-dns-support",
        _ => "--enable-dns-hostnames",
    };
    let finding = Finding::fail(NAME, format!("{attribute} is off in {id}: {so}")).hinted(format!(
        "aws ec2 modify-vpc-attribute --region {region} --vpc-id {id} {option}"
    ));
    match cause {
        Some(cause) => finding.because(cause),
        None => finding,
    }
}

/// What is reached by an endpoint's private name, and not otherwise.
fn by_private_name<'a>(view: &View<'a>) -> Option<&'a Need> {
    view.paths().find_map(|(place, need, path)| {
        let only = matches!(path, Path::Interface(_)) && !place.way.leads_out();
        only.then_some(need)
    })
}

/// The servers that are not AWS's own. That of a VPC answers at the third address of its range.
fn others(vpc: &Vpc) -> Vec<&str> {
    let own: Vec<_> = vpc
        .addresses
        .iter()
        .filter_map(|range| u32::from(range.network()).checked_add(2))
        .map(|address| std::net::Ipv4Addr::from(address).to_string())
        .collect();
    let servers = vpc.dns_servers.iter().map(String::as_str);
    servers
        .filter(|server| !AMAZON.contains(server) && !own.iter().any(|own| own == server))
        .collect()
}
