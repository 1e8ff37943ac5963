//! The bytes of streams: every place of every stream shows, and so does a mix-up of two.

/// What the words of a module look like, inside of what peers send.
const WORDS: [&[u8]; 9] = [
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\n+QIURC: \"closed\",0\r\n",
    b"\r\n+QIRD: 5\r\n",
    b"0,CLOSED\r\n1,CLOSED\r\n",
    b"\r\n> ",
    b"\r\n+IPD,0,1460:",
    b"\r\nready\r\n",
    b"\r\nRDY\r\n",
];

/// No piece of a plain stream begins like a command, or has the end of a line in it.
fn byte(stream: u16, at: usize, nasty: bool) -> u8 {
    let hash = |at: usize| {
        (at as u32).wrapping_mul(2_654_435_761).wrapping_add(u32::from(stream) * 40_503) >> 9
    };
    let block = hash(at / 48 + 7) as usize;
    if nasty && block.is_multiple_of(3) {
        let word = WORDS[block / 3 % WORDS.len()];
        if let Some(byte) = word.get(at % 48) {
            return *byte;
        }
    }
    b'b' + (hash(at) % 25) as u8
}

/// A piece of a stream.
pub(crate) fn bytes(stream: u16, from: usize, len: usize, nasty: bool) -> Vec<u8> {
    (from..from + len).map(|at| byte(stream, at, nasty)).collect()
}

/// How many bytes differ.
pub(crate) fn differing(got: &[u8], wanted: &[u8]) -> usize {
    got.iter().zip(wanted).filter(|(got, wanted)| got != wanted).count()
}

/// The first of these bytes, to be printed.
pub(crate) fn beginning(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(100)]).into_owned()
}
