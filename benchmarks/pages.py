"""How soon a page is of use, and how soon charts follow the slider, in a browser on the same machine."""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bars import Bar, Finding, Row
from crowd import served
from running import campanile, folder

LOADS = 7
FEWEST, MOST = 3, 12

PAINTED = """() => new Promise((done) => new PerformanceObserver((list) =>
  done(list.getEntries().at(-1).startTime)).observe({ type: "largest-contentful-paint", buffered: true }))"""

# A move is over when as many curves are out as the slider says, the bars are drawn for as many, and a frame has passed.
WATCH = """() => {
  const thumb = document.querySelector("#why-slider [role=slider]");
  const bars = document.querySelector("#why-bars .js-plotly-plot");
  const said = () => Number(thumb.ariaValueNow);
  let pressed = 0, before = 0, over = null, drawn = false;
  const look = () => {
    const out = document.querySelectorAll(".why-card:not(.beyond)").length;
    if (!over || !drawn || said() === before || out !== said()) return;
    const tell = over;
    over = null;
    requestAnimationFrame(() => requestAnimationFrame(() => tell(performance.now() - pressed)));
  };
  addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
  bars.on("plotly_afterplot", () => { drawn = bars.data[0].x.length === said() && said() !== before; look(); });
  const deck = document.querySelector("#why-deck");
  new MutationObserver(look).observe(deck, { subtree: true, attributeFilter: ["class"] });
  window.arm = () => {
    before = said();
    drawn = false;
    window.moved = new Promise((done) => { over = done; });
  };
}"""


def measure(*, reduced: bool) -> Finding:
    rows, moves = (2_000, 12) if reduced else (20_000, 60)
    with folder() as place:
        campanile("demo", "--quick", "--rows", rows, "--out", place / "report.html", workspace=place / "w")
        campanile("explain", "--features", MOST, workspace=place / "w")
        with served(place / "w") as (address, link, _), browsing() as page:
            page.goto(link)
            page.wait_for_selector("#page h1")
            home = painted(page, f"{address}/")
            why = painted(page, f"{address}/why?features={FEWEST}")
            times = sorted(moved(page, moves))
    return Finding(
        f"Pages of {rows:,} customers in a browser",
        (
            Row("first page, largest contentful paint, warm", statistics.median(home), "s", Bar(1.5)),
            Row("… the slowest of all loads", max(home), "s"),
            Row("page Why, largest contentful paint, warm", statistics.median(why), "s", Bar(1.5)),
            Row("… the slowest of all loads", max(why), "s"),
            Row("slider move to redrawn charts, 95th percentile", times[int(0.95 * (len(times) - 1))], "s", Bar(0.3)),
            Row("… median", statistics.median(times), "s"),
        ),
        (
            f"Chromium and the server on one machine, over loopback; {LOADS} loads of each page after a first one.",
            f"{moves} moves by the keyboard between {FEWEST} and {MOST} features: until curves and bars are drawn "
            "and two frames have passed.",
            *(("Reduced: 2,000 rows, 12 moves.",) if reduced else ()),
        ),
    )  # fmt: skip


@contextmanager
def browsing() -> Iterator[Any]:
    """Give a page of a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        )
        yield browser.new_page(viewport={"width": 1440, "height": 900})
        browser.close()


def painted(page: Any, address: str) -> list[float]:
    """Return when the largest content stood on the page, in seconds, for each load but the first."""
    found = []
    for _ in range(LOADS + 1):
        page.goto(address)
        page.wait_for_selector("#page h1")
        page.wait_for_load_state("networkidle")
        found.append(page.evaluate(PAINTED) / 1000)
    return found[1:]


def moved(page: Any, moves: int) -> list[float]:
    """Move the slider to and fro by the keyboard; return how long each move took, in seconds."""
    page.wait_for_selector("#why-rest .main-svg", state="attached")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    page.focus("#why-slider [role=slider]")
    found, at, step = [], FEWEST, 1
    for _ in range(moves):
        step = {FEWEST: 1, MOST: -1}.get(at, step)
        page.evaluate("() => window.arm()")
        page.keyboard.press("ArrowRight" if step > 0 else "ArrowLeft")
        found.append(page.evaluate("() => window.moved") / 1000)
        at += step
    return found
