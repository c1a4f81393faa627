"""Commands about an answer that is out."""

from pathlib import Path
from typing import Annotated

import typer

from commands._counter import NEXT_MOVES, By, CaseId, Exit, Json, console, tell
from commands._desk import with_desk
from commands._private import kept, not_there
from desk import delivery, protection
from desk.desk import Desk
from desk.protection import Protection
from dsar.orders import Posted

app = typer.Typer()


@app.command("send-again")
def send_again(case: CaseId, *, by: By, as_json: Json = False) -> None:
    """Send an answer again: a fresh link and a fresh code. The earlier ones end.

    Example: starter.py send-again case_… --by support_anna
    """

    async def work(desk: Desk) -> Posted:
        return await delivery.send_again(desk, case, by=by)

    posted = with_desk(work, as_json=as_json)
    tell(posted, lambda: console.print(said_of(posted), markup=False, soft_wrap=True), as_json=as_json)
    if not posted.ok:
        raise typer.Exit(Exit.FAILED)


def said_of(posted: Posted) -> str:
    """Return whether an answer went out, and if not, why and the next move."""
    if posted.ok:
        return "a fresh link and code are on their way"
    move = NEXT_MOVES.get(posted.reason, "see `starter.py tasks`")
    return f"not sent: {posted.reason.replace('_', ' ')}; {move}"


@app.command("take-out")
def take_out(
    case: CaseId,
    out: Annotated[
        Path, typer.Argument(help="Where to write the bundle: it is the person's data, as `protect` chose.")
    ],
    *,
    by: By,
    as_json: Json = False,
) -> None:
    """Write an answer to a file, to be handed over by post or in person. Only the DPO; it is on record.

    Example: starter.py take-out case_… answer.zip --by dpo_robin
    """

    async def work(desk: Desk) -> int:
        not_there(out)
        return kept(delivery.take_out(desk, case, by=by).chunks, out)

    size = with_desk(work, as_json=as_json)
    said = f"{size:,} bytes in {out}"
    tell({"case": case, "size": size}, lambda: console.print(said, markup=False), as_json=as_json)


@app.command()
def protect(
    case: CaseId,
    how: Annotated[Protection, typer.Argument(help="With a passphrase, a key, or none.")],
    *,
    by: By,
    age_key: Annotated[str, typer.Option(help="The person's public key: age1… or ssh-ed25519 ….")] = "",
    as_json: Json = False,
) -> None:
    """Have an answer leave encrypted: as a ZIP with a passphrase, or sealed to the person's public key.

    The passphrase is shown once here. Tell it another way than by e-mail: by telephone, or by letter.

    Example: starter.py protect case_… passphrase --by support_anna
    """

    async def work(desk: Desk) -> str:
        return protection.protect(desk, case, how, by=by, key=age_key)

    words = with_desk(work, as_json=as_json)
    said = f"from now on the answer leaves with protection: {how.value}"
    if words:
        said += f"\npassphrase: {words}\ntell it by telephone or letter, never by e-mail"
    told = {"case": case, "protection": how.value, "passphrase": words}
    tell(told, lambda: console.print(said, markup=False), as_json=as_json)
