//! Knobs that hold texts, on the page.

use flow_runtime::inspect::{Exposed, Inspector, Knob, User};
use serde_json::{Value, json};

use super::browser::Browser;
use super::page::types;

#[derive(Exposed)]
struct Texts {
    #[expose(get = "viewer", set = "operator")]
    name: Knob<Option<String>>,
    #[expose(set = "operator")]
    secret: Knob<String>,
    #[expose(get = "viewer", set = "operator")]
    lines: Knob<String>,
    #[expose(get = "viewer", set = "operator")]
    most: Knob<Option<u32>>,
    #[expose(get = "viewer", set = "operator")]
    any: Knob<Value>,
}

fn texts() -> Texts {
    Texts {
        name: Knob::new(Some("small".to_owned())),
        secret: Knob::new(String::new()),
        lines: Knob::new("one\ntwo".to_owned()),
        most: Knob::new(None),
        any: Knob::new(json!(1)),
    }
}

#[test]
fn what_a_knob_takes_is_told() {
    let texts = texts();
    let ana = texts.as_seen_by(&User::new("ana", ["viewer", "operator"]));
    let takes = ana.describe().into_iter();
    let takes: Vec<_> = takes
        .map(|field| (field.name, field.text, field.optional))
        .collect();
    let expected = [
        ("name", true, true),
        ("secret", true, false),
        ("lines", true, false),
        ("most", false, true),
        ("any", false, true),
    ];
    assert_eq!(
        takes,
        expected.map(|(name, text, none)| (name.to_owned(), text, none))
    );
    let told = serde_json::to_value(&ana.describe()[0]).unwrap();
    assert_eq!(
        (&told["text"], &told["optional"]),
        (&json!(true), &json!(true))
    );
    // Who may not set it is told nothing of it.
    let bob = texts.as_seen_by(&User::new("bob", ["viewer"])).describe();
    assert!(bob.iter().all(|field| !field.text && !field.optional));
}

#[test]
fn any_text_can_be_set_and_none_as_well() {
    let knobs = texts();
    let view = Inspector::bind("127.0.0.1:0").unwrap().quiet();
    let view = view.expose("job", &knobs);
    let Some(mut page) = Browser::open(&view.url()) else {
        return;
    };
    let said = |name: &str| {
        format!("document.getElementById('of job {name}').form.querySelector('.why').textContent")
    };
    for text in ["12", "true", "null", "\"quoted\"", "[1, 2]"] {
        for (name, knob) in [("secret", &knobs.secret), ("lines", &knobs.lines)] {
            types(&mut page, name, text);
            // In a text of several lines the key has begun the next one.
            if name == "lines" {
                page.run(&format!(
                    "document.getElementById('of job {name}').form.requestSubmit()"
                ));
            }
            page.until(&format!("{} == 'set'", said(name)));
            page.run(&format!("{} = ''", said(name)));
            assert_eq!(knob.get().trim_end_matches('\n'), text, "{name}");
        }
        types(&mut page, "name", text);
        page.until(&format!("{} == 'set'", said("name")));
        page.run(&format!("{} = ''", said("name")));
        assert_eq!(knobs.name.get().as_deref(), Some(text));
    }
    let none = |name: &str| {
        format!("document.querySelector('[aria-label=\"set {name} to nothing\"]').click()")
    };
    page.run(&none("name"));
    page.until(&format!("{} == 'set'", said("name")));
    assert_eq!(knobs.name.get(), None);
    types(&mut page, "most", "7");
    page.until(&format!("{} == 'set'", said("most")));
    assert_eq!(knobs.most.get(), Some(7));
    page.until(&none("most").replace(".click()", " && true"));
    page.run(&none("most"));
    page.until("document.getElementById('of job most').value == ''");
    assert_eq!(knobs.most.get(), None);
    // A text of several lines keeps them.
    knobs.lines.set("a\r\nb\nc".to_owned()).unwrap();
    page.until("document.getElementById('of job lines').value == 'a\\nb\\nc'");
    let button = "document.getElementById('of job lines').form.querySelector('button').disabled";
    assert_eq!(page.run(button), true);
}
