//! Which firmware, on which chip.

use crate::answer::line;
use crate::fields::decimal;
use crate::table::look_up;

/// Version of the AT firmware (ESP-AT digest §1.2).
///
/// Versions are ordered by their numbers first. The numbers are counted per chip: 4.0 of one chip
/// may be older than 3.3 of another (ESP-AT digest §1.1), so compare them for one chip only.
///
/// ```
/// use usocket_commands::esp_at::version::{Chip, Version};
///
/// let line = b"AT version:4.1.1.0(ba4dd0e - ESP32C3 - Jul 31 2025 08:38:07)";
/// let version = Version::parse_line(line).unwrap();
/// assert_eq!(version.numbers(), (4, 1, 1, 0));
/// assert_eq!(version.chip, Chip::Esp32C3);
/// assert!(!version.is_nonos());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Version {
    /// First number.
    pub major: u8,
    /// Second number.
    pub minor: u8,
    /// Third number.
    pub patch: u8,
    /// Fourth number.
    pub build: u8,
    /// The chip, as far as the line tells.
    pub chip: Chip,
    /// The family of the firmware.
    pub generation: Generation,
}

/// The chip that runs the firmware (ESP-AT digest §1.1); see [`Version`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Chip {
    /// ESP8266.
    Esp8266,
    /// ESP32.
    Esp32,
    /// ESP32-C2.
    Esp32C2,
    /// ESP32-C3.
    Esp32C3,
    /// ESP32-C5.
    Esp32C5,
    /// ESP32-C6.
    Esp32C6,
    /// ESP32-C61.
    Esp32C61,
    /// ESP32-S2.
    Esp32S2,
    /// A chip that the line does not name, or that is not known here.
    Other,
}

/// The family of the firmware (ESP-AT digest §1.1); see [`Version`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Generation {
    /// AT 0.20 to 1.7 on the ESP8266, without an operating system.
    NonOs,
    /// ESP-AT on FreeRTOS.
    Rtos,
}

line!(Version, "AT version:");

impl Version {
    /// Reads the line `AT version:…` of the answer to `AT+GMR`.
    ///
    /// In the parentheses stand hash, chip and date; ESP-AT up to 2.0 leaves the chip out
    /// ([`Chip::Other`]), NonOS has nothing but the date. Numbers that are missing are 0.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let text = line.strip_prefix(b"AT version:")?;
        let mut parts = text.splitn(2, |&byte| byte == b'(');
        let numbers = parts.next()?;
        let build_info = parts.next();

        let end = numbers.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.'));
        let numbers = end.and_then(|end| numbers.get(..end)).unwrap_or(numbers);
        let mut numbers = numbers.split(|&byte| byte == b'.');
        let mut number =
            || numbers.next().map_or(Some(0), |digits| decimal(digits)?.try_into().ok());
        let (major, minor, patch, build) = (number()?, number()?, number()?, number()?);

        let (chip, generation) = match build_info.map(chip_name) {
            Some(Name::Chip(name)) => (Chip::from_name(name), Generation::Rtos),
            Some(Name::Unnamed) => (Chip::Other, Generation::Rtos),
            _ if major >= 2 => (Chip::Other, Generation::Rtos),
            _ => (Chip::Esp8266, Generation::NonOs),
        };
        Some(Self { major, minor, patch, build, chip, generation })
    }

    /// Whether it is one of the other lines of the answer to `AT+GMR`, which tell of SDK, date and build.
    ///
    /// ```
    /// use usocket_commands::esp_at::version::Version;
    ///
    /// assert!(Version::is_detail(b"compile time(7c092f9a):Aug  1 2025 05:35:19"));
    /// assert!(!Version::is_detail(b"+BLECONN:1"));
    /// ```
    #[must_use]
    pub const fn is_detail(line: &[u8]) -> bool {
        // `SDK version`, `compile time`, `Bin version`
        let begins = line.first_chunk();
        matches!(begins, Some(b"SDK " | b"comp" | b"Bin "))
    }

    /// The four numbers.
    #[must_use]
    pub const fn numbers(&self) -> (u8, u8, u8, u8) {
        (self.major, self.minor, self.patch, self.build)
    }

    /// Whether it is NonOS firmware, which differs in grammar (ESP-AT digest §19).
    #[must_use]
    pub const fn is_nonos(&self) -> bool {
        matches!(self.generation, Generation::NonOs)
    }
}

/// What the parentheses say of the chip.
enum Name<'a> {
    Chip(&'a [u8]),
    /// Hash and date.
    Unnamed,
    /// A date, as NonOS prints it.
    Absent,
}

fn chip_name(build_info: &[u8]) -> Name<'_> {
    let mut fields = Separated { rest: Some(build_info) };
    match (fields.next(), fields.next(), fields.next()) {
        (_, Some(chip), Some(_)) => Name::Chip(chip),
        (_, Some(_), None) => Name::Unnamed,
        _ => Name::Absent,
    }
}

/// Fields separated by ` - `.
struct Separated<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Separated<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest.take()?;
        let Some(at) = rest.windows(3).position(|window| window == b" - ") else {
            return Some(rest);
        };
        let (field, tail) = rest.split_at_checked(at)?;
        self.rest = tail.get(3..);
        Some(field)
    }
}

impl Chip {
    const MODELS: &[(&[u8], Self)] = &[
        (b"8266", Self::Esp8266),
        (b"32", Self::Esp32),
        (b"32C2", Self::Esp32C2),
        (b"32-C2", Self::Esp32C2),
        (b"32C3", Self::Esp32C3),
        (b"32-C3", Self::Esp32C3),
        (b"32C5", Self::Esp32C5),
        (b"32-C5", Self::Esp32C5),
        (b"32C6", Self::Esp32C6),
        (b"32-C6", Self::Esp32C6),
        (b"32C61", Self::Esp32C61),
        (b"32-C61", Self::Esp32C61),
        (b"32S2", Self::Esp32S2),
        (b"32-S2", Self::Esp32S2),
    ];

    fn from_name(name: &[u8]) -> Self {
        let model = name.strip_prefix(b"ESP");
        model.and_then(|model| look_up(Self::MODELS, model)).unwrap_or(Self::Other)
    }
}
