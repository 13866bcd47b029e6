from mfcheck.observe.coupling import distance

__all__ = ["distance"]
