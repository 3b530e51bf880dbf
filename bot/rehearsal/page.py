"""The rehearsal's page: one document and its static files, nothing loaded from elsewhere."""

from __future__ import annotations

from os import PathLike, stat_result

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.rehearsal.playing import PAGE, Rehearsal

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
        "form-action 'none'"
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


def routes(rehearsal: Rehearsal) -> list[Route | Mount]:
    """Serve the page. `/?phone=en` is the phone of one language alone, for a frame in the page."""
    environment = Environment(loader=FileSystemLoader(PAGE), autoescape=True)

    async def page(request: Request) -> HTMLResponse:
        config = {
            "language": rehearsal.script.language,
            "people": [
                {"key": key, "name": kind.name, "about": kind.about}
                for key, kind in rehearsal.people.kinds.items()
            ],
        }
        html = environment.get_template("index.html").render(config=config)
        return HTMLResponse(html, headers={**HEADERS, "Cache-Control": "no-store"})

    return [
        Route("/", page, methods=["GET"], name="rehearsal-page"),
        Mount("/rehearsal/static", PageFiles(directory=PAGE / "static"), name="rehearsal-static"),
    ]
