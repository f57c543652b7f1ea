//! One subscription against a publisher that is a few lines of a test.

mod properties;

use super::*;
use crate::limits;

const HALF_HOUR: Duration = Duration::from_secs(1800);

fn sid(text: &str) -> Sid {
    Sid::parse(text).expect("a SID")
}

fn granted(text: &str, seconds: u64) -> Option<Answer> {
    Some(Answer {
        status: 200,
        sid: Some(sid(text)),
        timeout: Duration::from_secs(seconds),
    })
}

fn refused(status: u16) -> Option<Answer> {
    Some(Answer {
        status,
        sid: None,
        timeout: HALF_HOUR,
    })
}

fn header(text: &str, seq: impl Into<Option<u32>>) -> NotifyHeader {
    NotifyHeader {
        sid: sid(text),
        seq: seq.into(),
    }
}

fn variables(value: &str) -> Option<Variables> {
    Some(vec![(String::from("A"), value.to_owned())])
}

fn values(seq: impl Into<Option<u32>>, value: &str, initial: bool) -> Event {
    Event::Values {
        seq: seq.into(),
        variables: variables(value).unwrap_or_default(),
        initial,
    }
}

/// The machine with a clock that the test moves.
struct Bench {
    machine: Subscription,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        Bench {
            machine: Subscription::new(HALF_HOUR),
            now: Instant::now(),
        }
    }

    /// Accepted as `uuid:1` for `seconds`, the initial event read.
    fn active(seconds: u64) -> Self {
        let mut bench = Self::new();
        bench.exchange("SUBSCRIBE", granted("uuid:1", seconds));
        bench.notify("uuid:1", 0, "0");
        assert_eq!(bench.events(), [values(0, "0", true)]);
        bench
    }

    fn sent(&mut self) -> Option<&'static str> {
        self.machine.poll_transmit().map(|request| request.name())
    }

    fn exchange(&mut self, request: &str, answer: Option<Answer>) {
        assert_eq!(self.sent(), Some(request));
        assert_eq!(self.sent(), None, "one request at a time");
        self.machine.handle_answer(self.now, answer);
    }

    fn notify(&mut self, text: &str, seq: impl Into<Option<u32>>, value: &str) {
        let header = header(text, seq);
        self.machine
            .handle_notify(self.now, header, variables(value));
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.machine.poll_event()).collect()
    }

    /// Sleeps until the machine wants to be called; seconds slept.
    fn sleep(&mut self) -> Option<u64> {
        let until = self.machine.poll_timeout()?;
        let slept = until.saturating_duration_since(self.now).as_secs();
        self.now = self.now.max(until);
        self.machine.handle_timeout(self.now);
        Some(slept)
    }
}

#[test]
fn events_are_given_out_in_order_and_once() {
    let mut bench = Bench::active(300);
    bench.notify("uuid:1", 1, "1");
    bench.notify("uuid:1", 1, "1 again");
    bench.notify("uuid:1", 0, "0 again");
    bench.notify("UUID:1", 2, "2");
    bench.notify("uuid:2", 3, "of somebody else");
    assert_eq!(
        bench.events(),
        [values(1, "1", false), values(2, "2", false)]
    );
    assert_eq!(bench.sent(), None);
}

#[test]
fn events_before_the_answer_wait_for_the_sid() {
    let mut bench = Bench::new();
    let early = header("uuid:1", 0);
    assert!(
        bench.machine.accepts(&early).is_err(),
        "nothing was sent yet"
    );
    assert_eq!(bench.sent(), Some("SUBSCRIBE"));
    assert_eq!(bench.machine.accepts(&early), Ok(()));
    bench.notify("uuid:1", 1, "1");
    bench.notify("uuid:9", 0, "of somebody else");
    bench.notify("uuid:1", 0, "0");
    assert_eq!(bench.events(), []);
    bench
        .machine
        .handle_answer(bench.now, granted("uuid:1", 300));
    assert_eq!(
        bench.events(),
        [values(0, "0", true), values(1, "1", false)]
    );
    let unknown = bench.machine.accepts(&header("uuid:9", 0));
    assert_eq!(unknown, Err(NotifyRefusal::UnknownSubscription));
}

#[test]
fn renewal_comes_at_half_time() {
    let mut bench = Bench::active(300);
    assert_eq!(bench.sleep(), Some(150));
    bench.exchange(
        "SUBSCRIBE (renewal)",
        Some(Answer {
            sid: None,
            ..granted("uuid:1", 60).expect("one")
        }),
    );
    assert_eq!(bench.sleep(), Some(30));
    bench.exchange("SUBSCRIBE (renewal)", granted("uuid:2", 60));
    bench.notify("uuid:2", 0, "new");
    assert_eq!(bench.events(), [values(0, "new", true)]);
}

#[test]
fn a_failed_renewal_is_tried_until_the_time_is_over() {
    let mut bench = Bench::active(100);
    assert_eq!(bench.sleep(), Some(50));
    bench.exchange("SUBSCRIBE (renewal)", None);
    assert_eq!(bench.sleep(), Some(12));
    bench.exchange("SUBSCRIBE (renewal)", refused(503));
    let mut renewals = 0;
    loop {
        bench.sleep();
        match bench.sent() {
            Some("SUBSCRIBE (renewal)") => bench.machine.handle_answer(bench.now, None),
            other => {
                assert_eq!(other, Some("UNSUBSCRIBE"));
                bench.machine.handle_answer(bench.now, None);
                break;
            }
        }
        renewals += 1;
    }
    assert!((5..30).contains(&renewals), "{renewals}");
    assert_eq!(bench.events(), [Event::Lost]);
    bench.exchange("SUBSCRIBE", granted("uuid:2", 300));
}

#[test]
fn an_unknown_sid_at_renewal_subscribes_again() {
    let mut bench = Bench::active(300);
    bench.sleep();
    bench.exchange("SUBSCRIBE (renewal)", refused(412));
    assert_eq!(bench.events(), [Event::Lost]);
    bench.exchange("SUBSCRIBE", granted("uuid:2", 300));
    bench.notify("uuid:1", 1, "old");
    bench.notify("uuid:2", 0, "new");
    assert_eq!(bench.events(), [values(0, "new", true)]);
}

#[test]
fn a_gap_subscribes_again_ever_more_slowly() {
    let mut bench = Bench::active(300);
    for pause in [0, 5, 30, 120, 120] {
        bench.notify("uuid:1", 2, "after a gap");
        assert_eq!(bench.events(), [Event::Lost]);
        bench.exchange("UNSUBSCRIBE", refused(200));
        if pause > 0 {
            assert_eq!(bench.sent(), None);
            assert_eq!(bench.sleep(), Some(pause));
        }
        bench.exchange("SUBSCRIBE", granted("uuid:1", 300));
        bench.notify("uuid:1", 0, "0");
        assert_eq!(bench.events(), [values(0, "0", true)]);
    }
    bench.now += STEADY;
    bench.notify("uuid:1", 2, "after a gap");
    bench.exchange("UNSUBSCRIBE", None);
    assert_eq!(bench.sent(), Some("SUBSCRIBE"), "the row has ended");
}

#[test]
fn a_missing_initial_event_is_told_and_no_reason_to_start_over() {
    let mut bench = Bench::new();
    bench.exchange("SUBSCRIBE", granted("uuid:1", 300));
    bench.notify("uuid:1", 1, "1");
    bench.notify("uuid:1", 0, "late");
    assert_eq!(bench.events(), [Event::Lost, values(1, "1", false)]);
    assert_eq!(bench.sent(), None);
}

#[test]
fn silence_after_subscribe_means_unreachable() {
    let mut bench = Bench::new();
    bench.exchange("SUBSCRIBE", granted("uuid:1", 300));
    assert_eq!(bench.sleep(), Some(5));
    assert_eq!(bench.events(), [Event::Unreachable]);
    assert_eq!(bench.sleep(), Some(145), "and the subscription goes on");
    bench.exchange("SUBSCRIBE (renewal)", granted("uuid:1", 300));
    bench.notify("uuid:1", 0, "0");
    assert_eq!(bench.events(), [values(0, "0", true)]);
}

#[test]
fn a_restart_subscribes_again_without_a_farewell() {
    let mut bench = Bench::active(300);
    bench.sleep();
    assert_eq!(bench.sent(), Some("SUBSCRIBE (renewal)"));
    bench.machine.restarted();
    bench.machine.restarted();
    assert_eq!(bench.events(), [Event::Lost]);
    assert_eq!(bench.sent(), None);
    bench.machine.handle_answer(bench.now, refused(412));
    bench.exchange("SUBSCRIBE", granted("uuid:2", 300));
    assert_eq!((bench.sent(), bench.events()), (None, Vec::new()));
}

#[test]
fn a_refused_subscription_ends_and_a_lost_one_is_tried_again() {
    for (answer, reason) in [
        (refused(500), EndReason::Refused { status: 500 }),
        (refused(200), EndReason::NoSid),
        (None, EndReason::NoAnswer),
    ] {
        let mut bench = Bench::new();
        bench.exchange("SUBSCRIBE", answer.clone());
        assert_eq!(bench.events(), [Event::Ended { reason }]);
        assert!(bench.machine.is_finished());

        let mut bench = Bench::active(300);
        bench.machine.restarted();
        for pause in [5, 30, 120] {
            bench.exchange("SUBSCRIBE", answer.clone());
            assert_eq!(bench.sleep(), Some(pause));
        }
        bench.exchange("SUBSCRIBE", answer);
        assert_eq!(bench.events(), [Event::Lost, Event::Ended { reason }]);
    }
}

#[test]
fn giving_up_tells_the_publisher() {
    let closed = Event::Ended {
        reason: EndReason::Closed,
    };
    let mut bench = Bench::active(300);
    bench.machine.unsubscribe();
    assert!(!bench.machine.is_finished());
    bench.exchange("UNSUBSCRIBE", None);
    assert!(bench.machine.is_finished());
    bench.notify("uuid:1", 1, "late");
    assert_eq!(bench.events(), std::slice::from_ref(&closed));

    let mut bench = Bench::new();
    assert_eq!(bench.sent(), Some("SUBSCRIBE"));
    bench.machine.unsubscribe();
    bench
        .machine
        .handle_answer(bench.now, granted("uuid:1", 300));
    bench.exchange("UNSUBSCRIBE", refused(200));
    assert_eq!(bench.events(), [closed]);
    assert!(bench.machine.is_finished());
}

#[test]
fn an_unreadable_body_loses_its_values_and_no_more() {
    let mut bench = Bench::active(300);
    bench
        .machine
        .handle_notify(bench.now, header("uuid:1", 1), None);
    bench.notify("uuid:1", 2, "2");
    assert_eq!(bench.events(), [Event::Lost, values(2, "2", false)]);
}

#[test]
fn events_without_a_number_are_taken_as_they_come() {
    let mut bench = Bench::new();
    bench.exchange("SUBSCRIBE", granted("uuid:1", 300));
    bench.notify("uuid:1", None, "0");
    bench.notify("uuid:1", None, "1");
    assert_eq!(
        bench.events(),
        [values(None, "0", true), values(None, "1", false)]
    );
}

#[test]
fn numbers_wrap_from_the_largest_to_one() {
    let mut bench = Bench::new();
    bench.exchange("SUBSCRIBE", granted("uuid:1", 300));
    for seq in [u32::MAX, 1, 2, u32::MAX] {
        bench.notify("uuid:1", seq, "v");
    }
    let expected = [
        Event::Lost,
        values(u32::MAX, "v", false),
        values(1, "v", false),
        values(2, "v", false),
    ];
    assert_eq!(bench.events(), expected);
}

#[test]
fn early_events_are_bounded() {
    let mut bench = Bench::new();
    assert_eq!(bench.sent(), Some("SUBSCRIBE"));
    for seq in 0..100 {
        bench.notify("uuid:1", seq, "v");
        assert!(bench.machine.early.is_within_limits());
    }
    bench
        .machine
        .handle_answer(bench.now, granted("uuid:1", 300));
    assert_eq!(bench.events().len(), limits::EARLY_EVENTS);
    let mut bench = Bench::new();
    assert_eq!(bench.sent(), Some("SUBSCRIBE"));
    let large = "x".repeat(limits::EARLY_EVENT_BYTES / 2);
    for seq in 0..5 {
        bench.notify("uuid:1", seq, &large);
        assert!(bench.machine.early.is_within_limits());
    }
}
