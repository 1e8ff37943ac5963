//! The SIM card: its identity, its PIN, and what is left of the attempts.

/// A SIM card, or the lack of one.
///
/// ```
/// use usocket_simulator::Sim;
///
/// let sim = Sim::locked("1234");
/// assert_eq!((sim.pin_tries, sim.puk_tries), (3, 10));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sim {
    /// Whether there is a card at all.
    pub present: bool,
    /// Whether the card asks for its PIN after every power-up.
    pub locked: bool,
    /// PIN.
    pub pin: String,
    /// PUK, which makes up for a PIN that was wrong too often.
    pub puk: String,
    /// Attempts at the PIN that are left; at 0 the card wants its PUK.
    pub pin_tries: u8,
    /// Attempts at the PUK that are left; at 0 the card is of no more use.
    pub puk_tries: u8,
    /// Number of the card.
    pub iccid: String,
    /// Number of the subscriber.
    pub imsi: String,
    /// The PIN was entered in this life of the module.
    pub(crate) verified: bool,
}

impl Default for Sim {
    /// A card that asks for nothing.
    fn default() -> Self {
        Self {
            present: true,
            locked: false,
            pin: String::from("1234"),
            puk: String::from("26601934"),
            pin_tries: 3,
            puk_tries: 10,
            iccid: String::from("89860025128306012474"),
            imsi: String::from("001010123456789"),
            verified: false,
        }
    }
}

/// What a card is ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SimState {
    Absent,
    Pin,
    Puk,
    Dead,
    Ready,
}

impl SimState {
    /// The text of `+CPIN:`, if there is one.
    pub(crate) fn text(self) -> Option<&'static str> {
        match self {
            Self::Pin => Some("SIM PIN"),
            Self::Puk => Some("SIM PUK"),
            Self::Ready => Some("READY"),
            Self::Absent | Self::Dead => None,
        }
    }

    /// The `+CME ERROR` of a command that needs the card, unless it is ready (Quectel digest
    /// §11.2).
    pub(crate) fn refusal(self) -> Option<u16> {
        match self {
            Self::Absent => Some(10),
            Self::Pin => Some(11),
            Self::Puk => Some(12),
            Self::Dead => Some(13),
            Self::Ready => None,
        }
    }
}

impl Sim {
    /// A card that asks for this PIN.
    pub fn locked(pin: &str) -> Self {
        Self { locked: true, pin: pin.to_owned(), ..Self::default() }
    }

    /// A card whose PIN was wrong too often: it asks for this PUK.
    pub fn blocked(puk: &str) -> Self {
        Self { locked: true, puk: puk.to_owned(), pin_tries: 0, ..Self::default() }
    }

    /// No card.
    pub fn absent() -> Self {
        Self { present: false, ..Self::default() }
    }

    pub(crate) fn state(&self) -> SimState {
        match self {
            Self { present: false, .. } => SimState::Absent,
            Self { puk_tries: 0, .. } => SimState::Dead,
            Self { pin_tries: 0, .. } => SimState::Puk,
            Self { locked: true, verified: false, .. } => SimState::Pin,
            _ => SimState::Ready,
        }
    }

    /// Whether `pin` is right; a wrong one costs an attempt, and is refused with the `+CME ERROR`
    /// of a wrong password, or of a PUK that is wanted from now on.
    pub(crate) fn check_pin(&mut self, pin: &str) -> Result<(), u16> {
        if pin == self.pin {
            self.pin_tries = 3;
            return Ok(());
        }
        self.pin_tries = self.pin_tries.saturating_sub(1);
        Err(if self.pin_tries == 0 { 12 } else { 16 })
    }

    /// `AT+CPIN=<pin>`.
    pub(crate) fn enter_pin(&mut self, pin: &str) -> Result<(), u16> {
        match self.state() {
            SimState::Pin => {
                self.check_pin(pin)?;
                self.verified = true;
                Ok(())
            }
            SimState::Ready => Err(3),
            other => Err(other.refusal().unwrap_or(3)),
        }
    }

    /// `AT+CPIN=<puk>,<new pin>`.
    pub(crate) fn unblock(&mut self, puk: &str, pin: &str) -> Result<(), u16> {
        match self.state() {
            SimState::Puk if puk == self.puk => {
                self.pin = pin.to_owned();
                self.pin_tries = 3;
                self.puk_tries = 10;
                self.verified = true;
                Ok(())
            }
            SimState::Puk => {
                self.puk_tries -= 1;
                Err(if self.puk_tries == 0 { 13 } else { 16 })
            }
            SimState::Absent | SimState::Dead => Err(self.state().refusal().unwrap_or(13)),
            SimState::Pin | SimState::Ready => Err(3),
        }
    }
}
