"""Problems that only Python can say: functions of one's own, laws of weights, moving rates."""

from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from mfcheck.model import FiniteEmbedding, GeneralModel, IIDEmbedding
from mfcheck.model.feedback import FeedbackModel
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.iid import IIDSpec
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec
from mfcheck.sources.loading import text_hash


@dataclass(frozen=True, repr=False)
class ScriptSpec(ProblemSpec, kind=False):
    """A problem as a Python file builds it, known by the file's text and by the data it loaded.

    It has no JSON, so nothing but the file itself, named again, can pose it again.
    """

    source: str
    digest: str
    made: Problem = field(compare=False)

    @classmethod
    def of(cls, problem: Problem, source: str) -> "ScriptSpec":
        """The problem that the file defines, as it was executed now."""
        digest = blake2b(text_hash(Path(source).read_bytes()).encode(), digest_size=8)
        for part in (problem.data.x, problem.data.y, problem.data.q):
            digest.update(part.numpy().tobytes())
        return cls(source, digest.hexdigest(), problem)

    def problem(self) -> Problem:
        """The problem itself."""
        return self.made

    def of_kind(self, kind: type[ProblemSpec]) -> bool:
        """A check that takes finite problems or independent weights of a plain model takes it."""
        if isinstance(self.made.model, GeneralModel | FeedbackModel):
            return False
        finite = kind is FiniteSpec and isinstance(self.made.emb, FiniteEmbedding)
        return finite or (kind is IIDSpec and isinstance(self.made.emb, IIDEmbedding))

    def json(self) -> str:
        """Its name in addresses: the file and what it came to; nothing is read back from it."""
        return f"{Path(self.source).name} {self.digest}"

    @property
    def file(self) -> Path:
        """The file that builds it: its text is behind the numbers."""
        return Path(self.source).resolve()

    @property
    def label(self) -> str:
        """Depth, size of the data, and the file."""
        where = Path(self.source).name
        return f"L={self.made.L}, {self.made.data.n} points d={self.made.data.d}, {where}"

    def __repr__(self) -> str:
        """The code that gives the problem again."""
        return f"mfcheck.problems.reading.spec_in({self.source!r})"
