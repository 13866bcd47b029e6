"""One torch thread a process: parallelism is over tests, as it is over items in a run."""

import torch

torch.set_num_threads(1)
