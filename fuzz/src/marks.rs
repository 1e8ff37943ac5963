//! Which bytes belong to whom: what each connection carries is a stream of its own.

/// Byte `at` of what the peer of a connection sends.
pub(crate) fn byte_of(connection: usize, at: usize) -> u8 {
    let mixed = (connection as u32 + 1).wrapping_mul(0x9E37_79B9)
        ^ (at as u32).wrapping_mul(0x85EB_CA6B).rotate_left(11);
    let mixed = (mixed ^ mixed >> 15).wrapping_mul(0xC2B2_AE35);
    (mixed >> 24) as u8
}

/// What a stream socket has received.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// The port of the peer, or 0 if the socket does not know it any more.
    pub(crate) port: u16,
    pub(crate) bytes: Vec<u8>,
}

/// What a stream socket has received must be what the peer of its connection has sent, from the
/// first byte, and no more than the module has handed out.
pub(crate) fn check(received: &[Received], delivered: &[(usize, u16)]) {
    let mut taken = vec![false; delivered.len()];
    for Received { port, bytes } in received {
        let owner = |connection: &usize| {
            let (most, peer) = delivered[*connection];
            (*port == 0 || *port == peer)
                && most >= bytes.len()
                && bytes.iter().enumerate().all(|(at, &byte)| byte == byte_of(*connection, at))
        };
        let owners: Vec<usize> = (0..delivered.len()).filter(owner).collect();
        assert!(!owners.is_empty(), "of port {port}: {}: {delivered:?}", bytes.escape_ascii());
        // short ones may fit several
        if let [owner] = owners[..] {
            assert!(!taken[owner], "two sockets have received from connection {owner}");
            taken[owner] = true;
        }
    }
}
