"""The table of planted bugs: what the claims are for is to refute each of these simulators."""

from tests.mutants.wrong_fields import BACKWARD, FORWARD, GRADIENT
from tests.mutants.wrong_motion import CONTINUOUS, RECORDS, STEPS
from tests.mutants.wrong_readings import DISTANCE, DRAWS

BUGS = (*FORWARD, *BACKWARD, *GRADIENT, *STEPS, *CONTINUOUS, *RECORDS, *DRAWS, *DISTANCE)
