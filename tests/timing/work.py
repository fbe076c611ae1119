# SPDX-License-Identifier: Apache-2.0
# Threads that hand work to each other, and a child process.
import queue
import subprocess
import threading

todo, done = queue.Queue(), queue.Queue()


def work():
    for item in iter(todo.get, None):
        done.put(sum(range(item)))


threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for item in [*range(50), None, None, None]:
    todo.put(item)
for thread in threads:
    thread.join()
subprocess.run(["/bin/true"], check=True)
