//! Names of hosts, as this machine resolves them.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use tokio::net::lookup_host;
use tokio::time::timeout;

use crate::ports::account::Names;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// This machine's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Resolver;

#[async_trait]
impl Names for Resolver {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = timeout(PATIENCE, lookup_host((host, 0))).await??;
        Ok(found.map(|address| address.ip()).collect())
    }
}
