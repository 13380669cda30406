//! A small software renderer: z-buffer, smooth normals, light by vertex, texture by pixel, four samples a pixel.

mod geometry;
mod light;
mod occlusion;
mod raster;
mod resolve;

pub use geometry::{Camera, smooth_normals};
pub use light::{Light, Lighting, Lit, shade_vertices};
pub use occlusion::{Shadow, ambient_occlusion, shadows};
pub use raster::{Barycentric, NOTHING, Samples};
pub use resolve::{SAMPLES_A_SIDE, Surface, resolve};
