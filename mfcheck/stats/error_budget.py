"""The ledger of slots: how many rows have drawn on a run's error budget."""

from dataclasses import dataclass, field

from mfcheck.errors import invalid
from mfcheck.stats.inputs import whole_number


@dataclass(frozen=True)
class ErrorBudget:
    """Fixed slots for the rows of one run, one per key.

    A row's error rate is the same whether the ledger is empty or nearly full, so selecting,
    replaying or adding rows changes no other row. The ledger only counts, and refuses to go over.
    """

    slots: int = 500
    keys: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        whole_number("slots", self.slots, least=1)
        if len(self.keys) > self.slots:
            raise invalid("keys", len(self.keys), f"only {self.slots} slots", "start with fewer")

    @property
    def taken(self) -> int:
        """Slots in use."""
        return len(self.keys)

    def take(self, key: str) -> "ErrorBudget":
        """The ledger with a slot for `key`; the same ledger if the key has one already.

        Raises InvalidArgument when every slot is taken.
        """
        if key in self.keys:
            return self
        if self.taken == self.slots:
            rule = f"all {self.slots} slots of the run's error budget are taken"
            repair = "run fewer rows, or raise slots and lower alpha_fail in proportion"
            raise invalid("key", key, rule, repair)
        return ErrorBudget(self.slots, self.keys | {key})
