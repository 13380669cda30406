//! Colours: of classes in the curves, of faces in the picture.

/// Red, green, blue, and how much it covers.
pub type Colour = [u8; 4];

pub const GROUND: Colour = [22, 24, 29, 255];
pub const GRID: Colour = [58, 62, 71, 255];
pub const INK: Colour = [232, 234, 238, 255];
pub const FAINT: Colour = [150, 156, 168, 255];
/// On the colour of a face.
pub const DARK: Colour = [10, 10, 12, 255];
/// Around what is drawn on the picture, so that it is seen on any.
pub const SHADE: Colour = [0, 0, 0, 170];

/// Those of M. Okabe and K. Ito, told apart by people of any colour vision; black is a light grey on this dark ground,
/// and blue is lighter.
pub const CLASSES: [Colour; 8] = [
    [230, 159, 0, 255],
    [86, 180, 233, 255],
    [0, 178, 131, 255],
    [240, 228, 66, 255],
    [60, 120, 255, 255],
    [235, 100, 20, 255],
    [220, 130, 180, 255],
    [200, 200, 200, 255],
];

/// Light and strong, as few things in a video are; dark text is read on all.
const FACES: [Colour; 6] = [
    [120, 255, 90, 255],
    [70, 225, 255, 255],
    [255, 120, 230, 255],
    [255, 235, 80, 255],
    [255, 160, 100, 255],
    [190, 170, 255, 255],
];

/// A face's colour, by its number.
pub fn face(track: u32) -> Colour {
    FACES[track as usize % FACES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of WCAG 2: from 1 to 21.
    fn contrast(a: Colour, b: Colour) -> f32 {
        let linear = |c: u8| {
            let c = f32::from(c) / 255.0;
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        let light = |c: Colour| {
            0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]) + 0.05
        };
        let (a, b) = (light(a), light(b));
        a.max(b) / a.min(b)
    }

    #[test]
    fn all_are_seen_on_their_ground() {
        for colour in CLASSES {
            assert!(contrast(colour, GROUND) > 4.0, "{colour:?}");
        }
        for colour in FACES {
            assert!(contrast(colour, DARK) > 7.0, "{colour:?}");
        }
        assert!(contrast(INK, GROUND) > 12.0 && contrast(FAINT, GROUND) > 4.5);
    }
}
