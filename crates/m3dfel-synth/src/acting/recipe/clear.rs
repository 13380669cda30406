//! The plain ways of showing an expression, as textbooks have them.

use super::{M, Style};

pub const HAPPY: &[Style] = &[
    &[
        (M::MOUTH_SMILE, 0.85, 1.1),
        (M::CHEEK_SQUINT, 0.6, 1.0),
        (M::EYE_SQUINT, 0.1, 0.45),
    ],
    &[
        (M::MOUTH_SMILE, 0.8, 1.1),
        (M::CHEEK_SQUINT, 0.6, 1.0),
        (M::EYE_SQUINT, 0.1, 0.5),
        (M::MOUTH_UPPER_UP, 0.3, 0.6),
        (M::MOUTH_LOWER_DOWN, 0.1, 0.4),
        (M::JAW_OPEN, 0.05, 0.2),
    ],
    &[
        (M::MOUTH_SMILE, 0.85, 1.1),
        (M::CHEEK_SQUINT, 0.7, 1.0),
        (M::EYE_SQUINT, 0.3, 0.6),
        (M::MOUTH_UPPER_UP, 0.3, 0.6),
        (M::JAW_OPEN, 0.25, 0.45),
    ],
];
pub const SAD: &[Style] = &[
    &[
        (M::BROW_INNER_UP, 0.9, 1.2),
        (M::MOUTH_FROWN, 0.8, 1.15),
        (M::MOUTH_SHRUG_LOWER, 0.4, 0.9),
        (M::EYE_SQUINT, 0.0, 0.3),
        (M::EYE_LOOK_DOWN, 0.2, 0.6),
    ],
    &[
        (M::BROW_INNER_UP, 1.0, 1.2),
        (M::BROW_DOWN, 0.1, 0.3),
        (M::MOUTH_FROWN, 0.75, 1.1),
        (M::MOUTH_SHRUG_LOWER, 0.6, 1.0),
        (M::MOUTH_SHRUG_UPPER, 0.1, 0.4),
        (M::EYE_BLINK, 0.15, 0.35),
    ],
];
pub const ANGRY: &[Style] = &[
    &[
        (M::BROW_DOWN, 1.0, 1.2),
        (M::EYE_SQUINT, 0.1, 0.5),
        (M::MOUTH_PRESS, 0.7, 1.1),
        (M::MOUTH_FROWN, 0.15, 0.5), // pressing alone draws the corners up
        (M::MOUTH_ROLL_LOWER, 0.35, 0.7),
        (M::MOUTH_ROLL_UPPER, 0.2, 0.5),
        (M::JAW_FORWARD, 0.0, 0.4),
    ],
    // the glare
    &[
        (M::BROW_DOWN, 1.0, 1.2),
        (M::EYE_WIDE, 0.4, 0.8),
        (M::MOUTH_FROWN, 0.35, 0.75),
        (M::MOUTH_PRESS, 0.6, 1.0),
        (M::NOSE_SNEER, 0.0, 0.3),
    ],
    // shouting, teeth shown
    &[
        (M::BROW_DOWN, 1.0, 1.2),
        (M::EYE_WIDE, 0.0, 0.5),
        (M::JAW_OPEN, 0.2, 0.45),
        (M::MOUTH_LOWER_DOWN, 0.5, 0.9),
        (M::MOUTH_UPPER_UP, 0.2, 0.5),
        (M::NOSE_SNEER, 0.15, 0.4),
        (M::MOUTH_FUNNEL, 0.0, 0.4),
    ],
];
pub const SURPRISE: &[Style] = &[
    &[
        (M::BROW_INNER_UP, 0.8, 1.1),
        (M::BROW_OUTER_UP, 0.8, 1.1),
        (M::EYE_WIDE, 0.7, 1.1),
        (M::JAW_OPEN, 0.4, 0.85),
    ],
    &[
        (M::BROW_INNER_UP, 0.8, 1.1),
        (M::BROW_OUTER_UP, 0.9, 1.1),
        (M::EYE_WIDE, 0.6, 1.0),
        (M::JAW_OPEN, 0.25, 0.5),
        (M::MOUTH_FUNNEL, 0.2, 0.6),
    ],
];
pub const DISGUST: &[Style] = &[
    &[
        (M::NOSE_SNEER, 0.95, 1.2),
        (M::MOUTH_UPPER_UP, 0.7, 1.0),
        (M::BROW_DOWN, 0.15, 0.45),
        (M::EYE_SQUINT, 0.5, 0.9),
        (M::CHEEK_SQUINT, 0.4, 0.8),
        (M::MOUTH_FROWN, 0.4, 0.8),
    ],
    &[
        (M::NOSE_SNEER, 1.0, 1.2),
        (M::MOUTH_UPPER_UP, 0.8, 1.1),
        (M::MOUTH_LOWER_DOWN, 0.3, 0.7),
        (M::JAW_OPEN, 0.12, 0.3),
        (M::EYE_SQUINT, 0.5, 0.9),
        (M::BROW_DOWN, 0.15, 0.45),
    ],
];
pub const FEAR: &[Style] = &[
    &[
        (M::BROW_INNER_UP, 0.95, 1.2),
        (M::BROW_OUTER_UP, 0.2, 0.6),
        (M::BROW_DOWN, 0.25, 0.5),
        (M::EYE_WIDE, 0.85, 1.15),
        (M::MOUTH_STRETCH, 0.85, 1.2),
        (M::JAW_OPEN, 0.1, 0.3),
        (M::MOUTH_LOWER_DOWN, 0.25, 0.6),
    ],
    &[
        (M::BROW_INNER_UP, 1.0, 1.2),
        (M::BROW_OUTER_UP, 0.1, 0.4),
        (M::BROW_DOWN, 0.2, 0.45),
        (M::EYE_WIDE, 0.9, 1.15),
        (M::MOUTH_STRETCH, 1.0, 1.2),
        (M::MOUTH_LOWER_DOWN, 0.4, 0.8),
        (M::JAW_OPEN, 0.15, 0.35),
    ],
];
