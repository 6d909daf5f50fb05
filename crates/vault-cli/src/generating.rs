//! Generated passwords. They need no open profile.

use std::sync::Arc;

use vault_api::start::{SystemClock, device_name, system_rng};
use vault_api::views::{GeneratorRecipe, WordListView, WordSeparator};
use vault_api::{Coffer, Costs, EventSink, Setup};
use zeroize::Zeroizing;

use crate::arguments::Generate;
use crate::connection::Context;
use crate::failure::{Exit, Failure};
use crate::output;

/// Characters of a generated password.
const LENGTH: u32 = 20;

/// `generate`
pub fn generate(context: &Context, recipe: &Generate) -> Result<Exit, Failure> {
    let recipe = match *recipe {
        Generate { pin: Some(length), .. } => GeneratorRecipe::Pin { length },
        Generate { words: Some(count), .. } => GeneratorRecipe::Words {
            list: WordListView::English,
            count,
            separator: WordSeparator::Hyphen,
            capitalize: false,
            number: false,
        },
        Generate { length, no_symbols, .. } => characters(length, !no_symbols),
    };
    let text = make(context, &recipe)?;
    if context.json { output::json("value", &*text) } else { output::line(&text) }
}

/// A password for a new or changed item.
pub fn password(context: &Context) -> Result<Zeroizing<String>, Failure> {
    make(context, &characters(LENGTH, true))
}

fn characters(length: u32, symbols: bool) -> GeneratorRecipe {
    GeneratorRecipe::Characters {
        length,
        lower: true,
        upper: true,
        digits: true,
        symbols,
        avoid_ambiguous: false,
        least: None,
        own_symbols: None,
    }
}

fn make(context: &Context, recipe: &GeneratorRecipe) -> Result<Zeroizing<String>, Failure> {
    let made = start(context, EventSink::new(|_| {}))?.generator_make(recipe)?;
    Ok(Zeroizing::new(made.password))
}

/// Starts the core, without opening a profile.
pub fn start(context: &Context, events: EventSink) -> Result<Coffer, Failure> {
    let clock = Arc::new(SystemClock::new());
    Coffer::start(Setup {
        profiles: context.data()?.profiles(clock.clone()),
        clock,
        make_rng: system_rng,
        kdf: Costs::Calibrated,
        device: device_name(),
        system_language: "en".to_owned(),
        events,
        ranges: None,
    })
    .map_err(|error| Failure::new(Exit::General, error.to_string()))
}
