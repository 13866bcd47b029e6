"""Which files state claims: told from their place and text, without importing anything."""

from pathlib import Path

FOLDER = "properties"
NO_CLAIMS = ("__init__.py", "conftest.py")


def states_claims(path: Path) -> bool:
    """Whether a path is a property file: in a folder `properties`, and it mentions mfcheck."""
    placed = path.suffix == ".py" and path.parent.name == FOLDER and path.name not in NO_CLAIMS
    return placed and path.is_file() and b"mfcheck" in path.read_bytes()


def file_of(nodeid: str, root: Path) -> Path:
    """The file of a node id."""
    return root / nodeid.split("::")[0]


def near(path: Path) -> Path:
    """A path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
