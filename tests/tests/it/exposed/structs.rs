//! `#[derive(Exposed)]`: who may get and set what.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use flow_runtime::inspect::{Exposed, Fields, Gauge, Kind, Knob, Policy, User};
use serde_json::{Value, json};

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer", set = "operator", range = 1..=64)]
    at_once: Knob<usize>,
    #[expose(get = ["viewer", "auditor"])]
    spent: Gauge,
    #[expose(set = "operator", check = even)]
    even: Knob<i64>,
    #[expose(get = "viewer", range = Duration::from_millis(1)..)]
    every: Knob<Duration>,
    #[expose]
    ratio: Knob<f64>,
    #[expose(get = "viewer")]
    r#type: String,
    api_key: String,
}

fn even(n: &i64) -> Result<(), String> {
    match n % 2 {
        0 => Ok(()),
        _ => Err(format!("{n} is odd")),
    }
}

fn knobs() -> Knobs {
    Knobs {
        at_once: Knob::new(4),
        spent: Gauge::new(),
        even: Knob::new(0),
        every: Knob::new(Duration::from_secs(1)),
        ratio: Knob::new(0.5),
        r#type: "small".into(),
        api_key: "secret".into(),
    }
}

const ALL: [&str; 9] = [
    "at_once", "spent", "even", "every", "ratio", "type", "api_key", "r#type", "at_*",
];

/// The names of `ALL` that are given.
fn given(values: BTreeMap<String, Option<Value>>) -> Vec<String> {
    assert_eq!(values.len(), ALL.len());
    let given = values.into_iter().filter(|(_, value)| value.is_some());
    given.map(|(name, _)| name).collect()
}

#[test]
fn roles_get_and_set_what_names_them_and_do_not_include_each_other() {
    let knobs = knobs();
    assert_eq!(knobs.api_key, "secret");
    let view = |roles: &[&str]| knobs.as_seen_by(&User::new("ana", roles.iter().copied()));
    let viewer = ["at_once", "every", "spent", "type"];
    assert_eq!(given(view(&["viewer"]).get(ALL)), viewer);
    assert_eq!(given(view(&["auditor"]).get(ALL)), ["spent"]);
    assert_eq!(given(view(&["operator"]).get(ALL)), [""; 0]);
    assert_eq!(given(view(&["operator", "viewer"]).get(ALL)), viewer);
    assert_eq!(
        given(view(&["view", "VIEWER", "viewer ", "*", ""]).get(ALL)),
        [""; 0]
    );

    let set = view(&["viewer"]).set(ALL.map(|name| (name, json!(2))));
    assert!(set.values().all(|set| !set), "{set:?}");
    let set = view(&["operator"]).set(ALL.map(|name| (name, json!(2))));
    let taken: Vec<_> = set
        .iter()
        .filter(|(_, set)| **set)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(taken, ["at_once", "even"]);
    assert_eq!((knobs.at_once.get(), knobs.even.get()), (2, 2));
}

#[test]
fn a_policy_stands_in_place_of_the_roles() {
    let knobs = knobs();
    let policy = Policy::new()
        .get("ratio")
        .set("ratio")
        .set("every")
        .set("spent");
    let view = knobs.under(&policy.set("api_key").get("api_key").get("at_*").set("type"));
    assert_eq!(given(view.get(ALL)), ["ratio"]);
    let set = view.set([
        ("ratio", json!(0.25)),
        ("every", json!({ "secs": 2, "nanos": 0 })),
        ("spent", json!(1.0)),
        ("type", json!("large")),
        ("api_key", json!("")),
        ("at_once", json!(8)),
    ]);
    let taken: Vec<_> = set
        .iter()
        .filter(|(_, set)| **set)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(taken, ["every", "ratio"]);
    assert_eq!(
        (knobs.ratio.get(), knobs.every.get()),
        (0.25, Duration::from_secs(2))
    );
    assert_eq!((knobs.at_once.get(), knobs.spent.get()), (4, 0.0));
    assert!(given(knobs.under(&Policy::new()).get(ALL)).is_empty());
}

#[test]
fn what_is_denied_is_told_as_what_is_not_there() {
    let knobs = knobs();
    let bob = knobs.as_seen_by(&User::new("bob", ["viewer"]));
    for name in ["api_key", "at_once", "spent", "nothing"] {
        let why = bob.try_set(name, json!(1)).unwrap_err().to_string();
        assert_eq!(why, format!("there is no `{name}` that you may set"));
    }
}

#[test]
fn a_value_of_another_type_or_out_of_bounds_is_refused_and_it_is_told_why() {
    let knobs = knobs();
    let ana = knobs.as_seen_by(&User::new("ana", ["operator"]));
    for (name, value, why) in [
        ("at_once", json!(0), "`at_once` must be in 1..=64, not 0"),
        ("at_once", json!(65), "`at_once` must be in 1..=64, not 65"),
        (
            "at_once",
            json!(-1),
            "`at_once`: invalid value: integer `-1`, expected usize",
        ),
        (
            "at_once",
            json!(1.5),
            "`at_once`: invalid type: floating point `1.5`, expected usize",
        ),
        (
            "at_once",
            json!(null),
            "`at_once`: invalid type: null, expected usize",
        ),
        ("even", json!(3), "`even`: 3 is odd"),
    ] {
        assert!(!ana.set([(name, value.clone())])[name]);
        assert_eq!(ana.try_set(name, value).unwrap_err().to_string(), why);
    }
    assert_eq!((knobs.at_once.get(), knobs.even.get()), (4, 0));
    // Of several values for one name none is set, and each other name is.
    let set = ana.set([
        ("even", json!(2)),
        ("at_once", json!(5)),
        ("even", json!(3)),
        ("even", json!(4)),
    ]);
    assert_eq!((set["even"], set["at_once"]), (false, true));
    assert_eq!((knobs.even.get(), knobs.at_once.get()), (0, 5));
}

#[test]
fn bounds_hold_for_the_program_once_the_struct_is_exposed() {
    let knobs = knobs();
    knobs.at_once.set(100).unwrap();
    knobs.at_once.set(5).unwrap();
    let _ = knobs.exposed();
    let _ = knobs.exposed();
    assert!(knobs.at_once.clone().set(100).is_err());
    assert!(knobs.even.set(1).is_err());
    assert!(knobs.every.set(Duration::ZERO).is_err());
    knobs.ratio.set(f64::INFINITY).unwrap();
    assert_eq!(knobs.at_once.get(), 5);
}

#[test]
#[should_panic(expected = "exposed as it is set: `at_once` must be in 1..=64, not 100")]
fn a_knob_out_of_its_range_cannot_be_exposed() {
    let knobs = knobs();
    knobs.at_once.set(100).unwrap();
    let _ = knobs.under(&Policy::new());
}

#[test]
fn a_nan_is_in_no_range() {
    #[derive(Exposed)]
    struct Rates {
        #[expose(range = 0.0..1.0)]
        rate: Knob<f64>,
    }
    let rates = Rates {
        rate: Knob::new(0.5),
    };
    let _ = rates.exposed();
    assert!(rates.rate.set(f64::NAN).is_err());
    assert!(rates.rate.set(1.0).is_err());
    assert!(rates.rate.set(0.0).is_ok());
}

#[test]
fn what_is_exposed_is_described_to_who_may_see_it() {
    let knobs = knobs();
    knobs.spent.set(2.5);
    let ana = knobs.as_seen_by(&User::new("ana", ["viewer", "operator"]));
    let described = serde_json::to_value(ana.describe()).unwrap();
    assert_eq!(
        described,
        json!([
            { "name": "at_once", "kind": "knob", "value": 4, "settable": true, "range": { "least": 1, "most": 64 } },
            { "name": "spent", "kind": "gauge", "value": 2.5, "settable": false, "range": null },
            { "name": "even", "kind": "knob", "value": null, "settable": true, "range": null },
            { "name": "every", "kind": "knob", "value": { "secs": 1, "nanos": 0 }, "settable": false, "range": null },
            { "name": "type", "kind": "value", "value": "small", "settable": false, "range": null },
        ])
    );
    let policy = Policy::new().set("every");
    let described = knobs.under(&policy).describe();
    assert_eq!(described.len(), 1);
    assert_eq!(described[0].kind, Kind::Knob);
    let range = described[0].range.as_ref().unwrap();
    assert_eq!(range.to_string(), r#"{"nanos":1000000,"secs":0}.."#);
}

#[test]
fn views_and_fields_outlive_the_struct_and_see_what_is_set() {
    let (fields, view, spent): (Fields, _, Gauge) = {
        let knobs = knobs();
        let bob = knobs.as_seen_by(&User::new("bob", ["viewer"]));
        (knobs.exposed(), bob, knobs.spent.clone())
    };
    spent.add(1.5);
    let by_fields = fields.clone().as_seen_by(&User::new("bob", ["viewer"]));
    for view in [&view, &by_fields] {
        assert_eq!(view.get(["spent"])["spent"], Some(json!(1.5)));
    }
    let debug = format!("{fields:?} {view:?}");
    assert!(
        debug.contains("at_once") && !debug.contains("api_key"),
        "{debug}"
    );
}

#[test]
fn exposed_structs_are_objects() {
    let all: Vec<Arc<dyn Exposed + Send + Sync>> =
        vec![Arc::new(knobs()), Arc::new(knobs().exposed())];
    let policy = Policy::new().get("at_once");
    for each in all {
        assert_eq!(
            each.under(&policy).get(["at_once"])["at_once"],
            Some(json!(4))
        );
    }
}

#[test]
fn a_struct_may_have_generics_and_borrow() {
    #[derive(Exposed)]
    struct Borrowed<'a, T>
    where
        T: serde::Serialize + serde::de::DeserializeOwned + Clone + Send + Sync + 'static,
    {
        #[expose(get = "viewer")]
        name: &'a str,
        #[expose(get = "viewer", set = "viewer")]
        knob: Knob<T>,
    }
    let (name, knob) = (String::from("job"), Knob::new(vec![1]));
    let borrowed = Borrowed {
        name: &name,
        knob: knob.clone(),
    };
    let view = borrowed.as_seen_by(&User::new("bob", ["viewer"]));
    assert_eq!(view.get(["name"])["name"], Some(json!("job")));
    assert!(view.set([("knob", json!([1, 2]))])["knob"]);
    assert_eq!(knob.get(), [1, 2]);
}

#[test]
fn what_cannot_be_json_is_none() {
    #[derive(Exposed)]
    struct Odd {
        #[expose(get = "viewer")]
        map: Knob<BTreeMap<(u8, u8), u8>>,
    }
    let odd = Odd {
        map: Knob::new(BTreeMap::from([((1, 2), 3)])),
    };
    let bob = odd.as_seen_by(&User::new("bob", ["viewer"]));
    assert_eq!(bob.get(["map"])["map"], None);
    assert_eq!(bob.describe()[0].value, None);
}

/// One file a mistake: each is reported once, on the token to edit.
#[test]
fn mistakes_are_told_where_they_are() {
    trybuild::TestCases::new().compile_fail("ui/exposed/*.rs");
}
