//! Any order of messages: no panic, nothing twice, nothing without bounds.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Transmit,
    /// 200 with a SID of its own each time.
    Accept {
        seconds: u64,
    },
    /// 200 with nothing, as renewals are answered.
    Plain,
    Refuse {
        status: u16,
    },
    Silence,
    /// `back` subscriptions ago; 0 is the present or coming one.
    Notify {
        back: u32,
        seq: Option<u32>,
        readable: bool,
    },
    Sleep {
        seconds: u64,
    },
    Restart,
    Unsubscribe,
    Read,
}

fn step() -> impl Strategy<Value = Step> {
    let seq = prop_oneof![
        Just(0_u32),
        0_u32..6,
        (u32::MAX - 2)..=u32::MAX,
        any::<u32>()
    ];
    prop_oneof![
        6 => Just(Step::Transmit),
        4 => (2_u64..3600).prop_map(|seconds| Step::Accept { seconds }),
        2 => Just(Step::Plain),
        1 => prop_oneof![Just(412_u16), Just(500), any::<u16>()].prop_map(|status| Step::Refuse { status }),
        1 => Just(Step::Silence),
        12 => (0_u32..3, seq, prop::bool::weighted(0.9))
            .prop_map(|(back, seq, readable)| Step::Notify { back, seq: Some(seq), readable }),
        3 => (0_u64..4000).prop_map(|seconds| Step::Sleep { seconds }),
        1 => Just(Step::Restart),
        1 => prop::bool::weighted(0.2).prop_map(|yes| if yes { Step::Unsubscribe } else { Step::Read }),
        2 => Just(Step::Read),
    ]
}

/// Plays a publisher that does as it likes.
struct Play {
    bench: Bench,
    /// Number of the SID that is or comes next.
    current: u32,
    delivered: HashSet<String>,
    ended: bool,
}

impl Play {
    fn perform(&mut self, step: Step) {
        let now = self.bench.now;
        let machine = &mut self.bench.machine;
        match step {
            Step::Transmit => {
                machine.poll_transmit();
            }
            Step::Accept { seconds } => {
                machine.handle_answer(now, granted(&format!("uuid:{}", self.current), seconds));
                self.current += 1;
            }
            Step::Plain => machine.handle_answer(now, refused(200)),
            Step::Refuse { status } => machine.handle_answer(now, refused(status)),
            Step::Silence => machine.handle_answer(now, None),
            Step::Notify {
                back,
                seq,
                readable,
            } => {
                let name = format!("uuid:{}", self.current.saturating_sub(back));
                let value = format!("{name} {seq:?}");
                let header = header(&name, seq);
                machine.handle_notify(now, header, variables(&value).filter(|_| readable));
            }
            Step::Sleep { seconds } => {
                self.bench.now += Duration::from_secs(seconds);
                machine.handle_timeout(self.bench.now);
                if let Some(due) = machine.poll_timeout() {
                    assert!(due > self.bench.now, "the same moment is asked for again");
                }
            }
            Step::Restart => machine.restarted(),
            Step::Unsubscribe => machine.unsubscribe(),
            Step::Read => self.read(),
        }
        let machine = &self.bench.machine;
        assert!(machine.early.is_within_limits());
        assert!(machine.events.is_within_limits());
        assert!(machine.outbox.len() <= 3, "{:?}", machine.outbox);
    }

    fn read(&mut self) {
        for event in self.bench.events() {
            assert!(!self.ended, "{event:?} after the end");
            match event {
                Event::Values {
                    seq,
                    variables,
                    initial,
                } => {
                    assert!(!initial || seq == Some(0));
                    let [(_, value)] = variables.as_slice() else {
                        panic!("one variable was sent")
                    };
                    assert!(self.delivered.insert(value.clone()), "{value} twice");
                }
                Event::Ended { .. } => self.ended = true,
                Event::Lost | Event::Unreachable => {}
            }
        }
    }
}

proptest! {
    #[test]
    fn any_order_of_messages_keeps_the_promises(steps in prop::collection::vec(step(), 0..200)) {
        let mut play = Play {
            bench: Bench::new(),
            current: 0,
            delivered: HashSet::new(),
            ended: false,
        };
        for step in steps {
            play.perform(step);
        }
        play.read();
    }

    #[test]
    fn no_answer_and_no_header_panics(octets in prop::collection::vec(any::<u8>(), 0..300), ended: bool) {
        let _ = Answer::read(&octets, ended);
        let answer = [b"HTTP/1.1 200 OK\r\nSID: ", octets.as_slice(), b"\r\nTIMEOUT: ", &octets].concat();
        let _ = Answer::read(&answer, true);
    }
}
