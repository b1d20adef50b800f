//! Finds the addresses of a host and checks every one of them: what it gives is what is connected to.

use std::error::Error;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::AddressPolicy;

/// The resolver of the HTTP client. The client connects to the addresses that it gives, and asks nobody else.
#[derive(Debug, Clone)]
pub(crate) struct CheckedResolver {
    policy: AddressPolicy,
    source: Source,
}

/// Who knows addresses.
#[derive(Debug, Clone)]
enum Source {
    System,
    /// For tests: the answers to one question after the other.
    #[cfg(test)]
    Scripted(std::sync::Arc<std::sync::Mutex<Vec<Vec<std::net::IpAddr>>>>),
}

impl CheckedResolver {
    pub(crate) fn system(policy: AddressPolicy) -> Self {
        Self { policy, source: Source::System }
    }

    #[cfg(test)]
    pub(crate) fn scripted(policy: AddressPolicy, answers: Vec<Vec<std::net::IpAddr>>) -> Self {
        let answers = answers.into_iter().rev().collect();
        Self { policy, source: Source::Scripted(std::sync::Arc::new(std::sync::Mutex::new(answers))) }
    }

    async fn addresses(self, host: &str) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
        let found: Vec<SocketAddr> = match self.source {
            // The port is the URL's, whatever stands here.
            Source::System => tokio::net::lookup_host((host, 0)).await?.collect(),
            #[cfg(test)]
            Source::Scripted(answers) => {
                let answer = answers.lock().unwrap().pop().ok_or("asked once too often")?;
                answer.into_iter().map(|address| SocketAddr::new(address, 0)).collect()
            }
        };
        self.policy.check(host, found.iter().map(SocketAddr::ip))?;
        Ok(found)
    }
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses: Addrs = Box::new(resolver.addresses(name.as_str()).await?.into_iter());
            Ok(addresses)
        })
    }
}
