//! Names of hosts.

use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

/// What resolves names, as this machine sees it.
#[async_trait]
pub trait Names: Send + Sync {
    /// The addresses of a host.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}
