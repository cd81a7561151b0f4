#!/usr/bin/env python3
"""Opens the flows of `flows/` in rust-analyzer, and prints what an editor shows there.

    tests/editor/run.py --server rust-analyzer

Every flow is a module of one crate, which is written to a folder of its own. Comments in
the flows are the marks, each with what has to be there:

    /*hover: celsius: f64*/celsius     the hover of the word behind it has this text
    /*goto: celsius =*/celsius         the definition is at a line that has this text
    /*rename: 3*/celsius               renaming changes so many places
    -> ma/*complete: map, !state*/     `map` is offered before the mark, `state` is not

Of a flow that is whole rust-analyzer has to have nothing to say. One whose first line is
`// half-typed` has mistakes, and may be told of them. The last line counts the marks that
are not as they should be; there must be none. It is no part of the tests that must pass:
it needs rust-analyzer and the sources of the standard library.
"""

import argparse
import re
import shlex
import sys
import tempfile
from pathlib import Path

from lsp import Server, uri

HERE = Path(__file__).resolve().parent
MARK = re.compile(r"/\*(hover|goto|rename|complete|show): ?(.*?)\*/")


def main():
    parser = argparse.ArgumentParser(description="what an editor shows of flows")
    parser.add_argument("--server", default="rust-analyzer", help="the command of the server")
    parser.add_argument("--library", help="the `library` folder of the standard library's sources")
    parser.add_argument("--folder", help="where the crate is kept between runs")
    parser.add_argument("flows", nargs="*", help="names of flows; all, if there are none")
    given = parser.parse_args()
    folder = Path(given.folder or tempfile.mkdtemp(prefix="flows-"))
    files = [file for file in sorted((HERE / "flows").glob("*.rs"))]
    write_crate(folder, files)
    options = {
        "cachePriming": {"enable": False},
        "cargo": {"sysrootSrc": given.library} if given.library else {},
        "checkOnSave": False,
        "completion": {"limit": None},
        "diagnostics": {"styleLints": {"enable": True}},
    }
    server = Server(shlex.split(given.server), folder, options)
    server.wait()
    for note in server.notes:
        print(f"the server says: {note}", file=sys.stderr)
    chosen = [file for file in files if not given.flows or file.stem in given.flows]
    wrong = sum([look(server, folder / "src" / file.name) for file in chosen])
    server.end()
    print(f"{wrong} are not as they should be")
    sys.exit(1 if wrong else 0)


def write_crate(folder, files):
    """Writes the crate that the flows are modules of."""
    (folder / "src").mkdir(parents=True, exist_ok=True)
    runtime = HERE.parent.parent / "flow-runtime"
    manifest = f"""[package]
name = "flows"
edition = "2024"

[dependencies]
flow-runtime = {{ path = "{runtime}" }}
futures = "0.3"
serde = {{ version = "1", features = ["derive"] }}
tokio = {{ version = "1", features = ["macros", "rt"] }}

[workspace]
"""
    (folder / "Cargo.toml").write_text(manifest)
    modules = "".join(f"pub mod {file.stem};\n" for file in files)
    (folder / "src" / "lib.rs").write_text(modules)
    for file in files:
        (folder / "src" / file.name).write_text(file.read_text())


def look(server, path):
    """Prints what there is to see in one file, and returns how much of it is wrong."""
    text = path.read_text()
    document = {"uri": uri(path)}
    server.tell(
        "textDocument/didOpen",
        {"textDocument": {**document, "languageId": "rust", "version": 1, "text": text}},
    )
    half = text.startswith("// half-typed")
    print(f"\n{path.stem}{' (half-typed)' if half else ''}")
    wrong = 0
    report = server.ask("textDocument/diagnostic", {"textDocument": document})
    for each in report.get("items", []):
        start, said = each["range"]["start"], each["message"].splitlines()[0]
        is_wrong = not half
        wrong += is_wrong
        row(is_wrong, start["line"], "told", word(text, start), said)
    for mark in MARK.finditer(text):
        kind, expected = mark.groups()
        at = position(text, mark.start() if kind == "complete" else behind_marks(text, mark.end()))
        found, is_right = ASK[kind](server, text, {"textDocument": document, "position": at}, expected)
        name = word_before(text, mark.start()) if kind == "complete" else word(text, at)
        wrong += not is_right
        row(not is_right, at["line"], kind, name, found)
    return wrong


def row(is_wrong, line, kind, name, found):
    print(f"{'✗' if is_wrong else ' '} {line + 1:4}  {kind:9} {name:14} {found}")


def hover(server, text, at, expected):
    answer = server.ask("textDocument/hover", at)
    if not answer or "contents" not in answer:
        return "nothing", False
    shown = answer["contents"]["value"]
    lines = [line for line in shown.splitlines() if line.strip() and not line.startswith("---")]
    return " · ".join(lines)[:160], expected in shown


def goto(server, text, at, expected):
    answer = server.ask("textDocument/definition", at)
    if not answer or "refused" in answer:
        return "nothing", False
    target = answer[0] if isinstance(answer, list) else answer
    path, line = target["uri"].removeprefix("file://"), target["range"]["start"]["line"]
    there = Path(path).read_text().splitlines()[line].strip()
    return f"{Path(path).name}:{line + 1}: {MARK.sub('', there)}"[:160], expected in MARK.sub("", there)


def rename(server, text, at, expected):
    answer = server.ask("textDocument/rename", {**at, "newName": "other"})
    if not answer or "refused" in answer:
        return (answer or {}).get("refused", "nothing"), False
    edits = list((answer.get("changes") or {}).values())
    edits += [change["edits"] for change in answer.get("documentChanges") or []]
    count = sum(len(each) for each in edits)
    return f"{count} places", count == int(expected)


def complete(server, text, at, expected):
    answer = server.ask("textDocument/completion", at)
    items = answer if isinstance(answer, list) else (answer or {}).get("items", [])
    labels = [re.split(r"[(!…\s]", item["label"])[0] for item in items]
    wanted = [each.strip() for each in expected.split(",") if each.strip()]
    failed = [each for each in wanted if (each.lstrip("!") in labels) == each.startswith("!")]
    first = [f"({', '.join(failed)}?)"] if failed else []
    first += [item["label"] for item in sorted(items, key=lambda item: item.get("sortText", ""))]
    return f"{len(items)}: {', '.join(first[:12])}"[:200], not failed


ASK = {"hover": hover, "goto": goto, "rename": rename, "complete": complete}


def behind_marks(text, offset):
    """Returns where the word stands that one or several marks are of."""
    while mark := MARK.match(text, offset):
        offset = mark.end()
    return offset


def position(text, offset):
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    return {"line": line, "character": len(text[start:offset].encode())}


def word(text, at):
    line = text.splitlines()[at["line"]].encode()
    found = re.match(r"\w+|.", MARK.sub("", line[at["character"]:].decode()))
    return found.group(0) if found else ""


def word_before(text, offset):
    return re.search(r"\S*\s*$", text[:offset].splitlines()[-1]).group(0).strip()


if __name__ == "__main__":
    main()
