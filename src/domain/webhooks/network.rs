//! Addresses that deliveries may go to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::key::SecretKey;
use crate::config::WebhookArgs;

/// Settings of deliveries: networks that are allowed although they are not public, and the operator's key for secrets.
#[derive(Debug, Default)]
pub struct Outbound {
    allowed: Vec<IpNet>,
    pub(super) key: Option<SecretKey>,
}

impl Outbound {
    /// Reads the settings. An error names the wrong one.
    pub fn new(settings: &WebhookArgs) -> Result<Self, String> {
        let key = settings.key()?.map(|key| SecretKey::of_text(key.expose()));
        Ok(Self { allowed: settings.allowed_networks.clone(), key })
    }

    /// True of an address in a network that the operator has allowed.
    pub fn is_allowed(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allowed.iter().any(|network| network.contains(&address))
    }

    /// True of an address that a delivery may go to: one that is allowed, and with TLS also every public one.
    pub fn may_reach(&self, address: IpAddr, with_tls: bool) -> bool {
        self.is_allowed(address) || (with_tls && is_public(address))
    }

    /// True where the operator has allowed any network.
    pub(super) fn allows_some(&self) -> bool {
        !self.allowed.is_empty()
    }
}

/// Networks of IPv4 that are not public, from IANA's registry of special-purpose addresses, and multicast.
const SPECIAL_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// Networks within [`GLOBAL_V6`] that are not public: protocols of the IETF with Teredo, and examples.
const SPECIAL_V6: [Ipv6Net; 3] = [v6([0x2001, 0], 23), v6([0x2001, 0xdb8], 32), v6([0x3fff, 0], 20)];
/// Networks whose addresses contain one of IPv4: translation by NAT64, and 6to4.
const NAT64: Ipv6Net = v6([0x64, 0xff9b], 96);
const SIX_TO_FOUR: Ipv6Net = v6([0x2002, 0], 16);
/// The only part of IPv6 whose addresses are public.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0], 3);

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([first, second]: [u16; 2], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), prefix)
}

/// True of an address on the public internet.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) if NAT64.contains(&address) => is_public_v4(embedded(address, 12)),
        IpAddr::V6(address) if SIX_TO_FOUR.contains(&address) => is_public_v4(embedded(address, 2)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|network| network.contains(&address))
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|network| network.contains(&address))
}

/// The address of IPv4 that begins at a byte of one of IPv6.
fn embedded(address: Ipv6Addr, at: usize) -> Ipv4Addr {
    let mut bytes = [0; 4];
    for (byte, found) in bytes.iter_mut().zip(address.octets().into_iter().skip(at)) {
        *byte = found;
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::{Outbound, is_public};

    #[test]
    fn only_public_addresses_are_public() {
        for address in
            ["1.1.1.1", "9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "100.63.255.255", "223.255.255.255"]
                .into_iter()
                .chain(["2606:4700:4700::1111", "2a00::1", "64:ff9b::101:101", "2002:101:101::1", "::ffff:1.1.1.1"])
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::101:101",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a00:1::",
            "2002:a9fe:a9fe::",
            "3fff::1",
            "4000::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn allowed_networks_are_reached_also_without_tls_and_also_as_mapped_addresses() {
        let allowed = vec!["10.1.0.0/16".parse().unwrap(), "::1/128".parse().unwrap()];
        let outbound = Outbound { allowed, key: None };
        for (address, with_tls, may) in [
            ("10.1.2.3", false, true),
            ("::ffff:10.1.2.3", false, true),
            ("::1", false, true),
            ("10.2.0.1", true, false),
            ("127.0.0.1", true, false),
            ("1.1.1.1", true, true),
            ("1.1.1.1", false, false),
        ] {
            assert_eq!(outbound.may_reach(address.parse().unwrap(), with_tls), may, "{address}");
        }
    }
}
