//! TLS settings: `AT+CIPSSLCCONF`, its companions, and `AT+CIPSSLSIZE` (ESP-AT digest §11).

use super::EspAt;
use super::dispatch::{Answer, Call};
use super::refusal::Refusal;
use crate::module::{Chip, Identity, SharedKey, TlsClient, TlsServer, TlsVersion};
use core::time::Duration;

/// What the firmware waits for one message of a handshake (ESP-AT digest §16).
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest TLS record, for which there is room where `AT+CIPSSLSIZE` does not decide.
const RECORD: usize = 16_384;
/// Cipher suites that `AT+CIPSSLCCIPHER` takes.
const CIPHERS: usize = 10;

/// Which certificates count on one link: `AT+CIPSSLCCONF`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Verification {
    /// Bit 0: it shows its own certificate; bit 1: it checks that of the server.
    auth: u8,
    /// Number of its own certificate and key.
    pki: u8,
    /// Number of the roots.
    ca: u8,
}

/// What is said and compared in the handshakes of one link.
#[derive(Debug, Clone, Default)]
pub(crate) struct Handshake {
    /// Name that the server's certificate must be for; none if empty.
    common_name: String,
    sni: String,
    alpn: Vec<String>,
    shared_key: Option<SharedKey>,
    /// Only kept.
    ciphers: Vec<u32>,
}

/// Puts the certificates of the manufacturer into a module: nobody else's come from them.
pub(crate) fn furnish(chip: &mut Chip) {
    let client = ["client_ca.0", "client_ca.1", "client_cert.0", "client_cert.1", "client_key.0"];
    let server = ["client_key.1", "server_ca.0", "server_cert.0", "server_key.0"];
    for name in client.into_iter().chain(server) {
        chip.files.insert(name.to_owned(), format!("{name} of the manufacturer").into_bytes());
    }
}

impl EspAt {
    /// How a link to `host` is to be secured; a certificate that is not there is named, and the
    /// connect fails.
    pub(crate) fn tls_client(&mut self, id: usize, host: &str) -> Result<TlsClient, Refusal> {
        let Verification { auth, pki, ca } = self.config.verification[id];
        let handshake = self.settings.handshakes[id].clone();
        let trust = match auth & 2 {
            0 => None,
            _ => Some(self.credential(&format!("client_ca.{ca}"), "NO CA FOUND\r\n")?),
        };
        let identity = match auth & 1 {
            0 => None,
            _ => Some(self.identity("client", pki)?),
        };
        let named = host.parse::<core::net::IpAddr>().is_err();
        let automatic = self.release.tls.automatic_sni && named;
        let sni = Some(handshake.sni).filter(|sni| !sni.is_empty());
        Ok(TlsClient {
            name: Some(handshake.common_name).filter(|name| trust.is_some() && !name.is_empty()),
            trust,
            dates: self.dates(),
            sni: sni.or_else(|| automatic.then(|| host.to_owned())),
            alpn: handshake.alpn,
            identity,
            shared_key: handshake.shared_key,
            versions: TlsVersion::Tls10..=TlsVersion::Tls12,
            buffer: if self.release.is_legacy() { self.settings.tls_size } else { RECORD },
            patience: PATIENCE,
        })
    }

    /// How the server secures its links; `verifies` has it ask for certificates.
    pub(crate) fn tls_server(&mut self, verifies: bool) -> Result<TlsServer, Refusal> {
        let identity = self.identity("server", 0)?;
        let trust = match verifies {
            false => None,
            true => Some(self.credential("server_ca.0", "NO CA FOUND\r\n")?),
        };
        Ok(TlsServer { identity, trust })
    }

    fn identity(&mut self, role: &str, number: u8) -> Result<Identity, Refusal> {
        let certificate = format!("{role}_cert.{number}");
        let certificate = self.credential(&certificate, "NO CERT FOUND\r\n")?;
        let key = self.credential(&format!("{role}_key.{number}"), "NO PRVT_KEY FOUND\r\n")?;
        Ok(Identity { certificate, key })
    }

    /// A file of the partition; `complaint` goes out if it is not there (ESP-AT digest §2.3).
    fn credential(&mut self, name: &str, complaint: &str) -> Result<Vec<u8>, Refusal> {
        if let Some(contents) = self.chip.files.get(name) {
            return Ok(contents.clone());
        }
        self.write(complaint);
        Err(Refusal::FAILED)
    }

    /// Whether one more TLS link finds memory (ESP-AT digest §14.14, §19).
    pub(crate) fn has_tls_memory(&self) -> bool {
        let used = self.links.iter().filter(|(_, link)| link.is_tls()).count();
        used < self.release.tls.links
    }

    /// The links that a setting is for, taken from the front of its parameters.
    fn tls_links(
        &self,
        call: &Call,
    ) -> Result<(core::ops::RangeInclusive<usize>, super::command::Arguments), Refusal> {
        let mut arguments = call.arguments.clone();
        let id = self.link_id(&mut arguments, 5)?;
        Ok((if id == 5 { 0..=4 } else { id..=id }, arguments))
    }

    /// The links that a query shows: all, or the only one.
    fn shown_links(&self) -> core::ops::Range<usize> {
        if self.settings.multiplex { 0..5 } else { 0..1 }
    }

    pub(crate) fn set_tls_auth(&mut self, call: &Call) -> Answer {
        let (ids, arguments) = self.tls_links(call)?;
        arguments.expect(1..=3)?;
        let auth = arguments.need(0, 0..=3)? as u8;
        let pki = arguments.number(1, 0..=255)?.map(|number| number as u8);
        let ca = arguments.number(2, 0..=255)?.map(|number| number as u8);
        self.configure(call.store, |config| {
            for link in &mut config.verification[ids.clone()] {
                *link = Verification { auth, pki: pki.unwrap_or(0), ca: ca.unwrap_or(0) };
            }
        });
        Ok(())
    }

    pub(crate) fn query_tls_auth(&mut self, call: &Call) -> Answer {
        for id in self.shown_links() {
            let Verification { auth, pki, ca } = self.config.verification[id];
            self.answer_line(call, format_args!("{id},{auth},{pki},{ca}"));
        }
        Ok(())
    }

    pub(crate) fn set_common_name(&mut self, call: &Call) -> Answer {
        self.set_tls_text(call, |link, text| link.common_name = text)
    }

    pub(crate) fn query_common_name(&mut self, call: &Call) -> Answer {
        self.query_tls_text(call, |link| &link.common_name)
    }

    pub(crate) fn set_sni(&mut self, call: &Call) -> Answer {
        self.set_tls_text(call, |link, text| link.sni = text)
    }

    pub(crate) fn query_sni(&mut self, call: &Call) -> Answer {
        self.query_tls_text(call, |link| &link.sni)
    }

    fn set_tls_text(&mut self, call: &Call, set: fn(&mut Handshake, String)) -> Answer {
        let (ids, arguments) = self.tls_links(call)?;
        arguments.expect(1..=1)?;
        let text = arguments.need_text(0, 64)?;
        for link in &mut self.settings.handshakes[ids] {
            set(link, text.clone());
        }
        Ok(())
    }

    fn query_tls_text(&mut self, call: &Call, get: fn(&Handshake) -> &String) -> Answer {
        for id in self.shown_links() {
            let line = format!("{id},\"{}\"", get(&self.settings.handshakes[id]));
            self.answer_line(call, line);
        }
        Ok(())
    }

    pub(crate) fn set_alpn(&mut self, call: &Call) -> Answer {
        let (ids, arguments) = self.tls_links(call)?;
        let count = arguments.need(0, 0..=5)? as usize;
        arguments.expect(count + 1..=count + 1)?;
        let protocols = (1..=count).map(|index| arguments.need_text(index, 64));
        let protocols = protocols.collect::<Result<Vec<_>, _>>()?;
        for link in &mut self.settings.handshakes[ids] {
            link.alpn.clone_from(&protocols);
        }
        Ok(())
    }

    pub(crate) fn query_alpn(&mut self, call: &Call) -> Answer {
        for id in self.shown_links() {
            let protocols = self.settings.handshakes[id].alpn.iter();
            let list: String = protocols.map(|protocol| format!(",\"{protocol}\"")).collect();
            self.answer_line(call, format_args!("{id}{list}"));
        }
        Ok(())
    }

    pub(crate) fn set_shared_key(&mut self, call: &Call) -> Answer {
        self.keep_shared_key(call, |text| Some(text.as_bytes().to_vec()))
    }

    pub(crate) fn set_shared_key_hex(&mut self, call: &Call) -> Answer {
        self.keep_shared_key(call, |text| {
            let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
                [_, _] => u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok(),
                _ => None,
            });
            pairs.collect()
        })
    }

    fn keep_shared_key(&mut self, call: &Call, read: fn(&str) -> Option<Vec<u8>>) -> Answer {
        let (ids, arguments) = self.tls_links(call)?;
        arguments.expect(2..=2)?;
        let key = read(&arguments.need_text(0, 64)?).ok_or(Refusal::unreadable(0))?;
        let identity = arguments.need_text(1, 32)?;
        if key.len() > 32 {
            return Err(Refusal::LENGTH);
        }
        let shared_key = (!key.is_empty()).then_some(SharedKey { identity, key });
        for link in &mut self.settings.handshakes[ids] {
            link.shared_key.clone_from(&shared_key);
        }
        Ok(())
    }

    pub(crate) fn query_shared_key(&mut self, call: &Call) -> Answer {
        self.show_shared_keys(call, |key| String::from_utf8_lossy(key).into_owned())
    }

    pub(crate) fn query_shared_key_hex(&mut self, call: &Call) -> Answer {
        self.show_shared_keys(call, |key| key.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn show_shared_keys(&mut self, call: &Call, show: fn(&[u8]) -> String) -> Answer {
        for id in self.shown_links() {
            let shared = self.settings.handshakes[id].shared_key.as_ref();
            let (key, identity) =
                shared.map(|it| (show(&it.key), it.identity.clone())).unwrap_or_default();
            self.answer_line(call, format_args!("{id},\"{key}\",\"{identity}\""));
        }
        Ok(())
    }

    pub(crate) fn set_ciphers(&mut self, call: &Call) -> Answer {
        let (ids, arguments) = self.tls_links(call)?;
        arguments.expect(1..=CIPHERS)?;
        let ciphers = (0..arguments.count()).map(|index| arguments.need(index, 0..=0xffff));
        let ciphers = ciphers.map(|cipher| cipher.map(|it| it as u32));
        let ciphers = ciphers.collect::<Result<Vec<_>, _>>()?;
        for link in &mut self.settings.handshakes[ids] {
            link.ciphers.clone_from(&ciphers);
        }
        Ok(())
    }

    pub(crate) fn query_ciphers(&mut self, call: &Call) -> Answer {
        for id in self.shown_links() {
            let ciphers = self.settings.handshakes[id].ciphers.iter();
            let list: String = ciphers.map(|cipher| format!(",0x{cipher:04X}")).collect();
            self.answer_line(call, format_args!("{id}{list}"));
        }
        Ok(())
    }

    /// `AT+CIPSSLSIZE`: room for the messages of a handshake, on NonOS (ESP-AT digest §19).
    pub(crate) fn set_tls_size(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        self.settings.tls_size = call.arguments.need(0, 2048..=4096)? as usize;
        Ok(())
    }

    pub(crate) fn query_tls_size(&mut self, call: &Call) -> Answer {
        self.answer_line(call, self.settings.tls_size);
        Ok(())
    }
}
