"""The command `mfcheck`: everything that is not `pytest properties`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mfcheck.errors import MfcheckError

LATEST = Path("reports/latest")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it held, 1 if a replay differed, 2 for a call that means nothing."""
    args = _parser().parse_args(argv)
    try:
        return args.run(args)
    except MfcheckError as error:
        print(f"mfcheck: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mfcheck",
        description="A court for mean-field theorems. Claims run by: pytest properties",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    report = commands.add_parser("report", help="write index.html again from evidence.json")
    report.add_argument("folder", type=Path, nargs="?", default=LATEST)
    report.set_defaults(run=_report)
    listing = commands.add_parser("list", help="the claims in a folder, with checks and controls")
    listing.add_argument("folder", type=Path, nargs="?", default=Path("properties"))
    listing.set_defaults(run=_list)
    replay = commands.add_parser("replay", help="measure one row again and compare it to the bit")
    replay.add_argument("row", help="the row's id, or the beginning of it")
    replay.add_argument("--run", dest="folder", type=Path, default=LATEST, help="the run's folder")
    replay.set_defaults(run=_replay)
    new = commands.add_parser("new-claim", help="a property file to start from")
    new.add_argument("name", help="a Python name, such as my_theorem")
    new.add_argument("--in", dest="folder", type=Path, default=Path("properties"))
    new.set_defaults(run=_new_claim)
    return parser


def _report(args: argparse.Namespace) -> int:
    from mfcheck import evidence
    from mfcheck.report import write

    print(write(evidence.read(args.folder), args.folder))
    return 0


def _list(args: argparse.Namespace) -> int:
    from mfcheck.replay import claims_in

    for claim, checks in claims_in(args.folder):
        print(f"{claim.name}: {claim.title}  [{claim.source}]")
        for check in checks:
            kind = f"control of {check.control_of}" if check.control_of else "check"
            print(f"    {check.name} ({kind}): {check.doc}")
    return 0


def _replay(args: argparse.Namespace) -> int:
    from mfcheck.replay import replay

    same, words = replay(args.folder, args.row)
    print(words)
    return 0 if same else 1


def _new_claim(args: argparse.Namespace) -> int:
    from mfcheck.replay import new_claim

    print(new_claim(args.name, args.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
