//! The backward passes.

use burn::backend::autodiff::{
    Autodiff,
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::{Backend, tensor::FloatTensor};

use super::{ConvOps, NormOps};

#[derive(Debug)]
struct ClipConv3d;

impl<B: Backend + ConvOps> Backward<B, 2> for ClipConv3d {
    type State = (FloatTensor<B>, FloatTensor<B>, [usize; 3], [usize; 3]);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [node_x, node_weight] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        let (x, weight, stride, padding) = ops.state;
        if let Some(node) = node_weight {
            let dw = B::clip_conv3d_weight_grad(
                x.clone(),
                weight.clone(),
                grad.clone(),
                stride,
                padding,
            );
            grads.register::<B>(node.id, dw);
        }
        if let Some(node) = node_x {
            let dx = B::clip_conv3d_x_grad(x, weight, grad, stride, padding);
            grads.register::<B>(node.id, dx);
        }
    }
}

#[derive(Debug)]
struct ClipBatchNorm;

/// What the backward pass of a normalisation reads.
#[derive(Clone, Debug)]
struct Normed<B: Backend> {
    x: FloatTensor<B>,
    y: FloatTensor<B>,
    gamma: FloatTensor<B>,
    mean: FloatTensor<B>,
    variance: FloatTensor<B>,
    epsilon: f64,
    relu: bool,
}

impl<B: Backend + NormOps> Normed<B> {
    fn new(
        x: FloatTensor<B>,
        y: &FloatTensor<B>,
        gamma: FloatTensor<B>,
        [mean, variance]: &[FloatTensor<B>; 2],
        epsilon: f64,
        relu: bool,
    ) -> Self {
        Self {
            // Only the ReLU asks for the output.
            y: if relu { y.clone() } else { x.clone() },
            x,
            gamma,
            mean: mean.clone(),
            variance: variance.clone(),
            epsilon,
            relu,
        }
    }

    /// To `x`, `gamma`, `beta` and, if it is asked for, to the residual.
    fn backward(self, grad: FloatTensor<B>, residual: bool) -> [FloatTensor<B>; 4] {
        let (dx, dgamma, dbeta, dz) = B::clip_batch_norm_grad(
            grad,
            self.x,
            self.y,
            self.gamma,
            self.mean,
            self.variance,
            self.epsilon,
            self.relu,
            residual,
        );
        [dx, dgamma, dbeta, dz]
    }
}

impl<B: Backend + NormOps> Backward<B, 3> for ClipBatchNorm {
    type State = Normed<B>;

    fn backward(self, ops: Ops<Normed<B>, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let values = ops.state.backward(grad, false);
        for (node, value) in ops.parents.into_iter().zip(values) {
            if let Some(node) = node {
                grads.register::<B>(node.id, value);
            }
        }
    }
}

impl<B: Backend + NormOps> Backward<B, 4> for ClipBatchNorm {
    type State = Normed<B>;

    fn backward(self, ops: Ops<Normed<B>, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let values = ops.state.backward(grad, ops.parents[3].is_some());
        for (node, value) in ops.parents.into_iter().zip(values) {
            if let Some(node) = node {
                grads.register::<B>(node.id, value);
            }
        }
    }
}

impl<B: Backend + ConvOps, C: CheckpointStrategy> ConvOps for Autodiff<B, C> {
    fn clip_conv3d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        stride: [usize; 3],
        padding: [usize; 3],
    ) -> FloatTensor<Self> {
        match ClipConv3d
            .prepare::<C>([x.node(), weight.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => {
                // What is kept is turned once, not again in the backward pass.
                let (x, weight) = (B::clip_layout(x.into_primitive()), weight.into_primitive());
                let y = B::clip_conv3d(x.clone(), weight.clone(), stride, padding);
                prep.finish((x, weight, stride, padding), y)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::clip_conv3d(
                x.into_primitive(),
                weight.into_primitive(),
                stride,
                padding,
            )),
        }
    }
}

impl<B: Backend + NormOps, C: CheckpointStrategy> NormOps for Autodiff<B, C> {
    fn clip_batch_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
        relu: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let nodes = [x.node(), gamma.node(), beta.node()];
        let (x, gamma) = (x.into_primitive(), gamma.into_primitive());
        let (y, mean, variance) = B::clip_batch_norm(
            x.clone(),
            gamma.clone(),
            beta.into_primitive(),
            epsilon,
            relu,
        );
        let statistics = [mean, variance];
        let y = match ClipBatchNorm.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let saved = Normed::<B>::new(x, &y, gamma, &statistics, epsilon, relu);
                prep.finish(saved, y)
            }
            OpsKind::UnTracked(prep) => prep.finish(y),
        };
        let [mean, variance] = statistics.map(FloatTensor::<Self>::new);
        (y, mean, variance)
    }

    fn clip_batch_norm_add(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        epsilon: f64,
        relu: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let nodes = [x.node(), gamma.node(), beta.node(), residual.node()];
        let (x, gamma) = (x.into_primitive(), gamma.into_primitive());
        let (y, mean, variance) = B::clip_batch_norm_add(
            x.clone(),
            gamma.clone(),
            beta.into_primitive(),
            residual.into_primitive(),
            epsilon,
            relu,
        );
        let statistics = [mean, variance];
        let y = match ClipBatchNorm.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let saved = Normed::<B>::new(x, &y, gamma, &statistics, epsilon, relu);
                prep.finish(saved, y)
            }
            OpsKind::UnTracked(prep) => prep.finish(y),
        };
        let [mean, variance] = statistics.map(FloatTensor::<Self>::new);
        (y, mean, variance)
    }

    fn clip_batch_norm_grad(
        _grad: FloatTensor<Self>,
        _x: FloatTensor<Self>,
        _y: FloatTensor<Self>,
        _gamma: FloatTensor<Self>,
        _mean: FloatTensor<Self>,
        _variance: FloatTensor<Self>,
        _epsilon: f64,
        _relu: bool,
        _residual: bool,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        panic!("batch_norm_relu has no second derivative");
    }
}
