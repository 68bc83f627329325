//! A wire between client and server that can harm what it carries.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Forwards connections to a server; lives as long as the test.
pub(crate) struct Wire {
    address: SocketAddr,
    left: Arc<AtomicU32>,
}

/// What it does to a body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Harm {
    /// Flips a bit of a compressed one.
    Flip,
    /// Ends the connection in the second row of one that is not compressed.
    Cut,
}

/// The start of a gzip stream: its name, and the only method there is.
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

impl Wire {
    /// A wire to `server` that does so to the first `times` such bodies.
    pub(crate) fn to(server: SocketAddr, harm: Harm, times: u32) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let left = Arc::new(AtomicU32::new(times));
        let count = Arc::clone(&left);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(server).unwrap();
                let (answers, back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                let count = Arc::clone(&count);
                std::thread::spawn(move || carry(client, server, |bytes| harm.done_to(bytes, &count)));
                std::thread::spawn(move || carry(answers, back, |bytes| bytes.len()));
            }
        });
        Self { address, left }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many bodies it has still to harm.
    pub(crate) fn left(&self) -> u32 {
        self.left.load(Ordering::SeqCst)
    }
}

/// Carries bytes until there are none, or fewer of them are to go on than came.
fn carry(mut from: TcpStream, mut to: TcpStream, mut on: impl FnMut(&mut [u8]) -> usize) {
    let mut bytes = vec![0; 1 << 20];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        let goes_on = on(&mut bytes[..read]);
        if to.write_all(&bytes[..goes_on]).is_err() {
            break;
        }
        if goes_on < read {
            let _ = from.shutdown(Shutdown::Both);
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

impl Harm {
    /// Harms a body, if one is here and one is left: how many bytes go on.
    fn done_to(self, bytes: &mut [u8], left: &AtomicU32) -> usize {
        // behind the head of a gzip stream, or inside of a row that is not the first
        let (start, behind): (&[u8], _) = match self {
            Self::Flip => (&GZIP, 20),
            Self::Cut => (b"\nm ", 6),
        };
        let len = bytes.len();
        let Some(at) = bytes.windows(start.len()).position(|window| window == start) else { return len };
        let at = at + behind;
        let one_less = |left: u32| left.checked_sub(1);
        if at >= len || left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_err() {
            return len;
        }
        match self {
            Self::Flip => bytes[at] ^= 0x10,
            Self::Cut => return at,
        }
        len
    }
}
