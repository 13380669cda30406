use burn::module::{Module, Param};
use burn::tensor::activation::{sigmoid, tanh};
use burn::tensor::{Device, Tensor};

use crate::linear::times_transposed;
use crate::param::zeros;

/// One direction of one layer, packed as PyTorch packs it: rows of the gates i, f, g, o.
#[derive(Module, Debug)]
pub struct Direction {
    /// `[4 * hidden, in]`
    pub weight_ih: Param<Tensor<2>>,
    /// `[4 * hidden, hidden]`
    pub weight_hh: Param<Tensor<2>>,
    pub bias_ih: Param<Tensor<1>>,
    pub bias_hh: Param<Tensor<1>>,
}

impl Direction {
    fn zeros(input: usize, hidden: usize, device: &Device) -> Self {
        Self {
            weight_ih: zeros([4 * hidden, input], device),
            weight_hh: zeros([4 * hidden, hidden], device),
            bias_ih: zeros([4 * hidden], device),
            bias_hh: zeros([4 * hidden], device),
        }
    }

    /// The hidden state after each instance, in the order of the instances whatever the direction.
    fn forward(&self, x: Tensor<3>, reverse: bool) -> Vec<Tensor<2>> {
        let [batch, instances, input] = x.dims();
        let hidden = self.weight_hh.dims()[1];
        let bias = self.bias_ih.val() + self.bias_hh.val();
        // The input's part of all gates at once; only the recurrent part is sequential.
        let x = x.reshape([batch * instances, input]);
        let from_input = times_transposed(x, self.weight_ih.val()) + bias.unsqueeze::<2>();
        let from_input = from_input.reshape([batch, instances, 4 * hidden]);
        let recurrent = self.weight_hh.val();
        let mut state: Option<(Tensor<2>, Tensor<2>)> = None;
        let mut outputs = Vec::with_capacity(instances);
        for step in 0..instances {
            let at = if reverse { instances - 1 - step } else { step };
            let mut gates: Tensor<2> = from_input.clone().narrow(1, at, 1).squeeze_dim(1); // [batch, 4 * hidden]
            if let Some((h, _)) = &state {
                gates = gates + times_transposed(h.clone(), recurrent.clone());
            }
            let gate = |k: usize| gates.clone().narrow(1, k * hidden, hidden);
            let new = sigmoid(gate(0)) * tanh(gate(2));
            let c = match state {
                Some((_, c)) => sigmoid(gate(1)) * c + new,
                None => new,
            };
            let h = sigmoid(gate(3)) * tanh(c.clone());
            outputs.push(h.clone());
            state = Some((h, c));
        }
        if reverse {
            outputs.reverse();
        }
        outputs
    }
}

/// A bidirectional LSTM of two layers over the instances of a bag.
#[derive(Module, Debug)]
pub struct BiLstm {
    pub l0: Direction,
    pub l0_reverse: Direction,
    pub l1: Direction,
    pub l1_reverse: Direction,
}

impl BiLstm {
    pub(crate) fn zeros(input: usize, hidden: usize, device: &Device) -> Self {
        Self {
            l0: Direction::zeros(input, hidden, device),
            l0_reverse: Direction::zeros(input, hidden, device),
            l1: Direction::zeros(2 * hidden, hidden, device),
            l1_reverse: Direction::zeros(2 * hidden, hidden, device),
        }
    }

    /// # Shapes
    /// `[batch, instances, in]` to `[batch, instances, 2 * hidden]`
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = both(&self.l0, &self.l0_reverse, x);
        both(&self.l1, &self.l1_reverse, x)
    }
}

fn both(forward: &Direction, reverse: &Direction, x: Tensor<3>) -> Tensor<3> {
    let ahead = Tensor::stack::<3>(forward.forward(x.clone(), false), 1);
    let back = Tensor::stack::<3>(reverse.forward(x, true), 1);
    Tensor::cat(vec![ahead, back], 2)
}
