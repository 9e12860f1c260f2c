"""A process that sends mails, of which the benchmark starts several: `python -m benchmarks.mailers WAY FOLDER [...]`.

WAY is `product`, a sender as a campaign worker has it, or `loop`: Django's EmailMultiAlternatives, one after the
other on one kept connection, without a state of any recipient; it gets the first number and how many. Each says
FOLDER/ready-PID when it is warm, and begins when there is FOLDER/go.
"""

import os
import sys
import time
from pathlib import Path

import django

PAUSE = 0.002
PARAGRAPH = (
    '<p style="margin: 0 0 12px; color: #333333; font-size: 15px; line-height: 1.5">Durante abril, todos los planes'
    " de soporte y mantenimiento tienen descuento. Incluyen visitas, atención por teléfono de lunes a sábado y una"
    ' revisión del equipo cada tres meses. <a href="https://ejemplo.com.mx/planes/{n}?origen=correo">Conozca'
    " el plan {n}</a>.</p>"
)
SUBJECT = "Ofertas de abril para usted"
HTML = "<h1>Hola [[first_name]]:</h1>" + "".join(PARAGRAPH.format(n=n) for n in range(8))
TEXT = "Hola [[first_name]]:\n\n" + "Durante abril, todos los planes de soporte tienen descuento.\n" * 8


def main(way: str, folder: Path, *numbers: int) -> None:
    django.setup()
    if way == "loop":
        loop(folder, *numbers)
    else:
        product(folder)


def loop(folder: Path, first: int, count: int) -> None:
    """The way that Django's own documentation shows."""
    from django.core.mail import EmailMultiAlternatives, get_connection

    server = get_connection("django.core.mail.backends.smtp.EmailBackend")
    server.open()
    wait_for_go(folder)
    for number in range(first, first + count):
        name, link = f"Ana {number}", f"<https://crm.example/u/{number:043d}>"
        headers = {"List-Unsubscribe": link, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        message = EmailMultiAlternatives(
            SUBJECT,
            TEXT.replace("[[first_name]]", name),
            to=[f"{name} <ana{number}@ejemplo.com.mx>"],
            headers=headers,
            connection=server,
        )
        message.attach_alternative(HTML.replace("[[first_name]]", name), "text/html")
        message.send()
    server.close()


def product(folder: Path) -> None:
    """Until it is killed."""
    from marketing.delivery.sender import Sender

    sender = Sender()
    sender.work(0.01)
    wait_for_go(folder)
    while True:
        sender.work(60)
        time.sleep(PAUSE)


def wait_for_go(folder: Path) -> None:
    (folder / f"ready-{os.getpid()}").touch()
    while not (folder / "go").exists():
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
