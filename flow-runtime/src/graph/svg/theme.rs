//! Colours and letters.
//!
//! The drawing brings its own background, so it can be read on any page; where
//! the reader prefers dark, all colours change together. Letters are of one
//! width, so that sizes can be told by counting.

/// The rules, each of which applies inside the drawing only.
pub const STYLE: &str = r##"
.flow-graph .paper{fill:#ffffff;stroke:none}
.flow-graph text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:13px;fill:#1f2328;text-anchor:middle}
.flow-graph .name{fill:#0a5fc4;font-weight:600}
.flow-graph .detail{font-size:11px;fill:#59636e}
.flow-graph .frame{fill:#f6f8fa;stroke:#d1d9e0}
.flow-graph .head{font-size:12px;text-anchor:start}
.flow-graph .shape{fill:#ffffff;stroke:#818b98;stroke-width:1.2}
.flow-graph .source,.flow-graph .inlet{fill:#dff3e4;stroke:#3f8f5b}
.flow-graph .fan-in,.flow-graph .match{fill:#efe8fb;stroke:#8263c4}
.flow-graph .cut{fill:#fdf0d2;stroke:#b07d12}
.flow-graph .sink,.flow-graph .result{fill:#e0edfd;stroke:#4178be}
.flow-graph .result{stroke-width:2.4}
.flow-graph .edge{fill:none;stroke:#818b98;stroke-width:1.3}
.flow-graph .arrow{fill:#818b98;stroke:none}
.flow-graph .errors{stroke:#cf3b32;stroke-dasharray:5 3}
.flow-graph .arrow.errors{fill:#cf3b32;stroke:none}
.flow-graph .label{font-size:10.5px;fill:#59636e}
.flow-graph .label.errors{fill:#cf3b32;stroke:none}
.flow-graph .halo{fill:#ffffff;stroke:none}
@media (prefers-color-scheme:dark){
.flow-graph .paper,.flow-graph .halo{fill:#0d1117}
.flow-graph text{fill:#e6edf3}
.flow-graph .name{fill:#6cb0ff}
.flow-graph .detail,.flow-graph .label{fill:#9aa4af}
.flow-graph .frame{fill:#151b23;stroke:#3d444d}
.flow-graph .shape{fill:#1c232c;stroke:#7d8793}
.flow-graph .source,.flow-graph .inlet{fill:#12301d;stroke:#4fa872}
.flow-graph .fan-in,.flow-graph .match{fill:#281f40;stroke:#a389e0}
.flow-graph .cut{fill:#382a0b;stroke:#d0a03a}
.flow-graph .sink,.flow-graph .result{fill:#12263f;stroke:#5c9ae6}
.flow-graph .edge{stroke:#7d8793}
.flow-graph .arrow{fill:#7d8793}
.flow-graph .errors{stroke:#ff7b72}
.flow-graph .arrow.errors,.flow-graph .label.errors{fill:#ff7b72;stroke:none}
}
"##;

/// The width of letters, in pixels.
pub const TITLE: f64 = 7.83;
/// In the second line of a node.
pub const DETAIL: f64 = 6.63;
/// In the name of a frame.
pub const HEAD: f64 = 7.23;
/// At an edge.
pub const LABEL: f64 = 6.33;

/// Returns how many letters wide a text is; those of East Asia take two.
#[inline]
pub fn letters(text: &str) -> f64 {
    let wide = |letter: char| matches!(u32::from(letter), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
    text.chars()
        .map(|letter| if wide(letter) { 2.0 } else { 1.0 })
        .sum()
}

/// Says how high words at an edge are, with what is kept free around them.
pub const HEIGHT: f64 = 15.0;

/// Returns how wide words at an edge are, with what is kept free around them.
#[inline]
pub fn width(words: &str) -> f64 {
    letters(words) * LABEL + 6.0
}
