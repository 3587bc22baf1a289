"""A minimal hub, as a first attempt would be: python3 select_hub.py PORT"""
import select, socket, sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=4096)
people = {}  # socket -> [nick, start of its next line]
number = 0

def tell(text, author=None):
    data = text.encode()
    for person in list(people):
        if person is not author:
            try:
                person.sendall(data)
            except OSError:
                pass  # disconnected: its next read fails too

def leave(person):
    nick, _ = people.pop(person)
    person.close()
    tell(f"* {nick} left ({len(people)} here)\n")

while True:
    readable, _, _ = select.select([listener, *people], [], [])
    for person in readable:
        if person is listener:
            person, _ = listener.accept()
            number += 1
            people[person] = [f"guest{number}", b""]
            tell(f"* guest{number} joined ({len(people)} here)\n", person)
            person.sendall(f"* welcome, guest{number} ({len(people)} here)\n".encode())
            continue
        try:
            data = person.recv(65536)
        except OSError:
            data = b""
        if not data:
            leave(person)
            continue
        *lines, people[person][1] = (people[person][1] + data).split(b"\n")
        for line in lines:
            tell(f"{people[person][0]}: {line.decode(errors='replace')}\n", person)
