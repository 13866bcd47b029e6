"""Adversarial search: the problem on which a check comes nearest to refutation."""
