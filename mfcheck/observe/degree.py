"""The degree of a map of R^d on a ball or a cube: an exact integer, or a refusal.

In the plane it is the winding number of the image of a circle, whose arcs are halved until the
image of each is short against its distance from the target. In any dimension it is the signed
count of the simplices of a triangulated cube whose images hold the target: the degree of the
piecewise linear interpolant, which is the map's own as long as the image of the boundary keeps
away from the target. Degree 1 of M(t, ·) is what makes every target a value of it.
Source: Brouwer's degree, see Deimling, Nonlinear Functional Analysis, chapter 1.
"""

from itertools import permutations
from math import pi

import torch
from torch import Tensor

from mfcheck.errors import invalid
from mfcheck.observe.support import PointMap

ARCS = 64
"""Arcs that the circle is cut into at first."""

ARC_HALVINGS = 20
"""How often an arc is halved at most."""


def winding_number(move: PointMap, R: float, targets: Tensor) -> Tensor:
    """The winding number of θ ↦ M(R e^{iθ}) about each target, (m, 2) to integers (m,).

    An arc is halved until its two ends' images are nearer to each other than half the distance
    of either from every target, so that the chord between them cannot pass round a target.

    Raises InvalidArgument if that is not reached: the curve passes through a target, or so near
    to it that its winding number is not defined to rounding. What happens between two points of
    the finest partition is not seen.
    """
    angle = torch.linspace(0, 2 * pi, ARCS + 1, dtype=torch.float64)
    image = _on_circle(move, R, angle)
    for _ in range(ARC_HALVINGS):
        long_ = _long(image, targets)
        if not bool(long_.any()):
            return _turns(image, targets)
        middle = (angle[:-1] + angle[1:])[long_] / 2
        fresh = _on_circle(move, R, middle)
        angle, order = torch.cat([angle, middle]).sort()
        image = torch.cat([image, fresh])[order]
    near = float((image[:, None] - targets).norm(dim=-1).min())
    rule = f"the image of the circle passes a target at a distance of about {near:.1g}"
    raise invalid("targets", targets.tolist(), rule, "move the target or change R")


def _on_circle(move: PointMap, R: float, angle: Tensor) -> Tensor:
    return move(R * torch.stack([angle.cos(), angle.sin()], -1))


def _long(image: Tensor, targets: Tensor) -> Tensor:
    """The arcs whose chord is not short against its distance from some target, (arcs,)."""
    chord = (image[1:] - image[:-1]).norm(dim=-1)
    away = (image[:, None] - targets).norm(dim=-1).amin(1)
    return ~(chord < torch.minimum(away[1:], away[:-1]) / 2)


def _turns(image: Tensor, targets: Tensor) -> Tensor:
    """The sum of the angles under which the targets see the chords, in whole turns, (m,)."""
    a, b = image[:-1, None] - targets, image[1:, None] - targets
    cross, dot = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], (a * b).sum(-1)
    return (torch.atan2(cross, dot).sum(0) / (2 * pi)).round().to(torch.int64)


def signed_count(move: PointMap, R: float, targets: Tensor, cells: int = 8) -> Tensor:
    """Σ sign det over the simplices of [−R, R]^d whose images hold the target, integers (m,).

    targets: (m, d). The cube is cut into cells^d little cubes and each of these into d!
    simplices (Kuhn's triangulation).

    Raises InvalidArgument if the image of the boundary comes as near to a target as one of its
    simplices is long, where the interpolant's degree need not be the map's, and if a target
    lies on the image of a simplex's face to rounding.
    """
    d = targets.shape[-1]
    grid, simplices = _kuhn(d, cells)
    image = move(R * (2 * grid / cells - 1))
    _keep_away(image, grid, simplices, cells, targets)
    corners = image[simplices]
    edges = (corners[:, 1:] - corners[:, :1]).mT
    flat = torch.linalg.det(edges).abs() <= 1e-14 * edges.norm(dim=(-2, -1)) ** d
    edges, first = edges[~flat], corners[~flat, 0]
    inner = torch.linalg.solve(edges, (targets[:, None] - first).permute(1, 2, 0))
    weights = torch.cat([1 - inner.sum(1, keepdim=True), inner], 1)
    inside, near = (weights > 0).all(1), (weights > -1e-9).all(1) & (weights.abs() <= 1e-9).any(1)
    if bool(near.any()):
        rule = "one lies on the image of a simplex's face"
        raise invalid("targets", targets.tolist(), rule, "move the targets a little")
    sign = torch.linalg.det(edges).sign().to(torch.int64)
    return (sign[:, None] * inside).sum(0)


def _kuhn(d: int, cells: int) -> tuple[Tensor, Tensor]:
    """Grid points (·, d) with integer coordinates, and positively oriented simplices (·, d + 1)."""
    axis = torch.arange(cells + 1, dtype=torch.float64)
    grid = torch.cartesian_prod(*[axis] * d).reshape(-1, d)
    stride = torch.tensor([(cells + 1) ** (d - 1 - k) for k in range(d)])
    base = ((grid < cells).all(1)).nonzero()[:, 0]
    simplices = []
    for order in permutations(range(d)):
        steps = torch.cat([stride.new_zeros(1), stride[list(order)].cumsum(0)])
        odd = sum(a > b for k, a in enumerate(order) for b in order[k + 1 :]) % 2
        steps = torch.cat([steps[:-2], steps[-2:].flip(0)]) if odd else steps
        simplices.append(base[:, None] + steps)
    return grid, torch.cat(simplices)


def _keep_away(image: Tensor, grid: Tensor, simplices: Tensor, cells: int, targets: Tensor) -> None:
    """The image of the boundary must stay farther from the targets than its simplices are long."""
    rim = ((grid == 0) | (grid == cells)).any(1)
    touches = simplices[rim[simplices].any(1)]
    corners = image[touches]
    longest = float((corners[:, :, None] - corners[:, None]).norm(dim=-1).max())
    away = float((image[rim][:, None] - targets).norm(dim=-1).min())
    if away <= longest:
        rule = f"the boundary's image comes within {away:.3g}, its simplices are {longest:.3g} long"
        raise invalid("targets", targets.tolist(), rule, "use more cells, or another R")
