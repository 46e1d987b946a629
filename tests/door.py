"""A door to a server on this machine that can be shut, with everybody thrown out, and opened again."""

import contextlib
import socket
import threading


class Door:
    def __init__(self, port):
        self.server_port, self.inside = port, []
        self.open()

    def open(self, port=0):
        self.door = socket.create_server(("127.0.0.1", port))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.let_in, args=(self.door,), daemon=True).start()

    def reopen(self):
        self.open(self.port)

    def let_in(self, door):
        with contextlib.suppress(OSError):
            while True:
                guest, _ = door.accept()
                host = socket.create_connection(("127.0.0.1", self.server_port))
                self.inside += [guest, host]
                for source, target in ((guest, host), (host, guest)):
                    threading.Thread(target=carry, args=(source, target), daemon=True).start()

    def shut(self):
        end(self.door)
        self.throw_out()

    def throw_out(self):
        while self.inside:
            end(self.inside.pop())


def end(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def carry(source, target):
    with contextlib.suppress(OSError):
        while some := source.recv(1 << 16):
            target.sendall(some)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
