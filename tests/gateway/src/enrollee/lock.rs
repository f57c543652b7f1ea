//! The lock after wrong PINs (DeviceProtection:1 digest, section 4.11).

use std::time::{Duration, Instant};

use crate::limits;

/// When wrong PINs lock the introduction, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockRule {
    /// Wrong PINs in a row that lock; 0 never locks.
    pub after: u32,
    /// How long the first lock lasts; every further one lasts twice as long.
    pub time: Duration,
}

impl Default for LockRule {
    fn default() -> Self {
        Self {
            after: limits::WRONG_PINS,
            time: limits::PIN_LOCK,
        }
    }
}

/// Counts wrong PINs. A right one ends the count, and so does a restart: the digest lets a user's act end it.
#[derive(Debug, Clone)]
pub struct Lock {
    rule: LockRule,
    in_a_row: u32,
    ever: u32,
    locks: u32,
    until: Option<Instant>,
}

impl Lock {
    /// Nobody has tried anything yet.
    pub fn new(rule: LockRule) -> Self {
        Self {
            rule,
            in_a_row: 0,
            ever: 0,
            locks: 0,
            until: None,
        }
    }

    /// Whether no PIN counts at this moment, not even the right one.
    pub fn is_closed(&self, now: Instant) -> bool {
        let for_good = self.rule.after > 0 && self.ever >= limits::WRONG_PINS_FOR_GOOD;
        for_good || self.until.is_some_and(|until| now < until)
    }

    /// Counts a wrong PIN; tells whether it locked the introduction.
    pub fn wrong(&mut self, now: Instant) -> bool {
        self.in_a_row += 1;
        self.ever += 1;
        if self.rule.after == 0 || self.in_a_row < self.rule.after {
            return self.is_closed(now);
        }
        let longer = self.rule.time.saturating_mul(1 << self.locks.min(16));
        self.until = Some(now + longer.min(limits::PIN_LOCK_LONGEST));
        self.locks += 1;
        self.in_a_row = 0;
        true
    }

    /// Somebody proved the right PIN, or restarted the gateway.
    pub fn reset(&mut self) {
        *self = Self::new(self.rule);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: LockRule = LockRule {
        after: 3,
        time: Duration::from_secs(60),
    };

    #[test]
    fn every_lock_lasts_twice_as_long_as_the_one_before() {
        let mut now = Instant::now();
        let mut lock = Lock::new(RULE);
        for seconds in [60, 120, 240] {
            assert!(!lock.wrong(now) && !lock.wrong(now) && lock.wrong(now));
            now += Duration::from_secs(seconds - 1);
            assert!(lock.is_closed(now), "{seconds}");
            now += Duration::from_secs(1);
            assert!(!lock.is_closed(now), "{seconds}");
        }
        assert!(lock.wrong(now), "the tenth closes it for good");
        assert!(lock.is_closed(now + Duration::from_secs(1_000_000)));
        lock.reset();
        assert!(!lock.is_closed(now));
    }

    #[test]
    fn a_right_pin_ends_the_count() {
        let now = Instant::now();
        let mut lock = Lock::new(RULE);
        for _ in 0..20 {
            assert!(!lock.wrong(now) && !lock.wrong(now));
            lock.reset();
        }
    }

    #[test]
    fn a_rule_of_none_never_locks_and_the_longest_lock_has_a_bound() {
        let now = Instant::now();
        let mut never = Lock::new(LockRule { after: 0, ..RULE });
        assert!((0..100).all(|_| !never.wrong(now)));
        let mut long = Lock::new(LockRule {
            after: 1,
            time: Duration::MAX,
        });
        assert!(long.wrong(now));
        assert!(!long.is_closed(now + limits::PIN_LOCK_LONGEST));
    }
}
