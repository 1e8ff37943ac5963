//! A program that fails becomes a short one that does.

use crate::script::{Script, Step};

/// Runs at most.
const TRIES: usize = 400;

/// Leaves steps out, as long as the rest still `fails`: first large pieces, then small ones.
pub(crate) fn shrink(script: Script<'_>, fails: impl Fn(&Script<'_>) -> bool) -> Vec<Step> {
    let mut steps = script.steps.to_vec();
    let mut piece = steps.len().div_ceil(2);
    let mut tries = 0;
    while piece > 0 {
        let (mut from, before) = (0, steps.len());
        while from < steps.len() && tries < TRIES {
            let to = (from + piece).min(steps.len());
            let fewer = [&steps[..from], &steps[to..]].concat();
            tries += 1;
            if fails(&Script { steps: &fewer, ..script }) {
                steps = fewer;
            } else {
                from = to;
            }
        }
        // a step may be needed only for one that has gone since
        if piece > 1 || steps.len() == before || tries >= TRIES {
            piece /= 2;
        }
    }
    steps
}

#[test]
fn what_is_not_needed_goes() {
    let steps: Vec<_> = (0..60).map(|ms| Step::Idle { ms }).collect();
    crate::generator::generate("quectel-bg96", 0, |script| {
        let has = |script: &Script<'_>, ms| script.steps.contains(&Step::Idle { ms });
        let script = Script { steps: &steps, ..script };
        let short = shrink(script, |script| has(script, 7) && has(script, 41));
        assert_eq!(short, [Step::Idle { ms: 7 }, Step::Idle { ms: 41 }]);
    });
}
