//! A wire between client and server that can flip a bit of what it carries.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Forwards connections to a server; lives as long as the test.
pub(crate) struct Wire {
    address: SocketAddr,
    flips: Arc<AtomicU32>,
}

/// The start of a gzip stream: its name, and the only method there is.
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

impl Wire {
    /// A wire to `server` that damages the first `flips` compressed bodies.
    pub(crate) fn to(server: SocketAddr, flips: u32) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let flips = Arc::new(AtomicU32::new(flips));
        let left = Arc::clone(&flips);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(server).unwrap();
                let (answers, back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                let left = Arc::clone(&left);
                std::thread::spawn(move || carry(client, server, |bytes| flip(bytes, &left)));
                std::thread::spawn(move || carry(answers, back, |_| {}));
            }
        });
        Self { address, flips }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many bodies it has still to damage.
    pub(crate) fn left(&self) -> u32 {
        self.flips.load(Ordering::SeqCst)
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, mut change: impl FnMut(&mut [u8])) {
    let mut bytes = vec![0; 1 << 20];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        change(&mut bytes[..read]);
        if to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// Flips a bit behind the head of a gzip stream, if one begins here.
fn flip(bytes: &mut [u8], left: &AtomicU32) {
    let Some(at) = bytes.windows(GZIP.len()).position(|window| window == GZIP) else { return };
    let one_less = |left: u32| left.checked_sub(1);
    if let Some(byte) = bytes.get_mut(at + 20)
        && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
    {
        *byte ^= 0x10;
    }
}
