//! The sources of a tenant, from the top of the workspace down to it.

use std::fmt;
use std::sync::Arc;

use crate::layer::Origin;
use crate::source::{Place, Source, Span};

/// The name of a layer, as `explain` prints it: `sites/opendatasoft`, `themes/charter`, `command line`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerName(Arc<str>);

impl LayerName {
    /// A folder, or a word for a layer that is none.
    pub fn new(name: &str) -> LayerName {
        LayerName(name.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LayerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The sources that an [`Origin`] of a layer may point into. A layer's chain continues that of the layer above it, so
/// that an origin taken above is right below as well and shared values need no translation.
#[derive(Debug, Default)]
pub struct Chain {
    parent: Option<Arc<Chain>>,
    /// How many sources the layers above hold.
    above: usize,
    sources: Vec<(LayerName, Arc<Source>)>,
    /// The row that the last of the sources is read at, if it is a roster.
    row: Option<Span>,
}

/// One source of a chain.
#[derive(Debug, Clone, Copy)]
pub struct Link<'c> {
    /// Whose it is.
    pub layer: &'c LayerName,
    /// The text.
    pub source: &'c Arc<Source>,
    /// The row that alone counts, if the text is a roster.
    pub row: Option<Span>,
}

impl Chain {
    /// The chain of the topmost layer.
    pub fn top() -> Arc<Chain> {
        Arc::new(Chain::default())
    }

    /// The chain of a layer below this one, holding the given sources.
    pub fn below(self: &Arc<Chain>, sources: Vec<(LayerName, Arc<Source>)>) -> Arc<Chain> {
        Arc::new(Chain { parent: Some(Arc::clone(self)), above: self.len(), sources, row: None })
    }

    /// The chain of a tenant below this one whose settings are a row of a roster.
    pub fn below_row(self: &Arc<Chain>, layer: LayerName, row: &Place) -> Arc<Chain> {
        let sources = vec![(layer, Arc::clone(&row.source))];
        Arc::new(Chain { parent: Some(Arc::clone(self)), above: self.len(), sources, row: Some(row.span) })
    }

    /// The row of a roster that the tenant is written in.
    pub fn row(&self) -> Option<Place> {
        match (self.row, self.sources.last()) {
            (Some(row), Some((_, source))) => Some(Place::new(source, row)),
            _ => self.parent.as_ref()?.row(),
        }
    }

    /// How many sources there are from the top down to here: the index of the next one.
    pub fn len(&self) -> usize {
        self.above + self.sources.len()
    }

    /// Whether no layer has a source.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The layer and text that an origin points into.
    pub fn source(&self, origin: Origin) -> Option<(&LayerName, &Arc<Source>)> {
        let index = usize::from(origin.source);
        match index.checked_sub(self.above) {
            Some(own) => self.sources.get(own).map(|(layer, source)| (layer, source)),
            None => self.parent.as_ref()?.source(origin),
        }
    }

    /// The place that an origin stands for.
    pub fn place(&self, origin: Origin) -> Option<Place> {
        self.source(origin).map(|(_, source)| Place::new(source, origin.span))
    }

    /// All sources, the topmost layer first.
    pub fn sources(&self) -> Vec<Link<'_>> {
        let mut sources = self.parent.as_ref().map(|parent| parent.sources()).unwrap_or_default();
        sources.extend(self.sources.iter().map(|(layer, source)| Link { layer, source, row: self.row }));
        sources
    }
}
