//! Addresses from which nothing is fetched.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// True for a server that is named by an address that is [link-local](is_link_local).
pub(crate) fn is_off_limits(server: &str) -> bool {
    address(server).is_some_and(is_link_local)
}

/// The address that the name of a server is, in all the forms in which programs take one: `127.1` and `0x7f000001`, too.
pub(super) fn address(server: &str) -> Option<IpAddr> {
    let bare = server.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| old_form(bare.strip_suffix('.').unwrap_or(bare)).map(IpAddr::V4))
}

/// One to four numbers, decimal, octal or hexadecimal, of which the last fills what the others leave.
fn old_form(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u32> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || first.iter().any(|part| *part > 255) {
        return None;
    }
    let bits = 8 * (4 - u32::try_from(first.len()).ok()?);
    if bits < 32 && *last >= 1 << bits {
        return None;
    }
    let high = first.iter().fold(0_u32, |all, part| all << 8 | part);
    Some(Ipv4Addr::from(high.checked_shl(bits).unwrap_or(0) | last))
}

fn number(text: &str) -> Option<u32> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match (hexadecimal, text.strip_prefix('0')) {
        (Some(digits), _) => u32::from_str_radix(digits, 16).ok(),
        (None, Some(digits)) if !digits.is_empty() => u32::from_str_radix(digits, 8).ok(),
        (None, _) => text.parse().ok(),
    }
}

/// True for addresses that only the machine's own network has: there clouds keep the credentials of their machines, and no
/// files of anybody.
pub(super) fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local() || address.octets() == [100, 100, 100, 200],
        IpAddr::V6(address) => match embedded(address) {
            Some(address) => is_link_local(IpAddr::V4(address)),
            None => {
                address.is_unicast_link_local()
                    || address.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]
            }
        },
    }
}

/// The address of the older kind that one of the newer kind stands for: mapped, compatible, or translated on the way.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_many_forms() {
        for text in [
            "169.254.169.254",
            "169.254.169.254.",
            "169.254.43518",
            "169.16689662",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "0xa9.254.0251.254",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[::169.254.169.254]",
            "[64:ff9b::169.254.169.254]",
            "[fe80::1]",
            "fd00:ec2::254",
            "100.100.100.200",
        ] {
            assert!(address(text).is_some_and(is_link_local), "{text}");
        }
        for text in ["127.0.0.1", "127.1", "169.253.169.254", "8.8.8.8", "2001:db8::1", "::1"] {
            assert!(address(text).is_some_and(|address| !is_link_local(address)), "{text}");
        }
        for text in ["", "code.example", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "0x", "-1", "1..2"]
        {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
