//! Where clips lie in the space of the bag features.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::tsne::tsne;

/// One clip's features of its whole bag: what the classifier's last layer is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BagFeatures {
    pub clip: String,
    /// Class name.
    pub truth: String,
    /// Class name.
    pub predicted: String,
    /// As many for every clip (1024 in M3DFEL).
    pub features: Vec<f32>,
}

/// Clips on a plane. What it means that two are near each other, `told` says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FeatureMap {
    pub points: Vec<FeaturePoint>,
    /// How the map was made, in a sentence or two.
    pub told: String,
}

/// A clip's place. The axes have no unit, and no direction that means anything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FeaturePoint {
    pub clip: String,
    /// Class name.
    pub truth: String,
    /// Class name.
    pub predicted: String,
    pub x: f64,
    pub y: f64,
}

impl FeatureMap {
    /// A map by [t-SNE](tsne). The same clips make the same map. None for fewer than ten clips, or
    /// clips that are all alike: of those a map says nothing.
    ///
    /// # Errors
    /// Clips with different numbers of features.
    pub fn of(clips: &[BagFeatures]) -> Result<Option<Self>> {
        let features: Vec<&[f32]> = clips.iter().map(|clip| clip.features.as_slice()).collect();
        let Some(map) = tsne(&features)? else {
            return Ok(None);
        };
        let placed = clips.iter().zip(&map.places);
        let points: Vec<FeaturePoint> = placed
            .filter_map(|(clip, place)| {
                let [x, y] = (*place)?;
                Some(FeaturePoint {
                    clip: clip.clip.clone(),
                    truth: clip.truth.clone(),
                    predicted: clip.predicted.clone(),
                    x,
                    y,
                })
            })
            .collect();
        let mut told = format!(
            "t-SNE of the bag features, perplexity {}, begun from their two principal components. Clips \
             that are near each other have like features; distances between groups and their sizes mean \
             little.",
            map.perplexity
        );
        if points.len() < clips.len() {
            told += &format!(" Of {} clips {} are drawn", clips.len(), points.len());
            if map.unusable > 0 {
                let n = map.unusable;
                told += &format!("; clips with features that are no numbers are left out ({n})");
            }
            if points.len() + map.unusable < clips.len() {
                told += "; they are evenly chosen from the list";
            }
            told += ".";
        }
        Ok(Some(Self { points, told }))
    }
}
