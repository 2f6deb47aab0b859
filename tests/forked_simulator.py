"""A simulated GitHub in a process of its own, forked instead of started: see `forked_processes`.

`github_simulator.process.Simulator` is the thing itself: whoever tests how a simulator starts and ends takes
that one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from forked_processes import CAN_FORK, nursery

from github_simulator.process import Simulator as StartedSimulator
from github_simulator.process import SimulatorError


class Simulator(StartedSimulator):
    """As its base, only sooner there; nobody waits for its end, which begins with the end of the block."""

    _its_input: int | None = None

    def start(self) -> None:
        """Start it and wait until it serves. SimulatorError if it does not."""
        if not CAN_FORK:
            super().start()
            return
        read, self._its_input = os.pipe()
        from_it, written = os.pipe()
        arguments = ["--until-stdin-closes", *self._arguments]
        with Path(os.devnull).open("wb") as nowhere:
            streams = [read, written, 2, nowhere.fileno()]
            nursery("github_simulator.__main__").fork(arguments, streams)
        os.close(read)
        os.close(written)
        with os.fdopen(from_it, "rb") as said:
            line = said.readline()
        if not line:
            self.stop()
            raise SimulatorError(f"the simulator did not start: {' '.join(arguments)}")
        for name, value in json.loads(line).items():
            setattr(self, name, value)

    def stop(self) -> None:
        """End it: closing its standard input is enough."""
        super().stop()
        if self._its_input is not None:
            os.close(self._its_input)
            self._its_input = None
