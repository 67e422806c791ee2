//! A library's panics, caught and named by where in its source they happened.
//!
//! Panics that Rust cannot catch (a failed allocation, an overflown stack) end the process, and the harness sees that.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

/// Where a panic happened, without what differs between machines, and what it said.
pub type Panic = (String, String);

thread_local! {
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Keep the place of each panic, in the place of printing it.
pub fn keep_places() {
    panic::set_hook(Box::new(|info| LAST.set(Some(described(info)))));
}

pub fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Panic> {
    panic::catch_unwind(AssertUnwindSafe(call)).map_err(|_| LAST.take().unwrap_or_default())
}

fn described(info: &PanicHookInfo) -> Panic {
    let place = info.location().map(|place| format!("{}:{}", without_registry(place.file()), place.line()));
    (place.unwrap_or_default(), said(info).unwrap_or_default().into())
}

fn said<'a>(info: &'a PanicHookInfo) -> Option<&'a str> {
    let payload = info.payload();
    payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// `NAME-VERSION/src/FILE`, without the folder into which cargo unpacked it.
fn without_registry(file: &str) -> &str {
    let Some((_, inside)) = file.split_once("/registry/src/") else { return file };
    inside.split_once('/').map_or(inside, |(_, path)| path)
}
