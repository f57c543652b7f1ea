//! Colours of a brand, and whether people can read them (WCAG 2.2, success criterion 1.4.3).

/// Least contrast of text on its surface.
pub(super) const LEAST_CONTRAST: f64 = 4.5;

/// A colour of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// What an accent is read on in the light theme, and in the dark one: the roles surface,
/// surface-raised, surface-sunken, hover and selected of `ui/src/styles/tokens.css`.
pub(super) const LIGHT: [Colour; 5] = [
    Colour([0xfb, 0xfa, 0xf7]),
    Colour([0xff, 0xff, 0xff]),
    Colour([0xf2, 0xf0, 0xea]),
    Colour([0xeb, 0xe8, 0xe0]),
    Colour([0xdc, 0xef, 0xec]),
];
pub(super) const DARK: [Colour; 5] = [
    Colour([0x17, 0x1a, 0x1d]),
    Colour([0x1f, 0x23, 0x27]),
    Colour([0x12, 0x14, 0x16]),
    Colour([0x26, 0x2b, 0x30]),
    Colour([0x15, 0x37, 0x3a]),
];

const PAPER: Colour = Colour([0xff, 0xff, 0xff]);
const INK: Colour = Colour([0x05, 0x0d, 0x12]);

impl Colour {
    /// `#rrggbb`.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.trim().strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|octet| octet.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Colour([red, green, blue]))
    }

    /// How well one is told from the other, from 1 to 21.
    pub fn contrast(self, other: Colour) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            match part {
                part if part <= 0.04045 => part / 12.92,
                part => ((part + 0.055) / 1.055).powf(2.4),
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The colour, the same while it is pointed at, and what is written on both. What carries
    /// white ink gets darker under the pointer, what carries black ink lighter.
    pub(super) fn roles(self) -> [String; 3] {
        let white = self.contrast(PAPER) >= self.contrast(INK);
        let towards = if white { 0.0 } else { 255.0 };
        let moved = self
            .0
            .map(|part| (f64::from(part) + (towards - f64::from(part)) * 0.15).round() as u8);
        let ink = if white { PAPER } else { INK };
        [self, Colour(moved), ink].map(Colour::text)
    }

    fn text(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_recommendation() {
        let black = Colour([0, 0, 0]);
        assert!((PAPER.contrast(black) - 21.0).abs() < 0.01);
        let grey = Colour::parse("#767676").expect("a colour");
        assert!((4.5..4.6).contains(&grey.contrast(PAPER)));
        assert_eq!(Colour::parse("767676"), None);
        assert_eq!(Colour::parse("#76767"), None);
        assert_eq!(Colour::parse("#+67676"), None);
    }

    #[test]
    fn every_accent_can_be_written_on() {
        for text in ["#0b6b67", "#4fc4b6", "#005a9c", "#7a1fa2", "#8c2f00"] {
            let roles = Colour::parse(text).expect("a colour").roles();
            let ink = Colour::parse(&roles[2]).expect("a colour");
            for surface in &roles[..2] {
                let contrast = Colour::parse(surface).expect("a colour").contrast(ink);
                assert!(contrast >= LEAST_CONTRAST, "{text}: {surface} {contrast}");
            }
        }
    }

    #[test]
    fn the_surfaces_are_those_of_the_window() {
        let css = include_str!("../../../ui/src/styles/tokens.css");
        let (light, dark) = css.split_once("[data-theme='dark']").expect("two themes");
        for (theme, surfaces) in [(light, LIGHT), (dark, DARK)] {
            for (role, colour) in [
                "surface",
                "surface-raised",
                "surface-sunken",
                "hover",
                "selected",
            ]
            .iter()
            .zip(surfaces)
            {
                let line = format!("--{role}: {};", colour.text());
                assert!(theme.contains(&line), "{line}");
            }
        }
    }
}
