//! Which addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which addresses may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressPolicy {
    /// Everything but this machine, this link and groups: loopback, link-local, unspecified, multicast, broadcast and
    /// reserved addresses are refused, also where an IPv6 address carries an IPv4 one. Private ranges are allowed.
    #[default]
    Guarded,
    /// Every address.
    Anywhere,
}

/// An address that may not be connected to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` is at {address}, which is not allowed")]
pub struct AddressRefused {
    /// As the URL has it.
    pub host: String,
    /// The first refused address of the host.
    pub address: IpAddr,
}

/// Where EC2 hands out credentials over IPv6, inside a private range.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

impl AddressPolicy {
    /// The policy for an address that an operator wrote into the settings: everything where `allow_local` says so, and
    /// where the URL's host is loopback itself, by number or as `localhost`, since nobody writes that by accident.
    pub fn of_setting(url: &str, allow_local: bool) -> Self {
        let parsed = reqwest::Url::parse(url).ok();
        let host = parsed.as_ref().and_then(|url| url.host_str()).unwrap_or_default();
        let number: Result<IpAddr, _> = host.trim_start_matches('[').trim_end_matches(']').parse();
        let is_loopback = host == "localhost" || number.is_ok_and(|address| address.is_loopback());
        if allow_local || is_loopback { Self::Anywhere } else { Self::Guarded }
    }

    /// Whether `address` may be connected to.
    pub fn allows(self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::Anywhere, _) => true,
            (Self::Guarded, IpAddr::V4(address)) => allows_v4(address),
            (Self::Guarded, IpAddr::V6(address)) => allows_v6(address),
        }
    }

    /// Checks every address of a host: a single refused one refuses all, since a name that has both kinds is a trick.
    ///
    /// # Errors
    /// [`AddressRefused`] names the first refused address.
    pub fn check(self, host: &str, addresses: impl IntoIterator<Item = IpAddr>) -> Result<(), AddressRefused> {
        match addresses.into_iter().find(|address| !self.allows(*address)) {
            Some(address) => Err(AddressRefused { host: host.to_owned(), address }),
            None => Ok(()),
        }
    }
}

fn allows_v4(address: Ipv4Addr) -> bool {
    let [first, ..] = address.octets();
    // "This network" reaches the own machine on some systems; above 224 are groups, the reserved rest and broadcast.
    let refused = first == 0 || first >= 224;
    !refused && !address.is_loopback() && !address.is_link_local()
}

fn allows_v6(address: Ipv6Addr) -> bool {
    let refused = address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unicast_link_local()
        || address == METADATA_V6;
    !refused && carried_v4(address).is_none_or(allows_v4)
}

/// The IPv4 address that an IPv6 address leads to: mapped, compatible, translated (RFC 6052, RFC 8215) or 6to4.
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 1, _, _, _, high, low]
        | [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allows(text: &str) -> bool {
        AddressPolicy::Guarded.allows(text.parse().unwrap())
    }

    #[test]
    fn this_machine_this_link_and_groups_are_refused_in_every_form() {
        for text in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.170.2",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "febf::1",
            "ff02::1",
            "fd00:ec2::254",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0.0.0.0",
            "::127.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a9fe:a9fe",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::",
        ] {
            assert!(!allows(text), "{text}");
        }
    }

    #[test]
    fn public_and_private_addresses_are_allowed() {
        for text in [
            "8.8.8.8",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.253.255.255",
            "169.255.0.1",
            "223.255.255.255",
            "2600:1f18::1",
            "fd00::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert!(allows(text), "{text}");
        }
    }

    #[test]
    fn a_setting_that_names_loopback_itself_means_it() {
        for url in ["http://127.0.0.1:4566", "http://[::1]:1/", "https://localhost", "http://2130706433/"] {
            assert_eq!(AddressPolicy::of_setting(url, false), AddressPolicy::Anywhere, "{url}");
        }
        for url in ["http://sns.example", "http://169.254.169.254/", "http://localhost.example", "nonsense", ""] {
            assert_eq!(AddressPolicy::of_setting(url, false), AddressPolicy::Guarded, "{url}");
            assert_eq!(AddressPolicy::of_setting(url, true), AddressPolicy::Anywhere, "{url}");
        }
    }

    #[test]
    fn one_refused_address_refuses_the_host() {
        let addresses = ["8.8.8.8", "127.0.0.1"].map(|text| text.parse::<IpAddr>().unwrap());
        let refused = AddressPolicy::Guarded.check("a.example", addresses).unwrap_err();
        assert_eq!(refused.to_string(), "`a.example` is at 127.0.0.1, which is not allowed");
        assert_eq!(AddressPolicy::Anywhere.check("a.example", addresses), Ok(()));
    }

    /// The rule as ranges of numbers, written down a second time.
    fn is_refused_number(address: u32) -> bool {
        let ranges: [(u32, u32); 4] = [
            (0x0000_0000, 0x00ff_ffff),
            (0x7f00_0000, 0x7fff_ffff),
            (0xa9fe_0000, 0xa9fe_ffff),
            (0xe000_0000, 0xffff_ffff),
        ];
        ranges.iter().any(|(from, to)| (*from..=*to).contains(&address))
    }

    /// Addresses at and around the ends of ranges as often as any others.
    fn numbers() -> impl Strategy<Value = u32> {
        let ends = prop::sample::select(vec![
            0_u32,
            0x0100_0000,
            0x7f00_0000,
            0x8000_0000,
            0xa9fe_0000,
            0xa9ff_0000,
            0xe000_0000,
        ]);
        prop_oneof![any::<u32>(), (ends, 0_u32..4).prop_map(|(end, by)| end.wrapping_add(by).wrapping_sub(2))]
    }

    proptest! {
        #[test]
        fn every_form_of_an_address_is_judged_like_the_address(number in numbers(), any_bits in any::<u64>()) {
            let v4 = Ipv4Addr::from(number);
            let (low, high) = (u128::from(number), u128::from(number) << 80);
            let forms = [
                low,
                (0xffff << 32) | low,
                (0xffff << 48) | low,
                (0x64_ff9b << 96) | low,
                (0x64_ff9b_0001 << 80) | (u128::from(any_bits >> 16) << 32) | low,
                (0x2002 << 112) | high | u128::from(any_bits),
            ];
            let expected = !is_refused_number(number);
            prop_assert_eq!(AddressPolicy::Guarded.allows(IpAddr::V4(v4)), expected);
            for form in forms {
                let v6 = Ipv6Addr::from(form);
                prop_assert_eq!(AddressPolicy::Guarded.allows(IpAddr::V6(v6)), expected, "{}", v6);
                prop_assert!(AddressPolicy::Anywhere.allows(IpAddr::V6(v6)));
            }
        }
    }
}
