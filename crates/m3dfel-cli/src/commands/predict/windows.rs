//! A window of a face as a line, as JSON and as a row of a table.

use std::path::Path;

use m3dfel_data::Vocabulary;
use m3dfel_metrics::Table;
use m3dfel_train::Window;
use m3dfel_video::Rect;
use serde_json::json;

use super::{probabilities, told};

pub fn text_line(path: &Path, window: &Window, classes: &Vocabulary) -> String {
    format!(
        "{}  face {}  {:.2} to {:.2} s  {}",
        path.display(),
        window.track,
        window.start,
        window.end,
        told(&window.prediction, classes)
    )
}

pub fn json_line(path: &Path, window: &Window, bbox: Option<Rect>, classes: &Vocabulary) -> String {
    let prediction = &window.prediction;
    let instances: Vec<_> = prediction
        .instances
        .iter()
        .map(|i| json!({"share": i.share, "contribution": i.contribution}))
        .collect();
    json!({
        "input": path,
        "track": window.track,
        "start": window.start,
        "end": window.end,
        "box": bbox.map(|b| [b.left, b.top, b.width, b.height]),
        "label": classes.name(prediction.class),
        "probabilities": probabilities(prediction, classes),
        "logits": prediction.logits,
        "classes": classes.names(),
        "instances": instances,
    })
    .to_string()
}

pub fn header(classes: &Vocabulary) -> Table {
    let place = [
        "input", "track", "start", "end", "x", "y", "width", "height", "label",
    ];
    Table::new(
        place
            .into_iter()
            .map(String::from)
            .chain(classes.names().iter().cloned()),
    )
}

pub fn row(path: &Path, window: &Window, bbox: Option<Rect>, classes: &Vocabulary) -> Vec<String> {
    let mut row = vec![
        path.display().to_string(),
        window.track.to_string(),
        format!("{:.3}", window.start),
        format!("{:.3}", window.end),
    ];
    row.extend(bbox.map_or([const { String::new() }; 4], |b| {
        [b.left, b.top, b.width, b.height].map(|v| format!("{v:.1}"))
    }));
    row.push(
        classes
            .name(window.prediction.class)
            .unwrap_or_default()
            .into(),
    );
    row.extend(
        window
            .prediction
            .probabilities
            .iter()
            .map(|p| format!("{p:.4}")),
    );
    row
}
