"""The documents keep their word: every command and every Python block in them runs, every link leads somewhere."""

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
JSON_PAGE = ROOT / "docs" / "json.md"
LANGUAGES = {"sh", "sh fails", "sh real", "python", "python served", "python example", "toml", "text"}
ROWS, MORE, NEW = 600, 150, 50


@dataclass(frozen=True)
class Block:
    """A fenced block; its language says what happens to it: "text" only shows, "python example" stands in a script
    of ``examples``, which is run as a whole.
    """

    page: Path
    language: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    fences = re.finditer(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(page, one[1].strip(), one[2], text.count("\n", 0, one.start()) + 1) for one in fences]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A folder with a small made-up campaign, loaded, trained, explained, and with its audience."""
    import pyarrow as pa

    from campanile.sources import worlds

    folder = tmp_path_factory.mktemp("docs")
    world = worlds.campaign(ROWS + MORE + NEW, seed=3)
    table = world.table.set_column(0, "customer_id", pa.array(range(1, world.table.num_rows + 1)))
    worlds.write(table.slice(0, ROWS), folder / "customers.csv")
    worlds.write(table.slice(ROWS, MORE), folder / "more.csv")
    worlds.write(table.slice(ROWS + MORE).drop_columns(["response"]), folder / "new.csv")
    (folder / "nothing.csv").touch()
    shutil.copytree(ROOT / "examples", folder / "examples")
    for command in (
        "load customers.csv --as customers --key customer_id",
        "train customers --target response --contact-cost 3 --sale-value 11 --quick",
        "explain",
        "audience",
    ):
        ended, said = campanile(shlex.split(command), folder)
        assert ended == 0, said
    return folder


@pytest.fixture
def place(bench, tmp_path, monkeypatch):
    """Each page's own copy of the folder."""
    shutil.copytree(bench, tmp_path / "place")
    monkeypatch.chdir(tmp_path / "place")
    monkeypatch.delenv("CAMPANILE_WORKSPACE", raising=False)
    return tmp_path / "place"


@pytest.fixture
def served(place, monkeypatch):
    """The page's folder served as people serve it, with a key for the page's programs."""
    scopes = [word for scope in ("read", "write", "predict") for word in ("--scope", scope)]
    _, said = campanile(["users", "key", "local", *scopes, "--json"], place)
    monkeypatch.setenv("CAMPANILE_KEY", json.loads(said.strip().splitlines()[-1])["key"])
    command = [Path(sys.executable).with_name("campanile"), "serve", "--no-browser", "--port", "0", "--json"]
    with subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, text=True) as running:
        address = json.loads(running.stdout.readline())["url"]
        monkeypatch.setenv("CAMPANILE_URL", address.partition("/login")[0])
        yield
        running.terminate()


def campanile(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Run a command as its entry point does, in this process: what is slow is starting Python anew."""
    import contextlib
    import io
    import os

    from campanile.cli import main

    out, err = io.StringIO(), io.StringIO()
    before, at = sys.argv, Path.cwd()
    sys.argv = ["campanile", *arguments]
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        return code, out.getvalue() if code == 0 else err.getvalue() + out.getvalue()
    finally:
        sys.argv = before
        os.chdir(at)
    return 0, out.getvalue()


def commands(block: Block) -> list[list[str]]:
    """The commands of a shell block; a minute of tuning is no test of words, so training is made quick."""
    found = []
    for line in block.text.splitlines():
        words = shlex.split(line, comments=True)
        if words:
            slow = words[1:2] in (["profile"], ["train"], ["demo"]) or words[1:3] == ["study", "run"]
            found.append([*words, "--quick"] if slow and "--quick" not in words else words)
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_blocks_are_of_a_kind_that_is_tested(page):
    for block in blocks(page):
        assert block.language in LANGUAGES, f"{name(page)}:{block.line} is a block of {block.language!r}"


# The commands of the page on JSON are run, and what they print is read, by tests of their own.
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page) and page != JSON_PAGE], ids=name)
def test_commands_and_python_run_from_top_to_bottom(page, place, request):
    names: dict[str, object] = {"__name__": "docs"}
    for block in blocks(page):
        where = f"{name(page)}:{block.line}"
        if block.language == "toml":
            Path(block.text.splitlines()[0].lstrip("# ")).write_text(block.text, encoding="utf-8")
        elif block.language == "python example":
            assert in_a_script(block.text), f"{where} stands in no script of examples"
        elif block.language.startswith("python"):
            if block.language == "python served":
                request.getfixturevalue("served")
            exec(compile(block.text, where, "exec"), names)  # noqa: S102
        elif block.language.startswith("sh"):
            if block.language == "sh real":
                bring_real(request.getfixturevalue("real_data"), place)
            for words in commands(block):
                run(words, where, place, fails=block.language == "sh fails")


def in_a_script(text: str) -> bool:
    """Whether these lines follow each other in an example, however far they are indented there."""

    def bare(lines: str) -> str:
        return "\n" + "\n".join(line.strip() for line in lines.strip().splitlines()) + "\n"

    return any(bare(text) in bare(script.read_text(encoding="utf-8")) for script in ROOT.glob("examples/*/run.py"))


def bring_real(data: Path, place: Path) -> None:
    """Bring the head of the real campaign: its columns and dirt, in a third of the time."""
    lines = (data / "ifood" / "marketing_campaign.csv").read_bytes().splitlines(keepends=True)
    (place / "marketing_campaign.csv").write_bytes(b"".join(lines[: ROWS + 1]))


def run(words: list[str], where: str, place: Path, *, fails: bool) -> None:
    if words[0] != "campanile":
        assert (ROOT / words[0]).exists(), f"{where}: there is no {words[0]}"
        return
    ended, said = campanile(words[1:], place)
    assert (ended == 2) if fails else (ended == 0), f"{where}: {' '.join(words)} ended with {ended}: {said}"


@pytest.mark.parametrize("title", ["profile", "load", "quality"])
def test_json_holds_the_keys_that_are_promised(title, place):
    section = JSON_PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    command = next(shlex.split(line) for line in section.splitlines() if line.startswith("campanile "))
    ended, said = campanile(command[1:], place)
    assert ended == 0, said
    printed = json.loads(said.strip().splitlines()[-1])
    for row in (line.split("|") for line in section.splitlines() if line.startswith("| `")):
        keys, holds = re.findall(r"`(\w+)`", row[1]), row[2].strip()
        assert set(keys) <= set(printed), f"{title} --json lacks one of {keys}"
        if holds.startswith("list of"):
            inner = set(re.findall(r"`(\w+)`", holds))
            assert all(inner <= set(entry) for entry in printed[keys[0]]), f"{title}: {keys[0]} lacks one of {inner}"


def test_keys_of_the_other_commands(place):
    page = JSON_PAGE.read_text(encoding="utf-8").split("\n## The others\n")[1]
    for row in (line.split("|") for line in page.splitlines() if line.startswith("| `")):
        command = re.findall(r"`(\w+)`", row[1])[0]
        ended, said = campanile([command, *(["customers"] if command == "lineage" else []), "--json"], place)
        printed = json.loads(said.strip().splitlines()[-1])
        assert ended == 0
        first, *inner = re.findall(r"`(\w+)`", row[2])
        if "list of" in row[2]:
            assert printed[first]
            assert all(set(inner) <= set(entry) for entry in printed[first])
        else:
            assert {first, *inner} <= set(printed), f"{command} --json"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), f"{name(page)} links to {link}, which is not there"


@pytest.mark.parametrize("script", ["glossary", "figures"])
def test_made_pages_are_current(script):
    spec = importlib.util.spec_from_file_location(f"docs_{script}", ROOT / "docs" / f"{script}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), f"run python docs/{script}.py"


def test_every_page_is_reached_from_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    missing = [page.name for page in (ROOT / "docs").glob("*.md") if page.name != "index.md" and page.name not in index]
    assert not missing


def test_commands_of_the_readme_are_those_that_there_are():
    ended, said = campanile(["--help"], ROOT)
    known = set(re.findall(r"^  (\w+) ", said.split("Commands:")[1], re.MULTILINE))
    told = set(re.findall(r"`campanile (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert ended == 0
    assert told <= known
    assert known - told <= {"demo"}


def test_scripts_of_the_first_screen_are_there():
    screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:25]
    for script in ("scripts/demo", "scripts/test"):
        assert any(script in line for line in screen)
        shell = shutil.which("sh")
        assert shell is None or subprocess.run([shell, "-n", str(ROOT / script)], check=False).returncode == 0
