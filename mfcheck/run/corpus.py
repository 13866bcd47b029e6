"""The corpus: problems that a search found near a border, which every later run tries first.

One file a claim, `corpus/<claim>.json` beside the property files, so that it is reviewed and moved
with them, and a folder of one's own claims has a corpus of its own:

    {"claim": "coupling", "problems": [
        {"check": "leg_in_width", "problem": {...}, "found": {"seed": 0, "tried": 214, ...}}]}

`problem` is a blueprint's JSON. `found` says where it came from and is not read again. A search
proposes entries in its run's folder; `keep` adds those that are named and takes nothing away. What
cannot be read becomes a row that says so: an entry is never passed over.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from json import dumps, loads
from pathlib import Path
from types import ModuleType
from typing import Any

from mfcheck.claims.claim import Check
from mfcheck.errors import InvalidArgument, MfcheckError, NotOwned, Unavailable, invalid, one_of
from mfcheck.evidence import Evidence, FindRecord, SearchRecord
from mfcheck.files import RunFolder, create_file, exchange, file_name, is_link, stands
from mfcheck.files.layout import CORPUS as FOLDER
from mfcheck.problems.reading import spec_of
from mfcheck.problems.spec import ProblemSpec

PARTS = ("check", "problem", "found")
CorpusEntry = dict[str, Any]


@dataclass(frozen=True, repr=False)
class UnreadableEntry(ProblemSpec, kind=False):
    """An entry that is no problem: in the place of one, so that its check says so."""

    where: str
    text: str
    why: str

    def problem(self) -> Any:
        """Refused: why, and what to do."""
        repair = "mend the entry or take it out"
        raise InvalidArgument(f"{self.where}: {self.why.rstrip('.')}; {repair}.")

    @property
    def label(self) -> str:
        """Where it stands."""
        return self.where

    def json(self) -> str:
        """What stands in the file."""
        return self.text

    def __repr__(self) -> str:
        """There is no code that gives the problem."""
        return f"mfcheck.problems.reading.spec_of({self.text!r})"


def home(file: str | Path, claim: str) -> Path:
    """Where the corpus of a claim lies, from its property file."""
    return Path(file).parent / proposal(claim)


def proposal(claim: str) -> str:
    """The name of the corpus of a claim, in a run's folder or in one of claims."""
    return f"{FOLDER}/{file_name(claim)}.json"


def kept(
    check: Check, file: str, module: ModuleType, homes: Collection[str] = ()
) -> list[ProblemSpec]:
    """The corpus of a check, in the order of its file; a trouble of the file is each check's.

    module: the property file, whose checks an entry may name. homes: files whose kinds of
    problems an entry may have.
    """
    path = home(file, check.claim.name)
    if not check.can_be_searched or not path.exists():
        return []
    found = [c for c in vars(module).values() if isinstance(c, Check)]
    names = [c.name for c in found if c.claim.name == check.claim.name and c.can_be_searched]
    try:
        entries = read_corpus(path, check.claim.name)
    except MfcheckError as error:
        return [UnreadableEntry(_label(path), _label(path), str(error))]
    return list(_specs(path, entries, (check.name, names, homes)))


def _specs(
    path: Path, entries: Sequence[CorpusEntry], known: tuple[str, Sequence[str], Collection[str]]
) -> Iterator[ProblemSpec]:
    check, names, homes = known
    for k, entry in enumerate(entries, 1):
        text = dumps(entry["problem"], separators=(",", ":"))
        try:
            if one_of("check", entry["check"], names) == check:
                yield spec_of(text, homes)
        except Exception as error:
            if entry["check"] == check or entry["check"] not in names:
                yield UnreadableEntry(f"{_label(path)}, entry {k}", text, str(error))


def _label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def read_corpus(path: Path, claim: str | None = None) -> list[CorpusEntry]:
    """The entries of a corpus file, of that claim. Raises InvalidArgument for another form."""
    return _read(path, claim)["problems"]


def _read(path: Path, claim: str | None = None) -> CorpusEntry:
    try:
        given = loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise invalid("corpus", _label(path), f"cannot be read ({error})", "mend it") from error
    parts = given if isinstance(given, dict) else {}
    named, listed = parts.get("claim"), isinstance(parts.get("problems"), list)
    if not listed or not isinstance(named, str) or named != (claim or named):
        rule = f"is no corpus of the claim {claim}" if claim else "is no corpus of a claim"
        begin = claim or "..."
        raise invalid("corpus", _label(path), rule, f'start it with {{"claim": "{begin}", ...}}')
    for k, entry in enumerate(parts["problems"], 1):
        if not isinstance(entry, dict) or set(entry) != set(PARTS):
            rule = f"entry {k} has other parts than {', '.join(PARTS)}"
            raise invalid("corpus", _label(path), rule, "write it as `mfcheck search keep` does")
    return parts


def corpus_text(claim: str, entries: Sequence[CorpusEntry]) -> str:
    """A corpus file, one field a line, so that a diff shows what changed."""
    made = {"claim": claim, "problems": list(entries)}
    return dumps(made, indent=1, ensure_ascii=False) + "\n"


def propose(evidence: Evidence, folder: Path) -> None:
    """Write what a run's searches found as corpus files in the run's folder; no source is touched.

    They take the place of what an earlier run proposed there.
    """
    by_claim: dict[str, list[CorpusEntry]] = {}
    for search in evidence.searches:
        if search.worst and search.simplest:
            entry = _entry(evidence, search, (search.worst, search.simplest))
            by_claim.setdefault(search.claim, []).append(entry)
    own = RunFolder(folder)
    for claim, entries in by_claim.items():
        own.write(proposal(claim), corpus_text(claim, entries).encode())
    if evidence.searches:
        own.prune(FOLDER, map(proposal, by_claim))


def _entry(
    evidence: Evidence, search: SearchRecord, finds: tuple[FindRecord, FindRecord]
) -> CorpusEntry:
    run, (worst, simplest) = evidence.run, finds
    rows = {row.id: row for row in evidence.rows}
    own = [rows[key] for key in search.rows if rows[key].problem.json == simplest.json]
    ruled = {name: getattr(own[0], name) for name in ("verdict", "estimate", "n")} if own else None
    found = {
        "date": run.started[:10],
        "version": run.version,
        "seed": run.seed,
        "budget": run.budget,
        "tried": search.tried,
        "worst": worst.score,
        "score": simplest.score,
        "ruled": ruled,
    }
    return {"check": search.check, "problem": loads(simplest.json), "found": found}


def offers(folder: Path) -> list[tuple[str, CorpusEntry]]:
    """What a run proposes, ("claim::check", entry), the nearest to its border first."""
    files = sorted((folder / FOLDER).glob("*.json"))
    if not files:
        rule = "no search has proposed anything there"
        raise Unavailable(f"{folder}: {rule}; run pytest properties --mf-search MINUTES first.")
    given = [_read(file) for file in files]
    found = [(f"{g['claim']}::{e['check']}", e) for g in given for e in g["problems"]]
    return sorted(found, key=lambda offer: offer[1]["found"]["score"], reverse=True)


def offer(name: str, entry: CorpusEntry) -> str:
    """A proposal in one line: score, fresh verdict, check, problem."""
    found, text = entry["found"], dumps(entry["problem"], separators=(",", ":"))
    ruled = found["ruled"]["verdict"] if found["ruled"] else "not ruled on"
    return f"{found['score']:8.2f}  {ruled:<13} {name:<48} {text}"


def keep_proposals(folder: Path, names: Sequence[str], properties: Path) -> list[str]:
    """Put the named proposals of a run into the corpus of a folder of claims.

    An entry is added to those that are there; a problem that its check has already is left as it
    is. Returns a line for each. Raises InvalidArgument for a name that was not proposed, NotOwned
    for a corpus that holds more than its entries, since writing it again would lose that.
    """
    offered = dict(offers(folder))
    chosen = [one_of("check", name, offered) for name in names]
    return [_kept(properties, name.rpartition("::")[0], offered[name]) for name in chosen]


def _kept(properties: Path, claim: str, entry: CorpusEntry) -> str:
    path, check = properties / proposal(claim), entry["check"]
    if not stands(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        create_file(path, corpus_text(claim, [entry]).encode())
        return f"{path}: {check} added"
    before = read_corpus(path, claim)
    if any((e["check"], e["problem"]) == (check, entry["problem"]) for e in before):
        return f"{path}: {check} has this problem already"
    if is_link(path) or path.read_text("utf-8") != corpus_text(claim, before):
        rule = "is a link" if is_link(path) else "is not written as mfcheck writes a corpus"
        repair = f"add the entry by hand: {dumps(entry, ensure_ascii=False)}"
        raise NotOwned(f"{path} {rule} and is left as it is: {repair}.")
    exchange(path, corpus_text(claim, [*before, entry]).encode())
    return f"{path}: {check} added"
