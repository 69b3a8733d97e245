//! Taking a port: on IPv4 and IPv6 alike, so that `localhost` means this server however it is looked up.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

/// Which ports may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ports {
    /// This one. 0 takes any that is free.
    Only(u16),
    /// This one, or the next that is free.
    From(u16),
}

/// How many ports are tried one after the other.
const TRIES: u16 = 100;

/// How many connections the system keeps until they are taken.
const BACKLOG: i32 = 1024;

/// Listens on all addresses at one port. An address that this machine does not have is left out, if another one is
/// there.
pub(crate) fn bind(addresses: &[IpAddr], ports: Ports) -> io::Result<Vec<TcpListener>> {
    let mut result = Err(io::ErrorKind::AddrInUse.into());
    for port in candidates(ports) {
        result = bind_all(addresses, port);
        if !result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse) {
            break;
        }
    }
    result
}

/// The ports to be tried. One that is free for IPv4 may be taken for IPv6, so that 0 is tried again too.
fn candidates(ports: Ports) -> Vec<u16> {
    match ports {
        Ports::Only(0) | Ports::From(0) => vec![0; usize::from(TRIES)],
        Ports::Only(port) => vec![port],
        Ports::From(port) => (port..=port.saturating_add(TRIES)).collect(),
    }
}

/// The addresses of this machine that no other machine can reach.
pub(crate) const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Each listener is kept from the moment it is bound: between two looks, somebody else could take the port.
fn bind_all(addresses: &[IpAddr], port: u16) -> io::Result<Vec<TcpListener>> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut missing = None;
    for address in addresses {
        let port = listeners.first().map_or(Ok(port), |first| first.local_addr().map(|local| local.port()))?;
        match TcpListener::bind(SocketAddr::new(*address, port)) {
            Ok(listener) => {
                // Above what the standard library asks for, a client that is not taken at once waits a second.
                let _ = rustix::net::listen(&listener, BACKLOG);
                listeners.push(listener);
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            Err(error) => missing = Some(error),
        }
    }
    match missing {
        Some(error) if listeners.is_empty() => Err(error),
        _ => Ok(listeners),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(listeners: &[TcpListener]) -> u16 {
        listeners[0].local_addr().unwrap().port()
    }

    #[test]
    fn fault_134_a_port_that_is_taken_is_told_or_passed_over() {
        let first = bind(&LOOPBACK, Ports::Only(0)).unwrap();
        let taken = port(&first);
        assert_eq!(bind(&LOOPBACK, Ports::Only(taken)).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        let next = bind(&LOOPBACK, Ports::From(taken)).unwrap();
        assert!(port(&next) > taken);
        drop(first);
        assert_eq!(port(&bind(&LOOPBACK, Ports::Only(taken)).unwrap()), taken);
    }

    #[test]
    fn fault_134_one_address_taken_is_the_port_taken() {
        for address in LOOPBACK {
            let Ok(other) = TcpListener::bind((address, 0)) else { continue };
            let taken = other.local_addr().unwrap().port();
            assert!(bind(&LOOPBACK, Ports::Only(taken)).is_err(), "{address}");
        }
    }

    #[test]
    fn fault_134_an_address_that_is_not_there_is_left_out() {
        // Kept for documentation (RFC 5737): no machine has it.
        let nowhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        assert_eq!(bind(&[nowhere, LOOPBACK[0]], Ports::Only(0)).unwrap().len(), 1);
        assert!(bind(&[nowhere], Ports::Only(0)).is_err());
    }
}
