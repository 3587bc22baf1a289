// The floor of the bench: `floor PORT` forwards the bytes of each connection to all others, without lines or nicks, by one
// loop over epoll. For a delivery it does what the system makes every hub do, one send, and it waits for slow readers.
//
// A new connection is sent `+` and a line end; from then on it receives.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_OPEN = 1 << 20, MAX_EVENTS = 1024, BACKLOG = 4096 };

// The descriptors of the connections in any order, and the place of each.
static int descriptors[MAX_OPEN], places[MAX_OPEN], count, poller;

static void watch(int descriptor) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

static void admit(int listener) {
  int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (descriptor < 0) return;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  places[descriptor] = count;
  descriptors[count++] = descriptor;
  watch(descriptor);
  send(descriptor, "+\n", 2, MSG_NOSIGNAL);
}

static void forward(int from) {
  static char bytes[64 * 1024];
  ssize_t size = recv(from, bytes, sizeof bytes, 0);
  if (size > 0) {
    for (int at = 0; at < count; at++)
      if (descriptors[at] != from) send(descriptors[at], bytes, size, MSG_NOSIGNAL);
  } else {
    int last = descriptors[--count];
    descriptors[places[last] = places[from]] = last;
    close(from);
  }
}

int main(int argc, char **argv) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max < MAX_OPEN ? files.rlim_max : MAX_OPEN;
  setrlimit(RLIMIT_NOFILE, &files);
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
      .sin_port = htons(argc == 2 ? atoi(argv[1]) : 0),
  };
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, BACKLOG) < 0) {
    perror("floor");
    return 1;
  }
  poller = epoll_create1(EPOLL_CLOEXEC);
  watch(listener);
  for (;;) {
    struct epoll_event events[MAX_EVENTS];
    int ready = epoll_wait(poller, events, MAX_EVENTS, -1);
    for (int at = 0; at < ready; at++) {
      if (events[at].data.fd == listener) admit(listener);
      else forward(events[at].data.fd);
    }
  }
}
