//! What all kinds of pages have in common: they are checked, written as a page, and as figures.

use askama::Template;

use crate::figure::svg::Svg;
use crate::page::ablation::AblationPage;
use crate::page::comparison::ComparisonPage;
use crate::page::report::ReportPage;
use crate::page::video::VideoPage;
use crate::{Ablation, Comparison, Report, Result, VideoReport, check};

/// What can be written as a page: a [`Report`], a [`Comparison`], an [`Ablation`], a [`VideoReport`].
pub trait Document: Draw {}

impl<D: Draw> Document for D {}

/// How it is done; not for use outside.
pub trait Draw {
    fn page(&self) -> Result<String>;
    fn figures(&self) -> Result<Vec<Svg>>;
}

/// A figure as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureFile {
    /// Without an ending, unique in its document: `matrix`, `reliability`, `example-1-strip`.
    pub name: String,
    /// An SVG document.
    pub svg: String,
}

impl FigureFile {
    pub(crate) fn new(figure: &Svg) -> Result<Self> {
        Ok(Self {
            name: figure.id.clone(),
            svg: figure.file()?,
        })
    }
}

impl Draw for Report {
    fn page(&self) -> Result<String> {
        check::report(self)?;
        Ok(ReportPage::new(self)?.render()?)
    }

    fn figures(&self) -> Result<Vec<Svg>> {
        check::report(self)?;
        ReportPage::new(self)?.into_figures()
    }
}

impl Draw for Comparison {
    fn page(&self) -> Result<String> {
        check::comparison(self)?;
        Ok(ComparisonPage::new(self)?.render()?)
    }

    fn figures(&self) -> Result<Vec<Svg>> {
        check::comparison(self)?;
        Ok(ComparisonPage::new(self)?.into_figures())
    }
}

impl Draw for Ablation {
    fn page(&self) -> Result<String> {
        check::ablation(self)?;
        Ok(AblationPage::new(self)?.render()?)
    }

    fn figures(&self) -> Result<Vec<Svg>> {
        check::ablation(self)?;
        Ok(AblationPage::new(self)?.into_figures())
    }
}

impl Draw for VideoReport {
    fn page(&self) -> Result<String> {
        check::videos(self)?;
        Ok(VideoPage::new(self)?.render()?)
    }

    fn figures(&self) -> Result<Vec<Svg>> {
        check::videos(self)?;
        VideoPage::new(self)?.into_figures()
    }
}
