# SPDX-License-Identifier: Apache-2.0
# Makes a chroot, which fails, in the way that its argument names; nothing else here does.
import os
import sys


def new_feature(path="/nonexistent/there"):
    try:
        os.chroot(  # HERE
            path)
    except OSError:
        pass
    return path


def plain():
    new_feature()


def nested():
    def middle():
        def inner():
            new_feature()  # nested.inner
        inner()
    middle()


class Client:
    def fetch(self):
        new_feature()

    @classmethod
    def of_class(cls):
        cls().fetch()

    @property
    def through_property(self):
        return self.fetch()


def method():
    Client.of_class()
    del Client.fetch


def properties():
    Client().through_property


def thread():
    import threading

    def in_thread():
        new_feature()
    t = threading.Thread(target=in_thread)
    t.start()
    t.join()


def threads():
    import threading
    stop = threading.Event()

    def others(n):
        return stop.wait() if n == 0 else others(n - 1)

    def that_one():
        new_feature()
    all = [threading.Thread(target=others, args=(i,)) for i in range(20)]
    all.insert(10, threading.Thread(target=that_one))
    for t in all:
        t.start()
    all[10].join()
    stop.set()


def generator():
    def values():
        yield 1
        yield new_feature()

    def more():
        yield from values()
    list(more())


def asynchronous():
    import asyncio

    async def fetch():
        await asyncio.sleep(0)
        new_feature()

    async def act():
        await fetch()
    asyncio.run(act())


def callback():
    def key(x):
        new_feature()
        return x
    sorted([1], key=key)


def partial():
    import functools

    def act(a, b):
        new_feature()
        return a
    functools.reduce(functools.partial(act), [1, 2])


def foreign():
    import ctypes
    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

    def compare(a, b):
        new_feature()
        return 0
    libc = ctypes.CDLL(None)
    numbers = (ctypes.c_int * 2)(2, 1)
    libc.qsort(numbers, 2, 4, kind(compare))


def executed():
    exec("def act():\n\n  new_feature()\nact()", globals())


def decorated():
    import functools

    def around(f):
        @functools.wraps(f)
        def wrapper(*args):
            return f(*args)
        return wrapper

    @around
    @around
    def act():
        new_feature()
    act()


def größe():
    new_feature()


def umlauts():
    größe()


def foreign_script():
    exec(compile("def 名前():\n  new_feature()\n名前()", "/srv/путь/𝒫.py", "exec"), globals())


def deep(n=900):
    return deep(n - 1) if n else new_feature()


def deep_callbacks(n=40):
    return max([n], key=lambda x: deep_callbacks(x - 1) if x else new_feature() is None)


def hostile():
    code = new_feature.__code__
    changed = {"co_name": "a\x1b[31m\n\0b" + "x" * 100000, "co_filename": "/srv/\r\n::error::\x1b]0;" + "y" * 100000}
    if sys.version_info >= (3, 11):
        changed["co_qualname"] = changed["co_name"]
    new_feature.__code__ = code.replace(**changed)
    new_feature()


def odd_lines():
    code = new_feature.__code__
    table = {"co_lnotab" if sys.version_info < (3, 10) else "co_linetable": b"\xff" * 64}
    new_feature.__code__ = code.replace(**table)
    new_feature()


def fork():
    pid = os.fork()
    if pid == 0:
        new_feature()
        os._exit(0)
    os.waitpid(pid, 0)


def forked_thread():
    import threading
    t = threading.Thread(target=fork)
    t.start()
    t.join()


def processes():
    import multiprocessing
    p = multiprocessing.get_context("fork").Process(target=new_feature)
    p.start()
    p.join()


def finalizer():
    class Last:
        def __del__(self):
            new_feature()
    Last()


def at_exit():
    import atexit
    atexit.register(new_feature)


def handler():
    import signal
    signal.signal(signal.SIGUSR1, lambda *_: new_feature())
    os.kill(os.getpid(), signal.SIGUSR1)


def constructor():
    class Made:
        def __init__(self):
            new_feature()
    Made()


def interpreters():
    import importlib
    name = "_xxsubinterpreters" if sys.version_info < (3, 13) else "_interpreters"
    them = importlib.import_module(name)
    them.run_string(them.create(), "import os\ndef inside():\n  try: os.chroot('/nonexistent/there')\n"
                    "  except OSError: pass\ninside()")


def socket():
    import socket as s
    try:
        s.create_connection(("127.0.0.1", 1))
    except OSError:
        pass


def risky():
    import ctypes
    ctypes.CDLL(None).mount(0, 0, 0, 0, 0)


def nothing():
    pass


if __name__ == "__main__":
    globals()[sys.argv[1]]()
