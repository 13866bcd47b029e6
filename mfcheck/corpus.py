"""The corpus: problems that a hunt found near a border, which every later run tries first.

One file a claim, `corpus/<claim>.json` beside the property files, so that it is reviewed and moved
with them, and a folder of one's own claims has a corpus of its own:

    {"claim": "coupling", "problems": [
        {"check": "leg_in_width", "problem": {...}, "found": {"seed": 0, "tried": 214, ...}}]}

`problem` is a blueprint's JSON. `found` says where it came from and is not read again. A hunt
proposes entries in its run's folder; `keep` copies those that are named. What cannot be read
becomes a row that says so: an entry is never passed over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json import dumps, loads
from pathlib import Path
from types import ModuleType
from typing import Any

from mfcheck.court.claim import Check
from mfcheck.errors import InvalidArgument, MfcheckError, Unavailable, invalid, one_of
from mfcheck.written import Posed, posed

FOLDER = "corpus"
PARTS = ("check", "problem", "found")
Record = dict[str, Any]


@dataclass(frozen=True)
class Unreadable:
    """An entry that is no problem: in the place of one, so that its check says so."""

    label: str
    text: str
    why: str

    def json(self) -> str:
        """What stands in the file."""
        return self.text

    def __repr__(self) -> str:
        """There is no code that gives the problem."""
        return f"mfcheck.written.posed({self.text!r})"

    @property
    def error(self) -> InvalidArgument:
        """Why, and what to do."""
        repair = "mend the entry or take it out"
        return InvalidArgument(f"{self.label}: {self.why.rstrip('.')}; {repair}.")


def home(file: str | Path, claim: str) -> Path:
    """Where the corpus of a claim lies, from its property file."""
    return Path(file).parent / FOLDER / f"{claim}.json"


def kept(check: Check, file: str, module: ModuleType) -> list[Posed | Unreadable]:
    """The corpus of a check, in the order of its file; a trouble of the file is each check's.

    module: the property file, whose checks an entry may name.
    """
    path = home(file, check.claim.name)
    if not check.can_be_hunted or not path.exists():
        return []
    found = [c for c in vars(module).values() if isinstance(c, Check)]
    names = [c.name for c in found if c.claim.name == check.claim.name and c.can_be_hunted]
    try:
        entries = read(path, check.claim.name)
    except MfcheckError as error:
        return [Unreadable(_label(path), _label(path), str(error))]
    return list(_posed(path, entries, check.name, names))


def _posed(
    path: Path, entries: Sequence[Record], check: str, names: Sequence[str]
) -> Iterator[Posed | Unreadable]:
    for k, entry in enumerate(entries, 1):
        text = dumps(entry["problem"], separators=(",", ":"))
        try:
            if one_of("check", entry["check"], names) == check:
                yield posed(text)
        except Exception as error:
            if entry["check"] == check or entry["check"] not in names:
                yield Unreadable(f"{_label(path)}, entry {k}", text, str(error))


def _label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def read(path: Path, claim: str) -> list[Record]:
    """The entries of a corpus file. Raises InvalidArgument for one of another form."""
    try:
        given = loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise invalid("corpus", _label(path), f"cannot be read ({error})", "mend it") from error
    listed = isinstance(given, dict) and isinstance(given.get("problems"), list)
    if not listed or given.get("claim") != claim:
        rule = f"is no corpus of the claim {claim}"
        raise invalid("corpus", _label(path), rule, f'start it with {{"claim": "{claim}", ...}}')
    for k, entry in enumerate(given["problems"], 1):
        if not isinstance(entry, dict) or set(entry) != set(PARTS):
            rule = f"entry {k} has other parts than {', '.join(PARTS)}"
            raise invalid("corpus", _label(path), rule, "write it as `mfcheck hunt keep` does")
    return given["problems"]


def write(path: Path, claim: str, entries: Sequence[Record]) -> None:
    """A corpus file, one field a line, so that a diff shows what changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".json.draft")
    text = dumps({"claim": claim, "problems": list(entries)}, indent=1, ensure_ascii=False)
    aside.write_text(text + "\n", "utf-8")
    aside.replace(path)


def propose(evidence: Record, folder: Path) -> None:
    """Write what a run's hunts found as corpus files in the run's folder; no source is touched.

    They take the place of an earlier run's.
    """
    by_claim: dict[str, list[Record]] = {}
    if evidence["hunts"]:
        for old in (folder / FOLDER).glob("*.json"):
            old.unlink()
    for hunt in evidence["hunts"]:
        if hunt["simplest"]:
            by_claim.setdefault(hunt["claim"], []).append(_entry(evidence, hunt))
    for claim, entries in by_claim.items():
        write(folder / FOLDER / f"{claim}.json", claim, entries)


def _entry(evidence: Record, hunt: Record) -> Record:
    run, simplest = evidence["run"], hunt["simplest"]
    rows = {row["id"]: row for row in evidence["rows"]}
    own = [rows[key] for key in hunt["rows"] if rows[key]["problem"]["json"] == simplest["json"]]
    ruled = {name: own[0][name] for name in ("verdict", "estimate", "n")} if own else None
    found = {
        "date": run["started"][:10],
        "version": run["version"],
        "seed": run["seed"],
        "budget": run["budget"],
        "tried": hunt["tried"],
        "worst": hunt["worst"]["score"],
        "score": simplest["score"],
        "ruled": ruled,
    }
    return {"check": hunt["check"], "problem": loads(simplest["json"]), "found": found}


def offers(folder: Path) -> list[tuple[str, Record]]:
    """What a run proposes, ("claim::check", entry), the nearest to its border first."""
    files = sorted((folder / FOLDER).glob("*.json"))
    if not files:
        rule = "no hunt has proposed anything there"
        raise Unavailable(f"{folder}: {rule}; run pytest properties --mf-hunt MINUTES first.")
    found = [(f"{f.stem}::{e['check']}", e) for f in files for e in read(f, f.stem)]
    return sorted(found, key=lambda offer: offer[1]["found"]["score"], reverse=True)


def offer(name: str, entry: Record) -> str:
    """A proposal in one line: score, fresh verdict, check, problem."""
    found, text = entry["found"], dumps(entry["problem"], separators=(",", ":"))
    ruled = found["ruled"]["verdict"] if found["ruled"] else "not ruled on"
    return f"{found['score']:8.2f}  {ruled:<13} {name:<48} {text}"


def keep(folder: Path, names: Sequence[str], properties: Path) -> list[str]:
    """Put the named proposals of a run into the corpus of a folder of claims, one a check.

    An earlier entry of a check is replaced. Returns a line for each. Raises InvalidArgument for a
    name that was not proposed.
    """
    offered = dict(offers(folder))
    chosen = [one_of("check", name, offered) for name in names]
    told = []
    for name in chosen:
        claim, _, check = name.partition("::")
        path = properties / FOLDER / f"{claim}.json"
        before = read(path, claim) if path.exists() else []
        others = [entry for entry in before if entry["check"] != check]
        write(path, claim, [*others, offered[name]])
        told.append(f"{path}: {check} {'replaced' if len(others) < len(before) else 'added'}")
    return told
