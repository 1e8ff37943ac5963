//! Which bytes belong to whom: what each connection carries is a stream of its own.

/// Byte `at` of what the peer of a connection sends.
pub(crate) fn byte_of(connection: usize, at: usize) -> u8 {
    let mixed = (connection as u32 + 1).wrapping_mul(0x9E37_79B9)
        ^ (at as u32).wrapping_mul(0x85EB_CA6B).rotate_left(11);
    let mixed = (mixed ^ mixed >> 15).wrapping_mul(0xC2B2_AE35);
    (mixed >> 24) as u8
}

/// What a stream socket has received must be what the peer of one connection has sent, from its
/// first byte, and no more than the module has handed out.
pub(crate) fn check(received: &[Vec<u8>], delivered: &[usize]) {
    let mut taken = vec![false; delivered.len()];
    for bytes in received.iter().filter(|bytes| !bytes.is_empty()) {
        let owner = |connection: &usize| {
            delivered[*connection] >= bytes.len()
                && bytes.iter().enumerate().all(|(at, &byte)| byte == byte_of(*connection, at))
        };
        let owners: Vec<usize> = (0..delivered.len()).filter(owner).collect();
        assert!(!owners.is_empty(), "{} are of no connection: {delivered:?}", bytes.escape_ascii());
        // short ones may fit several
        if let [owner] = owners[..] {
            assert!(!taken[owner], "two sockets have received from connection {owner}");
            taken[owner] = true;
        }
    }
}
