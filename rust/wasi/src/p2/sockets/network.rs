//! `wasi:sockets/network` and `instance-network`: addresses, errors, and the right to use a network at all.

use dovetail_runtime::Result;
use dovetail_runtime::component::{Linker, Resource};
use dovetail_runtime::{host_enum, host_record, host_variant};

use crate::p2::name;
use crate::p2::undone::undone;

/// What a guest holds as a `network`. There are none.
pub struct Network;

host_enum! {
    /// `network.error-code`.
    pub enum ErrorCode {
        Unknown,
        AccessDenied,
        NotSupported,
        InvalidArgument,
        OutOfMemory,
        Timeout,
        ConcurrencyConflict,
        NotInProgress,
        WouldBlock,
        InvalidState,
        NewSocketLimit,
        AddressNotBindable,
        AddressInUse,
        RemoteUnreachable,
        ConnectionRefused,
        ConnectionReset,
        ConnectionAborted,
        DatagramTooLarge,
        NameUnresolvable,
        TemporaryResolverFailure,
        PermanentResolverFailure,
    }
}

host_enum! {
    /// `network.ip-address-family`.
    pub enum IpAddressFamily {
        Ipv4,
        Ipv6,
    }
}

type Ipv4Address = (u8, u8, u8, u8);
type Ipv6Address = (u16, u16, u16, u16, u16, u16, u16, u16);

host_variant! {
    /// `network.ip-address`.
    pub enum IpAddress {
        Ipv4(Ipv4Address),
        Ipv6(Ipv6Address),
    }
}

host_record! {
    /// `network.ipv4-socket-address`.
    pub struct Ipv4SocketAddress {
        pub port: u16,
        pub address: Ipv4Address,
    }
}

host_record! {
    /// `network.ipv6-socket-address`.
    pub struct Ipv6SocketAddress {
        pub port: u16,
        pub flow_info: u32,
        pub address: Ipv6Address,
        pub scope_id: u32,
    }
}

host_variant! {
    /// `network.ip-socket-address`.
    pub enum IpSocketAddress {
        Ipv4(Ipv4SocketAddress),
        Ipv6(Ipv6SocketAddress),
    }
}

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    linker.instance(&name("sockets/network"))?.resource::<Network>("network")?;
    undone!(linker, "sockets/instance-network" {
        "instance-network": fn() -> Resource<Network>;
    });
    Ok(())
}
