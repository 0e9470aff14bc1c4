"""packaging/dev.py: its verbs, exit statuses and messages; and the rules of the tree that `check` keeps."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import dev
import pytest
from environment import Venv
from terminal import SetupError, format_duration, format_size

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """Set-up that does nothing, and the programs that would have been started."""
    calls: list[tuple] = []

    def ensure(dev: bool, torch_choice: str | None) -> Venv:
        calls.append(("set up", dev, torch_choice))
        return Venv(ROOT / ".venv")

    def run(command: list[str], environment: dict[str, str] | None = None) -> int:
        calls.append(tuple(command[1:]))
        return 0

    monkeypatch.setattr(dev, "ensure_environment", ensure)
    monkeypatch.setattr(dev, "run_foreground", run)
    monkeypatch.setattr(
        dev.system_libraries, "ensure_system", lambda libraries, font, venv: calls.append(("system", font))
    )
    monkeypatch.setattr(dev, "run_checks", lambda venv: 0)
    monkeypatch.setattr(dev.system_libraries, "has_display", lambda environment: True)
    return calls


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run"], [("system", True), ("set up", False, None), ("-m", "studio")]),
        (["run", "a.affect"], [("system", True), ("set up", False, None), ("-m", "studio", "a.affect")]),
        (["run", "--torch", "cpu"], [("system", True), ("set up", False, "cpu"), ("-m", "studio")]),
        (["check"], [("system", False), ("set up", True, None)]),
        (["test"], [("system", True), ("set up", True, None), ("-m", "pytest")]),
        (
            ["test", "-k", "music", "-x"],
            [("system", True), ("set up", True, None), ("-m", "pytest", "-k", "music", "-x")],
        ),
        (["test", "--long"], [("system", True), ("set up", True, None), ("-m", "pytest", "-m", "not bench")]),
        (
            ["bench", "--torch", "cuda"],
            [("system", True), ("set up", True, "cuda"), ("-m", "pytest", "-m", "bench", "-s", "tests/bench")],
        ),
    ],
)
def test_verbs(arguments: list[str], expected: list[tuple], calls: list[tuple]) -> None:
    assert dev.main(arguments) == 0
    assert calls == expected


@pytest.mark.parametrize("arguments", [[], ["walk"], ["run", "--fast"], ["run", "--torch", "tpu"], ["check", "extra"]])
def test_wrong_command_lines_exit_2(arguments: list[str], calls: list[tuple]) -> None:
    with pytest.raises(SystemExit) as exit_:
        dev.main(arguments)
    assert exit_.value.code == 2
    assert calls == []


def test_failed_set_up_is_told_and_exits_1(
    calls: list[tuple], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(dev: bool, torch_choice: str | None) -> Venv:
        raise SetupError("There is no room.")

    monkeypatch.setattr(dev, "ensure_environment", fail)
    assert dev.main(["run"]) == 1
    assert "There is no room." in capsys.readouterr().out


def test_interruption_exits_130(
    calls: list[tuple], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(dev: bool, torch_choice: str | None) -> Venv:
        raise KeyboardInterrupt

    monkeypatch.setattr(dev, "ensure_environment", interrupt)
    assert dev.main(["test"]) == 130
    assert "goes on from here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("made", "status", "expected", "said"),
    [
        ({"a.mid": 2_000, "a.wav": 3_000_000, "window.png": 90_000}, 0, 0, "a.mid, a.wav, window.png"),
        ({"a.mid": 2_000, "a.wav": 3_000_000}, 0, 1, "Missing: .png"),
        ({}, 1, 1, "could not be rendered"),
    ],
)
def test_without_a_display_the_sample_is_rendered(
    made: dict[str, int],
    status: int,
    expected: int,
    said: str,
    calls: list[tuple],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "older.mid").touch()

    def demo(command: list[str], environment: dict[str, str]) -> int:
        assert command[1:] == ["-m", "studio", "demo", "--out", str(out)]
        assert environment["QT_QPA_PLATFORM"] == "offscreen"
        for name, size_bytes in made.items():
            (out / name).write_bytes(bytes(size_bytes))
        return status

    monkeypatch.setattr(dev.system_libraries, "has_display", lambda environment: False)
    monkeypatch.setattr(dev, "run_foreground", demo)
    assert dev.main(["run", "--out", str(out)]) == expected
    text = capsys.readouterr().out
    assert said in text
    assert "older.mid" not in text


def test_foreground_programs_hand_over_their_status() -> None:
    assert dev.run_foreground([sys.executable, "-c", "raise SystemExit(7)"]) == 7


@pytest.mark.skipif(os.name == "nt", reason="signals end programs on POSIX only")
def test_killed_programs_have_a_status_of_their_own() -> None:
    assert dev.run_foreground([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]) == 137


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 15)])
def test_other_pythons_are_told_which_to_take(version: tuple[int, int]) -> None:
    code = (
        f"import runpy, sys; sys.version_info = (*{version}, 0, 'final', 0); sys.argv = ['dev.py', 'run']; "
        "runpy.run_path('packaging/dev.py', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "needs Python 3.11 to 3.14" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_all_verbs() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "dev.py"), "--help"], capture_output=True, text=True, check=True
    )
    assert all(verb in done.stdout for verb in ("run", "test", "check", "bench"))


def test_bootstrap_needs_the_standard_library_only() -> None:
    """An isolated Python without site-packages imports every module of it."""
    names = sorted(path.stem for path in (ROOT / "packaging").glob("*.py"))
    code = f"import sys; sys.path.insert(0, 'packaging'); import {', '.join(names)}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=ROOT, check=True)


def test_tree_keeps_the_rules() -> None:
    assert dev.check_tree() is None


def test_folder_does_not_shadow_the_library_packaging() -> None:
    code = "import packaging.version, packaging; print(packaging.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "site-packages" in done.stdout


def test_tree_that_breaks_a_rule_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    (tmp_path / "packaging").mkdir()
    assert dev.check_tree() is None
    (tmp_path / "packaging" / "__init__.py").touch()
    assert "shadow" in (dev.check_tree() or "")
    (tmp_path / "packaging" / "__init__.py").unlink()
    monkeypatch.setattr(dev, "tree_size_bytes", lambda: 41 * 2**20)
    assert "41.0 MiB" in (dev.check_tree() or "")


@pytest.mark.skipif(dev.shutil.which("git") is None, reason="no git here")
def test_tree_size_counts_what_git_would_track(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    assert dev.tree_size_bytes() is None
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("out/\n", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "big").write_bytes(bytes(1000))
    (tmp_path / "weights ä").write_bytes(bytes(500))
    assert dev.tree_size_bytes() == 505


def test_imports_keep_the_contracts() -> None:
    lint_imports = Venv(Path(sys.prefix)).program("lint-imports")
    environment = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [str(lint_imports), "--no-cache"], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")


def test_ci_runs_checks_and_tests() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "dev.py check" in script
    assert "dev.py test" in script
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)


def test_project_and_changelog_agree_on_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("size_bytes", "text"), [(0, "0 MB"), (640_400_000, "640 MB"), (999_999_999, "1000 MB"), (2_440_000_000, "2.4 GB")]
)
def test_sizes(size_bytes: int, text: str) -> None:
    assert format_size(size_bytes) == text


@pytest.mark.parametrize(
    ("duration_s", "text"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (74.2, "74 s"), (200.9, "3 min 20 s")]
)
def test_durations(duration_s: float, text: str) -> None:
    assert format_duration(duration_s) == text
