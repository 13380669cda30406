//! What a person sees of long work: a bar on a terminal, plain lines elsewhere. All of it on standard
//! error, so that standard output is the result alone.

use std::collections::HashSet;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use m3dfel_train::{EpochRecord, Observer, Pace, Phase};

use crate::text::{duration, percent};

static STOP: AtomicBool = AtomicBool::new(false);

/// From here on Ctrl-C asks for a stop that loses nothing; a second one ends the program at once.
pub fn catch_ctrl_c() {
    // Refused only where a handler is set already, which is this one.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(1);
        }
        eprintln!("\nstopping as soon as nothing is lost; Ctrl-C again stops at once");
    });
}

/// Whether Ctrl-C was pressed.
pub fn stopping() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// Warnings printed before the rest are only counted.
const MOST_WARNINGS: usize = 20;
/// Time between two plain lines of the same phase.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// Counts work up to an end, which may be unknown.
pub struct Counter {
    what: String,
    unit: &'static str,
    bar: Option<ProgressBar>,
    /// 0: nobody knows.
    total: usize,
    done: usize,
    /// Done before this process began.
    before: usize,
    start: Instant,
    spoke: Instant,
}

impl Counter {
    /// `unit` is the plural of what is counted; `total` is 0 where nobody knows.
    pub fn new(what: impl Into<String>, unit: &'static str, total: usize, before: usize) -> Self {
        let what = what.into();
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total as u64).with_position(before as u64);
            let style = ProgressStyle::with_template(match total {
                0 => "{prefix} {spinner} {pos} {msg}",
                _ => "{prefix} {bar:32} {pos}/{len} {msg}",
            });
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_prefix(what.clone());
            bar.reset_elapsed();
            bar
        });
        let now = Instant::now();
        Self {
            what,
            unit,
            bar,
            total,
            done: before,
            before,
            start: now,
            spoke: now,
        }
    }

    /// So many are done in all; `note` is what else there is to say.
    pub fn set(&mut self, done: usize, note: &str) {
        self.done = done;
        match &self.bar {
            Some(bar) => {
                bar.set_message(self.message(note));
                bar.set_position(done as u64);
            }
            None if self.spoke.elapsed() >= LINE_EVERY
                && (done < self.total || self.total == 0) =>
            {
                self.spoke = Instant::now();
                let (what, rest) = (&self.what, self.message(note));
                match self.total {
                    0 => eprintln!("{what}: {done} {rest}"),
                    total => eprintln!("{what}: {done}/{total} {rest}"),
                }
            }
            None => {}
        }
    }

    pub fn advance(&mut self, more: usize, note: &str) {
        self.set(self.done + more, note);
    }

    fn rate(&self) -> f64 {
        (self.done - self.before) as f64 / self.start.elapsed().as_secs_f64().max(1e-3)
    }

    fn message(&self, note: &str) -> String {
        let rate = self.rate();
        let mut text = format!("{}, {rate:.1}/s", self.unit);
        if rate > 0.0 && self.total > 0 {
            let left = (self.total.saturating_sub(self.done)) as f64 / rate;
            text += &format!(", {} left", duration(left));
        }
        if !note.is_empty() {
            text = format!("{text}, {note}");
        }
        text
    }

    /// Prints a line above the bar.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Shows a training run or an evaluation.
#[derive(Default)]
pub struct Watcher {
    counter: Option<Counter>,
    epochs: usize,
    /// Seconds of the epochs seen by this process, evaluation included.
    epoch_start: Option<Instant>,
    epochs_timed: usize,
    seconds_timed: f64,
    warned: HashSet<String>,
    /// Print each epoch as JSON on standard output.
    json: bool,
}

impl Watcher {
    pub fn new(json: bool) -> Self {
        Self {
            json,
            ..Self::default()
        }
    }

    fn say(&self, line: &str) {
        match &self.counter {
            Some(counter) => counter.say(line),
            None => eprintln!("{line}"),
        }
    }

    /// Says how many warnings were not printed.
    pub fn finish(self) {
        let more = self.warned.len().saturating_sub(MOST_WARNINGS);
        if more > 0 {
            eprintln!("warning: {more} more warnings like these");
        }
    }
}

impl Observer for Watcher {
    fn begin(&mut self, phase: Phase, clips: usize, done: usize) {
        let what = match phase {
            Phase::Training { epoch, epochs } => {
                self.epochs = epochs;
                self.epoch_start = Some(Instant::now());
                format!("epoch {epoch}/{epochs}")
            }
            Phase::Evaluating => "evaluating".into(),
            Phase::Adapting => "adapting".into(),
        };
        self.counter = Some(Counter::new(what, "clips", clips, done));
    }

    fn advance(&mut self, clips: usize, pace: Option<Pace>) {
        let note = pace.map_or(String::new(), |pace| match pace.step_seconds {
            0.0 => format!("loss {:.4}", pace.loss),
            step => format!(
                "loss {:.4}, {step:.2} s a step, {:.0} % of it waiting for data",
                pace.loss,
                100.0 * pace.waited
            ),
        });
        if let Some(counter) = &mut self.counter {
            counter.advance(clips, &note);
        }
    }

    fn end(&mut self, _: Phase) {
        if let Some(counter) = self.counter.take() {
            counter.finish();
        }
    }

    fn epoch(&mut self, record: &EpochRecord) {
        if let Some(start) = self.epoch_start.take() {
            self.seconds_timed += start.elapsed().as_secs_f64();
            self.epochs_timed += 1;
        }
        let mean = self.seconds_timed / self.epochs_timed.max(1) as f64;
        let left = duration(mean * self.epochs.saturating_sub(record.epoch) as f64);
        let rates = match (record.war, record.uar) {
            (Some(war), Some(uar)) => format!("  WAR {}  UAR {}", percent(war), percent(uar)),
            _ => String::new(),
        };
        let held = match (record.holdout_war, record.holdout_uar) {
            (Some(war), Some(uar)) => {
                format!("  held out: WAR {}  UAR {}", percent(war), percent(uar))
            }
            _ => String::new(),
        };
        self.say(&format!(
            "epoch {}/{}  loss {:.4}{rates}{held}  {:.1} s  {:.1} clips/s  {left} left",
            record.epoch, self.epochs, record.loss, record.seconds, record.clips_per_second,
        ));
        if self.json
            && let Ok(line) = serde_json::to_string(record)
        {
            println!("{line}");
        }
    }

    fn warn(&mut self, message: &str) {
        if self.warned.insert(message.into()) && self.warned.len() <= MOST_WARNINGS {
            self.say(&format!("warning: {message}"));
        }
    }

    fn stop(&self) -> bool {
        stopping()
    }
}
