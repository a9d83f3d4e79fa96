"""docs/rules.md says where each rule is carried, and cannot go stale: .ci/rules.py on this tree, and on small
trees with one thing wrong in each. The rules' numbers here are put together, so that none of them marks this file."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIRST, SECOND, UNKNOWN = ("S" + number for number in ("0-1", "0-2", "4-99"))

RULES = """
[S0]
1 = { en = "Feed-back", zh = "反馈" }
2 = { en = "Bulletin", zh = "动态", not_yet = "bulletins" }
"""
CODE = f"""// 反馈 {FIRST}
struct FedBack {{}};
"""


def run(root, *options):
    script = [sys.executable, ROOT / ".ci" / "rules.py", "--root", root, *options]
    return subprocess.run(script, capture_output=True, text=True, timeout=50)


class ThisTree(unittest.TestCase):
    def test_the_page_is_true(self):
        done = run(ROOT, "--check")
        self.assertEqual(done.returncode, 0, done.stderr)


class SmallTree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("docs/rules.toml", RULES)
        self.write("events/outcome.hpp", CODE)
        self.assertEqual(run(self.root).returncode, 0)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")

    def refused(self):
        done = run(self.root, "--check")
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stderr.strip()

    def test_what_is_carried_is_named(self):
        self.write("tests/close_test.cpp", f"// {FIRST}\nTEST(Close, AsksForFeedBack) {{\n}}\n")
        self.write("config/processes/a.toml", f'# {FIRST}\n[[transition]]\ncommand = "feed-back"\n[clock.x] # {FIRST}\n')
        self.assertEqual(run(self.root).returncode, 0)
        page = (self.root / "docs" / "rules.md").read_text()
        self.assertIn("event: [outcome.hpp](../events/outcome.hpp) `FedBack`", page)
        self.assertIn("process: [a.toml](../config/processes/a.toml) `clock.x`, `feed-back`", page)
        self.assertIn("test: [close_test.cpp](../tests/close_test.cpp) `Close.AsksForFeedBack`", page)
        self.assertIn("**not yet**: bulletins", page)
        self.assertIn("2 rules: 1 are carried (0 of them in part), 1 not yet, and in 0 software has no part", page)

    def test_a_page_that_was_not_written_again(self):
        self.assertEqual(run(self.root, "--check").returncode, 0)
        self.write("engine/close.cpp", f"// {FIRST}\nbool close() {{ return false; }}\n")
        self.assertEqual(self.refused(), "docs/rules.md is stale: run ./dev rules")

    def test_an_unknown_rule(self):
        self.write("engine/close.cpp", f"// {UNKNOWN}\nbool close();\n")
        self.assertEqual(self.refused(), f"engine/close.cpp: {UNKNOWN} is no rule of docs/rules.toml")

    def test_a_rule_that_nothing_carries_or_explains(self):
        self.write("events/outcome.hpp", "struct FedBack {};\n")
        self.assertIn(f"nothing carries {FIRST}: say why", self.refused())

    def test_a_rule_that_is_carried_after_all(self):
        self.write("config/bulletins.toml", f"# {SECOND}\n[bulletin]\n")
        self.assertEqual(
            self.refused(),
            f"docs/rules.toml: {SECOND} is said to be not_yet, but config/bulletins.toml carries it",
        )

    def test_a_slip_in_the_list(self):
        self.write("docs/rules.toml", RULES.replace("not_yet", "notyet"))
        self.assertIn("unknown key notyet", self.refused())


if __name__ == "__main__":
    unittest.main(verbosity=1)
