//! `wasi:sockets/tcp` and `tcp-create-socket`.

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, Linker, Resource};
use dovetail_runtime::host_enum;

use super::network::{ErrorCode, IpAddressFamily, IpSocketAddress, Network};
use crate::p2::io::input::InputStream;
use crate::p2::io::output::OutputStream;
use crate::p2::io::poll::Pollable;
use crate::p2::name;
use crate::p2::undone::undone;

/// What a guest holds as a `tcp-socket`. There are none.
pub struct TcpSocket;

host_enum! {
    /// `tcp.shutdown-type`.
    pub enum ShutdownType {
        Receive,
        Send,
        Both,
    }
}

type This = Borrow<TcpSocket>;
type Streams = (Resource<InputStream>, Resource<OutputStream>);
type Accepted = (Resource<TcpSocket>, Resource<InputStream>, Resource<OutputStream>);

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    linker.instance(&name("sockets/tcp"))?.resource::<TcpSocket>("tcp-socket")?;
    undone!(linker, "sockets/tcp" {
        "[method]tcp-socket.start-bind": fn(This, Borrow<Network>, IpSocketAddress) -> Result<(), ErrorCode>;
        "[method]tcp-socket.finish-bind": fn(This) -> Result<(), ErrorCode>;
        "[method]tcp-socket.start-connect": fn(This, Borrow<Network>, IpSocketAddress) -> Result<(), ErrorCode>;
        "[method]tcp-socket.finish-connect": fn(This) -> Result<Streams, ErrorCode>;
        "[method]tcp-socket.start-listen": fn(This) -> Result<(), ErrorCode>;
        "[method]tcp-socket.finish-listen": fn(This) -> Result<(), ErrorCode>;
        "[method]tcp-socket.accept": fn(This) -> Result<Accepted, ErrorCode>;
        "[method]tcp-socket.local-address": fn(This) -> Result<IpSocketAddress, ErrorCode>;
        "[method]tcp-socket.remote-address": fn(This) -> Result<IpSocketAddress, ErrorCode>;
        "[method]tcp-socket.is-listening": fn(This) -> bool;
        "[method]tcp-socket.address-family": fn(This) -> IpAddressFamily;
        "[method]tcp-socket.set-listen-backlog-size": fn(This, u64) -> Result<(), ErrorCode>;
        "[method]tcp-socket.keep-alive-enabled": fn(This) -> Result<bool, ErrorCode>;
        "[method]tcp-socket.set-keep-alive-enabled": fn(This, bool) -> Result<(), ErrorCode>;
        "[method]tcp-socket.keep-alive-idle-time": fn(This) -> Result<u64, ErrorCode>;
        "[method]tcp-socket.set-keep-alive-idle-time": fn(This, u64) -> Result<(), ErrorCode>;
        "[method]tcp-socket.keep-alive-interval": fn(This) -> Result<u64, ErrorCode>;
        "[method]tcp-socket.set-keep-alive-interval": fn(This, u64) -> Result<(), ErrorCode>;
        "[method]tcp-socket.keep-alive-count": fn(This) -> Result<u32, ErrorCode>;
        "[method]tcp-socket.set-keep-alive-count": fn(This, u32) -> Result<(), ErrorCode>;
        "[method]tcp-socket.hop-limit": fn(This) -> Result<u8, ErrorCode>;
        "[method]tcp-socket.set-hop-limit": fn(This, u8) -> Result<(), ErrorCode>;
        "[method]tcp-socket.receive-buffer-size": fn(This) -> Result<u64, ErrorCode>;
        "[method]tcp-socket.set-receive-buffer-size": fn(This, u64) -> Result<(), ErrorCode>;
        "[method]tcp-socket.send-buffer-size": fn(This) -> Result<u64, ErrorCode>;
        "[method]tcp-socket.set-send-buffer-size": fn(This, u64) -> Result<(), ErrorCode>;
        "[method]tcp-socket.subscribe": fn(This) -> Resource<Pollable>;
        "[method]tcp-socket.shutdown": fn(This, ShutdownType) -> Result<(), ErrorCode>;
    });
    undone!(linker, "sockets/tcp-create-socket" {
        "create-tcp-socket": fn(IpAddressFamily) -> Result<Resource<TcpSocket>, ErrorCode>;
    });
    Ok(())
}
