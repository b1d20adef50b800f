//! The listening side of a server: a port with a line that is long enough for a burst.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections that the system keeps in line until they are accepted; it may keep fewer. A burst that does not fit loses
/// connections which their clients believe to have.
const LINE: u32 = 4096;

/// Listens on `address`; port 0 takes a free one. To be called within a runtime.
///
/// # Errors
/// What the system says, when the address is taken or not ours.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A server that starts again takes its port while connections of its earlier life still end.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(LINE)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_burst_of_connections_waits_in_line() {
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        // More than the usual length of a line, all of them before the first is accepted.
        let mut burst = Vec::new();
        for _ in 0..300 {
            burst.push(std::net::TcpStream::connect_timeout(&address, Duration::from_secs(10)).unwrap());
        }
        for _ in &burst {
            listener.accept().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_port_is_taken_once() {
        let address = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let again = listen(address.local_addr().unwrap());
        assert_eq!(again.unwrap_err().kind(), io::ErrorKind::AddrInUse);
    }
}
