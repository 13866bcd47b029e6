"""A law from a file of one's own: what is written is read back, and every mistake is located."""

from zipfile import ZipFile

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import mfcheck.data
from mfcheck.errors import InvalidArgument, Unavailable

X, Y, Q = np.array([[0.5, 1.0], [-2.0, 1.0]]), np.array([1.0, -1.0]), np.array([0.25, 0.75])
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def same(law, x, y, q) -> bool:
    return all(
        found.dtype == torch.float64 and np.array_equal(found, expected)
        for found, expected in zip((law.x, law.y, law.q), (x, y, q), strict=True)
    )


@given(st.data(), st.integers(1, 5), st.integers(1, 4), st.booleans())
def test_what_is_written_is_read_back(tmp_path_factory, data, n, d, weighted) -> None:
    x, y = data.draw(arrays(float, (n, d), elements=NUMBERS)), np.arange(n) / 3
    q = np.arange(1, n + 1) / np.arange(1, n + 1).sum() if weighted else np.full(n, 1 / n)
    folder = tmp_path_factory.mktemp("load")
    extra = {"q": q} if weighted else {}
    np.savez(folder / "law.npz", x=x, y=y, **extra)
    columns = {f"x{j + 1}": x[:, j] for j in range(d)} | {"y": y} | extra
    lines = [",".join(columns)] + [
        ",".join(map(repr, map(float, r))) for r in zip(*columns.values(), strict=True)
    ]
    (folder / "law.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert same(mfcheck.data.load(folder / "law.npz"), x, y, q)
    assert same(mfcheck.data.load(str(folder / "law.csv")), x, y, q)


def test_coordinates_keep_the_order_of_the_file(tmp_path) -> None:
    (tmp_path / "law.CSV").write_bytes(
        b'\xef\xbb\xbfheight, y ,"width, cm",q\r\n\r\n1,2,3,.25\r\n 4,5 ,6e0,.75\r\n'
    )
    assert same(mfcheck.data.load(tmp_path / "law.CSV"), [[1, 3], [4, 6]], [2, 5], Q)


def test_narrow_and_whole_numbers_become_float64(tmp_path) -> None:
    q = np.array([0.1, 0.9], dtype=np.float32)
    np.savez_compressed(tmp_path / "law.npz", x=X.astype(">f4"), y=Y.astype(int), q=q)
    law = mfcheck.data.load(tmp_path / "law.npz")
    assert same(law, X, Y, q.astype(float) / q.astype(float).sum())


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("", ["path = ", "is empty", "begin with names, e.g. y,x1,x2"]),
        ("\n\n", ["path = ", "is empty", "begin with names"]),
        ("y,x1\n", ["path = ", "names but no numbers", "add a row"]),
        ("x1,x2\n1,2\n", ["columns of", "['x1', 'x2']", "y missing", "name the targets y"]),
        ("y,q\n1,1\n", ["columns of", "['y', 'q']", "x missing", "name the targets y"]),
        ("q\n1\n", ["columns of", "['q']", "x and y missing", "name the targets y"]),
        ("y;x1\n1;2\n", ["row 2, column 'y;x1'", "'1;2'", "finite number", "mend"]),
        ("1,2\n3,4\n", ["columns of", "['1', '2']", "y missing", "name the targets y"]),
        ("y,x1\n1,2\n3,abc\n", ["row 3, column 'x1'", "'abc'", "finite number", "mend the cell"]),
        ("y,x1\n1,2\n\n3,\n", ["row 4, column 'x1'", "= ''", "finite number", "mend the cell"]),
        ("y,x1\nNaN,2\n", ["row 2, column 'y'", "'NaN'", "finite number", "drop the row"]),
        ("y,x1\n1,-inf\n", ["row 2, column 'x1'", "'-inf'", "finite number", "drop the row"]),
        ("y,x1\n1,2,3\n", ["row 2 of", "'3 cells'", "names 2 columns", "one number per column"]),
        ("y,x1\n1,2\n5\n", ["row 3 of", "'1 cells'", "names 2 columns", "one number per column"]),
        ("y,x1,x1\n1,2,3\n", ["names in", "'x1', 'x1'", "'x1' stands twice", "rename"]),
        ("y,x1,y\n1,2,3\n", ["names in", "'y' stands twice", "rename"]),
        ("y, ,x2\n1,2,3\n", ["names in", "column 2 has none", "name every column"]),
        ('y,x1\n1,"2\n', ["path = ", "is not a table in text", "save it as CSV"]),
        ("y,x1,q\n1,2,.5\n1,2,.4\n", ["q = 'sum 0.9'", "must sum to 1", "divide q by its sum"]),
        ("y,x1,q\n1,2,-.5\n1,2,1.5\n", ["q = -0.5", "not negative", "check the weights"]),
    ],
)
def test_a_mistake_in_a_csv_is_located(tmp_path, text, fragments) -> None:
    (tmp_path / "law.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidArgument) as refusal:
        mfcheck.data.load(tmp_path / "law.csv")
    assert all(fragment in str(refusal.value) for fragment in fragments), str(refusal.value)


@pytest.mark.parametrize(
    ("content", "fragments"),
    [
        ({"x": X}, ["arrays of", "['x']", "y missing", "call the inputs x"]),
        ({"a": X, "b": Y}, ["arrays of", "['a', 'b']", "x and y missing", "call the inputs x"]),
        ({"x": X, "y": Y, "weights": Q}, ["= 'weights'", "only x, y and q", "save only these"]),
        ({"x": X, "y": ["a", "b"]}, ["dtype of y in", "'<U1'", "real numbers", "convert it"]),
        ({"x": X * 1j, "y": Y}, ["dtype of x in", "'complex128'", "real numbers", "convert it"]),
        ({"x": X, "y": Y[:1]}, ["y.shape = (1,)", "x has 2 points", "one y each"]),
        ({"x": Y, "y": Y}, ["x.shape = (2,)", "needs 2 axes", "reshape it"]),
        ({"x": X, "y": Y * np.nan}, ["y = '2 entries NaN", "must be finite", "drop or mend"]),
        ({"x": X, "y": Y, "q": 2 * Q}, ["q = 'sum 2'", "must sum to 1", "divide q by its sum"]),
        ({"x": X, "y": np.array([1, None])}, ["path = ", "plain arrays", "numpy.savez(path"]),
    ],
)
def test_a_mistake_in_an_npz_is_named(tmp_path, content, fragments) -> None:
    np.savez(tmp_path / "law.npz", **content)
    with pytest.raises(InvalidArgument) as refusal:
        mfcheck.data.load(tmp_path / "law.npz")
    assert all(fragment in str(refusal.value) for fragment in fragments), str(refusal.value)


def damaged(raw: bytes) -> bytes:
    middle = len(raw) // 3
    return (
        raw[:middle] + bytes(255 - byte for byte in raw[middle : middle + 20]) + raw[middle + 20 :]
    )


def test_an_npz_member_that_is_no_array_is_refused(tmp_path) -> None:
    with ZipFile(tmp_path / "law.npz", "w") as archive:
        archive.writestr("x", "1, 2")
        archive.writestr("y", "1, 2")
    with pytest.raises(InvalidArgument, match=r"dtype of x in .* = '\|S4': must be real numbers"):
        mfcheck.data.load(tmp_path / "law.npz")


@pytest.mark.parametrize(
    "spoil",
    [lambda raw: b"", lambda raw: b"no zip", lambda raw: raw[:50], lambda raw: raw[:-9], damaged],
)
def test_a_damaged_npz_is_refused(tmp_path, spoil) -> None:
    file = tmp_path / "law.npz"
    np.savez_compressed(file, x=X, y=Y)
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(InvalidArgument, match=r"not an \.npz of plain arrays \(.*numpy\.savez"):
        mfcheck.data.load(file)


@pytest.mark.parametrize(
    ("path", "fragments"),
    [
        ("law.txt", ["path = 'law.txt'", "unknown suffix '.txt'", "known are .npz and .csv"]),
        ("law", ["path = 'law'", "unknown suffix ''", "known are .npz and .csv"]),
        (3, ["path = 3", "is not a path", "pass a string"]),
    ],
)
def test_a_file_of_unknown_kind_is_refused(path, fragments) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        mfcheck.data.load(path)
    assert all(fragment in str(refusal.value) for fragment in fragments), str(refusal.value)


@pytest.mark.parametrize("suffix", [".npz", ".csv"])
def test_a_file_that_is_not_there_is_unavailable(tmp_path, suffix) -> None:
    with pytest.raises(Unavailable, match=f"nothing{suffix}': no such file; check the name"):
        mfcheck.data.load(tmp_path / f"nothing{suffix}")


def test_a_csv_that_is_not_utf_8_is_refused(tmp_path) -> None:
    (tmp_path / "law.csv").write_bytes("y,größe\n1,2\n".encode("latin-1"))
    with pytest.raises(InvalidArgument, match=r"is not a table in text .* in UTF-8"):
        mfcheck.data.load(tmp_path / "law.csv")
