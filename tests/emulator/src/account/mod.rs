//! What the account holds besides clusters, logs and secrets. As long as nothing is said it is a
//! sound one, in which every task can start: a test tells what is broken, and nothing else.

mod identity;
pub(crate) mod network;
mod registry;
mod values;

use serde::Deserialize;
use serde::Serialize;

pub use identity::Caller;
pub use identity::Role;
pub use identity::Trust;
pub use network::AclRule;
pub use network::Direction;
pub use network::Dns;
pub use network::Endpoint;
pub use network::EndpointType;
pub use network::Interface;
pub use network::NatGateway;
pub use network::Route;
pub use network::Rule;
pub use network::SecurityGroup;
pub use network::Subnet;
pub use registry::Repository;
pub use registry::StoredImage;
pub use values::Parameter;
pub use values::Quotas;

/// The VPC of everything that names no other.
pub const VPC: &str = "vpc-0a1b2c3d";

/// The account's contents. Every field may be left out.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Who calls.
    pub caller: Caller,
    /// The account setting `defaultLogDriverMode`; `null` is one that was never set, which is
    /// `non-blocking`.
    pub log_driver_mode: Option<String>,
    /// How names are resolved in each VPC.
    pub dns: Dns,
    /// Subnets of which there is something to say. Any other that is asked for exists too.
    pub subnets: Vec<Subnet>,
    /// Routes of the subnets that have none of their own, besides that within the VPC.
    pub routes: Vec<Route>,
    /// Security groups of which there is something to say. Any other that is asked for exists
    /// too, and lets everything out.
    pub security_groups: Vec<SecurityGroup>,
    /// VPC endpoints: there are no others.
    pub endpoints: Vec<Endpoint>,
    /// Network interfaces: there are no others.
    pub interfaces: Vec<Interface>,
    /// NAT gateways of which there is something to say. Any other to which a route leads works.
    pub nat_gateways: Vec<NatGateway>,
    /// Roles of which there is something to say. Any other exists, trusts ECS tasks and may do
    /// everything.
    pub roles: Vec<Role>,
    /// Repositories of which there is something to say. Any other exists.
    pub repositories: Vec<Repository>,
    /// Images of which there is something to say. Any other exists, for `X86_64` and `ARM64`.
    pub images: Vec<StoredImage>,
    /// Parameters of the Systems Manager: there are no others.
    pub parameters: Vec<Parameter>,
    /// What the account may have of Fargate.
    pub quotas: Quotas,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            caller: Caller::default(),
            log_driver_mode: Some("blocking".to_owned()),
            dns: Dns::default(),
            subnets: Vec::new(),
            routes: vec![Route::to_the_internet(network::NAT_GATEWAY)],
            security_groups: Vec::new(),
            endpoints: Vec::new(),
            interfaces: Vec::new(),
            nat_gateways: Vec::new(),
            roles: Vec::new(),
            repositories: Vec::new(),
            images: Vec::new(),
            parameters: Vec::new(),
            quotas: Quotas::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_test_says_what_is_broken_and_nothing_else() {
        let account: Account = serde_json::from_value(json!({
            "subnets": [
                {"id": "subnet-0a", "free_addresses": 0},
                {"id": "subnet-0b", "acl": [{"direction": "egress", "deny": true, "port": 443}]},
            ],
            "routes": [],
            "security_groups": [{"id": "sg-0a", "egress": [{"port": 5432, "group": "sg-0b"}]}],
            "endpoints": [{"service": "ecr.dkr", "private_dns": false}],
            "dns": {"support": false},
            "roles": [{"name": "execution", "trust": "ec2.amazonaws.com"}],
            "images": [{"repository": "admin", "architectures": ["ARM64"]}],
            "quotas": {"on_demand_vcpus": 1.0},
            "log_driver_mode": null,
        }))
        .expect("every field may be left out");
        assert_eq!(account.subnets[0].free_addresses, Some(0));
        assert_eq!(account.log_driver_mode, None);
        assert!(account.dns.host_names);
        assert!(serde_json::from_value::<Account>(json!({"subnet": []})).is_err());
        assert!(
            serde_json::from_value::<Account>(json!({"roles": [{"name": "a", "b": 1}]})).is_err()
        );
    }
}
