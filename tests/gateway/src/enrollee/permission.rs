//! What the gateway's user allows at a moment: which PIN counts, whether the button was pressed lately, and
//! whether wrong PINs have locked the introduction (DeviceProtection:1 digest, sections 4.2 and 4.11).

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::lock::{Lock, LockRule};
use super::machine::{
    Method, Randomness, ERROR_BUSY, ERROR_LOCKED, METHOD_BUTTON, METHOD_DISPLAY, METHOD_LABEL,
    PASSWORD_BUTTON, PASSWORD_PIN,
};
use super::pin::Pin;
use crate::limits;
use crate::secret::Secret;

/// Where the PIN of an introduction is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinSource {
    /// On the label: always the same.
    Label,
    /// On the gateway's screen: a new one for every run, made when the control point asks for it.
    Screen,
    /// On the gateway's web page: made by a user there, or when a control point asks and there is none.
    Page,
    /// Nowhere: there is only the button.
    Nowhere,
}

/// What a PIN on the web page is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// The role Basic.
    Basic,
    /// The role Admin.
    Admin,
}

/// A PIN as the web page shows it.
pub struct PagePin<'a> {
    /// The PIN.
    pub pin: &'a Pin,
    /// What it is worth.
    pub grant: Grant,
    /// How long it is valid.
    pub left: Duration,
}

/// A PIN that was made to be shown.
struct ShownPin {
    pin: Pin,
    grant: Grant,
    until: Instant,
}

/// What the screen shows from now on; nothing means it went dark.
pub type ScreenText = Option<Secret<String>>;

/// What the user allows.
pub struct Permission {
    source: PinSource,
    label: Pin,
    shown: Option<ShownPin>,
    screen: Option<mpsc::UnboundedSender<ScreenText>>,
    button_pressed: Option<Instant>,
    lock: Lock,
}

impl Permission {
    /// Nothing is pressed, shown or locked yet.
    pub fn new(label: Pin, source: PinSource, rule: LockRule) -> Self {
        Self {
            source,
            label,
            shown: None,
            screen: None,
            button_pressed: None,
            lock: Lock::new(rule),
        }
    }

    /// Sends what the screen shows to `screen`.
    pub fn connect_screen(&mut self, screen: mpsc::UnboundedSender<ScreenText>) {
        self.screen = Some(screen);
    }

    /// The PIN on the label.
    pub fn label(&self) -> &Pin {
        &self.label
    }

    /// Config Methods and Device Password ID of M1.
    pub fn announced(&self) -> (u16, u16) {
        match self.source {
            PinSource::Label => (METHOD_LABEL | METHOD_BUTTON, PASSWORD_PIN),
            // To WSC 1.0 a page of the gateway is a display.
            PinSource::Screen | PinSource::Page => (METHOD_DISPLAY, PASSWORD_PIN),
            PinSource::Nowhere => (METHOD_BUTTON, PASSWORD_BUTTON),
        }
    }

    /// A control point asks for a run with a PIN: makes one if it is to be shown and none is yet.
    pub fn prepare_pin(&mut self, now: Instant, random: &mut dyn Randomness) {
        let made_to_be_shown = matches!(self.source, PinSource::Screen | PinSource::Page);
        if made_to_be_shown && self.shown.is_none() && !self.lock.is_closed(now) {
            self.make_pin(now, Grant::Admin, random);
        }
    }

    /// A user of the web page asks for a new PIN; the one before is void.
    pub fn renew_page_pin(&mut self, now: Instant, grant: Grant, random: &mut dyn Randomness) {
        if self.source == PinSource::Page {
            self.make_pin(now, grant, random);
        }
    }

    /// The PIN on the web page.
    pub fn page_pin(&self, now: Instant) -> Option<PagePin<'_>> {
        let shown = self.shown.as_ref().filter(|shown| shown.is_valid(now))?;
        (self.source == PinSource::Page).then_some(PagePin {
            pin: &shown.pin,
            grant: shown.grant,
            left: shown.until.duration_since(now),
        })
    }

    fn make_pin(&mut self, now: Instant, grant: Grant, random: &mut dyn Randomness) {
        let mut number = [0; 4];
        random.fill(&mut number);
        let pin = Pin::from_number(u32::from_le_bytes(number));
        let valid = match self.source {
            PinSource::Page => limits::PAGE_PIN,
            _ => {
                self.show(Some(Secret::new(pin.expose().to_owned())));
                limits::SHOWN_PIN
            }
        };
        self.shown = Some(ShownPin {
            pin,
            grant,
            until: now + valid,
        });
    }

    fn show(&self, text: ScreenText) {
        if let Some(screen) = &self.screen {
            // Nobody may be looking.
            screen.send(text).ok();
        }
    }

    /// The PIN that counts at this moment, or the Configuration Error that says why none does.
    ///
    /// # Errors
    /// 14 when there is no PIN yet, 15 when wrong ones have locked the introduction.
    pub fn pin(&self, now: Instant) -> Result<&Pin, u16> {
        if self.lock.is_closed(now) {
            return Err(ERROR_LOCKED);
        }
        match self.source {
            PinSource::Label => Ok(&self.label),
            PinSource::Screen | PinSource::Page => self
                .shown
                .as_ref()
                .filter(|shown| shown.is_valid(now))
                .map(|shown| &shown.pin)
                .ok_or(ERROR_BUSY),
            PinSource::Nowhere => Err(ERROR_BUSY),
        }
    }

    /// Whether the button was pressed within the last two minutes and not used since.
    ///
    /// # Errors
    /// 14, Device Busy.
    pub fn button(&self, now: Instant) -> Result<(), u16> {
        let lately = |pressed| now.duration_since(pressed) <= limits::BUTTON_WINDOW;
        let has_button = matches!(self.source, PinSource::Label | PinSource::Nowhere);
        match self.button_pressed {
            Some(pressed) if has_button && lately(pressed) => Ok(()),
            _ => Err(ERROR_BUSY),
        }
    }

    /// Whether a run of this method may go on.
    pub fn allows(&self, method: Method, now: Instant) -> bool {
        match method {
            Method::Pin => self.pin(now).is_ok(),
            Method::Button => self.button(now).is_ok(),
        }
    }

    /// Whether wrong PINs have locked the introduction.
    pub fn is_locked(&self, now: Instant) -> bool {
        self.lock.is_closed(now)
    }

    /// Somebody pressed the button.
    pub fn press_button(&mut self, now: Instant) {
        self.button_pressed = Some(now);
    }

    /// A control point was introduced: one press and one shown PIN are for one introduction. Tells what the PIN is
    /// worth, where that was said when it was made.
    pub fn succeeded(&mut self, method: Method) -> Option<Grant> {
        match method {
            Method::Pin => self.lock.reset(),
            Method::Button => self.button_pressed = None,
        }
        let grant = self.shown.as_ref().map(|shown| shown.grant);
        self.void_pin();
        grant.filter(|_| self.source == PinSource::Page)
    }

    /// A control point tried a wrong PIN.
    pub fn wrong_pin(&mut self, now: Instant) {
        if self.lock.wrong(now) {
            tracing::info!("locked after wrong PINs");
        }
        self.void_pin();
    }

    /// A run is over, well or not: the PIN that was made for it is void. One on the web page is for the user who is
    /// looking at it, and stays while nobody has tried it.
    pub fn run_ended(&mut self) {
        if self.source != PinSource::Page {
            self.void_pin();
        }
    }

    fn void_pin(&mut self) {
        if self.shown.take().is_some() && self.source == PinSource::Screen {
            self.show(None);
        }
    }

    /// Takes a PIN from the screen that was there for too long.
    pub fn tick(&mut self, now: Instant) {
        if self
            .shown
            .as_ref()
            .is_some_and(|shown| !shown.is_valid(now))
        {
            self.void_pin();
        }
    }

    /// Forgets presses, shown PINs and the lock, as a restart does.
    pub fn restart(&mut self) {
        self.button_pressed = None;
        self.lock.reset();
        self.void_pin();
    }
}

impl ShownPin {
    fn is_valid(&self, now: Instant) -> bool {
        now <= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enrollee::machine::OsRandomness;

    fn of(source: PinSource) -> Permission {
        Permission::new(Pin::from_number(1_234_567), source, LockRule::default())
    }

    #[test]
    fn a_pin_on_the_screen_is_new_for_every_run_and_void_after_it_or_two_minutes() {
        let start = Instant::now();
        let mut permission = of(PinSource::Screen);
        let (sender, mut screen) = mpsc::unbounded_channel();
        permission.connect_screen(sender);
        assert_eq!(permission.pin(start).err(), Some(ERROR_BUSY));
        let mut seen = Vec::new();
        for end in [
            (|permission, _| permission.run_ended()) as fn(&mut Permission, Instant),
            |permission, _| assert_eq!(permission.succeeded(Method::Pin), None),
            |permission, now| permission.wrong_pin(now),
            |permission, now| permission.tick(now + limits::SHOWN_PIN + Duration::from_secs(1)),
        ] {
            permission.prepare_pin(start, &mut OsRandomness);
            let pin = permission.pin(start).unwrap().expose().to_owned();
            let shown = screen.try_recv().unwrap().unwrap();
            assert_eq!(*shown.expose(), pin);
            assert!(Pin::parse(&pin).is_some());
            // The same run asks again and sees the same PIN.
            permission.prepare_pin(start, &mut OsRandomness);
            assert_eq!(permission.pin(start).unwrap().expose(), pin);
            permission.tick(start + limits::SHOWN_PIN);
            assert!(permission.pin(start).is_ok());
            end(&mut permission, start);
            assert_eq!(permission.pin(start).err(), Some(ERROR_BUSY));
            assert_eq!(screen.try_recv().unwrap(), None);
            assert!(screen.try_recv().is_err());
            seen.push(pin);
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 4, "every run had a PIN of its own");
    }

    #[test]
    fn a_pin_on_the_page_stays_for_its_user_until_it_is_tried_used_or_old() {
        let now = Instant::now();
        let mut permission = of(PinSource::Page);
        assert!(permission.page_pin(now).is_none());
        assert_eq!(permission.pin(now).err(), Some(ERROR_BUSY));
        // Asked for by a control point, it is there for whoever logs in.
        permission.prepare_pin(now, &mut OsRandomness);
        let first = permission.page_pin(now).unwrap().pin.expose().to_owned();
        permission.prepare_pin(now, &mut OsRandomness);
        permission.run_ended();
        assert_eq!(permission.pin(now).unwrap().expose(), first);
        permission.renew_page_pin(now, Grant::Basic, &mut OsRandomness);
        let second = permission.page_pin(now).unwrap();
        assert_ne!(second.pin.expose(), first);
        assert_eq!(
            (second.grant, second.left),
            (Grant::Basic, limits::PAGE_PIN)
        );
        assert_eq!(permission.succeeded(Method::Pin), Some(Grant::Basic));
        assert!(permission.page_pin(now).is_none());
        permission.renew_page_pin(now, Grant::Admin, &mut OsRandomness);
        permission.wrong_pin(now);
        assert!(permission.page_pin(now).is_none());
        permission.renew_page_pin(now, Grant::Admin, &mut OsRandomness);
        assert!(permission.page_pin(now + limits::PAGE_PIN).is_some());
        permission.tick(now + limits::PAGE_PIN + Duration::from_millis(1));
        assert!(permission.page_pin(now).is_none());
    }

    #[test]
    fn a_press_counts_for_two_minutes_and_only_where_there_is_a_button() {
        let start = Instant::now();
        let late = start + limits::BUTTON_WINDOW + Duration::from_millis(1);
        for (source, has_button) in [
            (PinSource::Label, true),
            (PinSource::Nowhere, true),
            (PinSource::Screen, false),
            (PinSource::Page, false),
        ] {
            let mut permission = of(source);
            assert_eq!(permission.button(start), Err(ERROR_BUSY));
            permission.press_button(start);
            assert_eq!(permission.button(start).is_ok(), has_button, "{source:?}");
            assert_eq!(permission.button(late), Err(ERROR_BUSY));
            permission.succeeded(Method::Button);
            assert_eq!(permission.button(start), Err(ERROR_BUSY));
        }
        assert_eq!(of(PinSource::Nowhere).pin(start).err(), Some(ERROR_BUSY));
    }

    #[test]
    fn the_lock_stops_every_pin_but_not_the_button() {
        let now = Instant::now();
        for source in [PinSource::Label, PinSource::Screen] {
            let mut permission = of(source);
            for _ in 0..limits::WRONG_PINS {
                permission.prepare_pin(now, &mut OsRandomness);
                assert!(permission.pin(now).is_ok());
                permission.wrong_pin(now);
            }
            permission.prepare_pin(now, &mut OsRandomness);
            assert_eq!(permission.pin(now).err(), Some(ERROR_LOCKED));
            let later = now + limits::PIN_LOCK;
            permission.prepare_pin(later, &mut OsRandomness);
            assert!(permission.pin(later).is_ok());
        }
        let mut permission = of(PinSource::Label);
        (0..limits::WRONG_PINS).for_each(|_| permission.wrong_pin(now));
        permission.press_button(now);
        assert!(permission.is_locked(now) && permission.button(now).is_ok());
        permission.restart();
        assert!(permission.pin(now).is_ok() && permission.button(now).is_err());
    }
}
