"""One change in a small project: noticed, or not."""

from tests.mutations.changes import changes
from tests.mutations.kept import again
from tests.mutations.tree import Tree
from tests.mutations.trial import Fate, Verdict, tried

SOURCE = "def is_late(day, limit):\n    return day > limit\n"
TESTS = (
    "from office.late import is_late\n\n\ndef test_late():\n    assert is_late(3, 2)\n    assert not is_late(1, 2)\n"
)


class Known:
    """What reaches what, without a recording."""

    def __init__(self):
        self.seconds = {"tests/test_late.py::test_late": 0.1}

    def tests(self, place, lines):
        return list(self.seconds)

    def is_reached(self, place, lines):
        return True


def test_a_boundary_survives_where_no_test_stands_on_it(tmp_path):
    root = tmp_path / "qlc"
    for name, text in (
        ("office/late.py", SOURCE),
        ("tests/test_late.py", TESTS),
        ("pytest.ini", "[pytest]"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    verdicts = [tried(change, Tree(tmp_path), Known()) for change in changes("office/late.py", SOURCE)]
    assert {(verdict.change.after, verdict.fate) for verdict in verdicts} == {
        ("(day >= limit)", Fate.SURVIVED),
        ("(day <= limit)", Fate.KILLED),
        ("None", Fate.KILLED),
    }
    assert {verdict.by for verdict in verdicts if verdict.is_killed} == {"tests/test_late.py::test_late"}
    assert (root / "office/late.py").read_text() == SOURCE


def test_survivors_are_tried_again_with_the_tests_of_their_room(tmp_path):
    root = tmp_path / "qlc"
    for name, text in (
        ("office/late.py", SOURCE),
        ("tests/office/test_late.py", TESTS.partition("    assert not")[0]),
        (
            "tests/office/test_other.py",
            "from office.late import is_late\n\n\ndef test_today():\n    assert not is_late(2, 2)\n",
        ),
        ("pytest.ini", "[pytest]"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    before = [Verdict(change, Fate.SURVIVED, "", 1) for change in changes("office/late.py", SOURCE)][:2]
    before.append(Verdict(changes("office/late.py", "A = 5\n")[0], Fate.UNREACHED, "", 0))
    known = before[0].change
    verdicts = list(again(before, Tree(tmp_path), known.__eq__, root))
    assert verdicts[0] is before[0]
    assert verdicts[-1].fate is Fate.GONE
    assert {(item.change.after, item.by) for item in verdicts[1:-1]} <= {
        ("(day >= limit)", "tests/office/test_other.py::test_today"),
        ("(day <= limit)", "tests/office/test_late.py::test_late"),
        ("None", "tests/office/test_late.py::test_late"),
    }
    assert all(item.is_killed for item in verdicts[1:-1])
    assert (root / "office/late.py").read_text() == SOURCE
