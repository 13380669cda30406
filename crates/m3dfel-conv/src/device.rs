//! What a model runs on: named by a user, found on the machine, tried before it is used.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use burn::tensor::{Device, Tensor};

/// The name of a device: `cpu`, `cuda`, `cuda:1`, `vulkan`, `vulkan:1`, `metal`.
///
/// All but the CPU are there only in a program that was built with the feature of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceName {
    kind: Kind,
    /// Among the devices of its kind, in the driver's order; for Vulkan, discrete cards first.
    index: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Cpu,
    Cuda,
    Vulkan,
    Metal,
}

/// Why there is no such device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    #[error(
        "this m3dfel was built without {0}; build it with `cargo install --path crates/m3dfel-cli --features {0}`"
    )]
    NotBuilt(&'static str),
    #[error("{0}: this machine has {1}")]
    Missing(DeviceName, String),
    /// It is there and does not work.
    #[error("{0} does not work: {1}")]
    Broken(DeviceName, String),
}

impl DeviceName {
    pub fn is_cpu(self) -> bool {
        self.kind == Kind::Cpu
    }

    /// The device, after it has computed something.
    ///
    /// # Errors
    /// A kind that was not built in; a device that is not there, or cannot compute.
    pub fn open(self) -> Result<Device, DeviceError> {
        let found = self
            .kind
            .devices()
            .ok_or(DeviceError::NotBuilt(self.kind.name()))?;
        let count = found.len();
        let Some(device) = found.into_iter().nth(self.index) else {
            return Err(DeviceError::Missing(self, self.kind.count(count)));
        };
        if !self.is_cpu() {
            try_out(&device).map_err(|reason| DeviceError::Broken(self, reason))?;
        }
        Ok(device)
    }

    /// The largest relative error of one product, in float32: what tests that hold a device against
    /// float64 allow for.
    ///
    /// 2^-24, half the last bit; on CUDA 2^-11, since tensor cores round the factors of a product of
    /// float32 to TF32. Metal has no such type, and Vulkan's drivers multiply in float32.
    pub fn rounding(self) -> f64 {
        match self.kind {
            Kind::Cuda => 2f64.powi(-11),
            Kind::Cpu | Kind::Vulkan | Kind::Metal => 2f64.powi(-24),
        }
    }
}

/// One device, or several that share the work: `cuda:0,cuda:1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceNames(Vec<DeviceName>);

impl DeviceNames {
    pub fn are_cpu(&self) -> bool {
        self.0.iter().all(|name| name.is_cpu())
    }

    /// # Errors
    /// As [`DeviceName::open`].
    pub fn open(&self) -> Result<Vec<Device>, DeviceError> {
        self.0.iter().map(|name| name.open()).collect()
    }
}

impl Default for DeviceNames {
    fn default() -> Self {
        DeviceName::default().into()
    }
}

impl From<DeviceName> for DeviceNames {
    fn from(name: DeviceName) -> Self {
        Self(vec![name])
    }
}

impl fmt::Display for DeviceNames {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let names: Vec<String> = self.0.iter().map(DeviceName::to_string).collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for DeviceNames {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<DeviceName> = text.split(',').map(str::parse).collect::<Result<_, _>>()?;
        for (k, name) in names.iter().enumerate() {
            if names[..k].contains(name) {
                return Err(format!("{name} is named twice"));
            }
        }
        Ok(Self(names))
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::Vulkan => "vulkan",
            Self::Metal => "metal",
        }
    }

    /// All of the kind on this machine; none where the program was built without it.
    fn devices(self) -> Option<Vec<Device>> {
        match self {
            Self::Cpu => Some(vec![Device::flex()]),
            #[cfg(feature = "cuda")]
            Self::Cuda => Some(listed(burn::tensor::DeviceType::Cuda)),
            #[cfg(feature = "vulkan")]
            Self::Vulkan => Some(listed(burn::tensor::DeviceType::Vulkan)),
            #[cfg(feature = "metal")]
            Self::Metal => Some(listed(burn::tensor::DeviceType::Metal)),
            #[allow(unreachable_patterns)] // where all are built in
            _ => None,
        }
    }

    fn count(self, count: usize) -> String {
        match (count, self) {
            (0, Self::Cuda) => "no CUDA device, or no NVIDIA driver (nvidia-smi tells)".into(),
            (0, Self::Vulkan) => {
                "no Vulkan driver (vulkaninfo tells; on Debian, mesa-vulkan-drivers has them)"
                    .into()
            }
            (0, _) => format!("no {} device", self.name()),
            (1, _) => format!("only {}:0", self.name()),
            (n, _) => format!("only {0}:0 to {0}:{1}", self.name(), n - 1),
        }
    }
}

#[cfg(any(feature = "cuda", feature = "vulkan", feature = "metal"))]
fn listed(of: burn::tensor::DeviceType) -> Vec<Device> {
    Device::enumerate(of).into_iter().collect()
}

/// Computes something. Drivers that fail make Burn panic, also where a driver's library is there and the
/// one that compiles kernels is not.
fn try_out(device: &Device) -> Result<(), String> {
    let computed = caught(|| {
        let x = Tensor::<1>::from_floats([1.0, 2.0], device) * 2.0;
        x.into_data().try_into_vec::<f32>()
    })?;
    match computed {
        Ok(values) if values == [2.0, 4.0] => Ok(()),
        Ok(values) => Err(format!("2 * [1, 2] is {values:?} there")),
        Err(error) => Err(format!("{error:?}")),
    }
}

/// What `work` gives, or what it panics with, which nothing else prints then.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // The hook is the whole program's: one at a time, or one takes another's silence for what was there.
    static HOOK: Mutex<()> = Mutex::new(());
    let turn = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let done = catch_unwind(AssertUnwindSafe(work));
    set_hook(hook);
    drop(turn);
    done.map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
        text.or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "without a message".into())
    })
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.kind {
            Kind::Cuda | Kind::Vulkan => write!(f, "{}:{}", self.kind.name(), self.index),
            Kind::Cpu | Kind::Metal => f.write_str(self.kind.name()),
        }
    }
}

impl FromStr for DeviceName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || {
            Err(format!(
                "\"{text}\" is no device: give cpu, cuda, cuda:N, vulkan, vulkan:N or metal"
            ))
        };
        let (name, index) = match text.split_once(':') {
            None => (text, None),
            Some((name, index)) => match index.parse() {
                Ok(index) => (name, Some(index)),
                Err(_) => return refuse(),
            },
        };
        let kind = match (name, index) {
            ("cpu", None) => Kind::Cpu,
            ("cuda", _) => Kind::Cuda,
            ("vulkan", _) => Kind::Vulkan,
            ("metal", None) => Kind::Metal,
            _ => return refuse(),
        };
        Ok(Self {
            kind,
            index: index.unwrap_or(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for (text, written) in [
            ("cpu", "cpu"),
            ("cuda", "cuda:0"),
            ("cuda:3", "cuda:3"),
            ("vulkan:1", "vulkan:1"),
            ("metal", "metal"),
        ] {
            let name: DeviceName = text.parse().unwrap();
            assert_eq!(name.to_string(), written);
            assert_eq!(written.parse(), Ok(name));
        }
        for text in [
            "", "gpu", "cpu:0", "cuda:", "cuda:-1", "cuda:x", "metal:0", "CUDA",
        ] {
            assert!(text.parse::<DeviceName>().is_err(), "{text}");
        }
    }

    #[test]
    fn several_are_joined_by_commas() {
        let names: DeviceNames = "cuda:1,cuda".parse().unwrap();
        assert_eq!(names.to_string(), "cuda:1,cuda:0");
        assert!(!names.are_cpu());
        for text in ["", "cpu,", "cuda,cuda:0", "cpu,gpu"] {
            assert!(text.parse::<DeviceNames>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_an_error_that_says_what_to_do() {
        assert!(DeviceName::default().open().is_ok());
        // There is no machine of so many.
        let far: DeviceName = "cuda:65000".parse().unwrap();
        let told = far.open().unwrap_err().to_string();
        let expected = match cfg!(feature = "cuda") {
            true => "cuda:65000: this machine has",
            false => "--features cuda",
        };
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn a_panic_is_caught_with_its_message() {
        assert_eq!(caught(|| 3), Ok(3));
        assert_eq!(
            caught(|| -> u8 { panic!("no {}", "luck") }),
            Err("no luck".into())
        );
    }
}
