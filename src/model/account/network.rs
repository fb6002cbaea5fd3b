//! A network as EC2 describes it, as far as it decides what a task reaches. Of addresses, those of
//! IPv4 alone: what a task needs to start is asked for there.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subnet {
    /// Its id.
    pub id: String,
    /// The VPC it is in.
    pub vpc: String,
    /// Its availability zone.
    pub zone: String,
    /// The account that owns it: another one may share it.
    pub owner: String,
    /// Its addresses.
    pub addresses: Ipv4Net,
    /// How many of them are free.
    pub free: i32,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityGroup {
    /// Its id.
    pub id: String,
    /// The VPC it is in.
    pub vpc: String,
    /// What may come in.
    pub ingress: Vec<Rule>,
    /// What may go out.
    pub egress: Vec<Rule>,
}

/// What a rule of a group lets pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Of which protocol.
    pub protocol: Protocol,
    /// To which ports.
    pub ports: Ports,
    /// From or to whom.
    pub peers: Vec<Peer>,
}

/// The other side of a rule of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// These addresses.
    Addresses(Ipv4Net),
    /// Interfaces that have this group.
    Group(String),
    /// Addresses that AWS, or somebody, lists.
    PrefixList(String),
}

/// A protocol, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Whichever.
    Any,
    /// TCP.
    Tcp,
    /// Not TCP.
    Other,
}

/// Ports, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// The first.
    pub first: u16,
    /// The last.
    pub last: u16,
}

/// A network ACL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkAcl {
    /// Its id.
    pub id: String,
    /// The subnets that it guards.
    pub subnets: Vec<String>,
    /// Its entries, in any order.
    pub entries: Vec<Entry>,
}

/// An entry of a network ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Lower numbers are looked at first.
    pub number: i32,
    /// Whether it is about what goes out, and not about what comes in.
    pub egress: bool,
    /// Whether it lets pass, and not shuts.
    pub allows: bool,
    /// Of which protocol.
    pub protocol: Protocol,
    /// To which ports.
    pub ports: Ports,
    /// From or to whom.
    pub addresses: Ipv4Net,
}

/// A route table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteTable {
    /// Its id.
    pub id: String,
    /// Whether it is that of subnets which have none of their own.
    pub main: bool,
    /// The subnets whose own it is.
    pub subnets: Vec<String>,
    /// Its routes.
    pub routes: Vec<Route>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Where to.
    pub to: Destination,
    /// By the id of a gateway, an interface, a connection.
    pub via: String,
    /// Whether what it leads to is no longer there.
    pub blackhole: bool,
}

/// Where a route leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To these addresses.
    Addresses(Ipv4Net),
    /// To addresses that AWS, or somebody, lists.
    PrefixList(String),
}

/// A NAT gateway.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NatGateway {
    /// Its id.
    pub id: String,
    /// `available`, `pending`, `failed`, `deleting` or `deleted`.
    pub state: String,
    /// Whether it leads to the internet, and not to other private networks.
    pub public: bool,
}

/// How traffic reaches an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointKind {
    /// By interfaces in subnets.
    Interface,
    /// By routes.
    Gateway,
}

/// An endpoint of a service within a VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: String,
    /// How it is reached.
    pub kind: EndpointKind,
    /// The service, for example `com.amazonaws.us-east-1.logs`.
    pub service: String,
    /// `available`, or why it is not, in small letters.
    pub state: String,
    /// Whether the service's usual name leads to its interfaces.
    pub private_dns: bool,
    /// Whether that is so for those outside of the VPC alone.
    pub inbound_only: bool,
    /// The groups of its interfaces.
    pub groups: Vec<String>,
    /// The subnets of its interfaces.
    pub subnets: Vec<String>,
    /// The route tables that lead to it.
    pub route_tables: Vec<String>,
}

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vpc {
    /// Its id.
    pub id: String,
    /// Its addresses.
    pub addresses: Vec<Ipv4Net>,
    /// Whether names can be resolved in it.
    pub dns_support: bool,
    /// Whether private names of endpoints can.
    pub dns_hostnames: bool,
    /// The servers that resolve names, as its DHCP options list them.
    pub dns_servers: Vec<String>,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its id.
    pub id: String,
    /// What whoever made it says of it.
    pub description: String,
    /// Its private address.
    pub address: Ipv4Addr,
    /// The subnet it is in.
    pub subnet: String,
    /// Its groups.
    pub groups: Vec<String>,
}

impl Protocol {
    /// Whether TCP is among it.
    #[must_use]
    pub fn has_tcp(self) -> bool {
        matches!(self, Self::Any | Self::Tcp)
    }
}

impl Ports {
    /// Every port.
    pub const ALL: Self = Self {
        first: 0,
        last: u16::MAX,
    };

    /// One port.
    #[must_use]
    pub fn one(port: u16) -> Self {
        Self {
            first: port,
            last: port,
        }
    }

    /// Whether a port is among them.
    #[must_use]
    pub fn contains(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}
