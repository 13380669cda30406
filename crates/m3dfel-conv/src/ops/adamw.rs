//! AdamW's update of one parameter, each value read once.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::{DType, Tensor};
use rayon::prelude::*;

use super::on_flex;

/// The constants of one step (Loshchilov & Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019).
#[derive(Clone, Copy, Debug)]
pub struct AdamWStep {
    /// The gradient is multiplied by this first.
    pub scale: f64,
    pub learning_rate: f64,
    pub weight_decay: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    /// Steps done, this one counted.
    pub step: i32,
}

/// A parameter, and its moments: of the gradient and of its square.
pub struct Updated {
    pub weight: Tensor<1>,
    pub mean: Tensor<1>,
    pub square: Tensor<1>,
}

/// Values that one task updates.
const PART: usize = 1 << 14;

impl AdamWStep {
    /// Moves a parameter, in PyTorch's arithmetic. Moments that are not there yet are zero.
    ///
    /// In place on the CPU where nobody else holds the tensors; elsewhere by Burn's operations.
    ///
    /// # Panics
    /// If the tensors differ in length.
    pub fn update(
        &self,
        weight: Tensor<1>,
        gradient: Tensor<1>,
        moments: Option<(Tensor<1>, Tensor<1>)>,
    ) -> Updated {
        assert_eq!(weight.dims(), gradient.dims(), "AdamW: weight and gradient");
        let (mean, square) =
            moments.unwrap_or_else(|| (gradient.zeros_like(), gradient.zeros_like()));
        assert_eq!(weight.dims(), mean.dims(), "AdamW: weight and mean");
        assert_eq!(weight.dims(), square.dims(), "AdamW: weight and square");
        let tensors = [&weight, &gradient, &mean, &square];
        let cpu = tensors
            .iter()
            .all(|t| on_flex(t) && !t.device().is_autodiff() && t.dtype() == DType::F32);
        let old = Updated {
            weight,
            mean,
            square,
        };
        if cpu {
            self.in_place(old, gradient)
        } else {
            self.by_burn(old, gradient)
        }
    }

    fn bias1(&self) -> f64 {
        1.0 - self.beta1.powi(self.step)
    }

    fn bias2(&self) -> f64 {
        1.0 - self.beta2.powi(self.step)
    }

    fn by_burn(&self, old: Updated, gradient: Tensor<1>) -> Updated {
        let gradient = gradient * self.scale;
        let mean = old.mean * self.beta1 + gradient.clone() * (1.0 - self.beta1);
        let square = old.square * self.beta2 + gradient.square() * (1.0 - self.beta2);
        let spread = square.clone().sqrt() / self.bias2().sqrt() + self.epsilon;
        let weight = old.weight * (1.0 - self.learning_rate * self.weight_decay)
            - mean.clone() / spread * (self.learning_rate / self.bias1());
        Updated {
            weight,
            mean,
            square,
        }
    }

    fn in_place(&self, old: Updated, gradient: Tensor<1>) -> Updated {
        let [mut weight, mut mean, mut square] = [old.weight, old.mean, old.square].map(whole);
        let gradient = whole(gradient);
        let kept = (1.0 - self.learning_rate * self.weight_decay) as f32;
        let (beta1, beta2) = (self.beta1 as f32, self.beta2 as f32);
        let (new1, new2) = ((1.0 - self.beta1) as f32, (1.0 - self.beta2) as f32);
        let (scale, epsilon) = (self.scale as f32, self.epsilon as f32);
        let root2 = self.bias2().sqrt() as f32;
        let rate = (self.learning_rate / self.bias1()) as f32;
        weight
            .storage_mut::<f32>()
            .par_chunks_mut(PART)
            .zip(mean.storage_mut::<f32>().par_chunks_mut(PART))
            .zip(square.storage_mut::<f32>().par_chunks_mut(PART))
            .zip(gradient.storage::<f32>().par_chunks(PART))
            .for_each(|(((weight, mean), square), gradient)| {
                for (((w, m), s), g) in weight.iter_mut().zip(mean).zip(square).zip(gradient) {
                    let g = g * scale;
                    *m = *m * beta1 + g * new1;
                    *s = *s * beta2 + g * g * new2;
                    *w = *w * kept - *m / (s.sqrt() / root2 + epsilon) * rate;
                }
            });
        let [weight, mean, square] = [weight, mean, square].map(Tensor::from_primitive::<Flex>);
        Updated {
            weight,
            mean,
            square,
        }
    }
}

/// The tensor, alone in its memory and in order.
fn whole(x: Tensor<1>) -> FlexTensor {
    let [len] = x.dims();
    let x = super::norm::primitive(x).to_contiguous();
    if x.storage::<f32>().len() == len {
        return x;
    }
    // A view into a larger tensor.
    let floats: Vec<f32> = x.as_slice::<f32>().map(<[f32]>::to_vec).unwrap_or_default();
    super::flex::vector(floats)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Tolerance};

    #[test]
    fn in_place_equals_burns_operations_and_leaves_what_others_hold() {
        let device = Device::flex();
        let of = |k: usize, len: usize| {
            let values: Vec<f32> = (0..len)
                .map(|i| ((i * 7919 + k * 104_729) % 1000) as f32 / 500.0 - 1.0)
                .collect();
            Tensor::<1>::from_floats(values.as_slice(), &device)
        };
        for len in [1, 7, PART, 2 * PART + 3] {
            let step = AdamWStep {
                scale: 0.25,
                learning_rate: 1e-2,
                weight_decay: 0.05,
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-8,
                step: 3,
            };
            let held = of(0, len + 2);
            let view = || held.clone().narrow(0, 1, len);
            let args = || (view(), of(1, len), of(2, len), of(3, len).square());
            let (w, g, m, s) = args();
            let ours = step.update(w, g, Some((m, s)));
            let (weight, g, mean, square) = args();
            let old = Updated {
                weight,
                mean,
                square,
            };
            let burns = step.by_burn(old, g);
            for (a, b) in [
                (ours.weight, burns.weight),
                (ours.mean, burns.mean),
                (ours.square, burns.square),
            ] {
                a.into_data()
                    .assert_approx_eq::<f32>(&b.into_data(), Tolerance::absolute(2e-6));
            }
            assert_eq!(held.into_data(), of(0, len + 2).into_data());
        }
    }
}
