//! Reading a large answer while it arrives, on a thread of its own.
//!
//! Taking an answer out of TLS takes as long as reading it: two processors do
//! both at once. A small one is read where it arrives, which is sooner.

use std::sync::mpsc;

use bytes::Bytes;
use tokio::task::JoinHandle;

use crate::body::{Body, KEPT};
use crate::data_model::parameter_values::{ArrivingValues, Hearer};

/// From how many octets on an answer is large.
const LARGE: usize = 256 * 1024;
/// How much of a large one is passed on at once: waking the other thread for
/// each TLS record costs more than reading it.
const PIECE: usize = 64 * 1024;

/// Octets of an answer, of which so many at the beginning were read before.
type Piece = (Bytes, usize);

/// The one argument that gets large, as far as it has arrived.
pub(crate) struct EarlyReading {
    hearer: Option<Hearer>,
    /// Octets of the body that were passed on.
    seen: usize,
    place: Place,
}

enum Place {
    Here(ArrivingValues),
    /// Pieces wait until the thread takes them; together they are no more than
    /// the answer, whose size is bounded.
    Aside {
        pieces: mpsc::Sender<Piece>,
        reading: JoinHandle<ArrivingValues>,
    },
}

impl EarlyReading {
    /// Tells the hearer, if there is one, what can be read.
    pub(crate) fn new(hearer: Option<Hearer>) -> Self {
        Self {
            hearer,
            seen: 0,
            place: Place::Here(ArrivingValues::default()),
        }
    }

    /// All of the body that is there, with the room for what is expected.
    pub(crate) fn watch(&mut self, body: &mut Body) {
        if let Place::Here(values) = &mut self.place {
            if body.room() < LARGE {
                let piece = body.end().get(self.seen..).unwrap_or_default();
                hear(self.hearer.as_ref(), values, piece);
                self.seen = body.len();
                return;
            }
            let mut values = std::mem::take(values);
            values.make_room(body.room());
            self.place = aside(values, self.hearer.clone());
        }
        // The last piece may stay behind: whoever reads the rest of the answer reads it.
        if body.len() - self.seen < PIECE + KEPT {
            return;
        }
        let read = self.seen.saturating_sub(body.aside());
        let piece = body.set_aside();
        self.seen = body.aside();
        if let Place::Aside { pieces, .. } = &self.place {
            // A reader that is gone has panicked: the whole is read later.
            let _ = pieces.send((piece, read));
        }
    }

    /// What was read, once all that arrived was.
    pub(crate) async fn end(self) -> ArrivingValues {
        match self.place {
            Place::Here(values) => values,
            Place::Aside { pieces, reading } => {
                drop(pieces);
                reading.await.unwrap_or_default()
            }
        }
    }
}

fn aside(mut values: ArrivingValues, hearer: Option<Hearer>) -> Place {
    let (pieces, arriving) = mpsc::channel::<Piece>();
    let reading = tokio::task::spawn_blocking(move || {
        for (piece, read) in arriving {
            let news = piece.get(read..).unwrap_or_default();
            hear(hearer.as_ref(), &mut values, news);
        }
        values
    });
    Place::Aside { pieces, reading }
}

fn hear(hearer: Option<&Hearer>, values: &mut ArrivingValues, piece: &[u8]) {
    let mut news = values.arrived(piece);
    if let Some(hearer) = hearer {
        hearer(&mut news);
    }
}
