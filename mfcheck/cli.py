"""The command `mfcheck`: everything that is not `pytest properties`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from mfcheck import __version__
from mfcheck.errors import MfcheckError

LATEST, SEARCH = Path("reports/latest"), Path("reports/search")
PROPERTY_FOLDER = Path("properties")

Command = Callable[[argparse.Namespace], int]
"""Arguments ↦ the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it held, 1 if numbers differed, 2 for a call that means nothing."""
    args = _parser().parse_args(argv)
    try:
        code = args.run(args)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever reads has seen enough: mfcheck list | head
        os.close(sys.stdout.fileno())
        return 0
    except MfcheckError as error:
        print(f"mfcheck: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mfcheck",
        description="A court for mean-field theorems. Claims run by: pytest properties",
    )
    parser.add_argument("--version", action="version", version=f"mfcheck {__version__}")
    add = parser.add_subparsers(title="commands", required=True, metavar="COMMAND").add_parser
    _on_folder(add("report", help="write index.html again from evidence.json"), LATEST, _report)
    _on_folder(add("table", help="a run as one Markdown table"), LATEST, _table)
    words = "what each check of a run would have refuted, as a Markdown table"
    _on_folder(add("resolution", help=words), LATEST, _resolution)
    words = "the claims in a folder, with checks and controls"
    _on_folder(add("list", help=words), PROPERTY_FOLDER, _list)
    _replaying(add("replay", help="measure one row again and compare it to the bit"))
    _on_folder(add("adopt", help="let runs replace what an earlier version left"), LATEST, _adopt)
    new = add("new-claim", help="a property file to start from")
    new.add_argument("name", help="a Python name, such as my_theorem")
    new.add_argument("--in", dest="folder", type=Path, default=PROPERTY_FOLDER)
    new.set_defaults(run=_new_claim)
    words = "what an adversarial search has proposed for the corpus (formerly hunt)"
    _search(add("search", aliases=["hunt"], help=words))
    _guard(add("guard", help="golden trajectories of the simulator"))
    return parser


def _on_folder(parser: argparse.ArgumentParser, folder: Path, run: Command) -> None:
    """A command whose one argument is a folder."""
    parser.add_argument("folder", type=Path, nargs="?", default=folder)
    parser.set_defaults(run=run)


def _replaying(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("row", help="the row's id, or the beginning of it")
    parser.add_argument("--run", dest="folder", type=Path, default=LATEST, help="the run's folder")
    parser.add_argument(
        "--in",
        dest="properties",
        type=Path,
        default=PROPERTY_FOLDER,
        metavar="FILE",
        help="the property file, or the folder that holds it (default: properties); what the "
        "evidence names is never run",
    )
    parser.add_argument("--trainer", help="who trained the networks, as for pytest --mf-trainer")
    parser.set_defaults(run=_replay)


def _search(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    show = commands.add_parser("show", help="the proposals, the nearest to its border first")
    show.set_defaults(run=_search_show)
    keep = commands.add_parser("keep", help="put proposals into the corpus, which every run tries")
    keep.add_argument("names", nargs="+", metavar="CLAIM::CHECK")
    keep.add_argument("--in", dest="properties", type=Path, default=PROPERTY_FOLDER)
    keep.set_defaults(run=_search_keep)
    for part in (show, keep):
        part.add_argument(
            "--run", dest="folder", type=Path, default=SEARCH, help="the run's folder"
        )


def _guard(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    save = commands.add_parser("save", help="write the golden file")
    save.set_defaults(run=_guard_save)
    check = commands.add_parser("check", help="compare this simulator with the golden file")
    check.set_defaults(run=_guard_check)
    for part in (save, check):
        part.add_argument("file", type=Path, nargs="?", help="by default the one of this version")
    compare = commands.add_parser("compare", help="run two versions side by side, on equal seeds")
    compare.add_argument("old", help="the folder of a checkout, or a commit")
    compare.add_argument("new", nargs="?", help="the same; by default this checkout as it stands")
    compare.set_defaults(run=_guard_compare)
    for part in (check, compare):
        part.add_argument(
            "--only", action="append", default=[], metavar="NAME", help="problems that begin so"
        )


def _report(args: argparse.Namespace) -> int:
    from mfcheck import evidence
    from mfcheck.report import write_report

    print(write_report(evidence.read_evidence(args.folder), args.folder))
    return 0


def _table(args: argparse.Namespace) -> int:
    from mfcheck import evidence
    from mfcheck.report.markdown import markdown_table

    print(markdown_table(evidence.read_evidence(args.folder)))
    return 0


def _resolution(args: argparse.Namespace) -> int:
    from mfcheck import evidence
    from mfcheck.report.sections.nearest import resolution_table

    print(resolution_table(evidence.read_evidence(args.folder)))
    return 0


def _list(args: argparse.Namespace) -> int:
    from mfcheck.run.replay import claims_in

    for claim, checks in claims_in(args.folder):
        print(f"{claim.name}: {claim.title}  [{claim.source}]")
        for check in checks:
            kind = f"control of {check.control_of}" if check.control_of else "check"
            print(f"    {check.name} ({kind}): {check.doc}")
    return 0


def _replay(args: argparse.Namespace) -> int:
    from mfcheck.run.replay import replay

    same, words = replay(args.folder, args.row, args.properties, args.trainer)
    print(words)
    return 0 if same else 1


def _adopt(args: argparse.Namespace) -> int:
    from mfcheck.run.adopt import adopt

    print("\n".join(adopt(args.folder)))
    return 0


def _new_claim(args: argparse.Namespace) -> int:
    from mfcheck.run.replay import new_claim

    print(new_claim(args.name, args.folder))
    return 0


def _search_show(args: argparse.Namespace) -> int:
    from mfcheck.run.corpus import offer, offers

    print("\n".join(offer(*each) for each in offers(args.folder)))
    return 0


def _search_keep(args: argparse.Namespace) -> int:
    from mfcheck.run.corpus import keep_proposals

    print("\n".join(keep_proposals(args.folder, args.names, args.properties)))
    return 0


def _guard_save(args: argparse.Namespace) -> int:
    from mfcheck.regression.command import save_golden

    print(save_golden(args.file))
    return 0


def _guard_check(args: argparse.Namespace) -> int:
    from mfcheck.regression.command import check

    same, words = check(args.file, args.only)
    print(words)
    return 0 if same else 1


def _guard_compare(args: argparse.Namespace) -> int:
    from mfcheck.regression.command import compare

    same, words = compare(args.old, args.new, args.only)
    print(words)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
