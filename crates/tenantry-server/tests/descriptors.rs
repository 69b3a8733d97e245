//! A process that has no descriptors left, for a while: the server takes connections again when some are free. It is a
//! test program of its own, since the limit is that of the process.

mod support;

use std::fs::File;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit, setrlimit};

use crate::support::client::read;
use crate::support::start;

#[test]
fn fault_024_want_of_descriptors_passes() {
    let server = start(|_| {});
    server.assert_alive();
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = Some(256);
    setrlimit(Resource::Nofile, limit).unwrap();
    // With each number of free descriptors something else fails: taking the connection, passing it on, answering it.
    for free in 0..12 {
        let mut taken = Vec::new();
        while let Ok(file) = File::open("/dev/null") {
            taken.push(file);
        }
        taken.truncate(taken.len().saturating_sub(free));
        let waiting: Vec<_> = (0..3).filter_map(|_| ask(server.address()).ok()).collect();
        std::thread::sleep(Duration::from_millis(200));
        drop(taken);
        let begun = Instant::now();
        for stream in waiting {
            // 403: it was the sites that could not open the folder of tenants.
            let status = read(stream, begun).status;
            assert!(matches!(status, 200 | 403), "with {free} free descriptors: {status}");
        }
        assert!(begun.elapsed() < Duration::from_secs(2), "with {free} free descriptors: {:?}", begun.elapsed());
        server.assert_alive();
    }
}

fn ask(address: SocketAddr) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: alpha.localhost\r\n\r\n")?;
    Ok(stream)
}
