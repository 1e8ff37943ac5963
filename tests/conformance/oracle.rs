//! The rows of `oracle.tsv`, and how their text is compared.

/// What was observed, and what is demanded of this crate.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) probe: &'static str,
    pub(crate) micropython: &'static str,
    pub(crate) target: &'static str,
}

impl Row {
    /// M, A, R, D or L (README.md beside this file).
    pub(crate) fn letter(&self) -> char {
        self.target.chars().next().unwrap_or('?')
    }
}

/// All rows, in the order of the file.
pub(crate) fn rows() -> Vec<Row> {
    let mut lines = include_str!("oracle.tsv").lines();
    let head = lines.next().expect("a head line");
    assert_eq!(head, "id\tgroup\tprobe\tmicropython_unix\tcpython\ttarget");
    lines
        .map(|line| {
            let fields: Vec<_> = line.split('\t').collect();
            let &[id, _, probe, micropython, _, target] = &fields[..] else {
                panic!("not six columns: {line}");
            };
            Row { id, probe, micropython, target }
        })
        .collect()
}

/// The results of the single calls: what stands between `;`, without the brackets that group them.
pub(crate) fn items(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut quoted = false;
    let mut escaped = false;
    for char in text.chars() {
        match char {
            ';' if !quoted => {
                items.push(String::new());
                continue;
            }
            '[' | ']' if !quoted => continue,
            '\'' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = char == '\\' && !escaped;
        items.last_mut().expect("never empty").push(char);
    }
    items.into_iter().map(|item| item.trim().to_owned()).collect()
}

#[test]
fn brackets_group_and_quotes_hide_separators() {
    assert_eq!(
        items("[None; !EINVAL]; b'a;]\\'b'; 4 @200ms"),
        ["None", "!EINVAL", "b'a;]\\'b'", "4 @200ms"]
    );
}
