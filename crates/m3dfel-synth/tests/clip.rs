//! One clip: its truth against its pictures and its units.

use m3dfel_synth::{ClipSpec, Difficulty, Expression, SynthError, Unit, render_clip};

fn spec(expression: Expression, difficulty: Difficulty, number: u64) -> ClipSpec {
    ClipSpec {
        seed: 5,
        number,
        identity: number,
        expression,
        difficulty,
        size: 32,
    }
}

#[test]
fn the_expression_shows_from_onset_to_offset_and_most_at_the_apex() {
    for (k, expression) in Expression::ALL.into_iter().enumerate() {
        for difficulty in [Difficulty::Easy, Difficulty::Wild] {
            let clip = render_clip(&spec(expression, difficulty, k as u64)).unwrap();
            let truth = &clip.truth;
            assert_eq!(truth.activation.len(), clip.frames.len());
            assert_eq!(truth.units.len(), clip.frames.len());
            let Some(e) = truth.envelope else {
                assert_eq!(expression, Expression::Neutral);
                assert!(truth.activation.iter().all(|&a| a == 0.0));
                continue;
            };
            for (frame, &a) in truth.activation.iter().enumerate() {
                assert_eq!(
                    a > 0.0,
                    (e.onset..=e.offset).contains(&frame),
                    "{expression} frame {frame}"
                );
                assert!(a <= truth.activation[e.apex]);
            }
            assert_eq!(truth.activation[e.apex], truth.intensity);
        }
    }
}

#[test]
fn the_right_muscles_move() {
    let leading = [
        (Expression::Happy, Unit::MouthSmileLeft),
        (Expression::Sad, Unit::MouthFrownRight),
        (Expression::Angry, Unit::BrowDownLeft),
        (Expression::Surprise, Unit::BrowOuterUpRight),
        (Expression::Disgust, Unit::NoseSneerLeft),
        (Expression::Fear, Unit::MouthStretchRight),
    ];
    for (expression, unit) in leading {
        for number in 0..3 {
            let truth = render_clip(&spec(expression, Difficulty::Easy, number))
                .unwrap()
                .truth;
            let e = truth.envelope.unwrap();
            let (before, apex) = (truth.units[e.onset - 1][unit], truth.units[e.apex][unit]);
            // in easy clips an expression is never faint; an angry shout may frown instead
            assert!(
                apex > before + 0.1,
                "{expression} {number}: {} {before} to {apex}",
                unit.name()
            );
        }
    }
}

#[test]
fn neutral_people_in_the_wild_show_nothing_and_move_unless_they_pose() {
    let mut moved = 0;
    for number in 0..16 {
        let truth = render_clip(&spec(Expression::Neutral, Difficulty::Wild, number))
            .unwrap()
            .truth;
        let range = |unit: Unit| {
            let values = truth.units.iter().map(|u| u[unit]);
            values.fold((9.0f32, 0.0f32), |(a, b), v| (a.min(v), b.max(v)))
        };
        let (_, smile) = range(Unit::MouthSmileLeft);
        assert!(smile < 0.4, "{number}: a smile of {smile}");
        // A face may rest sternly, its nose a little up; then it stays so.
        let (least, most) = range(Unit::NoseSneerRight);
        assert!(most < 0.75, "{number}: a sneer of {most}");
        assert!(most - least < 0.01, "{number}: a sneer that comes or goes");
        // apart from the eyes
        let mouth_or_brow = |u: Unit| !u.name().starts_with("eye");
        let lively = Unit::ALL
            .into_iter()
            .filter(|&u| mouth_or_brow(u))
            .any(|u| {
                let values = truth.units.iter().map(|w| w[u]);
                let (least, most) = values.fold((9.0f32, 0.0f32), |(a, b), v| (a.min(v), b.max(v)));
                most - least > 0.15
            });
        moved += usize::from(lively);
    }
    // Nearly half of them pose, and hold still.
    assert!(
        (4..=12).contains(&moved),
        "{moved} of 16 move their mouth or brows"
    );
}

#[test]
fn the_same_again_and_another_for_another_number() {
    let one = spec(Expression::Fear, Difficulty::Wild, 3);
    assert!(render_clip(&one).unwrap() == render_clip(&one).unwrap());
    let other = render_clip(&ClipSpec { number: 4, ..one }).unwrap();
    assert!(other.frames != render_clip(&one).unwrap().frames);
}

#[test]
fn an_impossible_size_is_an_error() {
    let size = ClipSpec {
        size: 16,
        ..spec(Expression::Happy, Difficulty::Easy, 0)
    };
    assert!(matches!(
        render_clip(&size),
        Err(SynthError::Size { size: 16, .. })
    ));
}
