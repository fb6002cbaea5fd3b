//! Amazon EC2, as far as it tells of networks.
//!
//! What is asked for by its id is asked for by a filter: by a list of ids, one that does not exist
//! would hide the others.

use std::net::Ipv4Addr;

use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, VpcAttributeName};
use futures_util::future::try_join3;

use super::clients::Aws;
use crate::model::account::network::{
    Endpoint, Interface, NatGateway, NetworkAcl, RouteTable, SecurityGroup, Subnet, Vpc,
};
use crate::ports::CallError;
use crate::ports::account::Networks;

#[cfg(test)]
mod tests;
mod words;

/// Every page of an answer. `$operation` is the permission.
macro_rules! all {
    ($aws:ident, $operation:literal, $request:expr, $word:expr) => {
        $request
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map(|found| found.into_iter().filter_map($word).collect())
            .map_err(|error| $aws.failed($operation, &error))
    };
}

#[async_trait]
impl Networks for Aws {
    async fn subnets(&self, ids: &[String]) -> Result<Vec<Subnet>, CallError> {
        let request = self.ec2().await.describe_subnets();
        let request = request.filters(among("subnet-id", ids));
        all!(self, "ec2:DescribeSubnets", request, words::subnet)
    }

    async fn security_groups(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, CallError> {
        let request = self.ec2().await.describe_security_groups();
        let request = request.filters(among("group-id", ids));
        all!(self, "ec2:DescribeSecurityGroups", request, words::group)
    }

    async fn default_group(&self, vpc: &str) -> Result<Option<SecurityGroup>, CallError> {
        let request = self.ec2().await.describe_security_groups();
        let request = request
            .filters(is("vpc-id", vpc))
            .filters(is("group-name", "default"));
        let found: Result<Vec<_>, _> =
            all!(self, "ec2:DescribeSecurityGroups", request, words::group);
        Ok(found?.into_iter().next())
    }

    async fn vpc(&self, id: &str) -> Result<Option<Vpc>, CallError> {
        let ec2 = self.ec2().await;
        let vpcs = async {
            let answer = ec2.describe_vpcs().filters(is("vpc-id", id)).send().await;
            answer.map_err(|error| self.failed("ec2:DescribeVpcs", &error))
        };
        let attribute = |name| async {
            let request = ec2.describe_vpc_attribute().vpc_id(id).attribute(name);
            let answer = request.send().await;
            answer.map_err(|error| self.failed("ec2:DescribeVpcAttribute", &error))
        };
        let looked = try_join3(
            vpcs,
            attribute(VpcAttributeName::EnableDnsSupport),
            attribute(VpcAttributeName::EnableDnsHostnames),
        );
        let (vpcs, support, hostnames) = match looked.await {
            Ok(found) => found,
            Err(error) if error.code.as_deref() == Some("InvalidVpcID.NotFound") => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let Some(vpc) = vpcs.vpcs.unwrap_or_default().into_iter().next() else {
            return Ok(None);
        };
        let is_on = |value: Option<&aws_sdk_ec2::types::AttributeBooleanValue>| {
            value.and_then(|value| value.value).unwrap_or_default()
        };
        Ok(Some(Vpc {
            id: id.to_owned(),
            addresses: words::addresses(&vpc),
            dns_support: is_on(support.enable_dns_support()),
            dns_hostnames: is_on(hostnames.enable_dns_hostnames()),
            dns_servers: self.dns_servers(vpc.dhcp_options_id()).await?,
        }))
    }

    async fn route_tables(&self, vpc: &str) -> Result<Vec<RouteTable>, CallError> {
        let request = self.ec2().await.describe_route_tables();
        let request = request.filters(is("vpc-id", vpc));
        all!(self, "ec2:DescribeRouteTables", request, words::route_table)
    }

    async fn nat_gateways(&self, vpc: &str) -> Result<Vec<NatGateway>, CallError> {
        let request = self.ec2().await.describe_nat_gateways();
        let request = request.filter(is("vpc-id", vpc));
        all!(self, "ec2:DescribeNatGateways", request, words::nat_gateway)
    }

    async fn endpoints(&self, vpc: &str) -> Result<Vec<Endpoint>, CallError> {
        let request = self.ec2().await.describe_vpc_endpoints();
        let request = request.filters(is("vpc-id", vpc));
        all!(self, "ec2:DescribeVpcEndpoints", request, words::endpoint)
    }

    async fn network_acls(&self, vpc: &str) -> Result<Vec<NetworkAcl>, CallError> {
        let request = self.ec2().await.describe_network_acls();
        let request = request.filters(is("vpc-id", vpc));
        all!(self, "ec2:DescribeNetworkAcls", request, words::network_acl)
    }

    async fn interface(
        &self,
        vpc: &str,
        address: Ipv4Addr,
    ) -> Result<Option<Interface>, CallError> {
        let text = address.to_string();
        let private = self.interfaces(vpc, is("addresses.private-ip-address", &text));
        let found = private.await?.into_iter().next();
        if found.is_some() || address.is_private() {
            return Ok(found);
        }
        let public = self.interfaces(vpc, is("association.public-ip", &text));
        Ok(public.await?.into_iter().next())
    }
}

impl Aws {
    async fn ec2(&self) -> aws_sdk_ec2::Client {
        let config = aws_sdk_ec2::config::Builder::from(&self.config().await)
            .interceptor(self.counter.clone())
            .build();
        aws_sdk_ec2::Client::from_conf(config)
    }

    async fn interfaces(&self, vpc: &str, by: Filter) -> Result<Vec<Interface>, CallError> {
        let request = self.ec2().await.describe_network_interfaces();
        let request = request.filters(is("vpc-id", vpc)).filters(by);
        all!(
            self,
            "ec2:DescribeNetworkInterfaces",
            request,
            words::interface
        )
    }

    /// The servers that DHCP options name; none where there are no options.
    async fn dns_servers(&self, options: Option<&str>) -> Result<Vec<String>, CallError> {
        let Some(options) = options.filter(|id| *id != "default") else {
            return Ok(Vec::new());
        };
        let request = self.ec2().await.describe_dhcp_options();
        let answer = request
            .filters(is("dhcp-options-id", options))
            .send()
            .await
            .map_err(|error| self.failed("ec2:DescribeDhcpOptions", &error))?;
        Ok(words::dns_servers(answer.dhcp_options()))
    }
}

fn is(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

fn among(name: &str, values: &[String]) -> Filter {
    let values = values.to_vec();
    Filter::builder()
        .name(name)
        .set_values(Some(values))
        .build()
}
