//! Further ways of showing an expression, as people filmed in their lives have them: faint and full, with the mouth shut
//! or wide open, mixed with tears, laughter or shouting.

use super::{M, Style};

pub const HAPPY: &[Style] = &[
    &[
        // a polite smile
        (M::MOUTH_SMILE, 0.4, 0.8),
        (M::CHEEK_SQUINT, 0.1, 0.6),
        (M::MOUTH_DIMPLE, 0.0, 0.5),
        (M::MOUTH_UPPER_UP, 0.0, 0.4),
    ],
    &[
        // the same, lips closed
        (M::MOUTH_SMILE, 0.35, 0.7),
        (M::CHEEK_SQUINT, 0.0, 0.4),
        (M::MOUTH_DIMPLE, 0.0, 0.4),
        (M::MOUTH_PRESS, 0.0, 0.3),
    ],
    &[
        // the same, for a photograph: teeth shown
        (M::MOUTH_SMILE, 0.5, 0.85),
        (M::MOUTH_UPPER_UP, 0.3, 0.8),
        (M::MOUTH_LOWER_DOWN, 0.1, 0.5),
        (M::CHEEK_SQUINT, 0.0, 0.5),
    ],
    &[
        // a grin as wide as it goes
        (M::MOUTH_SMILE, 1.0, 1.2),
        (M::MOUTH_STRETCH, 0.2, 0.6),
        (M::MOUTH_UPPER_UP, 0.7, 1.1),
        (M::MOUTH_LOWER_DOWN, 0.4, 0.9),
        (M::JAW_OPEN, 0.1, 0.4),
        (M::CHEEK_SQUINT, 0.6, 1.1),
        (M::EYE_SQUINT, 0.3, 0.9),
    ],
    &[
        // a gentle smile, lips closed
        (M::MOUTH_SMILE, 0.9, 1.15),
        (M::CHEEK_SQUINT, 0.4, 0.9),
        (M::MOUTH_DIMPLE, 0.0, 0.4),
        (M::EYE_SQUINT, 0.0, 0.3),
    ],
    &[
        // a broad grin, teeth closed
        (M::MOUTH_SMILE, 0.85, 1.15),
        (M::MOUTH_STRETCH, 0.1, 0.45),
        (M::MOUTH_UPPER_UP, 0.6, 1.0),
        (M::MOUTH_LOWER_DOWN, 0.4, 0.9),
        (M::CHEEK_SQUINT, 0.4, 0.9),
        (M::EYE_SQUINT, 0.1, 0.6),
    ],
    &[
        // laughter, eyes almost shut
        (M::MOUTH_SMILE, 0.85, 1.15),
        (M::JAW_OPEN, 0.35, 0.75),
        (M::MOUTH_UPPER_UP, 0.6, 1.0),
        (M::MOUTH_LOWER_DOWN, 0.0, 0.4),
        (M::CHEEK_SQUINT, 0.8, 1.15),
        (M::EYE_SQUINT, 0.4, 0.9),
        (M::EYE_BLINK, 0.0, 0.35),
    ],
    &[
        // delight, brows raised
        (M::MOUTH_SMILE, 0.85, 1.1),
        (M::CHEEK_SQUINT, 0.4, 0.8),
        (M::BROW_OUTER_UP, 0.2, 0.6),
        (M::BROW_INNER_UP, 0.1, 0.5),
        (M::MOUTH_UPPER_UP, 0.3, 0.7),
        (M::JAW_OPEN, 0.1, 0.35),
    ],
];

pub const SAD: &[Style] = &[
    &[
        // as textbooks have it, less far
        (M::BROW_INNER_UP, 0.4, 1.15),
        (M::BROW_DOWN, 0.0, 0.3),
        (M::MOUTH_FROWN, 0.5, 1.1),
        (M::MOUTH_SHRUG_LOWER, 0.3, 0.9),
        (M::EYE_SQUINT, 0.0, 0.4),
        (M::EYE_BLINK, 0.0, 0.2),
    ],
    &[
        // crying: eyes narrow or shut, brows drawn together and up, mouth drawn wide and down
        (M::BROW_INNER_UP, 0.6, 1.2),
        (M::BROW_DOWN, 0.3, 0.75),
        (M::EYE_SQUINT, 0.5, 0.9),
        (M::EYE_BLINK, 0.0, 0.6),
        (M::CHEEK_SQUINT, 0.4, 0.8),
        (M::MOUTH_STRETCH, 0.3, 0.7),
        (M::MOUTH_FROWN, 0.5, 1.1),
        (M::MOUTH_SHRUG_LOWER, 0.4, 0.9),
        (M::MOUTH_LOWER_DOWN, 0.0, 0.5),
        (M::JAW_OPEN, 0.0, 0.2),
    ],
    &[
        // looking down before oneself
        (M::BROW_INNER_UP, 0.4, 1.0),
        (M::BROW_DOWN, 0.0, 0.3),
        (M::EYE_LOOK_DOWN, 0.2, 0.6),
        (M::EYE_BLINK, 0.0, 0.35),
        (M::MOUTH_FROWN, 0.4, 0.9),
        (M::MOUTH_SHRUG_LOWER, 0.2, 0.6),
    ],
    &[
        // pouting
        (M::BROW_INNER_UP, 0.4, 1.1),
        (M::BROW_DOWN, 0.0, 0.4),
        (M::MOUTH_SHRUG_LOWER, 0.8, 1.15),
        (M::MOUTH_FROWN, 0.5, 1.1),
        (M::MOUTH_PUCKER, 0.0, 0.25),
        (M::EYE_SQUINT, 0.0, 0.3),
    ],
    &[
        // tears held back, lips pressed
        (M::BROW_INNER_UP, 0.6, 1.2),
        (M::BROW_DOWN, 0.1, 0.5),
        (M::MOUTH_PRESS, 0.3, 0.7),
        (M::MOUTH_ROLL_LOWER, 0.1, 0.4),
        (M::MOUTH_FROWN, 0.5, 1.1),
        (M::EYE_SQUINT, 0.2, 0.55),
    ],
];

pub const ANGRY: &[Style] = &[
    &[
        // shouting, mouth wide open
        (M::BROW_DOWN, 1.0, 1.2),
        (M::JAW_OPEN, 0.6, 1.2),
        (M::EYE_WIDE, 0.0, 0.6),
        (M::MOUTH_LOWER_DOWN, 0.5, 1.0),
        (M::MOUTH_UPPER_UP, 0.4, 1.0),
        (M::NOSE_SNEER, 0.4, 1.1),
        (M::EYE_SQUINT, 0.0, 0.6),
        (M::CHEEK_SQUINT, 0.1, 0.9),
        (M::MOUTH_STRETCH, 0.0, 0.6),
    ],
    &[
        // roaring, all teeth shown, the nose full of folds
        (M::BROW_DOWN, 1.1, 1.2),
        (M::JAW_OPEN, 0.35, 1.0),
        (M::MOUTH_LOWER_DOWN, 0.7, 1.1),
        (M::MOUTH_UPPER_UP, 0.6, 1.1),
        (M::NOSE_SNEER, 0.7, 1.2),
        (M::MOUTH_STRETCH, 0.3, 0.9),
        (M::CHEEK_SQUINT, 0.3, 1.0),
        (M::EYE_SQUINT, 0.0, 0.4),
        (M::EYE_WIDE, 0.0, 0.7),
    ],
    &[
        // screaming, eyes pressed shut
        (M::BROW_DOWN, 1.1, 1.2),
        (M::JAW_OPEN, 0.4, 1.1),
        (M::MOUTH_LOWER_DOWN, 0.6, 1.1),
        (M::MOUTH_UPPER_UP, 0.6, 1.1),
        (M::NOSE_SNEER, 0.6, 1.2),
        (M::CHEEK_SQUINT, 0.6, 1.1),
        (M::EYE_SQUINT, 0.6, 1.1),
        (M::EYE_BLINK, 0.1, 0.8),
    ],
    &[
        // teeth clenched and bared
        (M::BROW_DOWN, 1.0, 1.2),
        (M::MOUTH_UPPER_UP, 0.5, 1.0),
        (M::MOUTH_LOWER_DOWN, 0.7, 1.1),
        (M::MOUTH_STRETCH, 0.2, 0.8),
        (M::JAW_FORWARD, 0.0, 0.5),
        (M::CHEEK_SQUINT, 0.1, 0.9),
        (M::EYE_SQUINT, 0.0, 0.8),
        (M::NOSE_SNEER, 0.4, 1.2),
    ],
    &[
        // lips tight and pushed forward
        (M::BROW_DOWN, 1.0, 1.2),
        (M::MOUTH_PUCKER, 0.2, 0.6),
        (M::MOUTH_PRESS, 0.5, 0.9),
        (M::MOUTH_FROWN, 0.2, 0.6),
        (M::NOSE_SNEER, 0.0, 0.6),
        (M::EYE_SQUINT, 0.0, 0.4),
        (M::EYE_WIDE, 0.0, 0.7),
    ],
    &[
        // a snarl
        (M::BROW_DOWN, 1.0, 1.2),
        (M::MOUTH_UPPER_UP, 0.3, 0.8),
        (M::MOUTH_LOWER_DOWN, 0.2, 0.7),
        (M::JAW_OPEN, 0.05, 0.2),
        (M::NOSE_SNEER, 0.4, 1.1),
        (M::EYE_WIDE, 0.0, 0.6),
    ],
    &[
        // lips apart, about to speak
        (M::BROW_DOWN, 1.0, 1.2),
        (M::JAW_OPEN, 0.06, 0.25),
        (M::MOUTH_LOWER_DOWN, 0.0, 0.4),
        (M::EYE_SQUINT, 0.0, 0.4),
        (M::EYE_WIDE, 0.0, 0.7),
    ],
    &[
        // stern: the mouth's corners down, the chin up
        (M::BROW_DOWN, 1.0, 1.2),
        (M::MOUTH_FROWN, 0.3, 0.9),
        (M::MOUTH_SHRUG_LOWER, 0.1, 0.8),
        (M::NOSE_SNEER, 0.0, 0.6),
        (M::EYE_SQUINT, 0.0, 0.4),
        (M::EYE_WIDE, 0.0, 0.7),
    ],
    &[
        // lips pressed together until they vanish, the chin up
        (M::BROW_DOWN, 0.6, 1.2),
        (M::MOUTH_PRESS, 0.7, 1.1),
        (M::MOUTH_ROLL_LOWER, 0.7, 1.2),
        (M::MOUTH_ROLL_UPPER, 0.6, 1.2),
        (M::MOUTH_SHRUG_LOWER, 0.3, 1.0),
        (M::MOUTH_FROWN, 0.1, 0.6),
        (M::EYE_SQUINT, 0.0, 0.5),
        (M::EYE_WIDE, 0.0, 0.5),
    ],
    &[
        // the lower lip drawn in, the chin bunched
        (M::BROW_DOWN, 0.6, 1.2),
        (M::MOUTH_PRESS, 0.3, 0.8),
        (M::MOUTH_ROLL_LOWER, 0.7, 1.2),
        (M::MOUTH_SHRUG_LOWER, 0.6, 1.2),
        (M::MOUTH_FROWN, 0.3, 0.9),
        (M::EYE_SQUINT, 0.0, 0.6),
        (M::NOSE_SNEER, 0.0, 0.4),
    ],
    &[
        // staring, lips tight
        (M::BROW_DOWN, 0.8, 1.2),
        (M::EYE_WIDE, 0.5, 1.1),
        (M::MOUTH_PRESS, 0.5, 1.0),
        (M::MOUTH_ROLL_LOWER, 0.4, 1.0),
        (M::MOUTH_ROLL_UPPER, 0.3, 0.9),
        (M::MOUTH_FROWN, 0.1, 0.5),
    ],
    &[
        // eyes narrow, lips tight and pursed
        (M::BROW_DOWN, 0.7, 1.2),
        (M::EYE_SQUINT, 0.3, 0.9),
        (M::MOUTH_PUCKER, 0.15, 0.5),
        (M::MOUTH_PRESS, 0.4, 0.9),
        (M::MOUTH_ROLL_LOWER, 0.3, 0.8),
        (M::MOUTH_ROLL_UPPER, 0.3, 0.8),
        (M::MOUTH_SHRUG_LOWER, 0.0, 0.5),
    ],
];

pub const SURPRISE: &[Style] = &[
    &[
        // a little: lips parted
        (M::BROW_INNER_UP, 0.7, 1.0),
        (M::BROW_OUTER_UP, 0.9, 1.2),
        (M::EYE_WIDE, 0.8, 1.1),
        (M::JAW_OPEN, 0.25, 0.45),
    ],
    &[
        // the jaw drops
        (M::BROW_INNER_UP, 0.8, 1.1),
        (M::BROW_OUTER_UP, 0.9, 1.2),
        (M::EYE_WIDE, 0.7, 1.1),
        (M::JAW_OPEN, 0.8, 1.2),
    ],
    &[
        // an o
        (M::BROW_INNER_UP, 0.8, 1.1),
        (M::BROW_OUTER_UP, 0.9, 1.2),
        (M::EYE_WIDE, 0.6, 1.0),
        (M::JAW_OPEN, 0.5, 1.0),
        (M::MOUTH_FUNNEL, 0.4, 0.8),
    ],
];

pub const DISGUST: &[Style] = &[
    &[
        // the nose wrinkled, the upper lip raised, the mouth shut
        (M::NOSE_SNEER, 0.95, 1.2),
        (M::MOUTH_UPPER_UP, 0.6, 1.1),
        (M::MOUTH_SHRUG_LOWER, 0.2, 0.7),
        (M::EYE_SQUINT, 0.6, 1.2),
        (M::CHEEK_SQUINT, 0.5, 1.2),
        (M::MOUTH_FROWN, 0.3, 0.9),
        (M::BROW_DOWN, 0.4, 1.1),
    ],
    &[
        // the upper teeth shown
        (M::NOSE_SNEER, 1.0, 1.2),
        (M::MOUTH_UPPER_UP, 0.7, 1.15),
        (M::EYE_SQUINT, 0.6, 1.2),
        (M::CHEEK_SQUINT, 0.5, 1.2),
        (M::MOUTH_FROWN, 0.0, 0.6),
        (M::JAW_OPEN, 0.0, 0.06),
        (M::BROW_DOWN, 0.4, 1.1),
    ],
    &[
        // lips closed, chin raised
        (M::NOSE_SNEER, 0.9, 1.2),
        (M::MOUTH_SHRUG_UPPER, 0.3, 0.8),
        (M::MOUTH_SHRUG_LOWER, 0.5, 1.0),
        (M::MOUTH_FROWN, 0.6, 1.1),
        (M::EYE_SQUINT, 0.3, 0.9),
        (M::CHEEK_SQUINT, 0.3, 0.9),
        (M::BROW_DOWN, 0.4, 1.1),
    ],
    &[
        // the tongue out
        (M::NOSE_SNEER, 0.8, 1.15),
        (M::MOUTH_UPPER_UP, 0.7, 1.15),
        (M::JAW_OPEN, 0.08, 0.18),
        (M::TONGUE_OUT, 0.5, 0.9),
        (M::EYE_SQUINT, 0.5, 1.0),
        (M::CHEEK_SQUINT, 0.5, 1.0),
        (M::BROW_DOWN, 0.4, 1.1),
    ],
    &[
        // retching, eyes all but shut
        (M::NOSE_SNEER, 0.9, 1.2),
        (M::MOUTH_UPPER_UP, 0.7, 1.15),
        (M::JAW_OPEN, 0.0, 0.08),
        (M::MOUTH_FROWN, 0.5, 0.9),
        (M::EYE_SQUINT, 0.6, 1.0),
        (M::CHEEK_SQUINT, 0.5, 1.0),
        (M::EYE_BLINK, 0.1, 0.6),
        (M::BROW_DOWN, 0.4, 1.1),
    ],
    &[
        // doubtful: brows and lids drawn together, one lip curled
        (M::NOSE_SNEER, 0.8, 1.1),
        (M::MOUTH_UPPER_UP, 0.6, 1.0),
        (M::MOUTH_STRETCH, 0.1, 0.5),
        (M::MOUTH_FROWN, 0.2, 0.7),
        (M::BROW_INNER_UP, 0.0, 0.3),
        (M::BROW_DOWN, 0.4, 1.0),
        (M::EYE_SQUINT, 0.4, 0.9),
        (M::CHEEK_SQUINT, 0.3, 0.8),
    ],
];

pub const FEAR: &[Style] = &[
    &[
        // screaming
        (M::BROW_INNER_UP, 1.0, 1.2),
        (M::BROW_OUTER_UP, 0.2, 0.6),
        (M::BROW_DOWN, 0.2, 0.5),
        (M::EYE_WIDE, 0.85, 1.15),
        (M::MOUTH_STRETCH, 0.1, 0.8),
        (M::JAW_OPEN, 0.5, 1.0),
        (M::MOUTH_LOWER_DOWN, 0.3, 0.7),
    ],
    &[
        // frozen, lips closed
        (M::BROW_INNER_UP, 1.0, 1.2),
        (M::BROW_DOWN, 0.25, 0.5),
        (M::EYE_WIDE, 0.9, 1.15),
        (M::MOUTH_STRETCH, 0.3, 1.0),
        (M::MOUTH_PRESS, 0.0, 0.3),
    ],
    &[
        // gasping
        (M::BROW_INNER_UP, 1.0, 1.2),
        (M::BROW_OUTER_UP, 0.1, 0.4),
        (M::BROW_DOWN, 0.3, 0.55),
        (M::EYE_WIDE, 0.9, 1.15),
        (M::MOUTH_STRETCH, 0.0, 0.7),
        (M::JAW_OPEN, 0.15, 0.4),
    ],
    &[
        // teeth bared, as at a narrow escape
        (M::BROW_INNER_UP, 1.0, 1.2),
        (M::BROW_DOWN, 0.0, 0.4),
        (M::EYE_WIDE, 0.7, 1.1),
        (M::MOUTH_STRETCH, 0.6, 1.2),
        (M::MOUTH_FROWN, 0.0, 0.5),
        (M::MOUTH_LOWER_DOWN, 0.5, 1.0),
        (M::MOUTH_UPPER_UP, 0.1, 0.6),
        (M::JAW_OPEN, 0.0, 0.25),
    ],
    &[
        // teeth bared as widely as in a grin: brows and eyes tell it, and the cheeks that stay down
        (M::BROW_INNER_UP, 0.8, 1.2),
        (M::BROW_OUTER_UP, 0.2, 0.9),
        (M::BROW_DOWN, 0.1, 0.5),
        (M::EYE_WIDE, 0.7, 1.15),
        (M::MOUTH_STRETCH, 0.5, 1.1),
        (M::MOUTH_SMILE, 0.1, 0.45),
        (M::MOUTH_UPPER_UP, 0.3, 0.8),
        (M::MOUTH_LOWER_DOWN, 0.4, 0.9),
        (M::JAW_OPEN, 0.05, 0.3),
    ],
    &[
        // as textbooks have it, brows and mouth less far
        (M::BROW_INNER_UP, 0.6, 1.1),
        (M::BROW_OUTER_UP, 0.1, 0.7),
        (M::BROW_DOWN, 0.1, 0.5),
        (M::EYE_WIDE, 0.6, 1.1),
        (M::MOUTH_STRETCH, 0.4, 1.1),
        (M::JAW_OPEN, 0.05, 0.4),
        (M::MOUTH_LOWER_DOWN, 0.0, 0.6),
    ],
    &[
        // anxious, lips a little apart
        (M::BROW_INNER_UP, 0.8, 1.15),
        (M::BROW_DOWN, 0.1, 0.5),
        (M::EYE_WIDE, 0.3, 0.9),
        (M::MOUTH_STRETCH, 0.0, 0.5),
        (M::JAW_OPEN, 0.08, 0.25),
        (M::MOUTH_UPPER_UP, 0.0, 0.4),
    ],
    &[
        // crying out, the mouth as wide open as it goes
        (M::BROW_INNER_UP, 0.9, 1.2),
        (M::BROW_DOWN, 0.2, 0.6),
        (M::EYE_WIDE, 0.7, 1.1),
        (M::MOUTH_STRETCH, 0.0, 0.7),
        (M::JAW_OPEN, 0.7, 1.0),
        (M::MOUTH_UPPER_UP, 0.2, 0.6),
        (M::MOUTH_LOWER_DOWN, 0.1, 0.6),
    ],
    &[
        // the mouth drawn wide and down, teeth in a band
        (M::BROW_INNER_UP, 0.7, 1.2),
        (M::BROW_OUTER_UP, 0.0, 0.8),
        (M::BROW_DOWN, 0.2, 0.7),
        (M::EYE_WIDE, 0.5, 1.15),
        (M::MOUTH_STRETCH, 0.8, 1.2),
        (M::MOUTH_FROWN, 0.2, 0.8),
        (M::MOUTH_LOWER_DOWN, 0.5, 1.0),
        (M::MOUTH_UPPER_UP, 0.1, 0.7),
        (M::JAW_OPEN, 0.0, 0.25),
    ],
    &[
        // the same, lips hardly apart
        (M::BROW_INNER_UP, 0.8, 1.2),
        (M::BROW_OUTER_UP, 0.0, 0.6),
        (M::BROW_DOWN, 0.2, 0.6),
        (M::EYE_WIDE, 0.6, 1.1),
        (M::MOUTH_STRETCH, 0.8, 1.2),
        (M::MOUTH_FROWN, 0.3, 0.9),
        (M::MOUTH_SHRUG_LOWER, 0.0, 0.4),
        (M::MOUTH_LOWER_DOWN, 0.0, 0.4),
        (M::JAW_OPEN, 0.0, 0.08),
    ],
];
