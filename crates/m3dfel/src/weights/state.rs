use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

use super::names;
use crate::{Error, M3dfel, Result};

/// A tensor outside of any device.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

/// Tensors by their published names, in order of name.
pub type StateDict = BTreeMap<String, Array>;

/// Sets all but the middle tap in time of each 3-D kernel to zero.
///
/// Of a model that has seen instances of one frame alone, no other tap ever met a value: each still holds what it was drawn
/// as. Without them the model reads each frame of a longer instance as it has learnt to.
pub fn keep_middle_taps(state: &mut StateDict) {
    for array in state.values_mut() {
        let &[_, _, taps, height, width] = array.shape.as_slice() else {
            continue;
        };
        let tap = (height * width).max(1);
        for (k, values) in array.data.chunks_exact_mut(tap).enumerate() {
            if k % taps != taps / 2 {
                values.fill(0.0);
            }
        }
    }
}

/// Gives a classifier the classes `wanted`, each with what was learnt of the class of that name among those it `has`: their order
/// differs from corpus to corpus.
///
/// What it has learnt nothing of is as in `fresh`, the state of a new model for those classes. Those names are returned.
pub fn deal_classes(
    state: &mut StateDict,
    has: &[String],
    wanted: &[String],
    fresh: &StateDict,
) -> Vec<String> {
    let place = |name: &String| has.iter().position(|other| other == name);
    for key in ["fc.weight", "fc.bias"] {
        let (Some(old), Some(new)) = (state.get(key), fresh.get(key)) else {
            continue;
        };
        let rows = |array: &Array, classes: usize| array.data.len() / classes.max(1);
        let row = rows(old, has.len());
        // Another width: loading says so.
        if row == 0 || row != rows(new, wanted.len()) {
            continue;
        }
        let mut dealt = new.clone();
        for (to, name) in dealt.data.chunks_exact_mut(row).zip(wanted) {
            if let Some(from) = place(name).and_then(|k| old.data.get(k * row..(k + 1) * row)) {
                to.copy_from_slice(from);
            }
        }
        state.insert(key.to_owned(), dealt);
    }
    let unknown = wanted.iter().filter(|name| place(name).is_none());
    unknown.cloned().collect()
}

impl M3dfel {
    /// Every parameter and running statistic.
    pub fn state(&self) -> StateDict {
        let mut out = StateDict::new();
        visit(self, |key, tensor| {
            out.insert(key, tensor);
        });
        out
    }

    /// Names and shapes of every parameter and running statistic.
    pub fn shapes(&self) -> BTreeMap<String, Vec<usize>> {
        let mut shapes = Shapes::default();
        self.visit(&mut shapes);
        shapes.out
    }

    /// Takes every tensor from `state`.
    ///
    /// # Errors
    /// A missing, unexpected or mis-shaped tensor, or one with a value that is not finite. The model
    /// is not returned then, so half-loaded weights cannot be used.
    pub fn load_state(self, state: StateDict) -> Result<Self> {
        self.check_state(&state)?;
        Ok(self.fill(state))
    }

    /// Whether [`load_state`](Self::load_state) would take `state`.
    pub(crate) fn check_state(&self, state: &StateDict) -> Result<()> {
        check(&self.shapes(), state)
    }

    /// Takes the backbone from `state` (keys `features.*`) and leaves the rest.
    ///
    /// # Errors
    /// As [`load_state`](Self::load_state), for the backbone's tensors.
    pub fn load_backbone(self, state: StateDict) -> Result<Self> {
        let mut shapes = self.shapes();
        shapes.retain(|name, _| names::is_backbone(name));
        check(&shapes, &state)?;
        Ok(self.fill(state))
    }

    /// Puts in what `state` has, unchecked.
    pub(crate) fn fill(self, mut state: StateDict) -> Self {
        // BatchNorm's running state is shared by clones: a new one, so that loading touches no other model.
        let device = self.aggregation.fc.weight.device();
        self.fork(&device).map(&mut Fill {
            state: &mut state,
            path: Vec::new(),
        })
    }
}

fn check(shapes: &BTreeMap<String, Vec<usize>>, state: &StateDict) -> Result<()> {
    for (name, expected) in shapes {
        let Some(array) = state.get(name) else {
            return Err(Error::Missing {
                name: name.clone(),
                expected: expected.clone(),
                hint: hint(name, state),
            });
        };
        if &array.shape != expected {
            return Err(Error::Shape {
                name: name.clone(),
                found: array.shape.clone(),
                expected: expected.clone(),
            });
        }
        if let Some((index, value)) = array.data.iter().enumerate().find(|(_, v)| !v.is_finite()) {
            return Err(Error::NotFinite {
                name: name.clone(),
                index,
                value: *value,
            });
        }
    }
    match state.iter().find(|(name, _)| !shapes.contains_key(*name)) {
        Some((name, array)) => Err(Error::Unexpected {
            name: name.clone(),
            found: array.shape.clone(),
        }),
        None => Ok(()),
    }
}

fn hint(name: &str, state: &StateDict) -> String {
    if state.is_empty() {
        return "; it has no tensors at all".into();
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    match state.keys().find(|k| k.ends_with(last)) {
        Some(near) => format!(" (it has {} others, {near} among them)", state.len()),
        None => format!(" (it has {} others)", state.len()),
    }
}

/// Joins the fields on the way to a parameter, and maps them to the checkpoint's key.
fn key_of(path: &[String]) -> String {
    names::key(&path.join("."))
}

fn visit(model: &M3dfel, each: impl FnMut(String, Array)) {
    struct Visit<F> {
        path: Vec<String>,
        each: F,
    }
    impl<F: FnMut(String, Array)> ModuleVisitor for Visit<F> {
        fn enter_module(&mut self, name: &str, _: &str) {
            self.path.push(name.into());
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.pop();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let tensor = param.val();
            let array = Array {
                shape: tensor.dims().to_vec(),
                data: floats(tensor.into_data()),
            };
            (self.each)(key_of(&self.path), array);
        }
    }
    // `RunningState` hands out its last synchronised value; `valid` synchronises.
    model.valid().visit(&mut Visit {
        path: Vec::new(),
        each,
    });
}

/// The values of a float tensor, whatever width its device keeps them in.
pub(crate) fn floats(data: TensorData) -> Vec<f32> {
    data.convert::<f32>().try_into_vec().unwrap_or_default()
}

#[derive(Default)]
struct Shapes {
    path: Vec<String>,
    out: BTreeMap<String, Vec<usize>>,
}

impl ModuleVisitor for Shapes {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.into());
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.out
            .insert(key_of(&self.path), param.lazy_shape().to_vec());
    }
}

struct Fill<'a> {
    state: &'a mut StateDict,
    path: Vec<String>,
}

impl ModuleMapper for Fill<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.into());
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(array) = self.state.remove(&key_of(&self.path)) else {
            return param;
        };
        let data = TensorData::new(array.data, array.shape);
        let (id, filled) = (param.id, Tensor::from_data(data, &param.lazy_device()));
        param.transform_for_load(filled, id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A classifier of two features: the rows of each class, and its bias ten times the first.
    fn classifier(rows: &[f32]) -> StateDict {
        let array = |shape: &[usize], data: Vec<f32>| Array {
            shape: shape.to_vec(),
            data,
        };
        let weight = rows.iter().flat_map(|&r| [r, r + 0.5]).collect();
        let bias = rows.iter().map(|r| 10.0 * r).collect();
        StateDict::from([
            ("fc.weight".to_owned(), array(&[rows.len(), 2], weight)),
            ("fc.bias".to_owned(), array(&[rows.len()], bias)),
            ("norm.weight".to_owned(), array(&[1], vec![7.0])),
        ])
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn classes_keep_what_was_learnt_of_them_in_any_order() {
        let has = names(&["happy", "sad", "neutral"]);
        let mut state = classifier(&[1.0, 2.0, 3.0]);
        let wanted = names(&["awe", "neutral", "happy", "pain"]);
        let unknown = deal_classes(&mut state, &has, &wanted, &classifier(&[-1.0; 4]));
        assert_eq!(unknown, ["awe", "pain"]);
        assert_eq!(state, classifier(&[-1.0, 3.0, 1.0, -1.0]));

        // and back again
        let unknown = deal_classes(&mut state, &wanted, &has, &classifier(&[-2.0; 3]));
        assert_eq!(unknown, ["sad"]);
        assert_eq!(state, classifier(&[1.0, -2.0, 3.0]));
    }

    #[test]
    fn what_does_not_fit_is_left_for_loading_to_refuse() {
        let two = names(&["happy", "sad"]);
        let mut wide = classifier(&[1.0, 2.0]);
        if let Some(weight) = wide.get_mut("fc.weight") {
            (weight.shape, weight.data) = (vec![2, 3], vec![0.0; 6]);
        }
        let before = wide.clone();
        deal_classes(&mut wide, &two, &two, &classifier(&[3.0, 4.0]));
        assert_eq!(wide["fc.weight"], before["fc.weight"]);
        // a file that is shorter than its header says
        let mut short = classifier(&[1.0]);
        deal_classes(&mut short, &names(&[]), &two, &classifier(&[3.0, 4.0]));
        deal_classes(&mut StateDict::new(), &two, &two, &classifier(&[3.0, 4.0]));
        assert!(short.contains_key("fc.weight"));
    }
}
