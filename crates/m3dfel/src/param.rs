use burn::module::{Param, ParamId};
use burn::tensor::{Device, Tensor};

/// A parameter of zeros that takes no memory before it is looked at: weights that are read from a
/// file take its place without it ever having been there.
pub(crate) fn zeros<const D: usize>(shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
    let init = move |device: &Device, require_grad: bool| {
        Tensor::zeros(shape, device).set_require_grad(require_grad)
    };
    Param::uninitialized(ParamId::new(), init, device.clone(), true, shape.into())
}
