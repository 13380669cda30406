//! The backward passes.

use burn::backend::autodiff::{
    Autodiff,
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::{Backend, tensor::FloatTensor};

use super::ConvOps;

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
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
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
