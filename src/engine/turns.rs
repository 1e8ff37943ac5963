//! What tasks need of the engine, and a program that waits in its calls does not: news, and a line that is
//! left idle for whoever has the turn to ask the module something.

/// How long it is left, in ms: a task that was woken comes sooner, one that does not come must not stop the
/// others.
#[cfg(feature = "async")]
const RESERVED: u32 = 20;

/// Without the feature `async` it takes no place, and code for it folds away.
#[derive(Debug)]
pub(super) struct Turns {
    /// What was received since that was asked last may have changed something that somebody waits for.
    #[cfg(feature = "async")]
    news: bool,
    /// The line is left to whoever has the turn, until this time.
    #[cfg(feature = "async")]
    reserved: Option<u32>,
}

#[cfg(feature = "async")]
impl Turns {
    pub(super) const NONE: Self = Self { news: false, reserved: None };

    /// Something may have changed.
    pub(super) const fn tell(&mut self) {
        self.news = true;
    }

    pub(super) const fn take_news(&mut self) -> bool {
        core::mem::replace(&mut self.news, false)
    }

    /// Whether the line is to be left idle at this time.
    pub(super) fn reserves(&mut self, now: u32) -> bool {
        let until = *self.reserved.get_or_insert(now.wrapping_add(RESERVED));
        !super::tick::reached(now, until)
    }

    /// The line is in use.
    pub(super) const fn release(&mut self) {
        self.reserved = None;
    }

    /// Until when it is left idle.
    pub(super) fn until(&self, now: u32) -> Option<u32> {
        self.reserved.filter(|at| !super::tick::reached(now, *at))
    }
}

#[cfg(not(feature = "async"))]
#[expect(clippy::unused_self, clippy::needless_pass_by_ref_mut, reason = "there is nothing in it")]
impl Turns {
    pub(super) const NONE: Self = Self {};

    pub(super) const fn tell(&mut self) {}

    pub(super) const fn reserves(&mut self, _: u32) -> bool {
        false
    }

    pub(super) const fn release(&mut self) {}

    pub(super) const fn until(&self, _: u32) -> Option<u32> {
        None
    }
}
