/** What the fragment of the page's address says; browsers never send it. */

/** Parses `#key=PASSWORD&room=ROOM`; a plus sign stands for itself. `shown`: for the address bar, without the key. */
export function parseFragment(hash: string) {
  const fields = new URLSearchParams(hash.slice(1).replaceAll("+", "%2B"));
  const [key, room] = [fields.get("key"), fields.get("room")];
  return { key, room, shown: room ? `#room=${encodeURIComponent(room)}` : "" };
}
