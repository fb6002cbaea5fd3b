//! Networks.

use std::net::Ipv4Addr;

use async_trait::async_trait;

use crate::model::account::network::{
    Endpoint, Interface, NatGateway, NetworkAcl, RouteTable, SecurityGroup, Subnet, Vpc,
};
use crate::ports::CallError;

/// What decides which way packets go, and whether they may.
#[async_trait]
pub trait Networks: Send + Sync {
    /// The subnets of these ids that there are.
    async fn subnets(&self, ids: &[String]) -> Result<Vec<Subnet>, CallError>;

    /// The security groups of these ids that there are.
    async fn security_groups(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, CallError>;

    /// The group of interfaces for which no other is named.
    async fn default_group(&self, vpc: &str) -> Result<Option<SecurityGroup>, CallError>;

    /// The VPC, and how it resolves names.
    async fn vpc(&self, id: &str) -> Result<Option<Vpc>, CallError>;

    /// Its route tables.
    async fn route_tables(&self, vpc: &str) -> Result<Vec<RouteTable>, CallError>;

    /// Its NAT gateways.
    async fn nat_gateways(&self, vpc: &str) -> Result<Vec<NatGateway>, CallError>;

    /// Its endpoints.
    async fn endpoints(&self, vpc: &str) -> Result<Vec<Endpoint>, CallError>;

    /// Its network ACLs.
    async fn network_acls(&self, vpc: &str) -> Result<Vec<NetworkAcl>, CallError>;

    /// The interface in it that has a private or a public address.
    async fn interface(&self, vpc: &str, address: Ipv4Addr)
    -> Result<Option<Interface>, CallError>;
}
