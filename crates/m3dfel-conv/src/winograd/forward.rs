use std::cell::RefCell;
use std::ops::Range;

use rayon::prelude::*;

use super::blocked::Blocked;
use super::input::{Cut, IntoPoints};
use super::output::{FromPoints, Products};
use super::weight::{Facing, point_step, to_points};
use super::{POINTS, Tiles};
use crate::buffer::Floats;
use crate::dot::{Dot, Epilogue, Panels, Row, Tap};
use crate::shape::ConvShape;
use crate::share::{Shared, Source};

/// A weight at the points, for convolutions of one number of frames.
pub(crate) struct Transformed {
    points: Floats,
    panels: Panels,
    /// The temporal taps that ever meet a frame
    taps: Range<usize>,
}

impl Transformed {
    pub fn new(shape: &ConvShape, facing: Facing, weight: &[f32]) -> Self {
        let taps = used_taps(shape);
        let block = blocked(shape, 1).block();
        let panels = Panels::new(taps.len() * shape.c_in / block, block, shape.c_out);
        Self {
            points: to_points(shape, facing, taps.clone(), &panels, weight),
            panels,
            taps,
        }
    }
}

/// The temporal taps that some output frame needs.
pub(super) fn used_taps(shape: &ConvShape) -> Range<usize> {
    let all = (0..shape.output()[0])
        .map(|t| shape.valid_taps(t))
        .filter(|taps| !taps.is_empty());
    all.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
        .unwrap_or(0..0)
}

pub(super) fn blocked(shape: &ConvShape, tiles: usize) -> Blocked {
    Blocked {
        channels: shape.c_in,
        frames: shape.input[0],
        tiles,
    }
}

/// Floats of weights from which threads share each point's product, rather than each going through
/// all points with tiles of its own: then the weights are what costs.
const LARGE_WEIGHT: usize = 2 << 20;
/// Floats of transformed tiles and products that a thread works on: about its second-level cache.
const OWN: usize = 256 << 10;
/// Floats of the same that all threads share.
const SHARED: usize = 6 << 20;

/// `x [batch, t, h, w, c_in]` to `out [batch, ot, oh, ow, c_out]`, all of which is written.
///
/// # Safety
/// `out` and what the epilogue reads must have that many floats.
pub(crate) unsafe fn forward(
    shape: &ConvShape,
    x: &[f32],
    weight: &Transformed,
    out: Shared,
    epilogue: Epilogue,
) {
    assert_eq!(x.len(), shape.input_len());
    let grid = Tiles::new(shape);
    let per_tile = POINTS * (shape.input[0] * shape.c_in + shape.output()[0] * shape.c_out);
    let job = Job {
        shape,
        grid,
        x: Source::new(x),
        weight,
        out,
        epilogue,
    };
    if weight.points.len() >= LARGE_WEIGHT {
        let size = even_part(grid.count, SHARED / per_tile);
        let (blocked, products) = job.layouts(size);
        let mut scratch = Floats::any(blocked.len() + products.len());
        for first in (0..grid.count).step_by(size) {
            job.together(first..(first + size).min(grid.count), &mut scratch);
        }
        return;
    }
    // Weights are fetched anew for each part: let it be no small one beside them.
    let most = (OWN.max(weight.points.len() / 2) / per_tile).max(8);
    // As many parts for one thread as for another.
    let parts = grid.count.div_ceil(most);
    let parts = parts.next_multiple_of(rayon::current_num_threads());
    let size = grid.count.div_ceil(parts).max(1);
    (0..grid.count.div_ceil(size))
        .into_par_iter()
        .for_each(|part| {
            let tiles = part * size..((part + 1) * size).min(grid.count);
            let (blocked, products) = job.layouts(tiles.len());
            let needed = blocked.len() + products.len();
            SCRATCH.with_borrow_mut(|scratch| {
                scratch.resize(needed);
                job.alone(tiles, scratch);
            });
        });
}

thread_local! {
    static SCRATCH: RefCell<Floats> = RefCell::new(Floats::default());
}

/// The size of near-equal parts of `count`, each at most `most`.
fn even_part(count: usize, most: usize) -> usize {
    count.div_ceil(count.div_ceil(most.max(1)).max(1)).max(1)
}

struct Job<'a> {
    shape: &'a ConvShape,
    grid: Tiles,
    x: Source,
    weight: &'a Transformed,
    out: Shared,
    epilogue: Epilogue,
}

impl Job<'_> {
    fn layouts(&self, tiles: usize) -> (Blocked, Products) {
        let products = Products {
            channels: self.shape.c_out,
            frames: self.shape.output()[0],
            tiles,
        };
        (blocked(self.shape, tiles), products)
    }

    /// All steps for `tiles`, on this thread.
    fn alone(&self, tiles: Range<usize>, scratch: &mut [f32]) {
        let (blocked, products) = self.layouts(tiles.len());
        let (points, results) = scratch.split_at_mut(blocked.len());
        assert!(results.len() >= products.len());
        let (points, results) = (Shared::new(points), Shared::new(results));
        let runs = runs(self.shape, &blocked, &products, &self.weight.taps);
        // SAFETY: the buffers have the layouts' lengths; parts are different tiles of the output.
        unsafe {
            self.transform(tiles.clone(), 0, points, &blocked);
            for point in 0..POINTS {
                let panels = 0..self.weight.panels.count();
                self.product(point, panels, &runs, points, results, (&blocked, &products));
            }
            self.finish(tiles, 0, results, &products);
        }
    }

    /// All steps for `tiles`, each shared among the threads.
    fn together(&self, tiles: Range<usize>, scratch: &mut [f32]) {
        let (blocked, products) = self.layouts(tiles.len());
        let (points, results) = scratch.split_at_mut(blocked.len());
        assert!(results.len() >= products.len());
        let (points, results) = (Shared::new(points), Shared::new(results));
        let runs = runs(self.shape, &blocked, &products, &self.weight.taps);
        let threads = rayon::current_num_threads();
        let few = even_part(tiles.len(), tiles.len().div_ceil(4 * threads));
        let parts = || {
            let tiles = tiles.clone();
            (0..tiles.len()).step_by(few).map(move |at| {
                let from = tiles.start + at;
                (from..(from + few).min(tiles.end), at)
            })
        };
        let parts: Vec<_> = parts().collect();
        let panels = self.weight.panels.count();
        let at_once = panels.div_ceil((2 * threads).div_ceil(POINTS));
        let shares = panels.div_ceil(at_once);
        // SAFETY: the buffers have the layouts' lengths; parts are different tiles, points and panels.
        unsafe {
            parts
                .par_iter()
                .for_each(|(tiles, at)| self.transform(tiles.clone(), *at, points, &blocked));
            (0..POINTS * shares).into_par_iter().for_each(|task| {
                let first = task % shares * at_once;
                let panels = first..(first + at_once).min(panels);
                let layouts = (&blocked, &products);
                self.product(task / shares, panels, &runs, points, results, layouts);
            });
            parts
                .par_iter()
                .for_each(|(tiles, at)| self.finish(tiles.clone(), *at, results, &products));
        }
    }

    unsafe fn transform(&self, tiles: Range<usize>, to: usize, points: Shared, layout: &Blocked) {
        let [_, h, w] = self.shape.input;
        // SAFETY: the caller's.
        unsafe {
            IntoPoints {
                cut: Cut::Input([self.shape.padding[1], self.shape.padding[2]]),
                image: self.x.at(0),
                extent: [h, w],
                layout: *layout,
                grid: self.grid,
                tiles,
                to,
                points: points.at(0),
            }
            .run();
        }
    }

    unsafe fn product(
        &self,
        point: usize,
        panels: Range<usize>,
        runs: &[Run],
        points: Shared,
        results: Shared,
        (blocked, products): (&Blocked, &Products),
    ) {
        for run in runs {
            // SAFETY: the caller's.
            unsafe {
                Dot {
                    layout: &self.weight.panels,
                    panels: panels.clone(),
                    rows: &run.rows,
                    step: blocked.block(),
                    taps: &run.taps,
                    input: points.at(point * blocked.point_step()),
                    weight: self
                        .weight
                        .points
                        .as_ptr()
                        .add(point * point_step(&self.weight.panels)),
                    output: results.at(point * products.point_step()),
                    epilogue: Epilogue::NONE,
                }
                .run();
            }
        }
    }

    unsafe fn finish(&self, tiles: Range<usize>, from: usize, results: Shared, layout: &Products) {
        let [_, h, w] = self.shape.output();
        // SAFETY: the caller's.
        unsafe {
            FromPoints {
                products: results.at(0),
                layout: *layout,
                from,
                grid: self.grid,
                tiles,
                image: self.out.at(0),
                extent: [h, w],
                epilogue: self.epilogue,
            }
            .run();
        }
    }
}

/// Output frames in a row that have the same valid taps: one product.
struct Run {
    rows: Vec<Row>,
    taps: Vec<Tap>,
}

fn runs(
    shape: &ConvShape,
    blocked: &Blocked,
    products: &Products,
    used: &Range<usize>,
) -> Vec<Run> {
    let mut runs = Vec::new();
    let frames = shape.output()[0];
    let mut first = 0;
    while first < frames {
        let taps = shape.valid_taps(first);
        let end = (first..frames)
            .find(|&t| shape.valid_taps(t) != taps)
            .unwrap_or(frames);
        runs.push(Run {
            rows: (0..(end - first) * blocked.tiles)
                .map(|row| Row {
                    input: row * blocked.block(),
                    output: products.at(first, 0) + row * products.channels,
                })
                .collect(),
            taps: taps
                .flat_map(|k| (0..blocked.blocks()).map(move |b| (k, b)))
                .map(|(k, b)| Tap {
                    input: blocked.at(b, shape.input_frame(first, k), 0),
                    weight: (k - used.start) * blocked.blocks() + b,
                })
                .collect(),
        });
        first = end;
    }
    runs
}
