//! `wasi:sockets/udp` and `udp-create-socket`.

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, Linker, Resource};
use dovetail_runtime::host_record;

use super::network::{ErrorCode, IpAddressFamily, IpSocketAddress, Network};
use crate::p2::io::poll::Pollable;
use crate::p2::name;
use crate::p2::undone::undone;

/// What a guest holds as a `udp-socket`. There are none.
pub struct UdpSocket;

/// What a guest holds as an `incoming-datagram-stream`. There are none.
pub struct IncomingDatagramStream;

/// What a guest holds as an `outgoing-datagram-stream`. There are none.
pub struct OutgoingDatagramStream;

host_record! {
    /// `udp.incoming-datagram`.
    pub struct IncomingDatagram {
        pub data: Vec<u8>,
        pub remote_address: IpSocketAddress,
    }
}

host_record! {
    /// `udp.outgoing-datagram`.
    pub struct OutgoingDatagram {
        pub data: Vec<u8>,
        pub remote_address: Option<IpSocketAddress>,
    }
}

type This = Borrow<UdpSocket>;
type Streams = (Resource<IncomingDatagramStream>, Resource<OutgoingDatagramStream>);

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut udp = linker.instance(&name("sockets/udp"))?;
    udp.resource::<UdpSocket>("udp-socket")?;
    udp.resource::<IncomingDatagramStream>("incoming-datagram-stream")?;
    udp.resource::<OutgoingDatagramStream>("outgoing-datagram-stream")?;
    undone!(linker, "sockets/udp" {
        "[method]udp-socket.start-bind": fn(This, Borrow<Network>, IpSocketAddress) -> Result<(), ErrorCode>;
        "[method]udp-socket.finish-bind": fn(This) -> Result<(), ErrorCode>;
        "[method]udp-socket.stream": fn(This, Option<IpSocketAddress>) -> Result<Streams, ErrorCode>;
        "[method]udp-socket.local-address": fn(This) -> Result<IpSocketAddress, ErrorCode>;
        "[method]udp-socket.remote-address": fn(This) -> Result<IpSocketAddress, ErrorCode>;
        "[method]udp-socket.address-family": fn(This) -> IpAddressFamily;
        "[method]udp-socket.unicast-hop-limit": fn(This) -> Result<u8, ErrorCode>;
        "[method]udp-socket.set-unicast-hop-limit": fn(This, u8) -> Result<(), ErrorCode>;
        "[method]udp-socket.receive-buffer-size": fn(This) -> Result<u64, ErrorCode>;
        "[method]udp-socket.set-receive-buffer-size": fn(This, u64) -> Result<(), ErrorCode>;
        "[method]udp-socket.send-buffer-size": fn(This) -> Result<u64, ErrorCode>;
        "[method]udp-socket.set-send-buffer-size": fn(This, u64) -> Result<(), ErrorCode>;
        "[method]udp-socket.subscribe": fn(This) -> Resource<Pollable>;
        "[method]incoming-datagram-stream.receive":
            fn(Borrow<IncomingDatagramStream>, u64) -> Result<Vec<IncomingDatagram>, ErrorCode>;
        "[method]incoming-datagram-stream.subscribe": fn(Borrow<IncomingDatagramStream>) -> Resource<Pollable>;
        "[method]outgoing-datagram-stream.check-send":
            fn(Borrow<OutgoingDatagramStream>) -> Result<u64, ErrorCode>;
        "[method]outgoing-datagram-stream.send":
            fn(Borrow<OutgoingDatagramStream>, Vec<OutgoingDatagram>) -> Result<u64, ErrorCode>;
        "[method]outgoing-datagram-stream.subscribe": fn(Borrow<OutgoingDatagramStream>) -> Resource<Pollable>;
    });
    undone!(linker, "sockets/udp-create-socket" {
        "create-udp-socket": fn(IpAddressFamily) -> Result<Resource<UdpSocket>, ErrorCode>;
    });
    Ok(())
}
