//! Colours, and whether text in one can be read on another.
//!
//! Ratios are those of WCAG 2.2: "relative luminance" and "contrast ratio" of its glossary. Other colours are found by
//! mixing in whole steps, so that every machine finds the same one.

use std::fmt;

/// The contrast that text needs (WCAG 2.2, success criterion 1.4.3, level AA).
pub const LEGIBLE: f64 = 4.5;

/// A colour: red, green, blue (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour([u8; 3]);

impl Colour {
    const BLACK: Colour = Colour([0, 0, 0]);
    const WHITE: Colour = Colour([255, 255, 255]);

    /// Reads `#rgb` or `#rrggbb`.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#')?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let part = |from: usize, to: usize| u8::from_str_radix(&digits[from..to], 16).ok();
        match digits.len() {
            3 => Some(Colour([part(0, 1)? * 17, part(1, 2)? * 17, part(2, 3)? * 17])),
            6 => Some(Colour([part(0, 2)?, part(2, 4)?, part(4, 6)?])),
            _ => None,
        }
    }

    /// The contrast of two colours, from 1 to 21, whichever is the text.
    pub fn contrast(self, other: Colour) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Whether text in this colour can be read on a ground.
    pub fn is_legible_on(self, ground: Colour) -> bool {
        self.contrast(ground) >= LEGIBLE
    }

    /// The colour itself if text in it can be read on all grounds, or the nearest darker or lighter one that can. `None`
    /// if neither black nor white can be read on all of them.
    pub fn legible_on(self, grounds: &[Colour]) -> Option<Colour> {
        let legible = |colour: &Colour| grounds.iter().all(|ground| colour.is_legible_on(*ground));
        let candidates = (0..=255).flat_map(|step| [self.towards(Self::BLACK, step), self.towards(Self::WHITE, step)]);
        candidates.into_iter().find(legible)
    }

    /// `step` 255ths of the way to another colour.
    fn towards(self, other: Colour, step: u16) -> Colour {
        let mut mixed = self.0;
        for (own, other) in mixed.iter_mut().zip(other.0) {
            let sum = u16::from(*own) * (255 - step) + u16::from(other) * step;
            *own = u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX);
        }
        Colour(mixed)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// A part of a colour as an amount of light, from 0 to 1.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

/// `#rrggbb`, lower case.
impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!(colour("#FC0").to_string(), "#ffcc00");
        assert_eq!(colour("#1f4E79").to_string(), "#1f4e79");
        for bad in ["", "#", "red", "#12", "#12345", "#1234567", "#ggg", "#+12", "#é1", "1f4e79"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn ratios_are_those_of_wcag() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        // #767676 is the lightest grey that passes on white, #777777 the first that does not.
        assert!(colour("#767676").is_legible_on(Colour::WHITE));
        assert!(!colour("#777777").is_legible_on(Colour::WHITE));
    }

    #[test]
    fn the_nearest_legible_colour_is_found_in_both_directions() {
        let grounds = [Colour::WHITE, colour("#f3f4f6")];
        assert_eq!(colour("#1f4e79").legible_on(&grounds), Some(colour("#1f4e79")));
        for text in ["#ffcc00", "#00ff00", "#ff0000", "#777777", "#ffffff"] {
            let found = colour(text).legible_on(&grounds).unwrap();
            assert!(grounds.iter().all(|ground| found.is_legible_on(*ground)), "{text} becomes {found}");
        }
        let dark = [colour("#14171b")];
        assert!(colour("#1f4e79").legible_on(&dark).unwrap().is_legible_on(dark[0]));
        assert_eq!(colour("#888888").legible_on(&[Colour::BLACK, colour("#777777")]), None);
    }
}
