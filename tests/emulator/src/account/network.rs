//! Subnets, routes, rules, endpoints.

use serde::Deserialize;
use serde::Serialize;

/// Where the default route of a private subnet leads.
pub(crate) const NAT_GATEWAY: &str = "nat-0a1b2c3d";

/// Where the default route of a public subnet leads.
pub(crate) const INTERNET_GATEWAY: &str = "igw-0a1b2c3d";

/// How names are resolved in each VPC.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dns {
    /// `enableDnsSupport`.
    pub support: bool,
    /// `enableDnsHostnames`.
    #[serde(rename = "hostnames")]
    pub host_names: bool,
    /// `domain-name-servers` of the DHCP options.
    pub servers: Vec<String>,
}

impl Default for Dns {
    fn default() -> Self {
        Self {
            support: true,
            host_names: true,
            servers: vec!["AmazonProvidedDNS".to_owned()],
        }
    }
}

/// A subnet. What is left out is as in a sound account.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// Such as `subnet-0a`.
    pub id: String,
    /// There is none of this id.
    #[serde(default)]
    pub missing: bool,
    /// Its VPC.
    #[serde(default)]
    pub vpc: Option<String>,
    /// Such as `us-east-1b`.
    #[serde(default)]
    pub zone: Option<String>,
    /// Its addresses, such as `10.0.7.0/24`.
    #[serde(default)]
    pub cidr: Option<String>,
    /// How many of them are free.
    #[serde(default)]
    pub free_addresses: Option<u32>,
    /// Its default route leads to an internet gateway.
    #[serde(default)]
    pub public: bool,
    /// The routes of a route table of its own, besides that within the VPC.
    #[serde(default)]
    pub routes: Option<Vec<Route>>,
    /// The rules of a network ACL of its own, in their order. Two that allow everything follow.
    #[serde(default)]
    pub acl: Option<Vec<AclRule>>,
}

/// One route of a route table.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Such as `0.0.0.0/0`, which it is if left out; or the id of a prefix list.
    #[serde(default = "everywhere")]
    pub to: String,
    /// The gateway, endpoint or interface it leads to.
    pub via: String,
    /// What it leads to is gone.
    #[serde(default)]
    pub blackhole: bool,
}

impl Route {
    pub(crate) fn to_the_internet(via: &str) -> Self {
        Self {
            to: everywhere(),
            via: via.to_owned(),
            blackhole: false,
        }
    }
}

pub(crate) fn everywhere() -> String {
    "0.0.0.0/0".to_owned()
}

/// One rule of a network ACL.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AclRule {
    /// Into the subnet or out of it.
    pub direction: Direction,
    /// It denies and does not allow.
    #[serde(default)]
    pub deny: bool,
    /// `tcp`, `udp` or `-1`; if left out, `tcp` where there are ports and else all.
    #[serde(default)]
    pub protocol: Option<String>,
    /// The one port.
    #[serde(default)]
    pub port: Option<u16>,
    /// The first port and the last.
    #[serde(default)]
    pub ports: Option<(u16, u16)>,
    /// Where from or where to; everywhere, if left out.
    #[serde(default = "everywhere")]
    pub cidr: String,
}

/// Which way traffic goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// In.
    Ingress,
    /// Out.
    Egress,
}

/// A security group. What is left out is as in a sound account.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityGroup {
    /// Such as `sg-0a`.
    pub id: String,
    /// There is none of this id.
    #[serde(default)]
    pub missing: bool,
    /// Its VPC.
    #[serde(default)]
    pub vpc: Option<String>,
    /// What may go out; everything, if left out.
    #[serde(default)]
    pub egress: Option<Vec<Rule>>,
    /// What may come in; nothing, if left out.
    #[serde(default)]
    pub ingress: Vec<Rule>,
}

/// One rule of a security group. Without a peer it speaks of everywhere.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// `tcp`, `udp` or `-1`; if left out, `tcp` where there are ports and else all.
    pub protocol: Option<String>,
    /// The one port.
    pub port: Option<u16>,
    /// The first port and the last.
    pub ports: Option<(u16, u16)>,
    /// The peer by its addresses.
    pub cidr: Option<String>,
    /// The peer by its security group.
    pub group: Option<String>,
    /// The peer by a prefix list.
    pub prefix_list: Option<String>,
}

/// A VPC endpoint. What is left out is as in a sound account.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Such as `ecr.api`: the part after `com.amazonaws.REGION.`.
    pub service: String,
    /// Of which kind it is.
    #[serde(rename = "type", default)]
    pub kind: EndpointType,
    /// Its VPC.
    #[serde(default)]
    pub vpc: Option<String>,
    /// The subnets in which it has an interface.
    #[serde(default)]
    pub subnets: Vec<String>,
    /// The security groups of its interfaces.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Whether the service's own name leads to it.
    #[serde(default = "yes")]
    pub private_dns: bool,
    /// Such as `available` or `pendingAcceptance`.
    #[serde(default = "available")]
    pub state: String,
    /// The route tables that lead to it, if it is a gateway; all, if left out.
    #[serde(default)]
    pub route_tables: Option<Vec<String>>,
    /// Who may do what through it; everybody everything, if left out.
    #[serde(default)]
    pub policy: Option<serde_json::Value>,
}

/// How an endpoint is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum EndpointType {
    /// By interfaces in subnets.
    #[default]
    Interface,
    /// By routes.
    Gateway,
}

fn yes() -> bool {
    true
}

fn available() -> String {
    "available".to_owned()
}

/// A network interface, such as that of a database.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// Its private address.
    pub private_ip: String,
    /// Its security groups.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Its VPC.
    #[serde(default)]
    pub vpc: Option<String>,
    /// Its subnet.
    #[serde(default)]
    pub subnet: Option<String>,
    /// Such as `RDSNetworkInterface`.
    #[serde(default)]
    pub description: String,
}

/// A NAT gateway. What is left out is as in a sound account.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NatGateway {
    /// Such as `nat-0a1b2c3d`, which is that of the default route.
    pub id: String,
    /// `available`, if left out; such as `failed` or `deleted`.
    #[serde(default)]
    pub state: Option<String>,
    /// Where it is; in a public subnet, if left out.
    #[serde(default)]
    pub subnet: Option<String>,
    /// It reaches other networks and not the internet.
    #[serde(default)]
    pub private: bool,
}
