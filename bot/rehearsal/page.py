"""The rehearsal's chat page: one document and its static files, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike, stat_result
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class PageFiles(StaticFiles):
    """Static files that a browser asks after each time, so that an edit shows at once."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update({**HEADERS, "Cache-Control": "no-cache"})
        return response


def routes(templates: Path, config: Callable[[], dict[str, object]]) -> list[Route | Mount]:
    """Serve the page from the project's `templates` folder.

    `config` is asked at each visit for `user_id`, `language` and `campaign`.
    """
    folder = templates / "web" / "rehearsal"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True)

    async def page(request: Request) -> HTMLResponse:
        html = environment.get_template("index.html").render(config=config())
        return HTMLResponse(html, headers={**HEADERS, "Cache-Control": "no-store"})

    return [
        Route("/", page, methods=["GET"], name="rehearsal-page"),
        Mount("/rehearsal/static", PageFiles(directory=folder / "static"), name="rehearsal-static"),
    ]
