//! The way of a Quectel module to a context of the network, and away from it (quectel.md §4, §7, §9).

use usocket_commands::cellular::context::{Attach as AttachPacket, ContextKind, DefineContext};
use usocket_commands::cellular::registration::Domain;
use usocket_commands::quectel::context::{Activate, Authentication, Deactivate, SetContext};
use usocket_commands::quectel::gsm;
use usocket_commands::quectel::model::Dialect as Grammar;

use super::{Quectel, write};
use crate::error::Error;
use crate::modem::cellular::{Auth, IpKind, ask_registration};
use crate::modem::{Encoded, Meaning, Step, steps};
use crate::network::NetworkEvent;

/// How often the module is asked for its address while it attaches by itself; once a second.
const ADDRESS_TRIES: u8 = 60;

/// The steps, in order; the number of a step is its place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attach {
    /// Whether a module that was not registered is by now: its word may be lost.
    Registration(Domain),
    /// Whatever was active: what the network has dropped has to be deactivated, too (§4).
    Deactivate,
    /// Access point, user, password.
    Profile,
    /// Old GSM modules: start the stack.
    StartStack,
    Activate,
    /// What a failed activation leaves behind, before the second attempt.
    DeactivateFailed,
    ActivateAgain,
    /// Which address it has.
    Address,
    /// The way out.
    Leave,
}

const STEPS: [Attach; 11] = [
    Attach::Registration(Domain::Eps),
    Attach::Registration(Domain::Packet),
    Attach::Registration(Domain::Circuit),
    Attach::Deactivate,
    Attach::Profile,
    Attach::StartStack,
    Attach::Activate,
    Attach::DeactivateFailed,
    Attach::ActivateAgain,
    Attach::Address,
    Attach::Leave,
];

/// How far it has come.
#[derive(Debug)]
pub(super) struct Progress {
    tries: u8,
    addressed: bool,
}

impl Progress {
    pub(super) const NEW: Self = Self { tries: 0, addressed: false };
}

fn step(number: u8) -> Option<Attach> {
    steps::step(&STEPS, number)
}

fn number(step: Attach) -> u8 {
    steps::number(&STEPS, step).unwrap_or(0)
}

impl Quectel {
    pub(super) fn begin_attach(&mut self, on: bool) -> Option<u8> {
        self.attach = Progress::NEW;
        let first = match on {
            false => Attach::Leave,
            true if self.common.known_unregistered() => Attach::Registration(Domain::Eps),
            true => self.first_step(),
        };
        Some(number(first))
    }

    fn first_step(&self) -> Attach {
        match self.grammar() {
            // it attaches by itself; but the access point of an attached module cannot be changed
            Grammar::NbIot if !self.untold() => Attach::Activate,
            Grammar::NbIot | Grammar::Standard | Grammar::Gsm => Attach::Deactivate,
        }
    }

    fn after_deactivation(&self) -> Attach {
        if self.untold() { Attach::Profile } else { self.after_profile() }
    }

    /// Whether there is a profile that the module does not know.
    fn untold(&self) -> bool {
        self.common.profile.is_some() && !self.common.profile_told
    }

    const fn after_profile(&self) -> Attach {
        match self.grammar() {
            Grammar::Gsm => Attach::StartStack,
            _ => Attach::Activate,
        }
    }

    /// Whether the step is one whose failure the module can explain.
    pub(super) fn activates(&self, number: u8) -> bool {
        self.grammar() == Grammar::Standard
            && matches!(step(number), Some(Attach::Activate | Attach::ActivateAgain))
    }

    pub(super) fn encode_attach(&self, number: u8, out: &mut [u8]) -> Result<Encoded, Error> {
        let (context, grammar) = (self.context(), self.grammar());
        match step(number).ok_or(Error::NotSupported)? {
            Attach::Registration(domain) => ask_registration(domain, out),
            Attach::Deactivate | Attach::DeactivateFailed | Attach::Leave => match grammar {
                Grammar::Standard => write(&Deactivate { context }, out),
                Grammar::NbIot => write(&AttachPacket { on: false }, out),
                Grammar::Gsm => write(&gsm::context::Deactivate, out),
            },
            Attach::Profile => self.encode_profile(out),
            Attach::StartStack => write(&gsm::context::StartStack, out),
            Attach::Activate | Attach::ActivateAgain => match grammar {
                Grammar::Standard => write(&Activate { context }, out),
                Grammar::NbIot => write(&AttachPacket { on: true }, out),
                Grammar::Gsm => write(&gsm::context::Activate, out),
            },
            Attach::Address => self.encode_local(out),
        }
    }

    fn encode_profile(&self, out: &mut [u8]) -> Result<Encoded, Error> {
        let profile = self.common.profile.as_ref().ok_or(Error::NotSupported)?;
        let kind = match profile.ip_kind() {
            IpKind::V4 => ContextKind::V4,
            IpKind::V6 => ContextKind::V6,
            IpKind::Both => ContextKind::V4V6,
        };
        let (user, password) = (profile.user(), profile.password());
        match self.grammar() {
            Grammar::Standard => {
                let auth = match profile.resolved_auth() {
                    Auth::Auto | Auth::None => Authentication::None,
                    Auth::Pap => Authentication::Pap,
                    Auth::Chap => Authentication::Chap,
                    Auth::Either if self.family.has_either_authentication() => {
                        Authentication::Either
                    }
                    Auth::Either => Authentication::Chap,
                };
                let set = SetContext::new(self.context(), kind, profile.apn())?;
                write(&set.credentials(user, password, auth)?, out)
            }
            Grammar::NbIot => write(&DefineContext::new(self.context(), kind, profile.apn())?, out),
            Grammar::Gsm => {
                write(&gsm::context::SetAccessPoint::new(profile.apn(), user, password)?, out)
            }
        }
    }

    /// What a line means that comes while a step is in flight.
    pub(super) fn attach_line(&mut self, number: u8, line: &[u8]) -> Meaning {
        match step(number) {
            Some(Attach::Address) => {}
            Some(Attach::Registration(_)) => return self.common.registration_line(line),
            _ => return Meaning::Unknown,
        }
        let meaning = self.context_line(line).unwrap_or(Meaning::Unknown);
        self.attach.addressed |=
            matches!(meaning, Meaning::Attached | Meaning::Network(NetworkEvent::Addressed));
        meaning
    }

    pub(super) fn after_attach(&mut self, done: u8, result: Result<(), Error>) -> Step {
        let next = match (step(done), result) {
            (Some(Attach::Registration(domain)), result) => {
                match self.common.next_domain(domain, result) {
                    Ok(Some(next)) => Attach::Registration(next),
                    Ok(None) => self.first_step(),
                    Err(error) => return Step::Failed(error),
                }
            }
            // an error says that nothing was active
            (Some(Attach::Deactivate), Ok(()) | Err(Error::CommandFailed)) => {
                self.context_down = false;
                self.after_deactivation()
            }
            (Some(Attach::Profile), Ok(())) => {
                self.common.profile_told = true;
                self.after_profile()
            }
            // it runs already
            (Some(Attach::StartStack), Ok(()) | Err(Error::CommandFailed)) => Attach::Activate,
            (Some(Attach::Activate | Attach::ActivateAgain), Ok(())) => Attach::Address,
            // a second attempt, after the first has been given up (quectel.md §2.5)
            (Some(Attach::Activate), Err(_)) if self.grammar() != Grammar::NbIot => {
                Attach::DeactivateFailed
            }
            (Some(Attach::DeactivateFailed), Ok(()) | Err(Error::CommandFailed)) => {
                Attach::ActivateAgain
            }
            (Some(Attach::Activate | Attach::ActivateAgain), Err(error)) => {
                return Step::Failed(match error {
                    Error::CommandFailed | Error::NetworkDown => Error::AttachFailed,
                    error => error,
                });
            }
            (Some(Attach::Address), Ok(())) if self.attach.addressed => return Step::Ready,
            (Some(Attach::Address), Ok(()) | Err(Error::CommandFailed)) => {
                self.attach.tries += 1;
                if self.grammar() == Grammar::NbIot && self.attach.tries < ADDRESS_TRIES {
                    return Step::Again(done);
                }
                return Step::Failed(Error::AttachFailed);
            }
            (Some(Attach::Leave), _) => {
                self.context_down = false;
                return Step::Ready;
            }
            (_, Err(error)) => return Step::Failed(error),
            (None, Ok(())) => return Step::Ready,
        };
        Step::Next(number(next))
    }
}
