//! The error of items that come out of time, which every error knows by its type.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// The error of an item that is older than the one before it, where a window wants its
/// input sorted. The item is left out.
///
/// A bare `?` ends the flow with an error of the kind
/// [`Unsorted`](crate::ErrorKind::Unsorted).
///
/// ```
/// use flow_runtime::flow;
///
/// let errors = flow! {
///     from([1, 7, 5]) -> tumbling_window(10, |x| *x)? else errors -> drain();
///     errors = map(|unsorted| unsorted.to_string()) -> collect::<Vec<_>>();
///     errors
/// };
/// assert_eq!(errors.run(), ["an item of 5 came after one of 7: put `in_order` before"]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Unsorted {
    /// The time of the item, and the newest before it.
    times: [Moment; 2],
}

impl Unsorted {
    #[cold]
    pub(crate) const fn new(times: [Moment; 2]) -> Self {
        Self { times }
    }
}

impl fmt::Display for Unsorted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.times {
            [Moment::Ago(ago), _] => write!(f, "an item is {ago:?} older than one before it")?,
            [time, before] => write!(f, "an item of {time} came after one of {before}")?,
        }
        f.write_str(": put `in_order` before")
    }
}

impl fmt::Debug for Unsorted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [time, after] = self.times.map(|time| time.to_string());
        let mut unsorted = f.debug_struct("Unsorted");
        unsorted.field("time", &time).field("after", &after);
        unsorted.finish()
    }
}

impl Error for Unsorted {}

/// A time, as errors name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// An unsigned integer.
    Natural(u128),
    /// A signed integer.
    Integer(i128),
    /// So long behind the Unix epoch, or before it.
    Unix(Result<Duration, Duration>),
    /// So long before the other one, of which nothing can be said.
    Ago(Duration),
    /// The other one.
    Now,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Natural(time) => time.fmt(f),
            Self::Integer(time) => time.fmt(f),
            Self::Unix(Ok(behind)) => date(*behind, f),
            Self::Unix(Err(before)) => write!(f, "{before:?} before 1970"),
            Self::Ago(ago) => write!(f, "{ago:?} before"),
            Self::Now => f.write_str("the newest"),
        }
    }
}

/// A time behind the Unix epoch as a date, in universal time.
fn date(behind: Duration, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (days, second) = (behind.as_secs() / 86_400, behind.as_secs() % 86_400);
    // Years that begin in March, in eras of 400, from the year 0 on.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = era * 400 + year + later;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    write!(
        f,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    )?;
    match behind.subsec_nanos() {
        0 => {}
        nanos => f.write_str(format!(".{nanos:09}").trim_end_matches('0'))?,
    }
    f.write_str("Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates() {
        let at = |seconds, nanos| Moment::Unix(Ok(Duration::new(seconds, nanos))).to_string();
        assert_eq!(at(0, 0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400, 0), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_709_251_199, 500_000_000), "2024-02-29T23:59:59.5Z");
        assert_eq!(at(1_735_689_599, 1), "2024-12-31T23:59:59.000000001Z");
    }

    #[test]
    fn both_times_are_named() {
        let unsorted = Unsorted::new([Moment::Integer(-3), Moment::Integer(4)]);
        let text = "an item of -3 came after one of 4: put `in_order` before";
        assert_eq!(unsorted.to_string(), text);
        let unsorted = Unsorted::new([Moment::Ago(Duration::from_secs(2)), Moment::Now]);
        let text = "an item is 2s older than one before it: put `in_order` before";
        assert_eq!(unsorted.to_string(), text);
    }
}
