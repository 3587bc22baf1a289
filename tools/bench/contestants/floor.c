// The floor of the bench: `floor PORT` forwards the bytes of each connection to all others, without lines or nicks, by one
// loop over epoll. It does for a delivery what the system makes every hub do: one send, or what is left of one.
//
// A new connection is sent `+` and a line end; from then on it receives.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 1024, BACKLOG = 4096, MAX_READ = 64 * 1024 };

/** What the send buffer has not accepted yet, and the place in the list of connections; by descriptor. */
typedef struct {
  char *unsent;
  size_t size, room;
  int place;
} Connection;

static Connection *connections;
static int *descriptors, count, poller;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int operation, int descriptor, unsigned events) {
  struct epoll_event event = {.events = events, .data.fd = descriptor};
  if (epoll_ctl(poller, operation, descriptor, &event) < 0) fail("epoll_ctl");
}

static void forward(int to, const char *bytes, size_t size) {
  Connection *it = &connections[to];
  ssize_t sent = it->size > 0 ? 0 : send(to, bytes, size, MSG_NOSIGNAL);
  size_t rest = size - (sent < 0 ? 0 : sent);
  if (rest == 0) return;
  if (it->size == 0) watch(EPOLL_CTL_MOD, to, EPOLLIN | EPOLLOUT);
  if (it->size + rest > it->room) {
    it->room = 2 * (it->size + rest);
    if (!(it->unsent = realloc(it->unsent, it->room))) fail("realloc");
  }
  memcpy(it->unsent + it->size, bytes + size - rest, rest);
  it->size += rest;
}

static void send_rest(int to) {
  Connection *it = &connections[to];
  ssize_t sent = send(to, it->unsent, it->size, MSG_NOSIGNAL);
  if (sent < 0) return; // full again, or gone, as its read will say
  it->size -= sent;
  memmove(it->unsent, it->unsent + sent, it->size);
  if (it->size == 0) watch(EPOLL_CTL_MOD, to, EPOLLIN);
}

static void admit(int listener) {
  int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  connections[descriptor].place = count;
  descriptors[count++] = descriptor;
  watch(EPOLL_CTL_ADD, descriptor, EPOLLIN);
  forward(descriptor, "+\n", 2);
}

static void dismiss(int descriptor) {
  Connection *it = &connections[descriptor];
  connections[descriptors[it->place] = descriptors[--count]].place = it->place;
  free(it->unsent);
  *it = (Connection){0};
  close(descriptor);
}

int main(int argc, char **argv) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  connections = calloc(files.rlim_max, sizeof(Connection));
  descriptors = calloc(files.rlim_max, sizeof(int));
  poller = epoll_create1(EPOLL_CLOEXEC);
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
      .sin_port = htons(argc == 2 ? atoi(argv[1]) : 0),
  };
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(listener, BACKLOG) < 0) fail("listen");
  watch(EPOLL_CTL_ADD, listener, EPOLLIN);
  static struct epoll_event events[EVENTS];
  static char bytes[MAX_READ];
  for (;;) {
    int ready = epoll_wait(poller, events, EVENTS, -1);
    for (int each = 0; each < ready; each++) {
      int from = events[each].data.fd;
      if (from == listener) {
        admit(listener);
        continue;
      }
      if (events[each].events & EPOLLOUT) send_rest(from);
      if (!(events[each].events & ~EPOLLOUT)) continue;
      ssize_t size = recv(from, bytes, MAX_READ, 0);
      if (size <= 0) dismiss(from);
      else for (int to = 0; to < count; to++) if (descriptors[to] != from) forward(descriptors[to], bytes, size);
    }
  }
}
