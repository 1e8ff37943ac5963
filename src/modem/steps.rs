//! Lists of steps that a dialect goes through: the number of a step is its place in the list.

use super::Step;

/// The step of that number.
pub(crate) fn step<S: Copy>(steps: &[S], number: u8) -> Option<S> {
    steps.get(usize::from(number)).copied()
}

/// The number of a step.
pub(crate) fn number<S: PartialEq>(steps: &[S], step: S) -> Option<u8> {
    u8::try_from(steps.iter().position(|known| *known == step)?).ok()
}

/// The next step that applies, from this number on; or there is none.
pub(crate) fn from<S: Copy>(steps: &[S], first: u8, applies: impl Fn(S) -> bool) -> Step {
    (first..)
        .map_while(|number| Some((number, step(steps, number)?)))
        .find(|&(_, step)| applies(step))
        .map_or(Step::Ready, |(number, _)| Step::Next(number))
}
