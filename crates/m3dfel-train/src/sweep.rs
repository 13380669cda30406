//! Many runs of one experiment: every combination of some keys' values.

use crate::{Error, Result};

/// The key whose values are repeats of a variant rather than variants.
const SEED: &str = "train.seed";

/// What is varied, and the seeds that each variant is run with.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    pub variants: Vec<Variant>,
    /// Values of `train.seed`; empty for the experiment's own.
    pub seeds: Vec<String>,
}

/// Settings of an experiment, as in `--set`.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// `section.key=value` each
    pub set: Vec<String>,
}

impl Sweep {
    /// From `section.key=value,value,...`, one for each key, and from further variants, each
    /// `section.key=value` by blanks, as `model.join=mean model.bag_size=1`.
    ///
    /// # Errors
    /// What has not this form; a key given twice; two variants that are the same.
    pub fn parse(axes: &[String], also: &[String]) -> Result<Self> {
        let mut sweep = Self {
            variants: vec![Variant { set: vec![] }],
            seeds: Vec::new(),
        };
        let mut keys: Vec<&str> = Vec::new();
        for axis in axes {
            let (key, values) = split(axis)?;
            if keys.contains(&key) {
                return Err(wrong(
                    axis,
                    &format!("{key} is given twice: write all its values in one list"),
                ));
            }
            keys.push(key);
            if key == SEED {
                sweep.seeds = values;
                continue;
            }
            let with = |variant: &Variant, value: &String| {
                let set = [variant.set.as_slice(), &[format!("{key}={value}")]].concat();
                Variant { set }
            };
            sweep.variants = sweep
                .variants
                .iter()
                .flat_map(|variant| values.iter().map(move |value| with(variant, value)))
                .collect();
        }
        for settings in also {
            let set: Vec<String> = settings.split_whitespace().map(String::from).collect();
            for setting in &set {
                let (key, values) = split(setting)?;
                if key == SEED || values.len() != 1 {
                    return Err(wrong(
                        settings,
                        "a further variant has one value a key, and seeds are for all variants",
                    ));
                }
            }
            sweep.variants.push(Variant { set });
        }
        for (k, variant) in sweep.variants.iter().enumerate() {
            if sweep.variants[..k].contains(variant) {
                return Err(wrong(&variant.set.join(" "), "it is there twice"));
            }
        }
        Ok(sweep)
    }
}

impl Variant {
    /// For people: `bag_size=4, join=mean`.
    pub fn name(&self) -> String {
        match self.short().as_slice() {
            [] => "as it is".into(),
            settings => settings.join(", "),
        }
    }

    /// The settings without their sections.
    fn short(&self) -> Vec<String> {
        let rest = |setting: &String| match setting.split_once('.') {
            Some((_, rest)) => rest.to_owned(),
            None => setting.clone(),
        };
        self.set.iter().map(rest).collect()
    }

    /// For a directory: of the name only what every file system takes.
    pub fn directory(&self, seed: Option<&str>) -> String {
        let mut name = match self.short().as_slice() {
            [] => self.name(),
            settings => settings.join("_"),
        };
        if let Some(seed) = seed {
            name += &format!("_seed={seed}");
        }
        name.chars()
            .map(|c| match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '=' | '-' => c,
                _ => '-',
            })
            .collect()
    }

    /// The settings of one run.
    pub fn set(&self, seed: Option<&str>) -> Vec<String> {
        let seed = seed.map(|seed| format!("{SEED}={seed}"));
        self.set.iter().cloned().chain(seed).collect()
    }
}

/// Key and values. Commas within brackets are parts of a value.
fn split(axis: &str) -> Result<(&str, Vec<String>)> {
    let form = "write it as model.bag_size=1,2,4";
    let (key, list) = axis.split_once('=').ok_or_else(|| wrong(axis, form))?;
    let key = key.trim();
    let mut values = vec![String::new()];
    let mut depth = 0i32;
    for c in list.chars() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                values.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = values.last_mut() {
            last.push(c);
        }
    }
    let values: Vec<String> = values.into_iter().map(|v| v.trim().to_owned()).collect();
    if !key.contains('.') || values.iter().any(String::is_empty) {
        return Err(wrong(axis, form));
    }
    for (k, value) in values.iter().enumerate() {
        if values[..k].contains(value) {
            return Err(wrong(axis, &format!("the value {value} is there twice")));
        }
    }
    Ok((key, values))
}

fn wrong(what: &str, why: &str) -> Error {
    Error::Experiment(format!("{what}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(axes: &[&str], also: &[&str]) -> Result<Sweep> {
        let own = |list: &[&str]| list.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        Sweep::parse(&own(axes), &own(also))
    }

    #[test]
    fn every_combination_and_seeds_apart() {
        let axes = [
            "model.bag_size=1,4",
            "train.seed=0,1,2",
            "augment.crop_scale=[0.5, 1.0],[1.0, 1.0]",
        ];
        let sweep = parse(&axes, &["model.join=mean model.bag_size=1"]).unwrap();
        let names: Vec<String> = sweep.variants.iter().map(Variant::name).collect();
        assert_eq!(
            names,
            [
                "bag_size=1, crop_scale=[0.5, 1.0]",
                "bag_size=1, crop_scale=[1.0, 1.0]",
                "bag_size=4, crop_scale=[0.5, 1.0]",
                "bag_size=4, crop_scale=[1.0, 1.0]",
                "join=mean, bag_size=1",
            ]
        );
        assert_eq!(sweep.seeds, ["0", "1", "2"]);
        let last = sweep.variants.last().unwrap();
        assert_eq!(
            last.set(Some("2")),
            ["model.join=mean", "model.bag_size=1", "train.seed=2"]
        );
        assert_eq!(last.directory(Some("2")), "join=mean_bag_size=1_seed=2");
        assert_eq!(
            sweep.variants[0].directory(None),
            "bag_size=1_crop_scale=-0.5--1.0-"
        );
        let seeds_alone = parse(&["train.seed=3,4"], &[]).unwrap();
        assert_eq!(seeds_alone.variants[0].name(), "as it is");
    }

    #[test]
    fn what_makes_no_sweep_is_refused_by_name() {
        for (axes, also, word) in [
            (vec!["model.bag_size"], vec![], "model.bag_size=1,2,4"),
            (vec!["bag_size=1,2"], vec![], "model.bag_size=1,2,4"),
            (vec!["model.bag_size=1,,2"], vec![], "model.bag_size=1,2,4"),
            (vec!["model.bag_size=1,1"], vec![], "twice"),
            (
                vec!["model.bag_size=1", "model.bag_size=2"],
                vec![],
                "one list",
            ),
            (vec!["model.bag_size=1"], vec!["model.bag_size=1"], "twice"),
            (
                vec!["model.bag_size=1"],
                vec!["model.bag_size=2,4"],
                "one value",
            ),
            (vec!["model.bag_size=1"], vec!["train.seed=3"], "seeds"),
        ] {
            let error = parse(&axes, &also).unwrap_err().to_string();
            assert!(error.contains(word), "{axes:?} {also:?}: {error}");
        }
    }
}
