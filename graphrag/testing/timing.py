"""How long something takes, for tests that bound it."""

import gc
import time


class ProcessorTime:
    """A context that measures the seconds of a processor that its body takes, in all threads of this process.

    What else the machine does is not counted. Nor is garbage collection of what lived before: a full collection that
    falls into the body by chance would walk everything that all tests before it left alive.

    Attributes
    ----------
    seconds
        The seconds, once the body has ended.
    """

    seconds: float
    _start: float

    def __enter__(self) -> "ProcessorTime":
        gc.freeze()
        self._start = time.process_time()
        return self

    def __exit__(self, *exception: object) -> None:
        self.seconds = time.process_time() - self._start
        gc.unfreeze()
