"""Kernels that start warm: a Jupyter kernel provisioner that forks them from a warm process.

A kernel of its own needs a second to start and another to import pandas and Altair; a fork of
:mod:`rare_earths.site.warm_process` has both behind it.  Where there is no such process, the
provisioner starts an ordinary kernel.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

from jupyter_client.connect import port_names
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

# macOS has fork too, but its system libraries do not survive it.
POSSIBLE = sys.platform == "linux"


class WarmProcess:
    """Context in which kernels can be forked; without fork it does nothing."""

    def __init__(self):
        self._process: subprocess.Popen | None = None
        self._turn = threading.Lock()

    def __enter__(self) -> WarmProcess:
        if POSSIBLE:
            script = Path(__file__).with_name("warm_process.py")
            self._process = subprocess.Popen(
                # -P: the script stands beside our own modules, which must not shadow others;
                # kernels are started without frozen modules, for the debugger that they load
                [sys.executable, "-P", "-Xfrozen_modules=off", str(script)],
                # what is forked must not miss the threads of its parent: there are none
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # Ctrl+C is for us
            )
        return self

    def __exit__(self, *_) -> None:
        if self._process:
            self._process.stdin.close()
            self._process.wait()
            self._process.stdout.close()

    def fork(self, command: list[str], env: dict[str, str], cwd: str) -> int:
        """Process id of a new kernel. Raises OSError or ValueError if none could be forked."""
        program, *arguments = command
        if not self._process or program != sys.executable or "ipykernel_launcher" not in arguments:
            raise ValueError("not a kernel of this Python")
        argv = arguments[arguments.index("ipykernel_launcher") + 1 :]
        request = json.dumps({"argv": argv, "env": env, "cwd": cwd})
        with self._turn:
            print(request, file=self._process.stdin, flush=True)
            return int(self._process.stdout.readline())


class Forked:
    """A forked kernel, with what its provisioner asks of ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs; how it ended, nobody was told."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    wait = poll  # called only once it has ended

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of the warm process, and looks after it like any local one."""

    warm: WarmProcess

    async def launch_kernel(self, cmd: list[str], **kwargs):
        """Fork the kernel, or start it by its own command."""
        cwd = kwargs.get("cwd") or os.getcwd()
        try:
            pid = self.warm.fork(cmd, kwargs.get("env") or dict(os.environ), cwd)
        except (OSError, ValueError):
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.cwd = Forked(pid), cwd
        self.pid = self.pgid = pid  # it leads a group of its own
        await self._listens()
        return self.connection_info

    async def _listens(self) -> None:
        """Wait for the kernel's sockets: a client that comes too early tries again late."""
        info = self.connection_info
        if info["transport"] == "ipc":
            sockets = [Path(f"{info['ip']}-{info[name]}") for name in port_names]
            while self.process.poll() is None and not all(map(Path.exists, sockets)):
                await asyncio.sleep(0.01)


def provide(manager: AsyncKernelManager, warm: WarmProcess) -> None:
    """Have a kernel manager that has not started its kernel yet start it warm."""
    manager.kernel_id = str(uuid4())
    manager.provisioner = WarmProvisioner(
        kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager
    )
    manager.provisioner.warm = warm
