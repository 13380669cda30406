//! A stream's parameters: whether OpenH264 can decode it, what its numbers mean, and how it is made to give pictures
//! in the order in which they are coded.

use h264_reader::nal::sps::{ChromaFormat, FrameMbsFlags, SeqParameterSet};
use h264_reader::nal::{NalHeader, WritableNal};
use h264_reader::rbsp::{BitReader, decode_nal};

use crate::decode::colour::{Colour, Matrix};
use crate::decode::shown::PixelShape;

/// The NAL unit that carries it.
pub const NAL_TYPE: u8 = 7;
/// Level 5.2's picture, in pixels: the most that OpenH264 decodes.
const MAX_PIXELS: u64 = 36_864 * 256;
/// Scalable Baseline, whose parameters are written as High's are.
const NO_REORDERING: u8 = 83;

pub struct Sps {
    pub colour: Colour,
    pub pixel: PixelShape,
    /// Width and height, before they are turned.
    pub size: (usize, usize),
    /// To be given to OpenH264 in its place, with the profile's name changed.
    ///
    /// OpenH264 2.6 puts pictures of the Main and High profiles in order by the low bits of their order count, which
    /// come round again in long groups, and each flush of that queue loses it a buffer until none is left. Under a
    /// name it knows to be without reordering it gives each picture at once; the container has their order.
    pub nal: Vec<u8>,
}

impl Sps {
    /// # Errors
    /// Says why OpenH264 cannot decode the stream.
    pub fn read(nal: &[u8]) -> Result<Self, String> {
        let bad = |what: String| format!("its H.264 parameters cannot be read: {what}");
        let rbsp = decode_nal(nal).map_err(|e| bad(e.to_string()))?;
        let mut sps = SeqParameterSet::from_bits(BitReader::new(&*rbsp))
            .map_err(|e| bad(format!("{e:?}")))?;
        let chroma = &sps.chroma_info;
        if chroma.bit_depth_luma_minus8 > 0 || chroma.bit_depth_chroma_minus8 > 0 {
            return Err("its H.264 has more than 8 bits a colour".into());
        }
        if chroma.chroma_format != ChromaFormat::YUV420 {
            return Err("its H.264 is not of the 4:2:0 kind".into());
        }
        if sps.frame_mbs_flags != FrameMbsFlags::Frames {
            return Err("its H.264 is interlaced".into());
        }
        let (width, height) = sps.pixel_dimensions().map_err(|e| bad(format!("{e:?}")))?;
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(format!(
                "{width} x {height} pixels are more than OpenH264 decodes"
            ));
        }
        let (colour, pixel) = (colour(&sps), pixel(&sps));
        let header = nal.first().and_then(|&byte| NalHeader::new(byte).ok());
        let header = header.ok_or_else(|| bad("it is empty".into()))?;
        sps.profile_idc = NO_REORDERING.into();
        Ok(Self {
            colour,
            pixel,
            size: (width as usize, height as usize),
            nal: sps.to_vec_with_header(header),
        })
    }
}

fn pixel(sps: &SeqParameterSet) -> PixelShape {
    let vui = sps.vui_parameters.as_ref();
    let said = vui.and_then(|vui| vui.aspect_ratio_info.as_ref()?.get());
    said.map_or_else(PixelShape::default, |(width, height)| {
        PixelShape::new(width.into(), height.into())
    })
}

fn colour(sps: &SeqParameterSet) -> Colour {
    let signal = sps
        .vui_parameters
        .as_ref()
        .and_then(|vui| vui.video_signal_type.as_ref());
    signal.map_or_else(Colour::default, |signal| Colour {
        matrix: signal
            .colour_description
            .as_ref()
            .map_or(Matrix::default(), |c| {
                Matrix::from_number(c.matrix_coefficients)
            }),
        full_range: signal.video_full_range_flag,
    })
}
