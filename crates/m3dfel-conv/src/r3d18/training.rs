//! R3D-18 in training, forward and backward in one go.
//!
//! Kept for the backward pass are the convolutions' outputs and nothing else: what a normalisation, a
//! shortcut and a ReLU make of them is computed again where it is needed, by a pass or two over memory.
//! Layer by layer both would be kept, twice the memory. Gradients take the place of what they are
//! gradients of as soon as that is no longer needed.

use super::network::{BlockPlaces, Network, Place};
use crate::batch_norm::{self, Gate, Norm, Statistics};
use crate::buffer::{Floats, Pixels};
use crate::conv;

/// A convolution's weight `[out, in, kt, kh, kw]` and its normalisation, `[out]` each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit<'a> {
    pub weight: &'a [f32],
    pub gamma: &'a [f32],
    pub beta: &'a [f32],
}

/// A unit's gradients.
pub(crate) struct UnitGradients {
    pub weight: Floats,
    pub gamma: Vec<f32>,
    pub beta: Vec<f32>,
}

/// What a backward pass finds.
pub(crate) struct Found {
    /// By number
    pub units: Vec<UnitGradients>,
    /// If asked for
    pub input: Option<Floats>,
}

/// What a forward pass leaves to the backward pass.
#[derive(Debug)]
pub(crate) struct Tape {
    /// Channels-last
    input: Floats,
    /// By number
    units: Vec<Convolved>,
}

#[derive(Debug)]
struct Convolved {
    /// The convolution's output, not yet normalised
    raw: Floats,
    statistics: Statistics,
}

impl Tape {
    /// Of each normalisation, by number.
    pub fn statistics(&self) -> impl Iterator<Item = &Statistics> {
        self.units.iter().map(|unit| &unit.statistics)
    }
}

/// The backbone with its parameters.
pub(crate) struct Training<'a> {
    network: &'a Network,
    units: &'a [Unit<'a>],
    epsilon: f64,
}

impl<'a> Training<'a> {
    /// # Panics
    /// If the units are not those of the network.
    pub fn new(network: &'a Network, units: &'a [Unit<'a>], epsilon: f64) -> Self {
        assert_eq!(units.len(), network.places().count());
        for (place, unit) in network.places().zip(units) {
            assert_eq!(unit.weight.len(), place.shape.weight_len());
            assert_eq!(unit.gamma.len(), place.shape.c_out);
            assert_eq!(unit.beta.len(), place.shape.c_out);
        }
        Self {
            network,
            units,
            epsilon,
        }
    }

    /// `input [instances, frames, h, w, 3]` to the last block's output, channels-last too.
    pub fn forward(&self, input: Floats) -> (Floats, Tape) {
        let mut tape = Tape {
            input: Floats::default(),
            units: Vec::new(),
        };
        let convolve = |place: &Place, x: &[f32], tape: &mut Tape| {
            assert_eq!(place.number, tape.units.len(), "in order");
            let raw = conv::forward(&place.shape, x, self.units[place.number].weight);
            let statistics = batch_norm::statistics(&raw, place.shape.c_out);
            tape.units.push(Convolved { raw, statistics });
        };
        convolve(&self.network.stem, &input, &mut tape);
        tape.input = input;
        let mut y = self.normalised(&self.network.stem, &tape, true);
        for block in &self.network.blocks {
            convolve(&block.conv1, &y, &mut tape);
            let between = self.normalised(&block.conv1, &tape, true);
            convolve(&block.conv2, &between, &mut tape);
            drop(between);
            if let Some(place) = &block.downsample {
                convolve(place, &y, &mut tape);
            }
            y = self.joined(block, &tape, || y);
        }
        (y, tape)
    }

    /// From the output and its gradient, both channels-last, to the gradients of all units and, if asked
    /// for, of the input.
    pub fn backward(
        &self,
        mut tape: Tape,
        output: Pixels,
        gradient: Floats,
        with_input: bool,
    ) -> Found {
        let (mut y, mut dy) = (output, gradient);
        let mut found: Vec<Option<UnitGradients>> = Vec::new();
        found.resize_with(self.units.len(), || None);
        for (b, block) in self.network.blocks.iter().enumerate().rev() {
            let BlockPlaces { conv1, conv2, .. } = block;
            // `dy` becomes the shortcut's gradient.
            let second = self.through_norm(conv2, &mut tape, &mut dy, Gate::Output(&y));
            drop(y);
            let between = self.normalised(conv1, &tape, true);
            let dw2 = conv::weight_grad(&conv2.shape, &between, &second.raw);
            drop(between);
            let weight = self.units[conv2.number].weight;
            let mut d_between = conv::input_grad(&conv2.shape, &second.raw, weight);
            found[conv2.number] = Some(second.with(dw2));

            let gate = Gate::Input(self.units[conv1.number].beta);
            let first = self.through_norm(conv1, &mut tape, &mut d_between, gate);
            drop(d_between);
            y = Pixels::Own(self.output_of(b, &tape));
            let weight = self.units[conv1.number].weight;
            let dw1 = |y: &[f32]| conv::weight_grad(&conv1.shape, y, &first.raw);
            let onto = |dx| conv::input_grad_onto(&conv1.shape, &first.raw, weight, dx);
            let dw1 = match &block.downsample {
                None => {
                    let dw1 = dw1(&y);
                    dy = onto(dy);
                    dw1
                }
                // Large and small are alive together here: each goes as soon as it can.
                Some(place) => {
                    let shortcut = self.through_norm(place, &mut tape, &mut dy, Gate::Open);
                    drop(dy);
                    let dw = conv::weight_grad(&place.shape, &y, &shortcut.raw);
                    let dw1 = dw1(&y);
                    let weight = self.units[place.number].weight;
                    let dx = conv::input_grad(&place.shape, &shortcut.raw, weight);
                    found[place.number] = Some(shortcut.with(dw));
                    dy = onto(dx);
                    dw1
                }
            };
            found[conv1.number] = Some(first.with(dw1));
        }
        drop(y);
        let stem = &self.network.stem;
        let gate = Gate::Input(self.units[stem.number].beta);
        let last = self.through_norm(stem, &mut tape, &mut dy, gate);
        let dw = conv::weight_grad(&stem.shape, &tape.input, &last.raw);
        let weight = self.units[stem.number].weight;
        let input = with_input.then(|| conv::input_grad(&stem.shape, &last.raw, weight));
        found[stem.number] = Some(last.with(dw));
        Found {
            units: found.into_iter().flatten().collect(),
            input,
        }
    }

    fn norm(&self, place: &Place) -> Norm<'_> {
        Norm {
            gamma: self.units[place.number].gamma,
            epsilon: self.epsilon,
        }
    }

    fn normalised(&self, place: &Place, tape: &Tape, relu: bool) -> Floats {
        let (unit, beta) = (&tape.units[place.number], self.units[place.number].beta);
        let norm = self.norm(place);
        batch_norm::forward(&unit.raw, beta, norm, &unit.statistics, None, relu)
    }

    /// What a block makes of its convolutions' outputs and, without a convolution in the shortcut, of
    /// its input.
    fn joined(&self, block: &BlockPlaces, tape: &Tape, input: impl FnOnce() -> Floats) -> Floats {
        let shortcut = match &block.downsample {
            Some(place) => self.normalised(place, tape, false),
            None => input(),
        };
        let number = block.conv2.number;
        let (unit, beta) = (&tape.units[number], self.units[number].beta);
        let norm = self.norm(&block.conv2);
        batch_norm::forward_onto(shortcut, &unit.raw, beta, norm, &unit.statistics, true)
    }

    /// The output after `blocks` blocks, computed again: bit for bit what it was.
    fn output_of(&self, blocks: usize, tape: &Tape) -> Floats {
        match blocks.checked_sub(1) {
            None => self.normalised(&self.network.stem, tape, true),
            Some(b) => self.joined(&self.network.blocks[b], tape, || self.output_of(b, tape)),
        }
    }

    /// Takes the convolution's output off the tape and turns it into its gradient.
    fn through_norm(&self, place: &Place, tape: &mut Tape, dy: &mut [f32], gate: Gate) -> Backward {
        let unit = &mut tape.units[place.number];
        let mut raw = std::mem::take(&mut unit.raw);
        let norm = self.norm(place);
        let (gamma, beta) =
            batch_norm::backward_in_place(dy, &mut raw, gate, norm, &unit.statistics);
        Backward { raw, gamma, beta }
    }
}

/// A unit on its way back.
struct Backward {
    /// The gradient of the convolution's output
    raw: Floats,
    gamma: Vec<f32>,
    beta: Vec<f32>,
}

impl Backward {
    fn with(self, weight: Floats) -> UnitGradients {
        UnitGradients {
            weight,
            gamma: self.gamma,
            beta: self.beta,
        }
    }
}
