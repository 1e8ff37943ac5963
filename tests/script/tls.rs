//! What dialogues about TLS over ESP-AT share.

use usocket::ssl::{Context, Verify};
use usocket::{AF_INET, SOCK_STREAM, Socket, socket};

use super::ScriptModem;

pub(crate) const HOST: &str = "example.com";

/// What a context that verifies the server for [`HOST`] tells a link, and the opening of it.
pub(crate) fn verified(link: u8) -> String {
    format!(
        r#"
        → AT+CIPSSLCCONF={link},2,0,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCCN={link},"example.com"\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCSNI={link},"example.com"\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART={link},"SSL","192.168.4.2",80\r\n
        "#
    )
}

/// The same of one that verifies nobody, and has no name.
pub(crate) fn insecure(link: u8) -> String {
    format!(
        r#"
        → AT+CIPSSLCCONF={link},0,0,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART={link},"SSL","192.168.4.2",80\r\n
        "#
    )
}

pub(crate) fn connected(link: u8) -> String {
    format!("← {link},CONNECT\\r\\n\\r\\nOK\\r\\n")
}

pub(crate) const INSECURE: Context<'_> = Context::new(Verify::InsecureNobody);

pub(crate) fn wrapped<'n>(
    modem: &'n ScriptModem<'_>,
    context: &Context<'_>,
    name: Option<&str>,
) -> Socket<'n> {
    let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
    context.wrap_socket(&sock, name).unwrap();
    sock
}
