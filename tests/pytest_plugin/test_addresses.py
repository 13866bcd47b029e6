"""A second run measures again whatever its numbers rest on and was changed; nothing else."""

import os
import sys

import pytest

from tests.pytest_plugin.files import rows, verdicts

pytest_plugins = ["pytester"]

SIM = "def gap(N):\n    return N ** -0.5\n"
BROKEN = "def gap(N):\n    return N ** +0.5\n"

TRAINER = '''"""A trainer of one's own follows its limit.

It does.
"""

import torch

import mfcheck as mf
IMPORT

claim = mf.Claim("my_trainer", text=__doc__, source="here", section="A. Mine", DEPENDS)
SOME = [mf.FiniteSpec(("tanh", "identity"), atoms=6, n=6, d=2)]


@claim.check(over=SOME, expect=mf.AtMost(0.0))
def rate(problem):
    def ratio(N, seeds):
        noise = 1 + 0.1 * seeds.uniforms("u", 0, 1)[:, 0]
        return torch.as_tensor(gap(N) * N**0.5 * noise)

    return mf.growth(ratio, along=(16, 32, 64))


@claim.control(of=rate)
def slower(problem):
    return mf.growth(lambda N, seeds: torch.as_tensor(gap(N) * N * (
        1 + 0.1 * seeds.uniforms("u", 0, 1)[:, 0])), along=(16, 32, 64))
'''

BY_PATH = """
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
spec = spec_from_file_location("sim", Path(__file__).with_name("my_sim.py"))
module = module_from_spec(spec)
spec.loader.exec_module(module)
gap = module.gap
"""
READ = """
from pathlib import Path
exec(Path(__file__).with_name("my_sim.py").read_text())
"""
WAYS = {
    "by name": ("properties/my_sim.py", "from my_sim import gap"),
    "relatively": ("properties/my_sim.py", "from .my_sim import gap"),
    "by path": ("properties/my_sim.py", BY_PATH),
    "within a function": (
        "properties/my_sim.py",
        "def gap(N):\n    from my_sim import gap\n    return gap(N)",
    ),
    "from the root": ("my_sim.py", "from my_sim import gap"),
    "from a package": ("lib/inner/my_sim.py", "from lib.inner.my_sim import gap"),
    "read and declared": ("properties/my_sim.py", READ.replace("my_sim.py", "my_sim.txt")),
}


@pytest.fixture
def project(pytester):
    """Write the files of a project in which the trainer reaches its simulator in some way."""

    def write(way):
        name, text = WAYS[way]
        depends = ""
        if way == "read and declared":
            name, depends = "properties/my_sim.txt", 'depends=("my_sim.txt",)'
        sim = pytester.path / name
        sim.parent.mkdir(parents=True, exist_ok=True)
        sim.write_text(SIM)
        file = pytester.path / "properties" / "my_trainer.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(TRAINER.replace("IMPORT", text).replace("DEPENDS", depends))
        return sim, file

    return write


def run(pytester, *words):
    """A run in a process of its own, as a user starts one; its exit code."""
    return pytester.runpytest_subprocess("properties", "-p", "no:cacheprovider", *words).ret


@pytest.fixture(autouse=True)
def path(pytester, monkeypatch):
    """`python -m pytest` finds what lies in the project's root."""
    old = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(pytester.path), old])))


@pytest.mark.parametrize("way", WAYS)
def test_a_broken_helper_is_measured_again(pytester, project, evidence, way):
    sim, _ = project(way)
    assert run(pytester) == pytest.ExitCode.OK
    assert run(pytester) == pytest.ExitCode.OK
    assert verdicts(evidence()) == {"rate": "SUPPORTED", "slower": "REFUTED"}
    stat = sim.stat()
    sim.write_text(BROKEN)
    os.utime(sim, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # what Python's cache cannot tell
    assert run(pytester) == pytest.ExitCode.TESTS_FAILED
    assert verdicts(evidence())["rate"] == "REFUTED"
    sim.write_text(SIM)
    assert run(pytester) == pytest.ExitCode.OK


def test_what_did_not_change_is_not_measured_again(pytester, project, evidence):
    _, file = project("by name")
    file.write_text(file.read_text().replace("gap(N) * N**0.5", "count() * gap(N) * N**0.5"))
    counting = "def count():\n    open('calls', 'a').write('x')\n    return 1\n"
    file.write_text(file.read_text().replace("claim = ", f"{counting}\n\nclaim = "))
    assert run(pytester) == pytest.ExitCode.OK
    calls = (pytester.path / "calls").read_text()
    assert run(pytester) == pytest.ExitCode.OK
    assert (pytester.path / "calls").read_text() == calls
    (pytester.path / "properties" / "other.py").write_text("x = 1\n")
    (pytester.path / "unrelated.py").write_text("x = 1\n")
    assert run(pytester) == pytest.ExitCode.OK
    assert (pytester.path / "calls").read_text() == calls


def test_two_files_with_one_tag_use_their_own_problems(pytester, evidence):
    """Copying a property file and changing its kind of problem is enough to make two."""
    kind = """
from dataclasses import dataclass

@dataclass(frozen=True, repr=False)
class Mine(mf.ProblemSpec):
    seed: int = 0
    init: str = "mine"

    def problem(self):
        return mf.FiniteSpec(("tanh", "identity"), atoms=ATOMS, n=6, d=2).problem()
"""
    check = """
claim = mf.Claim("NAME", text=__doc__, source="here", section="A. Mine")


@claim.check(over=[Mine()], expect=mf.Equals(0))
def own(problem):
    return mf.identity(lambda seeds: torch.full((len(seeds.replicates),),
                       float(problem.emb.atoms.W[1].shape[-2] - ATOMS)))


@claim.control(of=own)
def other(problem):
    return mf.identity(lambda seeds: torch.full((len(seeds.replicates),),
                       float(problem.emb.atoms.W[1].shape[-2] - ATOMS + 1)))
"""
    (pytester.path / "properties").mkdir()
    for name, atoms in (("one", 3), ("two", 5)):
        head = '"""It has its own atoms.\n\nIt does.\n"""\nimport torch\nimport mfcheck as mf\n'
        text = (head + kind + check).replace("ATOMS", str(atoms)).replace("NAME", name)
        (pytester.path / "properties" / f"{name}.py").write_text(text)
    for _ in range(2):
        assert run(pytester) == pytest.ExitCode.OK
        assert {verdict for *_, verdict in rows(evidence())} == {"SUPPORTED", "REFUTED"}


def test_a_file_edited_while_others_are_collected_keeps_the_hash_of_its_text(
    pytester, project, evidence
):
    """The numbers are of the text that ran: the edited one is measured by the next run."""
    sim, _ = project("by name")
    edit = f"import mfcheck\nfrom pathlib import Path\nPath({str(sim)!r}).write_text({BROKEN!r})\n"
    (pytester.path / "properties" / "zz_edits.py").write_text(edit)
    assert run(pytester) == pytest.ExitCode.OK
    (pytester.path / "properties" / "zz_edits.py").unlink()
    assert run(pytester) == pytest.ExitCode.TESTS_FAILED
    assert verdicts(evidence())["rate"] == "REFUTED"
    sim.write_text(SIM)
    assert run(pytester) == pytest.ExitCode.OK


@pytest.mark.skipif(sys.platform == "win32", reason="a switch of a library for Linux")
def test_another_switch_of_the_processor_is_measured_again(pytester, project, monkeypatch):
    _, file = project("by name")
    counting = "def count():\n    open('calls', 'a').write('x')\n    return 1\n"
    text = file.read_text().replace("gap(N) * N**0.5", "count() * gap(N) * N**0.5")
    file.write_text(text.replace("claim = ", f"{counting}\n\nclaim = "))
    assert run(pytester) == pytest.ExitCode.OK
    calls = len((pytester.path / "calls").read_text())
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    assert run(pytester) == pytest.ExitCode.OK
    assert len((pytester.path / "calls").read_text()) == 2 * calls
