//! Where a request comes from: the peer, or whom a trusted proxy names.

use std::net::IpAddr;
use std::str::FromStr;

use http::HeaderMap;

/// An address, or a range of them as `10.0.0.0/8`, of proxies whose word about the client is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxyRange {
    address: IpAddr,
    bits: u32,
}

/// The text is neither an address nor a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an IP address nor a range such as 10.0.0.0/8")]
pub struct InvalidProxyRange(String);

impl FromStr for ProxyRange {
    type Err = InvalidProxyRange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidProxyRange(text.chars().take(64).collect());
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let bits_max = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(bits_max), str::parse).map_err(|_| invalid())?;
        if bits > bits_max { Err(invalid()) } else { Ok(Self { address, bits }) }
    }
}

impl ProxyRange {
    fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(range), IpAddr::V4(address)) => {
                same_start(range.to_bits().into(), address.to_bits().into(), 32, self.bits)
            }
            (IpAddr::V6(range), IpAddr::V6(address)) => same_start(range.to_bits(), address.to_bits(), 128, self.bits),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

fn same_start(a: u128, b: u128, width: u32, bits: u32) -> bool {
    (a ^ b).checked_shr(width - bits).unwrap_or(0) == 0
}

/// Whether the peer is a trusted proxy that says, in `X-Forwarded-Proto`, that its client came by HTTPS.
pub fn came_by_https(peer: IpAddr, headers: &HeaderMap, proxies: &[ProxyRange]) -> bool {
    let peer = peer.to_canonical();
    let says_so =
        || headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"));
    proxies.iter().any(|range| range.holds(peer)) && says_so()
}

/// The client's address: the peer's, or the last one in `X-Forwarded-For` that no trusted proxy stands for.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &[ProxyRange]) -> IpAddr {
    let is_proxy = |address: IpAddr| proxies.iter().any(|proxy| proxy.holds(address));
    let mut client = peer.to_canonical();
    if proxies.is_empty() {
        return client;
    }
    let lines = headers.get_all("x-forwarded-for").iter().rev().filter_map(|value| value.to_str().ok());
    for hop in lines.flat_map(|line| line.rsplit(',')) {
        match hop.trim().parse::<IpAddr>() {
            Ok(address) if is_proxy(client) => client = address.to_canonical(),
            _ => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let proxies: Vec<ProxyRange> = proxies.iter().map(|text| text.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("10.0.0.1", &["1.2.3.4"], &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(client("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.9"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(client("10.0.0.1", &["1.2.3.4", "10.0.0.9"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(client("9.9.9.9", &["1.2.3.4"], &["10.0.0.0/8"]), "9.9.9.9");
        assert_eq!(client("10.0.0.1", &["unknown"], &["10.0.0.1"]), "10.0.0.1");
        assert_eq!(client("::ffff:10.0.0.1", &["2001:db8::1"], &["10.0.0.1", "::/0"]), "2001:db8::1");
    }

    #[test]
    fn only_a_trusted_proxy_can_say_that_the_way_was_encrypted() {
        let asked = |peer: &str, scheme: &'static str, proxies: &[&str]| {
            let headers = [("x-forwarded-proto".parse().unwrap(), scheme.parse().unwrap())].into_iter().collect();
            let proxies: Vec<ProxyRange> = proxies.iter().map(|text| text.parse().unwrap()).collect();
            came_by_https(peer.parse().unwrap(), &headers, &proxies)
        };
        assert!(asked("10.0.0.1", "https", &["10.0.0.0/8"]) && asked("::ffff:10.0.0.1", "HTTPS", &["10.0.0.0/8"]));
        assert!(!asked("10.0.0.1", "http", &["10.0.0.0/8"]) && !asked("10.0.0.1", "https", &[]));
    }

    #[test]
    fn ranges_are_read_and_nonsense_is_not() {
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/-1"] {
            assert!(bad.parse::<ProxyRange>().is_err(), "{bad}");
        }
    }
}
