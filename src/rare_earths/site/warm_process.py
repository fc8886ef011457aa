"""A process that has imported what chapters import, and forks kernels from itself on request.

:mod:`rare_earths.site.warm_kernels` runs this file as a script, so that none of our own modules
is loaded: only libraries, whose code does not change while the book is written.  Each line of
standard input is a request in JSON (``argv``, ``env``, ``cwd``), answered by the process id of
the kernel.  It ends with its standard input, and its kernels then end themselves, as kernels do
whose parent has gone.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys


def warm_up() -> None:
    """Import what a kernel and its cells use, and make a chart: Altair then reads its schema."""
    import altair
    import ipykernel.debugger
    import ipykernel.kernelapp  # noqa: F401
    import IPython.core.completerlib
    import IPython.extensions.storemagic  # noqa: F401
    import myst_nb.ext.glue  # noqa: F401
    import pandas

    rows = pandas.DataFrame({"x": ["a"], "y": [1.0]})
    altair.Chart(rows).mark_bar().encode(x="x:N", y="y:Q").to_dict()


def main() -> None:
    warm_up()
    gc.freeze()  # a kernel that collects garbage would copy all pages that it shares with us
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            run_kernel(**json.loads(line))
            return
        print(pid, flush=True)


def run_kernel(argv: list[str], env: dict[str, str], cwd: str) -> None:
    """Be a kernel until it is shut down: a process group of its own, and none of our pipes."""
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    IPKernelApp.launch_instance(argv, parent_handle=os.getppid())


if __name__ == "__main__":
    main()
