"""The virtual environment: when it counts as complete, how it heals, and what is said when it cannot be made."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import environment
import lockfiles
import pip_runner
import pytest
from environment import ROOT, Stamp, Venv
from terminal import SetupError
from torch_build import TorchBuild

CPU = TorchBuild("2.13.0+cpu", "cpu", 192_000_000)
PYTHON = "3.11.7"


def make_stamp(**changes: object) -> Stamp:
    stamp = Stamp(
        root=str(ROOT),
        python=PYTHON,
        torch="2.13.0+cpu",
        torch_choice="cpu",
        run=lockfiles.fingerprint(lockfiles.RUN_LOCKS),
        project=environment.project_fingerprint(),
        dev=lockfiles.fingerprint(lockfiles.DEV_LOCKS),
    )
    return dataclasses.replace(stamp, **changes)


@pytest.mark.parametrize(
    ("stamp", "python", "dev", "torch", "current"),
    [
        (make_stamp(), PYTHON, True, None, True),
        (make_stamp(), PYTHON, False, "cpu", True),
        (make_stamp(dev=None), PYTHON, False, None, True),
        (make_stamp(dev=None), PYTHON, True, None, False),
        (make_stamp(dev="of another lock"), PYTHON, False, None, True),
        (make_stamp(dev="of another lock"), PYTHON, True, None, False),
        (make_stamp(run="of another lock"), PYTHON, False, None, False),
        (make_stamp(project="of another pyproject.toml"), PYTHON, False, None, False),
        (make_stamp(root="/elsewhere"), PYTHON, False, None, False),
        (make_stamp(), "3.12.1", False, None, False),
        (make_stamp(), None, False, None, False),
        (make_stamp(), PYTHON, False, "cuda", False),
        (make_stamp(torch_choice=None), PYTHON, False, None, True),
        (None, PYTHON, False, None, False),
    ],
)
def test_when_the_environment_is_complete(
    stamp: Stamp | None, python: str | None, dev: bool, torch: str | None, current: bool
) -> None:
    assert environment.is_current(stamp, python, dev, torch) is current


def test_stamp_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "stamp.json"
    environment.write_stamp(make_stamp(), path)
    assert environment.read_stamp(path) == make_stamp()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"root": 1, "unknown": 2}', "\0"])
def test_other_stamps_are_none(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "stamp.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert environment.read_stamp(path) is None


def test_ruff_settings_do_not_reinstall_the_project(tmp_path: Path) -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    target = tmp_path / "pyproject.toml"
    target.write_text(text.replace("line-length = 120", "line-length = 121"), encoding="utf-8")
    assert environment.project_fingerprint(tmp_path) == environment.project_fingerprint()
    target.write_text(text.replace("affect-studio =", "affect-atelier ="), encoding="utf-8")
    assert environment.project_fingerprint(tmp_path) != environment.project_fingerprint()


def install_fake(site_packages: Path, name: str, version: str = "1.0") -> Path:
    """A package of one module as pip leaves it, with its RECORD."""
    info = site_packages / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (site_packages / f"{name}.py").write_text("ANSWER = 42\n", encoding="utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    lines = []
    for path in (site_packages / f"{name}.py", info / "METADATA"):
        data = path.read_bytes()
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        lines.append(f"{path.relative_to(site_packages).as_posix()},sha256={digest},{len(data)}")
    lines += [f"__pycache__/{name}.cpython-311.pyc,,", f"{info.name}/RECORD,,"]
    (info / "RECORD").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return info


@pytest.mark.parametrize(
    "damage",
    [
        lambda info: (info / "RECORD").unlink(),
        lambda info: (info.parent / "half.py").unlink(),
        lambda info: (info.parent / "half.py").write_text("ANS", encoding="utf-8"),
        lambda info: (info / "RECORD").write_text("half.py,sha256=x,many\n", encoding="utf-8"),
        lambda info: (info / "RECORD").write_bytes(b"\xff\xfe\x00"),
    ],
    ids=["no RECORD", "file missing", "file cut short", "RECORD of nonsense", "RECORD of noise"],
)
def test_half_installed_packages_are_forgotten(damage: Callable[[Path], object], tmp_path: Path) -> None:
    whole = install_fake(tmp_path, "whole")
    half = install_fake(tmp_path, "half")
    (tmp_path / "~umpy").mkdir()
    damage(half)
    assert environment.remove_damaged(tmp_path) == ["half 1.0"]
    assert whole.is_dir()
    assert not half.exists()
    assert not (tmp_path / "~umpy").exists()
    assert environment.installed_versions(tmp_path) == {"whole": "1.0"}


def test_only_what_differs_is_outstanding() -> None:
    pins = [
        lockfiles.Pin("numpy", "2.4.6", "", 1),
        lockfiles.Pin("torch", "2.13.0", "", 1),
        lockfiles.Pin("six", "1", "", 1),
    ]
    installed = {"numpy": "2.4.6", "torch": "2.13.0", "six": "2"}
    outstanding = environment.find_outstanding(pins, CPU, installed)
    assert [(pin.name, pin.version) for pin in outstanding] == [("torch", "2.13.0+cpu"), ("six", "1")]


class FakePip:
    """Stands for pip_runner.install: notes what it was asked for and installs every pin as a fake package."""

    def __init__(self, site_packages: Path, fails_at: str = "") -> None:
        self.calls: list[str] = []
        self.site_packages = site_packages
        self.fails_at = fails_at

    def __call__(self, python: Path, arguments: list[str], what: str, total: int = 0) -> None:
        self.calls.append(what)
        if what == self.fails_at:
            raise SetupError(f"no {what}")
        locks = [Path(argument).name for argument in arguments if argument.endswith(".txt")]
        for pin in lockfiles.pins_for(locks, lockfiles.describe_machine()):
            if not (self.site_packages / f"{pin.name}-{pin.version}.dist-info").exists():
                install_fake(self.site_packages, pin.name, pin.version)
        if arguments[-1].startswith("torch="):
            shutil.rmtree(self.site_packages / "torch-2.13.0+cpu.dist-info", ignore_errors=True)
            install_fake(self.site_packages, "torch", "2.13.0+cpu")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the real pyproject.toml whose .venv answers as a real one would."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    site_packages = tmp_path / ".venv" / "site-packages"

    def answer(venv: Venv, code: str) -> str | None:
        if not venv.folder.is_dir():
            return None
        version = lockfiles.describe_machine()["python_full_version"]
        return {"sysconfig": str(site_packages), "platform": version, "pip": ""}[code.split()[1].rstrip(";")]

    monkeypatch.setattr(Venv, "ask", answer)
    monkeypatch.setattr(environment, "make_venv", lambda venv: site_packages.mkdir(parents=True))
    monkeypatch.setattr(pip_runner, "find_torch_build", lambda python, wanted: CPU)
    return tmp_path


def test_second_call_does_no_work(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip = FakePip(checkout / ".venv" / "site-packages")
    monkeypatch.setattr(pip_runner, "install", pip)
    environment.ensure_environment(dev=False, root=checkout)
    assert pip.calls == ["the packages", "the synthesiser", "the project itself"]
    assert "torch 2.13.0+cpu 192 MB" in capsys.readouterr().out
    pip.calls.clear()
    environment.ensure_environment(dev=False, root=checkout)
    assert pip.calls == []
    assert capsys.readouterr().out == ""
    environment.ensure_environment(dev=True, root=checkout)  # the tools come on top
    assert pip.calls == ["the packages", "the project itself"]
    pip.calls.clear()
    environment.ensure_environment(dev=False, root=checkout)  # and stay
    environment.ensure_environment(dev=True, root=checkout)
    assert pip.calls == []


def test_interrupted_installation_goes_on(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site_packages = checkout / ".venv" / "site-packages"
    pip = FakePip(site_packages, fails_at="the project itself")
    monkeypatch.setattr(pip_runner, "install", pip)
    with pytest.raises(SetupError):
        environment.ensure_environment(dev=False, root=checkout)
    (site_packages / "numpy-2.4.6.dist-info" / "RECORD").unlink()
    pip.calls.clear()
    pip.fails_at = ""
    environment.ensure_environment(dev=False, root=checkout)
    assert pip.calls == ["the packages", "the project itself"]
    assert environment.installed_versions(site_packages)["numpy"] == "2.4.6"


def test_without_sound_the_rest_is_installed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip = FakePip(checkout / ".venv" / "site-packages", fails_at="the synthesiser")
    monkeypatch.setattr(pip_runner, "install", pip)
    monkeypatch.setattr(environment.shutil, "which", lambda name: "/usr/bin/c++")
    environment.ensure_environment(dev=False, root=checkout)
    assert pip.calls[1:3] == ["the synthesiser", "the synthesiser, from its source"]

    pip = FakePip(checkout / ".venv" / "site-packages")
    pip.fails_at = "the synthesiser"
    shutil.rmtree(checkout / ".venv")
    monkeypatch.setattr(
        pip_runner, "install", lambda python, arguments, what, total=0: _fail_all_sound(pip, python, arguments, what)
    )
    environment.ensure_environment(dev=False, root=checkout)
    assert "makes no sound" in capsys.readouterr().out


def _fail_all_sound(pip: FakePip, python: Path, arguments: list[str], what: str) -> None:
    if what.startswith("the synthesiser"):
        raise SetupError("no compiler")
    pip(python, arguments, what)


def test_packages_that_pip_forgot_are_told(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pip_runner, "install", lambda *_, **__: None)
    with pytest.raises(SetupError, match=r"numpy 2\.4\.6"):
        environment.ensure_environment(dev=False, root=checkout)


def test_full_disk_is_told_before_the_download(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(checkout)
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda path: usage._replace(free=10_000_000))
    monkeypatch.setattr(pip_runner, "install", lambda *_, **__: pytest.fail("no download without room"))
    with pytest.raises(SetupError, match="10 MB are free"):
        environment.ensure_environment(dev=False, root=checkout)


def test_venv_is_made_and_asked(tmp_path: Path) -> None:
    venv = Venv(tmp_path / ".venv")
    assert venv.ask("print(1)") is None
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv.folder)], check=True)
    assert venv.ask("import sys; print(sys.prefix != sys.base_prefix)") == "True"
    assert venv.ask("import pip") is None
    assert venv.program("lint-imports").parent == venv.python.parent


def test_venv_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match=r"could not make \.venv"):
        environment.make_venv(Venv(tmp_path / "file" / ".venv"))


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for torch===2.13.0", "no build for this"),
        ("WARNING: Retrying after connection broken by 'NewConnectionError(...)'", "cannot be reached"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("something else", "Mend that"),
    ],
)
def test_failures_of_pip_are_explained(line: str, advice: str) -> None:
    text = pip_runner.explain_failure(["Collecting torch", line], "the packages")
    assert advice in text
    assert line in text


def test_pip_settings_pass_through(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {
        "PIP_INDEX_URL": "https://index.example/simple",
        "PIP_FIND_LINKS": "wheels",
        "HTTPS_PROXY": "http://p:1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    passed = pip_runner.pip_environment()
    assert settings.items() <= passed.items()
    assert passed["PIP_USER"] == "0"
    assert "PYTHONPATH" not in passed


def test_pip_is_run_to_its_end_or_its_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    python = Path(sys.executable)
    pip_runner.install(python, ["--dry-run", "--no-index", "--no-deps", "numpy"], "numpy")
    assert "installed numpy in" in capsys.readouterr().out
    with pytest.raises(SetupError, match=r"(?s)could not install it\..*no-such-thing-at-all"):
        pip_runner.install(python, ["--dry-run", "--no-index", "no-such-thing-at-all"], "it")


def test_progress_names_large_downloads(capsys: pytest.CaptureFixture[str]) -> None:
    output = pip_runner.PipOutput(2)
    for line in (
        "Collecting numpy==2.4.6 (from -r run.txt (line 1))",
        "  Downloading numpy-2.4.6-cp311.whl (16.9 MB)",
        "Collecting torch===2.13.0",
        "  Downloading https://index.example/torch-2.13.0-cp311.whl (526.7 MB)",
        "Installing collected packages: numpy, torch",
    ):
        output.show(line)
    assert capsys.readouterr().out == "  fetching torch-2.13.0-cp311.whl (526.7 MB)\n  unpacking\n"
