//! The way of a SIMCom module to a context of the network, and away from it.
//!
//! The module only says that it tries, and later that the context has come or gone. Which it was is
//! asked for, because a line can be lost, and because that of an earlier context can be late.

use usocket_commands::cellular::registration::Domain;
use usocket_commands::simcom::context::{
    Activate, ActiveContext, AddressKind, Authentication, GetActive, SetContext, Status,
};
use usocket_commands::simcom::state::GetSockets;

use super::{CONTEXT, SimCom, write};
use crate::error::Error;
use crate::modem::cellular::{Auth, IpKind, LeftOpen, ask_registration};
use crate::modem::{Encoded, Meaning, Step, steps};

/// How often the module is asked whether the context has gone, and whether it has come; once a second.
const GONE_TRIES: u8 = 20;
const COME_TRIES: u8 = 60;

/// The steps; the number of a step is its place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attach {
    /// Whether a module that was not registered is by now: its word may be lost.
    Registration(Domain),
    /// Whatever was active.
    Deactivate,
    /// It has gone.
    Gone,
    /// Its sockets keep their ids until they are closed,
    Sockets,
    /// one by one.
    CloseSocket,
    /// Access point, user, password.
    Profile,
    Activate,
    /// It has come.
    Come,
    /// The way out,
    Leave,
    /// and its end.
    Left,
}

const STEPS: [Attach; 12] = [
    Attach::Registration(Domain::Eps),
    Attach::Registration(Domain::Packet),
    Attach::Registration(Domain::Circuit),
    Attach::Deactivate,
    Attach::Gone,
    Attach::Sockets,
    Attach::CloseSocket,
    Attach::Profile,
    Attach::Activate,
    Attach::Come,
    Attach::Leave,
    Attach::Left,
];

/// How far it has come.
#[derive(Debug)]
pub(super) struct Progress {
    tries: u8,
    /// What the module has said last of the context.
    status: Option<Status>,
    /// The module has said that the context it tries to activate is not active.
    pub(super) refused: bool,
}

impl Progress {
    pub(super) const NEW: Self = Self { tries: 0, status: None, refused: false };
}

fn step(number: u8) -> Option<Attach> {
    steps::step(&STEPS, number)
}

fn number(step: Attach) -> u8 {
    steps::number(&STEPS, step).unwrap_or(0)
}

impl SimCom {
    pub(super) fn begin_attach(&mut self, on: bool) -> u8 {
        self.attach = Progress::NEW;
        number(match on {
            false => Attach::Leave,
            true if self.common.known_unregistered() => Attach::Registration(Domain::Eps),
            true => Attach::Deactivate,
        })
    }

    /// Whether the answer to a step lists sockets.
    pub(super) fn lists_sockets(number: u8) -> bool {
        step(number) == Some(Attach::Sockets)
    }

    fn after_sockets(&self) -> Attach {
        if self.left_open != LeftOpen::NONE {
            Attach::CloseSocket
        } else if self.common.profile.is_some() {
            Attach::Profile
        } else {
            Attach::Activate
        }
    }

    pub(super) fn encode_attach(&mut self, number: u8, out: &mut [u8]) -> Result<Encoded, Error> {
        match step(number).ok_or(Error::NotSupported)? {
            Attach::Registration(domain) => ask_registration(domain, out),
            Attach::Deactivate | Attach::Leave => {
                self.context_up = false; // what is said of it now was to be expected
                write(&Activate { context: CONTEXT, on: false }, out)
            }
            Attach::Sockets => {
                self.left_open = LeftOpen::NONE;
                write(&GetSockets, out)
            }
            Attach::CloseSocket => self.close_left_open(out),
            Attach::Profile => self.encode_profile(out),
            Attach::Activate => {
                self.attach.refused = false;
                write(&Activate { context: CONTEXT, on: true }, out)
            }
            Attach::Gone | Attach::Come | Attach::Left => {
                self.attach.status = None;
                write(&GetActive, out)
            }
        }
    }

    fn encode_profile(&self, out: &mut [u8]) -> Result<Encoded, Error> {
        let profile = self.common.profile.as_ref().ok_or(Error::NotSupported)?;
        let kind = match profile.ip_kind() {
            IpKind::V4 => AddressKind::V4,
            IpKind::V6 => AddressKind::V6,
            IpKind::Both => AddressKind::V4V6,
        };
        let auth = match profile.resolved_auth() {
            Auth::Auto | Auth::None => Authentication::None,
            Auth::Pap => Authentication::Pap,
            Auth::Chap => Authentication::Chap,
            Auth::Either => Authentication::Either,
        };
        let set = SetContext::new(CONTEXT, kind, profile.apn())?;
        write(&set.credentials(profile.user(), profile.password(), auth)?, out)
    }

    /// What a line means that comes while a step is in flight.
    pub(super) fn attach_line(&mut self, number: u8, line: &[u8]) -> Meaning {
        if let Some(Attach::Registration(_)) = step(number) {
            return self.common.registration_line(line);
        }
        let Some(context) = ActiveContext::parse_line(line) else { return Meaning::Unknown };
        if context.context == CONTEXT {
            self.attach.status = Some(context.status);
        }
        Meaning::Noted
    }

    pub(super) fn after_attach(&mut self, done: u8, result: Result<(), Error>) -> Step {
        let status = self.attach.status;
        let next = match (step(done), result) {
            (Some(Attach::Registration(domain)), result) => {
                match self.common.next_domain(domain, result) {
                    Ok(Some(next)) => Attach::Registration(next),
                    Ok(None) => Attach::Deactivate,
                    Err(error) => return Step::Failed(error),
                }
            }
            (Some(Attach::Deactivate), Ok(())) => Attach::Gone,
            // an error says that nothing was active
            (Some(Attach::Deactivate), Err(Error::CommandFailed)) => Attach::Sockets,
            (Some(Attach::Gone), Ok(())) if status == Some(Status::Inactive) => Attach::Sockets,
            (Some(Attach::Gone), Ok(())) => {
                return self
                    .ask_again(done, GONE_TRIES)
                    .unwrap_or(Step::Failed(Error::AttachFailed));
            }
            (Some(Attach::Sockets), Ok(()) | Err(Error::CommandFailed)) => self.after_sockets(),
            (Some(Attach::CloseSocket), Ok(()) | Err(Error::CommandFailed)) => {
                self.left_open.closed_first();
                self.after_sockets()
            }
            (Some(Attach::Profile), Ok(())) => Attach::Activate,
            (Some(Attach::Activate), Ok(())) => Attach::Come,
            (Some(Attach::Activate), Err(Error::CommandFailed)) => {
                return Step::Failed(Error::AttachFailed);
            }
            (Some(Attach::Come), Ok(())) if status == Some(Status::Active) => {
                self.context_up = true;
                self.context_down = false;
                return Step::Ready;
            }
            (Some(Attach::Come), Ok(())) => {
                let again = self.ask_again(done, COME_TRIES).filter(|_| !self.attach.refused);
                return again.unwrap_or(Step::Failed(Error::AttachFailed));
            }
            (Some(Attach::Leave), Ok(())) => Attach::Left,
            (Some(Attach::Left), Ok(())) if status != Some(Status::Inactive) => {
                return self.ask_again(done, GONE_TRIES).unwrap_or(Step::Ready);
            }
            (Some(Attach::Leave | Attach::Left), _) => {
                self.context_down = false;
                return Step::Ready;
            }
            (_, Err(error)) => return Step::Failed(error),
            (None, Ok(())) => return Step::Ready,
        };
        self.attach.tries = 0;
        Step::Next(number(next))
    }

    /// The same question a little later, unless it was asked too often.
    fn ask_again(&mut self, number: u8, limit: u8) -> Option<Step> {
        self.attach.tries += 1;
        (self.attach.tries < limit).then_some(Step::Again(number))
    }
}
