//! Firmware releases: what differs between them, as data (ESP-AT digest §15).

use crate::profile::{Firmware, Profile};
use core::time::Duration;

/// Firmware generations, oldest first; commands and quirks are tied to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Generation {
    /// NonOS AT 1.7 of the ESP8266.
    NonOs17,
    /// ESP-AT 2.2, which the ESP8266 still receives as 2.2.2 and 2.3.
    V2_2,
    /// ESP-AT 2.3 to 3.2.
    V3_2,
    /// ESP-AT 3.3 to 4.1.
    V4_1,
    /// ESP-AT 5.0 and its siblings of the same age.
    V5_0,
}

/// Which refusals carry an `ERR CODE:` line when `AT+SYSLOG=1` (ESP-AT digest §2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCodes {
    /// None: the firmware knows no `AT+SYSLOG`.
    Never,
    /// Only those of the line parser, as recorded from ESP-AT 4.1.
    Parser,
    /// Every `ERROR` and every `busy p...`.
    Always,
}

/// How a release treats TLS links (ESP-AT digest §8.6, §8.8, §9, §11, §17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TlsTraits {
    /// How many links of type `SSL` find memory at the same time.
    pub links: usize,
    /// Whether `AT+CIPSERVER` takes the type `SSL`.
    pub server: bool,
    /// Whether TLS links take part in passive receive.
    pub passive: bool,
    /// Whether announced lengths leave out what is still encrypted if something is decrypted.
    pub prefers_decrypted: bool,
    /// Whether `CLOSED` waits until passive data are read; if not, they are lost (Q12).
    pub withhold_closed: bool,
    /// Whether commands get `busy p...` while a record is decrypted (Q10).
    pub busy: bool,
    /// Whether the name of a host is asked for without `AT+CIPSSLCSNI`.
    pub automatic_sni: bool,
}

impl TlsTraits {
    /// Those of 3.3 to 4.1.
    const V4_1: Self = Self {
        links: 5,
        server: true,
        passive: true,
        prefers_decrypted: true,
        withhold_closed: true,
        busy: false,
        automatic_sni: false,
    };
    /// Those of 3.0 to 3.2.
    const V3_2: Self = Self { prefers_decrypted: false, withhold_closed: false, ..Self::V4_1 };
    /// Those of an ESP8266, which has little memory.
    const ESP8266: Self = Self { links: 1, server: false, ..Self::V3_2 };
    /// Those of NonOS.
    const LEGACY: Self = Self { passive: false, ..Self::ESP8266 };
}

/// The constants and quirks of one release.
///
/// ```
/// let profile = usocket_simulator::Profile::by_name("esp32c3-4.1").unwrap();
/// assert_eq!(profile.release().unwrap().send_max, 8192);
/// ```
#[derive(Debug, Clone)]
pub struct Release {
    /// Generation, which decides the commands that exist.
    pub generation: Generation,
    /// What `AT+GMR` prints before its `OK`.
    ///
    /// Of the C3 it is as recorded, of NonOS as published; the others have that shape, with
    /// hashes of zeros and times of midnight where no genuine text is at hand.
    pub version: &'static str,
    /// Longest command in bytes, CR LF included.
    pub command_max: usize,
    /// The writes that make up the send prompt: one, or two that may be torn apart.
    pub prompt: &'static [&'static str],
    /// Most bytes of one `AT+CIPSEND`.
    pub send_max: usize,
    /// Most bytes of one active `+IPD`.
    pub report_max: usize,
    /// Whether addresses in `+IPD` and in `+CIPDOMAIN` are quoted.
    pub quoted_addresses: bool,
    /// Whether CR LF follows the data of an active `+IPD`.
    pub report_newline: bool,
    /// Length that `AT+CIPRECVLEN?` shows for a link that is not open.
    pub closed_length: i32,
    /// Whether `CLOSED` waits until passive data are read.
    pub withhold_closed: bool,
    /// Whether UDP links take part in passive receive.
    pub passive_udp: bool,
    /// Number of fields of a `+CWLAP` line.
    pub scan_fields: usize,
    /// `ERR CODE:` behaviour.
    pub error_codes: ErrorCodes,
    /// Whether `+ERRNO:` precedes the `ERROR` of a failed connect under `AT+SYSLOG=1`.
    pub errno: bool,
    /// Whether `AT+CIPSTART` takes a timeout.
    pub connect_timeout: bool,
    /// Datagrams that one UDP link holds in passive mode.
    pub udp_queue: usize,
    /// Idle timeout of accepted links until `AT+CIPSTO`, in seconds; 0 is never.
    pub server_timeout: u32,
    /// What is special about TLS links.
    pub tls: TlsTraits,
    /// Station MAC address.
    pub mac: &'static str,
}

const ONE_PROMPT: &[&str] = &["\r\nOK\r\n\r\n>"];
const LEGACY_PROMPT: &[&str] = &["\r\nOK\r\n", "> "];

impl Release {
    /// That of the recordings.
    fn recorded() -> Self {
        Self {
            generation: Generation::V4_1,
            version: "AT version:4.1.0.0-dev(s-6eebeb4 - ESP32C3 - Mar 20 2024 12:33:38)\r\n\
                      SDK version:v5.0.6-dirty\r\n\
                      compile time(05ade88d):Mar 21 2024 13:10:31\r\n\
                      Bin version:v3.2.0.0(MINI-1)\r\n",
            command_max: 256,
            prompt: ONE_PROMPT,
            send_max: 8192,
            report_max: 2920,
            quoted_addresses: true,
            report_newline: true,
            closed_length: 0,
            withhold_closed: true,
            passive_udp: true,
            scan_fields: 11,
            error_codes: ErrorCodes::Parser,
            errno: false,
            connect_timeout: true,
            udp_queue: 6,
            server_timeout: 0,
            tls: TlsTraits::V4_1,
            mac: "10:01:00:c4:0a:50",
        }
    }

    /// Whether this is the legacy NonOS firmware.
    pub fn is_legacy(&self) -> bool {
        self.generation == Generation::NonOs17
    }
}

impl Profile {
    /// ESP32-C3 with ESP-AT 4.1, the firmware of the recordings.
    pub fn esp32c3_4_1() -> Self {
        Self {
            name: "esp32c3-4.1",
            title: "ESP32-C3, ESP-AT 4.1.0.0-dev (as recorded)",
            window: 5760,
            segment: 1440,
            transmit_ring: 8192,
            boot: Duration::from_millis(500),
            firmware: Firmware::EspAt(Release::recorded()),
        }
    }

    /// ESP32 with ESP-AT 3.2, before per-link receive types.
    pub fn esp32_3_2() -> Self {
        let release = Release {
            generation: Generation::V3_2,
            version: "AT version:3.2.0.0(s-ec2dec2 - ESP32 - Jul 28 2023 00:00:00)\r\n\
                      SDK version:v5.0.2-0-g0000000000\r\n\
                      compile time(00000000):Jul 28 2023 00:00:00\r\n\
                      Bin version:v3.2.0.0(WROOM-32)\r\n",
            closed_length: -1,
            error_codes: ErrorCodes::Always,
            connect_timeout: false,
            tls: TlsTraits::V3_2,
            mac: "30:ae:a4:80:06:48",
            ..Release::recorded()
        };
        Self {
            name: "esp32-3.2",
            title: "ESP32, ESP-AT 3.2.0.0",
            firmware: Firmware::EspAt(release),
            ..Self::esp32c3_4_1()
        }
    }

    /// ESP8266 with ESP-AT 2.2.2, the release to use on that chip.
    pub fn esp8266_2_2_2() -> Self {
        let release = Release {
            generation: Generation::V2_2,
            version: "AT version:2.2.2.0(s-0000000 - ESP8266 - Mar  4 2025 00:00:00)\r\n\
                      SDK version:v3.4-0-g00000000\r\n\
                      compile time(00000000):Mar  4 2025 00:00:00\r\n\
                      Bin version:2.2.2(WROOM-02)\r\n",
            send_max: 2048,
            report_max: 1460,
            closed_length: -1,
            error_codes: ErrorCodes::Always,
            connect_timeout: false,
            tls: TlsTraits::ESP8266,
            mac: "5c:cf:7f:0a:0b:0c",
            ..Release::recorded()
        };
        Self {
            name: "esp8266-2.2.2",
            title: "ESP8266, ESP-AT 2.2.2.0",
            firmware: Firmware::EspAt(release),
            ..Self::esp32c3_4_1()
        }
    }

    /// ESP8266 with NonOS AT 1.7, the legacy firmware of many boards (ESP-AT digest §19).
    pub fn nonos_1_7() -> Self {
        let release = Release {
            generation: Generation::NonOs17,
            version: "AT version:1.7.1.0(Jul 15 2019 16:58:04)\r\n\
                      SDK version:3.0.1(78a3e33)\r\n\
                      compile time:Jul 15 2019 18:12:41\r\n",
            command_max: 128,
            prompt: LEGACY_PROMPT,
            send_max: 2048,
            report_max: 1460,
            quoted_addresses: false,
            report_newline: false,
            closed_length: 0,
            withhold_closed: false,
            passive_udp: false,
            scan_fields: 11,
            error_codes: ErrorCodes::Never,
            connect_timeout: false,
            server_timeout: 180,
            tls: TlsTraits::LEGACY,
            mac: "5c:cf:7f:01:02:03",
            ..Release::recorded()
        };
        Self {
            name: "nonos-1.7",
            title: "ESP8266, NonOS AT 1.7.1.0",
            segment: 1460,
            firmware: Firmware::EspAt(release),
            ..Self::esp32c3_4_1()
        }
    }

    /// ESP32-C6 with ESP-AT 5.0, which adds `+ERRNO`.
    pub fn esp32c6_5_0() -> Self {
        let release = Release {
            generation: Generation::V5_0,
            version: "AT version:5.0.0.0(s-0000000 - ESP32C6 - Nov 24 2025 00:00:00)\r\n\
                      SDK version:v5.5-0-g0000000000\r\n\
                      compile time(00000000):Nov 24 2025 00:00:00\r\n\
                      Bin version:v5.0.0.0(ESP32C6-4MB)\r\n",
            closed_length: -1,
            error_codes: ErrorCodes::Always,
            errno: true,
            tls: TlsTraits { automatic_sni: true, ..TlsTraits::V4_1 },
            mac: "40:4c:ca:51:02:30",
            ..Release::recorded()
        };
        Self {
            name: "esp32c6-5.0",
            title: "ESP32-C6, ESP-AT 5.0.0.0",
            firmware: Firmware::EspAt(release),
            ..Self::esp32c3_4_1()
        }
    }

    /// The ESP-AT firmware, the recommended one first.
    pub fn esp_at() -> Vec<Self> {
        vec![
            Self::esp32c3_4_1(),
            Self::esp32c6_5_0(),
            Self::esp32_3_2(),
            Self::esp8266_2_2_2(),
            Self::nonos_1_7(),
        ]
    }

    /// What is special about an ESP-AT firmware, if this is one.
    pub fn release(&self) -> Option<&Release> {
        match &self.firmware {
            Firmware::EspAt(release) => Some(release),
            _ => None,
        }
    }

    /// Whether this is the legacy NonOS firmware.
    pub fn is_legacy(&self) -> bool {
        self.release().is_some_and(Release::is_legacy)
    }
}
