"""`python -m bot`: the same commands as `rugwijzer`."""

from bot.cli import main

main(prog_name="rugwijzer")
