//! Where the window stood and how large it was, from one start to the next: one small file in
//! the state directory. What cannot be read or does not fit the screens of today is left aside.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const NAME: &str = "window.json";
/// Larger than any file written here.
const FILE_OCTETS: u64 = 4096;
/// Smallest size of the window, in logical pixels; as in `tauri.conf.json`.
const LEAST: (f64, f64) = (900.0, 600.0);
/// How much of the upper edge has to be in sight so that it can be taken hold of.
const GRIP: f64 = 80.0;

/// Size and place of the window, in logical pixels, while it is not maximized.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// Width of what is drawn by us.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Left upper corner; nothing where the system does not tell.
    pub position: Option<(f64, f64)>,
    /// Whether it filled the screen.
    pub maximized: bool,
}

/// A screen, in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// Left upper corner.
    pub position: (f64, f64),
    /// Width and height.
    pub size: (f64, f64),
}

impl Placement {
    /// What was kept in a state directory.
    pub fn load(dir: &Path) -> Option<Placement> {
        let path = dir.join(NAME);
        if fs::metadata(&path).ok()?.len() > FILE_OCTETS {
            return None;
        }
        let kept: Placement = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
        let numbers = [kept.width, kept.height].into_iter();
        let numbers = numbers.chain(kept.position.into_iter().flat_map(|(x, y)| [x, y]));
        let usable = numbers.into_iter().all(|n| n.abs() <= 100_000.0);
        usable.then_some(kept)
    }

    /// Keeps it; the file is replaced as a whole.
    ///
    /// # Errors
    ///
    /// When the directory cannot be written.
    pub fn save(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)?;
        let fresh: PathBuf = dir.join(format!("{NAME}.new"));
        let mut file = fs::File::create(&fresh)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        drop(file);
        fs::rename(fresh, dir.join(NAME))
    }

    /// The same on the screens there are now: never smaller than usable, never larger than the
    /// screen it is on, and placed by the system where its upper edge would be out of reach.
    #[must_use]
    pub fn fitted(self, screens: &[Screen]) -> Placement {
        let holds = |screen: &&Screen| {
            self.position.is_some_and(|(x, y)| {
                let (left, top) = screen.position;
                let (width, height) = screen.size;
                x + self.width >= left + GRIP
                    && x <= left + width - GRIP
                    && y >= top - 1.0
                    && y <= top + height - GRIP
            })
        };
        let own = screens.iter().find(holds);
        let largest = own
            .or(screens.first())
            .map_or((f64::INFINITY, f64::INFINITY), |screen| screen.size);
        let within = |size: f64, least: f64, most: f64| size.min(most).max(least);
        Placement {
            width: within(self.width, LEAST.0, largest.0),
            height: within(self.height, LEAST.1, largest.1),
            position: own.and(self.position),
            maximized: self.maximized,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Placement = Placement {
        width: 1400.0,
        height: 900.0,
        position: Some((100.0, 50.0)),
        maximized: false,
    };
    const LARGE: Screen = Screen {
        position: (0.0, 0.0),
        size: (1920.0, 1080.0),
    };

    #[test]
    fn what_was_kept_is_found_again() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(Placement::load(dir.path()), None);
        KEPT.save(&dir.path().join("state")).expect("it is kept");
        assert_eq!(Placement::load(&dir.path().join("state")), Some(KEPT));
    }

    #[test]
    fn nonsense_is_left_aside() {
        let dir = tempfile::tempdir().expect("a directory");
        for text in [
            String::new(),
            "[]".to_owned(),
            r#"{"width":1e300,"height":1,"position":null,"maximized":false}"#.to_owned(),
            " ".repeat(5000),
        ] {
            fs::write(dir.path().join(NAME), text).expect("a file");
            assert_eq!(Placement::load(dir.path()), None);
        }
    }

    #[test]
    fn on_the_same_screen_nothing_changes() {
        assert_eq!(KEPT.fitted(&[LARGE]), KEPT);
        assert_eq!(KEPT.fitted(&[]).position, None);
    }

    #[test]
    fn a_screen_that_went_away_takes_nothing_with_it() {
        let right = Placement {
            position: Some((2100.0, 50.0)),
            ..KEPT
        };
        let beside = Screen {
            position: (1920.0, 0.0),
            ..LARGE
        };
        assert_eq!(right.fitted(&[LARGE, beside]), right);
        assert_eq!(right.fitted(&[LARGE]).position, None);
        let above = Placement {
            position: Some((100.0, -400.0)),
            ..KEPT
        };
        assert_eq!(above.fitted(&[LARGE]).position, None);
    }

    #[test]
    fn it_fits_a_smaller_screen_and_stays_usable() {
        let small = Screen {
            size: (1280.0, 720.0),
            ..LARGE
        };
        let fitted = KEPT.fitted(&[small]);
        assert_eq!((fitted.width, fitted.height), (1280.0, 720.0));
        let tiny = Placement {
            width: 1.0,
            height: -5.0,
            ..KEPT
        };
        let fitted = tiny.fitted(&[small]);
        assert_eq!((fitted.width, fitted.height), LEAST);
    }
}
