//! From the model's fields to the checkpoint's keys.

use super::state::StateDict;
use super::torch::Kind;

/// The checkpoint's key of a parameter, from its path of fields in [`crate::M3dfel`].
///
/// ```
/// use m3dfel::weights::names::key;
/// assert_eq!(key("features.stem.conv"), "features.0.0.weight");
/// assert_eq!(key("features.layer2.0.downsample.norm.running_var"), "features.2.0.downsample.1.running_var");
/// assert_eq!(key("aggregation.dliam.lstm.l1_reverse.weight_hh"), "lstm.weight_hh_l1_reverse");
/// assert_eq!(key("aggregation.dliam.attention.to_qkv.weight"), "to_qkv.weight");
/// assert_eq!(key("aggregation.fc.bias"), "fc.bias");
/// ```
pub fn key(path: &str) -> String {
    let path = path.strip_prefix("aggregation.").unwrap_or(path);
    let path = path.strip_prefix("dliam.").unwrap_or(path);
    if let Some(rest) = path.strip_prefix("lstm.") {
        return match rest.split_once('.') {
            Some((direction, weight)) => format!("lstm.{weight}_{direction}"),
            None => path.to_string(),
        };
    }
    if let Some(rest) = path.strip_prefix("attention.") {
        return rest.to_string();
    }
    let Some(rest) = path.strip_prefix("features.") else {
        return path.to_string();
    };
    let mut parts = vec!["features"];
    for field in rest.split('.') {
        match field {
            "stem" => parts.push("0"),
            "layer1" | "layer2" | "layer3" | "layer4" => parts.push(&field["layer".len()..]),
            "conv" => parts.extend(["0", "weight"]),
            "norm" => parts.push("1"),
            other => parts.push(other),
        }
    }
    parts.join(".")
}

/// Whether a tensor of this key is the backbone's.
pub fn is_backbone(key: &str) -> bool {
    key.starts_with("features.")
}

/// The published key of a tensor in torchvision's `r3d_18`, or none for its classifier.
///
/// ```
/// use m3dfel::weights::names::from_torchvision;
/// assert_eq!(from_torchvision("stem.0.weight").as_deref(), Some("features.0.0.weight"));
/// assert_eq!(from_torchvision("layer4.1.conv2.1.bias").as_deref(), Some("features.4.1.conv2.1.bias"));
/// assert_eq!(from_torchvision("fc.weight"), None);
/// ```
pub fn from_torchvision(name: &str) -> Option<String> {
    if let Some(rest) = name.strip_prefix("stem.") {
        return Some(format!("features.0.{rest}"));
    }
    name.strip_prefix("layer")
        .map(|rest| format!("features.{rest}"))
}

/// PyTorch's counter of batches beside each BatchNorm, which nothing reads but `strict` loading wants.
pub const BATCHES: &str = "num_batches_tracked";

/// Brings a state dict under the published names, and says what it is: torchvision's `r3d_18` loses
/// its classifier, anything else stays.
pub fn publish(state: StateDict) -> (StateDict, Kind) {
    if !state.contains_key("stem.0.weight") {
        let backbone = !state.is_empty() && state.keys().all(|name| is_backbone(name));
        return (
            state,
            if backbone {
                Kind::Backbone
            } else {
                Kind::Model
            },
        );
    }
    let named = state
        .into_iter()
        .filter(|(name, _)| name != "fc.weight" && name != "fc.bias")
        .map(|(name, array)| (from_torchvision(&name).unwrap_or(name), array))
        .collect();
    (named, Kind::Backbone)
}
