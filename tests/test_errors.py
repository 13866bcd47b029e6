"""Errors that teach: the value, the rule and the repair, in one sentence."""

import pytest

from mfcheck.errors import InvalidArgument, MfcheckError, Unavailable, invalid, one_of


def test_an_error_names_value_rule_and_repair():
    error = invalid("N", -3, "must be positive", "use e.g. N=16")
    assert isinstance(error, InvalidArgument)
    assert str(error) == "N = -3: must be positive; use e.g. N=16."


def test_errors_are_what_a_caller_would_catch():
    assert issubclass(InvalidArgument, ValueError)
    assert issubclass(InvalidArgument, MfcheckError)
    assert issubclass(Unavailable, MfcheckError)
    assert not issubclass(Unavailable, ValueError)


def test_a_known_name_is_passed_on():
    assert one_of("loss", "huber", ("squared", "huber")) == "huber"


def test_an_unknown_name_lists_the_known_ones_and_guesses():
    with pytest.raises(InvalidArgument, match="did you mean 'huber'") as caught:
        one_of("loss", "hubr", ("squared", "huber"))
    assert "squared, huber" in str(caught.value)


def test_a_name_unlike_any_is_not_guessed_at():
    with pytest.raises(InvalidArgument) as caught:
        one_of("loss", "zzz", iter(("squared", "huber")))
    assert "did you mean" not in str(caught.value)
    assert "choose one of squared, huber" in str(caught.value)


@pytest.mark.parametrize("value", [3, None])
def test_a_name_that_is_no_text_is_refused_too(value):
    with pytest.raises(InvalidArgument, match="choose one of"):
        one_of("loss", value, ("squared", "huber"))
