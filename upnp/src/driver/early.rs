//! Reading a large answer while it arrives, on a thread of its own.
//!
//! Taking an answer out of TLS takes as long as reading it: two processors do
//! both at once. A small one is read where it arrives, which is sooner.

use std::sync::mpsc;

use tokio::task::JoinHandle;

use crate::data_model::parameter_values::{ArrivingValues, Hearer};

/// From how many octets on an answer is large.
const LARGE: usize = 256 * 1024;
/// How much of a large one is passed on at once: waking the other thread for
/// each TLS record costs more than reading it.
const PIECE: usize = 64 * 1024;

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
        pieces: mpsc::Sender<Vec<u8>>,
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

    /// All of the body that is there, and for how many octets there is room.
    pub(crate) fn watch(&mut self, body: &[u8], expected: usize) {
        let piece = body.get(self.seen..).unwrap_or_default();
        if let Place::Here(values) = &mut self.place {
            if expected.max(body.len()) < LARGE {
                self.seen = body.len();
                hear(self.hearer.as_ref(), values, piece);
                return;
            }
            let mut values = std::mem::take(values);
            values.make_room(expected);
            self.place = aside(values, self.hearer.clone());
        }
        // The last piece may stay behind: whoever reads the whole reads it.
        if piece.len() < PIECE {
            return;
        }
        self.seen = body.len();
        if let Place::Aside { pieces, .. } = &self.place {
            // A reader that is gone has panicked: the whole is read later.
            let _ = pieces.send(piece.to_vec());
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
    let (pieces, arriving) = mpsc::channel::<Vec<u8>>();
    let reading = tokio::task::spawn_blocking(move || {
        for piece in arriving {
            hear(hearer.as_ref(), &mut values, &piece);
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
