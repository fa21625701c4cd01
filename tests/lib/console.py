#!/usr/bin/env python3
"""Receives a terminal over a console socket, as an engine does, and copies what the container writes to standard output.

usage: console.py SOCKET [INPUT]     INPUT is written to the terminal when the container has written something
Listens, prints nothing of its own, and ends when the terminal is closed or after a minute.
"""
import array
import fcntl
import os
import select
import socket
import struct
import sys
import termios
import time


def receive_terminal(path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(1)
    listener.settimeout(60)
    connection, _ = listener.accept()
    fds = array.array("i")
    _, ancillary, _, _ = connection.recvmsg(4096, socket.CMSG_SPACE(fds.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(data[: fds.itemsize])
    if len(fds) != 1:
        sys.exit("console.py: expected one descriptor")
    return fds[0]


def copy_output(terminal, answer):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        readable, _, _ = select.select([terminal], [], [], 0.5)
        if not readable:
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:  # EIO: the last process that had the terminal open has closed it
            return
        if not data:
            return
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        if answer:
            os.write(terminal, answer.encode())
            answer = None


def main():
    terminal = receive_terminal(sys.argv[1])
    if os.environ.get("CONSOLE_SIZE") != "keep":
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
    copy_output(terminal, sys.argv[2] if len(sys.argv) > 2 else None)


main()
