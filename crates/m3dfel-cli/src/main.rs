//! The `m3dfel` command: arguments parsed, resolved, handed on to the libraries.

mod args;
mod commands;
mod exit;
mod progress;
mod text;

use std::process::ExitCode;

use args::{Cli, Command};
use clap::Parser;
use exit::on;

fn main() -> ExitCode {
    m3dfel_conv::keep_freed_memory();
    let cli = Cli::parse();
    let result = with_threads(cli.threads).and_then(|()| match cli.command {
        Command::Demo(args) => commands::demo::run(args),
        Command::Synth(args) => commands::synth::run(args),
        Command::Check(args) => commands::check::run(args),
        Command::Train(args) => on(&args.on.device.clone(), || commands::train::run(args)),
        Command::Ablate(args) => on(&args.on.device.clone(), || commands::ablate::run(args)),
        Command::Compare(args) => commands::compare::run(args),
        Command::Eval(args) => on(&args.compute.device.into(), || commands::eval::run(args)),
        Command::Predict(args) => on(&args.compute.device.into(), || commands::predict::run(args)),
        Command::Adapt(args) => on(&args.device.into(), || commands::adapt::run(args)),
        Command::Prepare(args) => commands::prepare::run(args),
        Command::Convert(args) => commands::convert::run(args),
        Command::Bench(args) => on(&args.device().into(), || commands::bench::run(args)),
    });
    exit::code(result)
}

/// One pool serves rendering, kernels and Burn; the loader takes its size from it.
fn with_threads(threads: Option<u16>) -> anyhow::Result<()> {
    let threads = threads.map_or(0, usize::from); // 0: rayon's default, all cores
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()?;
    Ok(())
}
