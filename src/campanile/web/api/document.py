"""What tells programs and their makers about the API: the OpenAPI document, and a page that shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from campanile.web.problems import Problem
from campanile.web.visit import visit

STATIC = Path(__file__).parent / "static"
# That package brings the page's parts; its own application is not used.
SWAGGER = Path(fastapi_offline.__file__).parent / "static"

router = APIRouter(include_in_schema=False)

_ABOUT = """Everything that the command line does, over HTTP.

- **Long work** answers 202 with a job; `GET /api/v1/jobs/{id}?wait=30` waits for its end.
- **Writing** may be repeated safely under an `Idempotency-Key`.
- **Lists** come in pages: give the `next` of one as the `cursor` of the following.
- **Errors** are `application/problem+json` with a sentence and a remedy, in the language of `Accept-Language`
  or `?lang`.
- **Rights**: read, predict, write, admin; `x-right` names the one that an operation needs.
"""
_TAGS = {
    "data": "Bring files, look at them, import them; tables and their versions.",
    "quality": "Can we trust it?",
    "models": "Who will respond?",
    "rollouts": "Several versions side by side: which answers whom, and how each does.",
    "predictions": "Score customers with a named model version.",
    "studies": "Studies of events, scored as data arrives.",
    "why": "Why?",
    "audience": "Who should we talk to?",
    "simulate": "What if?",
    "experiments": "Did it work, and whom does it persuade?",
    "reports": "The answers as one page.",
    "lineage": "From any number back to its file.",
    "jobs": "Work that was asked for.",
    "people": "Who may come in, and what was done.",
}
_EXAMPLES: dict[str, dict[str, Any]] = {
    "/tables": {"upload": "0f8fad5bd9cb469fa16570867728950e", "table": "customers", "key": "ID",
                "types": {"Income": "money"}},
    "/inspections": {"upload": "0f8fad5bd9cb469fa16570867728950e", "dates": "dmy"},
    "/quality": {"table": "customers", "target": "Response"},
    "/repairs": {"table": "customers", "repairs": ["join_spellings"], "dry_run": True},
    "/differences": {"table": "customers", "before": 1, "after": 2},
    "/trainings": {"table": "customers", "target": "Response", "contact_cost": 3, "sale_value": 11, "minutes": 1},
    "/comparisons": {"rollout": "spring", "table": "purchases", "outcome": "bought", "time": "bought_at",
                     "within_days": 30},
    "/drifts": {"rollout": "spring", "days": 30},
    "/explanations": {"model": "response-boosting", "features": 8},
    "/reasons": {"key": "5524", "model": "response-boosting"},
    "/audiences": {"contact_cost": 3, "sale_value": 11, "budget": 1000},
    "/simulations": {"levers": {"Recency": {"step": 5, "cost": 0.2, "direction": "down"}}, "budget": 1000},
    "/designs": {"name": "offer", "metrics": [{"name": "bought"}], "baseline": 0.1, "lift": 0.3, "monthly": 2000},
    "/assignments": {"name": "offer", "users": "customers", "share": 50, "month": "2026-11"},
    "/analyses": {"name": "offer", "outcomes": "customers", "metrics": [{"name": "bought", "column": "response"}]},
    "/uplifts": {"source": "trial", "treatment": "got", "control": "nothing", "outcome": "visit"},
    "/uplift-lists": {"scores": "trial_uplift", "contact_cost": 1, "sale_value": 12},
    "/aa-tests": {"table": "customers", "looks": 20},
    "/scorings": {"study": "premium", "events": [{"table": "sessions", "upload": "0f8fad5bd9cb469fa16570867728950e"}],
                  "to": "${CAMPANILE_CRM_URL}", "into": "premium_scores"},
    "/reports": {"language": "es"},
    "/samples": {"rows": 2240},
    "/users": {"name": "ann", "role": "analyst", "password": "seven bells at the harbour"},
    "/keys": {"owner": "ann", "scopes": ["predict"], "label": "web shop", "days": 90},
}  # fmt: skip
_SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
    "session": {"type": "apiKey", "in": "cookie", "name": "campanile_session", "description": "Who is logged in."},
}


def add_to(app: FastAPI) -> None:
    """Describe ``app``, and serve the page with all its parts from here."""
    app.openapi = _described(app)  # type: ignore[method-assign]
    app.mount("/assets/swagger", StaticFiles(directory=SWAGGER), name="swagger")
    app.mount("/assets/api", StaticFiles(directory=STATIC), name="api")
    app.include_router(router)


@router.get("/api/docs")
async def page() -> HTMLResponse:
    """Show the document."""
    visit().need("read")
    return HTMLResponse(_PAGE)


def _described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title="Campanile", version=app.version, openapi_version="3.1.0", description=_ABOUT,
                routes=app.routes, tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
                license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            )  # fmt: skip
            parts = document.setdefault("components", {})
            shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            parts.setdefault("schemas", {}).update({**shape.pop("$defs"), "Problem": shape})
            parts["securitySchemes"] = _SECURITY
            document["security"] = [{name: []} for name in _SECURITY]
            for unused in ("HTTPValidationError", "ValidationError"):
                parts["schemas"].pop(unused, None)
            for path, example in _EXAMPLES.items():
                asked = document["paths"][f"/api/v1{path}"]["post"]["requestBody"]["content"]["application/json"]
                asked["example"] = example
            app.openapi_schema = document
        return app.openapi_schema

    return describe


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Campanile: API</title><link rel="icon" type="image/svg+xml" href="/assets/bell.svg">
<link rel="stylesheet" href="/assets/swagger/swagger-ui.css"></head>
<body><main id="api"></main><script src="/assets/swagger/swagger-ui-bundle.js"></script>
<script src="/assets/api/start.js"></script></body>
</html>"""
