"""Words of the window for translators: `extract` finds them all, `compile` makes a catalogue of what was translated.

    python3 packaging/translations.py extract --out affect-studio.pot
    python3 packaging/translations.py compile de.po --out assets/locale/de/LC_MESSAGES/affect-studio.mo

A .pot file becomes a .po file of a language in any gettext editor. Nothing but Python's standard library is needed.
"""

from __future__ import annotations

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PANEL_TEXTS = ("title", "made_title", "nothing_plays")
ROOT = Path(__file__).resolve().parent.parent
MAX_PO_BYTES = 16 << 20
_FIELDS = re.compile(r"\{[^{}]*\}")
_HEADER = """\
# Words of Affect Studio.
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


class TranslationError(Exception):
    """A file of translations that cannot be used, in one sentence."""


@dataclass
class Text:
    """One text, its plural ("" for none), and where it stands, as FILE:LINE."""

    one: str
    many: str = ""
    places: list[str] = field(default_factory=list)


# -- finding -----------------------------------------------------------------------------------------------------------


def _constant(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _tables(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Texts that stand in tables which other code translates: commands of panels, keys, titles, and feelings."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(returns=ast.Subscript(slice=ast.Tuple(elts=[ast.Name(id="Command"), *_]))):
                for row in ast.walk(node):
                    if isinstance(row, ast.Tuple) and len(row.elts) == 3 and _constant(row.elts[0]):
                        yield _constant(row.elts[0]), row.lineno
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Tuple(elts=rows)) if name.endswith("KEYS"):
                for row in rows:
                    if isinstance(row, ast.Tuple) and len(row.elts) == 2 and _constant(row.elts[1]):
                        yield _constant(row.elts[1]), row.lineno
            case ast.ClassDef(bases=[ast.Name(id="Panel")], body=body):
                for line in body:
                    if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) in PANEL_TEXTS:
                        yield _constant(line.value), line.lineno
            case ast.Call() if _called(node) == "_emotion" and node.args:
                yield _constant(node.args[0]), node.lineno


def _message_texts(node: ast.Call) -> Iterator[str]:
    """The constant words of a message, which the window translates as it shows it."""
    given = {word.arg: word.value for word in node.keywords}
    places = enumerate(node.args)
    given.update({("text", "level", "action")[place]: value for place, value in places if place < 3})
    yield from filter(None, (_constant(given.get("text")), _constant(given.get("action"))))


def texts_in(source: str, name: str) -> Iterator[tuple[str, str, str]]:
    """The texts of one file, each as (text, plural, FILE:LINE)."""
    tree = ast.parse(source, name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _called(node) != "Message":
            one = _constant(node.args[0])
            many = _constant(node.args[1]) if len(node.args) > 1 else ""
            if one and _called(node) in ("tr", "mark"):
                yield one, "", f"{name}:{node.lineno}"
            elif one and many and _called(node) == "trn":
                yield one, many, f"{name}:{node.lineno}"
        if isinstance(node, ast.Call) and _called(node) == "Message":
            for text in _message_texts(node):
                yield text, "", f"{name}:{node.lineno}"
    for text, line in _tables(tree):
        if text:
            yield text, "", f"{name}:{line}"


def extract(root: Path = ROOT) -> list[Text]:
    """All texts of the window, in the order of the files, each once with all its places."""
    found: dict[str, Text] = {}
    files = [*sorted((root / "studio").rglob("*.py")), root / "generators" / "affect.py"]
    for path in files:
        name = path.relative_to(root).as_posix()
        for one, many, place in texts_in(path.read_text(encoding="utf-8"), name):
            text = found.setdefault(one, Text(one))
            text.many = text.many or many
            text.places.append(place)
    return list(found.values())


# -- writing and reading .po -------------------------------------------------------------------------------------------

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n", "\\t": "\t", "\\r": "\r"}


def quoted(text: str) -> str:
    """A string of a .po file."""
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in text) + '"'


def pot(texts: Iterable[Text]) -> str:
    """The template for translators."""
    parts = [_HEADER]
    for text in texts:
        lines = [f"#: {place}" for place in text.places]
        if _FIELDS.search(text.one + text.many):
            lines.append("#, python-brace-format")
        lines.append(f"msgid {quoted(text.one)}")
        if text.many:
            lines += [f"msgid_plural {quoted(text.many)}", 'msgstr[0] ""', 'msgstr[1] ""']
        else:
            lines.append('msgstr ""')
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def read_po(source: str) -> dict[tuple[str, str], list[str]]:
    """The translations by (text, plural), the header at ("", ""); unsure and empty ones are left out.

    Raises:
        TranslationError: a line is no line of a .po file, or fills in other values than the text has.
    """
    found: dict[tuple[str, str], list[str]] = {}
    entry: dict[str, str] = {}
    key, unsure, begun = "", False, 0

    def close() -> None:
        nonlocal unsure
        one, many = entry.get("msgid", ""), entry.get("msgid_plural", "")
        given = [entry[name] for name in sorted(entry) if name.startswith("msgstr")]
        if "msgid" in entry and given and all(given) and not unsure:
            _check_fields(one, many, given, begun)
            found[one, many] = given
        entry.clear()
        unsure = False

    for number, raw in enumerate(source.splitlines(), 1):
        line = raw.strip()
        if line.startswith("#"):
            if "msgid" in entry:
                close()
            unsure = unsure or (line.startswith("#,") and "fuzzy" in line)
            continue
        named = re.fullmatch(r'(msgid|msgid_plural|msgstr|msgstr\[\d\])\s+(".*")', line)
        if named:
            if named[1] == "msgid":
                if "msgid" in entry:
                    close()
                begun = number
            key, line = named[1], named[2]
            entry[key] = ""
        elif line and not (line.startswith('"') and key):
            raise TranslationError(f"Line {number} is no line of a .po file: {line[:40]}")
        if line:
            entry[key] = entry.get(key, "") + _unquoted(line, number)
    close()
    return found


def _unquoted(text: str, number: int) -> str:
    if not re.fullmatch(r'"(?:[^"\\]|\\.)*"', text):
        raise TranslationError(f"Line {number} has no closed string: {text[:40]}")
    return re.sub(r"\\.", lambda found: _UNESCAPES.get(found[0], found[0][1]), text[1:-1])


def _check_fields(one: str, many: str, given: Sequence[str], number: int) -> None:
    if not one:
        return
    allowed = set(_FIELDS.findall(one)) | set(_FIELDS.findall(many))
    for text in given:
        if not set(_FIELDS.findall(text)) <= allowed or (allowed and set("{}") & set(_FIELDS.sub("", text))):
            raise TranslationError(f"Line {number}: “{text}” fills in other values than “{one}” has.")


def mo(translations: dict[tuple[str, str], list[str]]) -> bytes:
    """The catalogue that gettext reads; the same translations give the same bytes."""
    pairs = []
    for (one, many), given in translations.items():
        identity = f"{one}\0{many}" if many else one
        pairs.append((identity.encode(), "\0".join(given).encode()))
    pairs.sort()
    count = len(pairs)
    begin = 28 + 16 * count
    rows: list[bytes] = []
    texts = b""
    for column in (0, 1):
        for pair in pairs:
            rows.append(struct.pack("<II", len(pair[column]), begin + len(texts)))
            texts += pair[column] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0) + b"".join(rows) + texts


# -- the command line --------------------------------------------------------------------------------------------------


def _read(path: Path) -> str:
    if path.stat().st_size > MAX_PO_BYTES:
        raise TranslationError(f"{path} is too large to be a file of translations.")
    return path.read_text(encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say; returns the exit status."""
    parser = argparse.ArgumentParser(prog="translations.py", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    finding = verbs.add_parser("extract", help="write all texts of the window into a template")
    finding.add_argument("--out", type=Path, required=True)
    making = verbs.add_parser("compile", help="make a catalogue of a translated .po file")
    making.add_argument("po", type=Path)
    making.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(argv)
    try:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        if options.verb == "extract":
            texts = extract()
            options.out.write_text(pot(texts), encoding="utf-8")
            print(f"{len(texts)} texts: {options.out}")
            return 0
        translations = read_po(_read(options.po))
        translations.setdefault(("", ""), ["Content-Type: text/plain; charset=UTF-8\n"])
        options.out.write_bytes(mo(translations))
        print(f"{len(translations) - 1} texts translated: {options.out}")
    except (TranslationError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
