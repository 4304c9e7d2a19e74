//! The state item of an order. Its attribute names are short because every update is billed on the whole item.
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | the order's key, `state` |
//! | `v` | schema |
//! | `rev`, `w` | revision, token of the last writer |
//! | `adm` | `taken` or `foreign` |
//! | `seen` | first seen, ms |
//! | `raw`, `chunks` | name of the raw payload, number of its items if more than one |
//! | `erp_ref` | the ERP's number (key of the index `by_reference`) |
//! | `waived` | true if a person let the order go although a rule keeps such orders back; else absent |
//! | `mk` | true if somebody else may have acknowledged it; else absent |
//! | `ag` | true if a person let the acknowledgement go that waited for one; else absent |
//! | `erased` | true if a person had the order's personal data erased; else absent |
//! | `versions` | the submissions of an eCat order, by id, each in one text: see `order_model::versions` |
//! | `revises` | the ERP key of the order that this one revises |
//! | `map`, `hash`, `cu` | version of the field map, SHA-256 of the content, whether anything is custom-made, as pinned by the import; `cu` is absent in what older releases wrote |
//! | `open`, `look_at` | key of the index `open`; absent when the order is closed; of a foreign one `foreign` and first seen |
//! | `steps` | name → `{s, g, n, t, i, o, b, u, h, p, r, a, c}`: state, generation, not before, tries, hint at, owner, begun at, until, hash (of a repeatable step in bytes), only asking, reference, at, code; those of custom-made lines as in `short.rs` |
//! | `repeats` | name of a repeatable step → `{w, d, a, r, s, n, e}`: wanted, done, accepted (in bytes), revision, since, name, or what stands in it before the order's own ERP number; absent where none is; that of a step of custom-made lines as in `short.rs` |

use std::collections::BTreeMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use order_model::versions::Version;
use order_model::{
    Admission, ContentHash, ErpKey, ErpReference, Millis, OrderKey, OrderState, Pinned, RawRef, Repeat, Step,
    StepName, StepState,
};

use crate::item::{self, Item, Reader, number, text};
use crate::{LedgerError, short};

pub(crate) const STATE: &str = "state";

/// The item of a state.
pub(crate) fn encode(order: &OrderState) -> Item {
    let mut item = item::new(order.key.as_str(), STATE);
    let mut put = |name: &str, value: AttributeValue| item.insert(name.to_owned(), value);
    put("rev", number(order.revision));
    put("w", text(&*order.writer));
    put("adm", text(order.admission.as_str()));
    put("seen", number(order.first_seen.0));
    if let Some(raw) = &order.raw {
        put("raw", text(&*raw.hash));
        if raw.chunks > 1 {
            put("chunks", number(raw.chunks));
        }
    }
    if order.waived {
        put("waived", AttributeValue::Bool(true));
    }
    if order.maybe_acknowledged {
        put("mk", AttributeValue::Bool(true));
    }
    if order.agreed {
        put("ag", AttributeValue::Bool(true));
    }
    if order.erased {
        put("erased", AttributeValue::Bool(true));
    }
    if !order.versions.is_empty() {
        let versions = order.versions.iter().map(|version| text(version.stored()));
        put("versions", AttributeValue::L(versions.collect()));
    }
    if let Some(revised) = &order.revision_of {
        put("revises", text(revised.as_str()));
    }
    if let Some(reference) = &order.reference {
        put("erp_ref", text(reference.as_str()));
    }
    if let Some(pinned) = &order.pinned {
        put("map", text(&*pinned.map));
        put(
            "hash",
            AttributeValue::B(Blob::new(pinned.hash.as_bytes().to_vec())),
        );
        if let Some(custom) = pinned.custom {
            put("cu", AttributeValue::Bool(custom));
        }
    }
    if let Some((open, look_at)) = index(order) {
        put("open", text(open));
        put("look_at", number(look_at.0));
    }
    if !order.repeats.is_empty() {
        let repeats = order.repeats.iter();
        put(
            "repeats",
            named(repeats, |of, repeat| encode_repeat(of, repeat, order)),
        );
    }
    put("steps", named(begun(order), encode_step));
    item
}

/// The steps that are worth an entry.
fn begun(order: &OrderState) -> impl Iterator<Item = (&StepName, &Step)> {
    let steps = order.steps.iter();
    steps.filter(|(_, step)| step.state != StepState::Off || step.generation > 0)
}

/// A map by the names of steps.
fn named<'a, T: 'a>(
    all: impl Iterator<Item = (&'a StepName, &'a T)>,
    encode: impl Fn(StepName, &T) -> AttributeValue,
) -> AttributeValue {
    AttributeValue::M(
        all.map(|(name, one)| (name.as_str().to_owned(), encode(*name, one)))
            .collect(),
    )
}

/// Where an order stands in the index `open`, if it does. A foreign order that nobody has decided about stands under a
/// name of its own: it can be listed and counted, and no sweep meets it.
fn index(order: &OrderState) -> Option<(String, Millis)> {
    match order.look_at {
        Some(look_at) => Some((item::shard(&order.key), look_at)),
        None if order.is_foreign_and_undecided() => Some((item::FOREIGN.to_owned(), order.first_seen)),
        None => None,
    }
}

fn encode_repeat(of: StepName, repeat: &Repeat, order: &OrderState) -> AttributeValue {
    if of.is_of_custom_lines() {
        return short::encode_repeat(repeat, order.reference.as_ref().map(ErpReference::as_str));
    }
    let mut fields = item::Item::new();
    let mut put = |name: &str, value| fields.insert(name.to_owned(), value);
    put("w", number(repeat.wanted));
    put("d", number(repeat.done));
    put("r", number(repeat.revision.0));
    if repeat.since != Millis(0) {
        put("s", number(repeat.since.0));
    }
    if let Some(accepted) = &repeat.accepted {
        put("a", packed(accepted));
    }
    if let Some(name) = &repeat.name {
        // The number stands in the item once, as long as it is the one that the name was made of.
        let number = order.reference.as_ref().map(ErpReference::as_str);
        match number.and_then(|number| name.strip_suffix(number)) {
            Some(before) => put("e", text(before)),
            None => put("n", text(&**name)),
        };
    }
    AttributeValue::M(fields)
}

/// A fingerprint in hex takes half as much in bytes; any other text stays as it is.
fn packed(hash: &str) -> AttributeValue {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = hash.as_bytes().chunks(2).map(byte).collect();
    match bytes.filter(|bytes| !hash.is_empty() && unpacked(bytes) == hash) {
        Some(bytes) => AttributeValue::B(Blob::new(bytes)),
        None => text(hash),
    }
}

fn unpacked(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A fingerprint, in either form.
fn hash(reader: &Reader<'_>, name: &str) -> Option<String> {
    let bytes = reader.item.get(name)?.as_b().ok();
    bytes
        .map(|bytes| unpacked(bytes.as_ref()))
        .or_else(|| reader.maybe_text(name).map(str::to_owned))
}

fn encode_step(of: StepName, step: &Step) -> AttributeValue {
    if of.is_of_custom_lines() {
        return short::encode_step(step, step.state.kind().as_str());
    }
    let (name, mut fields) = fields(&step.state);
    // There since they are: what came before them is written as it always was.
    if let (StepState::Claimed { hash, .. } | StepState::Unknown { hash, .. }, true) =
        (&step.state, of.is_repeatable())
    {
        fields.retain(|(name, _)| *name != "h");
        fields.extend(hash.iter().map(|hash| ("h", packed(hash))));
    }
    fields.push(("s", text(name)));
    if step.generation > 0 {
        fields.push(("g", number(step.generation)));
    }
    AttributeValue::M(
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

type Fields = Vec<(&'static str, AttributeValue)>;

/// The name and the fields of a state.
fn fields(state: &StepState) -> (&'static str, Fields) {
    match state {
        StepState::Off => ("off", vec![]),
        StepState::Superseded => ("superseded", vec![]),
        StepState::Discarded => ("discarded", vec![]),
        StepState::Due {
            not_before,
            tries,
            hint_at,
        } => ("due", waits(*not_before, *tries, *hint_at)),
        StepState::Pending {
            not_before,
            tries,
            hint_at,
        } => ("pending", waits(*not_before, *tries, *hint_at)),
        StepState::Unknown {
            begun_at,
            not_before,
            tries,
            hint_at,
            hash,
        } => {
            let mut fields = waits(*not_before, *tries, *hint_at);
            fields.push(("b", number(begun_at.0)));
            fields.extend(hash.iter().map(|hash| ("h", text(&**hash))));
            ("unknown", fields)
        }
        StepState::Claimed {
            owner,
            begun_at,
            until,
            tries,
            hash,
            asking,
        } => {
            let mut fields = vec![("o", text(&**owner)), ("b", number(begun_at.0))];
            fields.extend([("u", number(until.0)), ("t", number(tries))]);
            fields.extend(hash.iter().map(|hash| ("h", text(&**hash))));
            fields.extend(asking.then_some(("p", AttributeValue::Bool(true))));
            ("claimed", fields)
        }
        StepState::Done { reference, at } => {
            let mut fields = vec![("a", number(at.0))];
            fields.extend(reference.iter().map(|reference| ("r", text(reference.as_str()))));
            ("done", fields)
        }
        StepState::Held { code, at } => ("held", vec![("c", text(&**code)), ("a", number(at.0))]),
    }
}

fn waits(from: Millis, tries: u32, hint: Millis) -> Fields {
    vec![("n", number(from.0)), ("t", number(tries)), ("i", number(hint.0))]
}

/// The state in an item.
pub(crate) fn decode(item: &Item) -> Result<OrderState, LedgerError> {
    let name = item
        .get("pk")
        .and_then(|pk| pk.as_s().ok())
        .map_or("without a key", String::as_str);
    let reader = Reader::open(name, item)?;
    let key = OrderKey::new(name).map_err(|_| reader.unreadable("pk"))?;
    let pinned = match (
        reader.maybe_text("map"),
        item.get("hash").and_then(|hash| hash.as_b().ok()),
    ) {
        (Some(map), Some(hash)) => {
            let bytes = hash.as_ref().try_into().map_err(|_| reader.unreadable("hash"))?;
            Some(Pinned {
                map: map.to_owned(),
                hash: ContentHash::from_bytes(bytes),
                custom: item.get("cu").and_then(|custom| custom.as_bool().ok()).copied(),
            })
        }
        _ => None,
    };
    let reference = reader.maybe_text("erp_ref").map(ErpReference::new).transpose();
    let revision_of = reader.maybe_text("revises").map(ErpKey::new).transpose();
    Ok(OrderState {
        versions: decode_versions(&reader, &key)?,
        revision_of: revision_of.map_err(|_| reader.unreadable("revises"))?,
        key,
        revision: reader.number("rev")?,
        writer: reader.text("w")?.to_owned(),
        admission: match reader.text("adm")? {
            "taken" => Admission::Taken,
            "foreign" => Admission::Foreign,
            _ => return Err(reader.unreadable("adm")),
        },
        first_seen: reader.millis("seen")?,
        raw: reader.maybe_text("raw").map(|hash| RawRef {
            hash: hash.to_owned(),
            chunks: reader.maybe_number("chunks").unwrap_or(1),
        }),
        reference: reference.map_err(|_| reader.unreadable("erp_ref"))?,
        pinned,
        waived: reader.flag("waived"),
        maybe_acknowledged: reader.flag("mk"),
        agreed: reader.flag("ag"),
        erased: reader.flag("erased"),
        steps: decode_steps(&reader)?,
        repeats: decode_repeats(&reader)?,
        // Its place among the foreign orders is no wish to be looked at.
        look_at: reader
            .maybe_number("look_at")
            .filter(|_| reader.maybe_text("open") != Some(item::FOREIGN))
            .map(Millis),
    })
}

fn decode_versions(reader: &Reader<'_>, key: &OrderKey) -> Result<Vec<Version>, LedgerError> {
    let Some(stored) = reader.item.get("versions") else {
        return Ok(Vec::new());
    };
    let unreadable = || reader.unreadable("versions");
    let stored = stored.as_l().map_err(|_| unreadable())?;
    let read = |one: &AttributeValue| Version::read(key.account(), one.as_s().ok()?).ok();
    stored
        .iter()
        .map(|one| read(one).ok_or_else(unreadable))
        .collect()
}

fn decode_steps(reader: &Reader<'_>) -> Result<BTreeMap<StepName, Step>, LedgerError> {
    let steps = reader
        .item
        .get("steps")
        .and_then(|steps| steps.as_m().ok())
        .ok_or_else(|| reader.unreadable("steps"))?;
    let mut all = BTreeMap::new();
    for (name, step) in steps {
        let name = StepName::parse(name).ok_or_else(|| reader.unreadable("steps: name"))?;
        let item = step.as_m().map_err(|_| reader.unreadable("steps"))?;
        let step = Reader {
            key: reader.key,
            item,
        };
        let step = match name.is_of_custom_lines() {
            true => short::decode_step(&step)?,
            false => decode_step(&step)?,
        };
        all.insert(name, step);
    }
    Ok(all)
}

fn decode_repeats(reader: &Reader<'_>) -> Result<BTreeMap<StepName, Repeat>, LedgerError> {
    let Some(repeats) = reader.item.get("repeats") else {
        return Ok(BTreeMap::new());
    };
    let unreadable = || reader.unreadable("repeats");
    let mut all = BTreeMap::new();
    for (step, repeat) in repeats.as_m().map_err(|_| unreadable())? {
        let step = StepName::parse(step).ok_or_else(unreadable)?;
        if step.is_of_custom_lines() {
            let bytes = repeat.as_b().map_err(|_| unreadable())?;
            let read = short::decode_repeat(bytes.as_ref(), reader.maybe_text("erp_ref"));
            all.insert(step, read.ok_or_else(unreadable)?);
            continue;
        }
        let item = repeat.as_m().map_err(|_| unreadable())?;
        let repeat = Reader {
            key: reader.key,
            item,
        };
        let short = |before: &str| Some(format!("{before}{}", reader.maybe_text("erp_ref")?));
        let name = match repeat.maybe_text("e") {
            Some(before) => Some(short(before).ok_or_else(unreadable)?),
            None => repeat.maybe_text("n").map(str::to_owned),
        };
        let read = Repeat {
            wanted: repeat.number("w")?,
            done: repeat.number("d")?,
            accepted: hash(&repeat, "a"),
            revision: repeat.millis("r")?,
            since: repeat.maybe_number("s").map_or(Millis(0), Millis),
            name,
        };
        all.insert(step, read);
    }
    Ok(all)
}

fn decode_step(step: &Reader<'_>) -> Result<Step, LedgerError> {
    let hash = || hash(step, "h");
    let state = match step.text("s")? {
        "off" => StepState::Off,
        "superseded" => StepState::Superseded,
        "discarded" => StepState::Discarded,
        "due" => StepState::Due {
            not_before: step.millis("n")?,
            tries: step.number("t")?,
            hint_at: step.millis("i")?,
        },
        "pending" => StepState::Pending {
            not_before: step.millis("n")?,
            tries: step.number("t")?,
            hint_at: step.millis("i")?,
        },
        "unknown" => StepState::Unknown {
            begun_at: step.millis("b")?,
            not_before: step.millis("n")?,
            tries: step.number("t")?,
            hint_at: step.millis("i")?,
            hash: hash(),
        },
        "claimed" => StepState::Claimed {
            owner: step.text("o")?.to_owned(),
            begun_at: step.millis("b")?,
            until: step.millis("u")?,
            tries: step.number("t")?,
            hash: hash(),
            asking: step.flag("p"),
        },
        "done" => {
            let reference = step.maybe_text("r").map(ErpReference::new).transpose();
            StepState::Done {
                reference: reference.map_err(|_| step.unreadable("r"))?,
                at: step.millis("a")?,
            }
        }
        "held" => StepState::Held {
            code: step.text("c")?.to_owned(),
            at: step.millis("a")?,
        },
        _ => return Err(step.unreadable("steps: state")),
    };
    Ok(Step {
        generation: step.maybe_number("g").unwrap_or(0),
        state,
    })
}
