use super::{Size, field::Field};

/// Light that falls unevenly: each place is brighter or darker by a factor that changes smoothly over the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Light {
    /// The factor's natural logarithm.
    pub logarithm: Field<3, 1>,
}

impl Light {
    pub(super) fn apply(&self, pixels: &mut [u8], (width, height): Size) {
        let (pixels, _) = pixels.as_chunks_mut::<3>();
        for (y, row) in pixels.chunks_exact_mut(width).enumerate() {
            let field = self.logarithm.row((y as f32 + 0.5) / height as f32);
            for (x, pixel) in row.iter_mut().enumerate() {
                let [logarithm] = field.at((x as f32 + 0.5) / width as f32);
                let factor = logarithm.exp();
                // The cast keeps the product within a byte.
                *pixel = pixel.map(|value| (f32::from(value) * factor + 0.5) as u8);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn changes_smoothly_and_keeps_black() {
        let light = Light {
            logarithm: Field::draw(0.4, &mut stream(Purpose::Clip, 4, 0, 0)),
        };
        let mut grey = vec![100; 50 * 40 * 3];
        light.apply(&mut grey, (50, 40));
        assert!(grey.iter().any(|v| *v > 115) && grey.iter().any(|v| *v < 90));
        for row in grey.chunks_exact(50 * 3) {
            assert!(row.windows(4).all(|w| w[0].abs_diff(w[3]) <= 8));
        }
        let mut black = vec![0; 50 * 40 * 3];
        light.apply(&mut black, (50, 40));
        assert!(black.iter().all(|v| *v == 0));
    }
}
