use m3dfel::weights::{Kind, Precision, load};

use super::weights::header_of;
use crate::args::Convert;

pub fn run(args: Convert) -> anyhow::Result<()> {
    let mut checkpoint = load(&args.input)?;
    let tensors = checkpoint.state.len();
    let what = match checkpoint.kind {
        Kind::Backbone => "a backbone".to_string(),
        Kind::Model => {
            let header = header_of(&checkpoint, &args.input, &args.unsaid)?;
            checkpoint.check(&header)?;
            let what = format!(
                "a bag of {} instances of {} frames, {} classes: {}",
                header.model.bag_size,
                header.model.instance_length(),
                header.classes.len(),
                header.classes.join(", ")
            );
            checkpoint.header = Some(header);
            what
        }
    };
    let precision = if args.half {
        Precision::Half
    } else {
        Precision::Full
    };
    checkpoint.save_as(precision, &args.output)?;
    println!("{}: {tensors} tensors, {what}", args.output.display());
    Ok(())
}
