//! The options that all examples have: which module, and which network.

use clap::{Args, ValueEnum};
use usocket::Memory;
use usocket::clock::Clock;
use usocket::commands::cellular::sim::EnterPin;
use usocket::commands::esp_at::wifi::Join;
use usocket::fugit::{ExtU32, MillisDurationU32};
use usocket::network;
use usocket::uart::{Baud, SetBaud, Uart};
use usocket_simulator::Profile;

use super::{AnyModem, Failure, Step, simulated};

/// Which module, and which network.
#[derive(Debug, Args)]
pub(crate) struct ModuleOptions {
    /// Serial port of a real module (or of the simulator's pseudo-terminal); without it the module
    /// is simulated in this process.
    #[arg(long, value_name = "DEVICE")]
    pub(crate) port: Option<String>,
    /// Family of the module (esp-at, quectel or simcom), or the name of one that can be simulated
    /// (esp32c3-4.1, quectel-bg96 and others; a wrong name lists them). At a port, the family counts.
    #[arg(long, visible_alias = "profile", value_name = "NAME", default_value = "esp-at")]
    pub(crate) modem: String,
    /// Baud rate of the line.
    #[arg(long, default_value_t = 115_200, value_parser = clap::value_parser!(u32).range(80..=5_000_000))]
    pub(crate) baud: u32,
    /// Raise the line to this baud rate, or the next lower one that works.
    #[arg(long, value_name = "BAUD", value_parser = clap::value_parser!(u32).range(80..=5_000_000))]
    pub(crate) raise: Option<u32>,
    /// Print the AT dialogue on standard error, without PIN and passwords.
    #[arg(long)]
    pub(crate) trace: bool,
    /// Password: of the Wi-Fi network, empty if it is open [default: 12345678], or of the mobile
    /// network's access point [default: none].
    #[arg(long, hide_default_value = true)]
    pub(crate) password: Option<String>,
    /// Wi-Fi network to join.
    #[arg(long, default_value = simulated::SSID)]
    pub(crate) ssid: String,
    #[command(flatten, next_help_heading = "Cellular modules")]
    pub(crate) mobile: MobileOptions,
}

/// The mobile network of a cellular module.
#[derive(Debug, Args)]
pub(crate) struct MobileOptions {
    /// Access point name of the mobile network. The simulated one lets in "internet", and "company"
    /// with the user "me" and the password "12345678".
    #[arg(long, default_value = simulated::APN)]
    pub(crate) apn: String,
    /// User of the access point, if it wants one; its password is --password.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) user: String,
    /// PIN of the SIM, if it wants one. It is tried once.
    #[arg(long)]
    pub(crate) pin: Option<String>,
    /// How long to look for a mobile network, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 300,
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    search: u32,
    /// SIM of the simulated module; the PIN of a locked one is 1234.
    #[arg(long, value_enum, default_value_t = Card::Ready, conflicts_with = "port")]
    pub(super) sim: Card,
    /// How long the simulated module takes to find a network, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, conflicts_with = "port")]
    pub(super) registers_after: u32,
}

/// What is in the SIM holder of the simulated module.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Card {
    /// A SIM that wants nothing.
    Ready,
    /// One that wants its PIN.
    Locked,
    /// One that wants its PUK, after too many wrong PINs.
    Blocked,
    /// None.
    Missing,
}

/// The families of modules, and what can be simulated of each.
fn families() -> [(&'static str, Vec<Profile>); 3] {
    [
        ("esp-at", Profile::esp_at()),
        ("quectel", Profile::quectel()),
        ("simcom", vec![Profile::sim7080()]),
    ]
}

impl ModuleOptions {
    /// The driver of the module that was asked for.
    pub(crate) fn modem<
        'b,
        U: Uart + SetBaud,
        C: Clock,
        const N: usize,
        const RX: usize,
        const TX: usize,
    >(
        &self,
        uart: U,
        clock: C,
        memory: &'b mut Memory<N, RX, TX>,
    ) -> Result<AnyModem<'b, U, C>, Failure> {
        let (family, _) = self.choice()?;
        let baud = Baud::new(self.baud).raise(self.raise.unwrap_or(self.baud));
        Ok(AnyModem::named(family, uart, clock, memory).with_baud(baud))
    }

    /// The family that was asked for, and the profile that is simulated: the first of the family, if
    /// no other was named.
    pub(super) fn choice(&self) -> Result<(&'static str, Profile), Failure> {
        let name = self.modem.to_ascii_lowercase();
        for (family, profiles) in families() {
            let rest = name.strip_prefix(family);
            // a real module may well be one that cannot be simulated
            let is_family = rest.is_some_and(|rest| {
                rest.is_empty() || (self.port.is_some() && rest.starts_with('-'))
            });
            let named = profiles.iter().find(|profile| profile.name == name);
            if let Some(profile) = named.or(profiles.first().filter(|_| is_family)) {
                return Ok((family, profile.clone()));
            }
        }
        let known = families().map(|(family, profiles)| {
            let names: Vec<_> = profiles.iter().map(|profile| profile.name).collect();
            format!("{family} ({})", names.join(", "))
        });
        Err(Failure::new(format!("no modem {:?}; there are {}", self.modem, known.join(", "))))
    }

    /// Says what no module would take, before anything is started.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let (_, profile) = self.choice()?;
        if !profile.is_cellular() {
            let join = Join::new(&self.ssid, self.wifi_password());
            return join.map(|_| ()).during("use --ssid and --password");
        }
        self.context()?;
        match &self.mobile.pin {
            Some(pin) => EnterPin::new(pin).map(|_| ()).during("use --pin"),
            None => Ok(()),
        }
    }

    pub(super) fn wifi_password(&self) -> &str {
        self.password.as_deref().unwrap_or(simulated::PASSWORD)
    }

    /// The context that the mobile network is asked for.
    pub(super) fn context(&self) -> Result<network::Profile, Failure> {
        let MobileOptions { apn, user, .. } = &self.mobile;
        let password = self.password.as_deref().unwrap_or("");
        network::Profile::new(apn, user, password).during("use --apn, --user and --password")
    }

    pub(super) fn search(&self) -> MillisDurationU32 {
        self.mobile.search.secs()
    }
}
