"""One torch thread a process: parallelism is over tests, as it is over items in a run.

That a machine is slow is no fault of what Hypothesis draws, so no test fails by its clock.
"""

import torch
from hypothesis import HealthCheck, settings

torch.set_num_threads(1)
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
