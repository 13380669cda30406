use std::fmt;

/// The seven expressions, in DFEW's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Expression {
    Happy,
    Sad,
    Neutral,
    Angry,
    Surprise,
    Disgust,
    Fear,
}

impl Expression {
    /// All of them, in DFEW's order.
    pub const ALL: [Self; 7] = [
        Self::Happy,
        Self::Sad,
        Self::Neutral,
        Self::Angry,
        Self::Surprise,
        Self::Disgust,
        Self::Fear,
    ];

    /// The name as in the corpora's vocabularies.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Happy => "happy",
            Self::Sad => "sad",
            Self::Neutral => "neutral",
            Self::Angry => "angry",
            Self::Surprise => "surprise",
            Self::Disgust => "disgust",
            Self::Fear => "fear",
        }
    }

    /// DFEW's number of the class, 1 to 7.
    pub const fn dfew_label(self) -> u8 {
        self as u8 + 1
    }

    /// How many clips of the class DFEW's first fold trains on.
    pub const fn dfew_count(self) -> usize {
        match self {
            Self::Happy => 1956,
            Self::Sad => 1515,
            Self::Neutral => 2135,
            Self::Angry => 1738,
            Self::Surprise => 1175,
            Self::Disgust => 116,
            Self::Fear => 721,
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(self.name())
    }
}
