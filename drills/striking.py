"""What a disaster works with: its writes and acts are written down as its own, and the first of them is the strike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from botocore.exceptions import ClientError

from .disaster import Strike
from .drill import Drill
from .load.perform import Writer
from .marks import Mark
from .table_settings import error_code, error_message
from .values import Change


@dataclass
class Blow:
    """A disaster at work: the drill is struck just before the first thing that it does."""

    drill: Drill
    writer: Writer
    struck_at: float | None = None

    def tools(self) -> Strike:
        """What the disaster is handed."""
        drill = self.drill
        return Strike(
            client=drill.target.data(),
            control=drill.target.control(),
            service=drill.target.service,
            world=drill.target.world,
            region=drill.target.region,
            table=drill.source,
            key_attributes=drill.key_attributes,
            clock=drill.clock,
            random=Random(f"{drill.plan.seed}/disaster"),
            send=self.send,
            send_unheard=self.send_unheard,
            send_together=self.send_together,
            about_to=self.about_to,
            attempt=self.attempt,
        )

    def struck(self) -> float:
        """The instant of the strike, marked when it is first asked for."""
        if self.struck_at is None:
            self.struck_at = self.drill.clock.now()
            self.drill.recorder.mark(Mark.STRUCK, self.struck_at)
        return self.struck_at

    def send(self, changes: Sequence[Change]) -> bool:
        """Write a batch, and say whether all of it was acknowledged."""
        self.struck()
        return self.writer.send(self.drill.source, changes)

    def send_unheard(self, changes: Sequence[Change]) -> None:
        """Write a batch as a caller who was gone before the answer came."""
        self.struck()
        self.writer.send_unheard(self.drill.source, changes)

    def send_together(self, changes: Sequence[Change]) -> bool:
        """Write several keys in one transaction, and say whether it was acknowledged."""
        self.struck()
        return self.writer.write_together(self.drill.source, changes).acknowledged

    def about_to(self, act: str) -> float:
        """Write down an act that is no write of items; answers its instant."""
        self.struck()
        at = self.drill.clock.now()
        self.drill.recorder.act(act, at)
        return at

    def attempt(self, act: str, do: Callable[[], object]) -> bool:
        """Do an act that is no write of items; a refusal is written down, and is no error of the drill's."""
        at = self.about_to(act)
        try:
            do()
        except ClientError as error:
            self.drill.recorder.act(act, at, refused=f"{error_code(error)}: {error_message(error)}")
            return False
        return True
