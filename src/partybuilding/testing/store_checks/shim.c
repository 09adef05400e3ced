/* A disk that is watched and that can fail, put between a program and the C library (LD_PRELOAD).

   Only files below one folder count. Every change is written into a log, from which the states of the disk after a
   power cut are built; the n-th write or sync can fail, and the room can be limited to some bytes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2 };
static char folder[PATH_MAX];
static size_t length;
static int journal = -1, kinds, error_number, lasting, frozen, partial;
static long nth, seen, failures, room = -1;

void pb_watch(const char *path, int log) {
  length = strlen(path);
  memcpy(folder, path, length + 1);
  journal = log;
}
void pb_fail(int which, long number, int error, int for_ever) {
  kinds = which, nth = number, error_number = error, lasting = for_ever, seen = failures = 0;
}
void pb_room(long bytes, int part) { room = bytes, partial = part, failures = 0; }
void pb_freeze(int on) { frozen = on; }
long pb_failures(void) { return failures; }

static void put(const char *data, size_t count) {
  while (journal >= 0 && count) {
    ssize_t done = syscall(SYS_write, journal, data, count);
    if (done <= 0) return;
    data += done, count -= done;
  }
}
static void note(char sort, long number, long count, const char *path) {
  char line[PATH_MAX + 64];
  put(line, snprintf(line, sizeof line, "%c %ld %ld %s\n", sort, number, count, path));
}
void pb_note(const char *text) { note('N', 0, 0, text); }

static int below(const char *path) {
  return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}
static int watched(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t count = length ? readlink(link, path, PATH_MAX - 1) : -1;
  if (count < 0) return 0;
  path[count] = 0;
  return below(path);
}
static int fails(int sort) {
  if (!(kinds & sort) || !nth) return 0;
  seen++;
  if (seen != nth && !(lasting && seen > nth)) return 0;
  failures++;
  errno = error_number;
  return 1;
}
/* How many bytes of a write still fit; -1 when none does. */
static ssize_t fitting(int fd, size_t count, off_t offset) {
  struct stat status;
  if (room < 0 || fstat(fd, &status)) return count;
  long grows = (long)(offset + (off_t)count) - (long)status.st_size;
  if (grows <= 0) return count;
  if (grows <= room) { room -= grows; return count; }
  ssize_t fits = partial ? (ssize_t)count - (grows - room) : 0;
  failures++;
  if (fits <= 0) { errno = ENOSPC; return -1; }
  room = 0;
  return fits;
}
static ssize_t change(int fd, const void *data, size_t count, off_t offset, int at) {
  char path[PATH_MAX];
  int mine = watched(fd, path);
  if (mine) {
    if (!at) {
      struct stat status;
      offset = (fcntl(fd, F_GETFL) & O_APPEND) && !fstat(fd, &status) ? status.st_size : lseek(fd, 0, SEEK_CUR);
    }
    if (fails(WRITE)) return -1;
    ssize_t fits = fitting(fd, count, offset);
    if (fits < 0) return -1;
    count = fits;
  }
  ssize_t done = at ? syscall(SYS_pwrite64, fd, data, count, offset) : syscall(SYS_write, fd, data, count);
  if (mine && done > 0) { note('W', offset, done, path); put(data, done); }
  return done;
}
ssize_t write(int fd, const void *data, size_t count) { return change(fd, data, count, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) { return change(fd, data, count, offset, 1); }
ssize_t pwrite64(int fd, const void *data, size_t count, off_t offset) { return change(fd, data, count, offset, 1); }

static int settle(int fd, long call) {
  char path[PATH_MAX];
  int mine = watched(fd, path);
  if (mine && fails(SYNC)) return -1;
  int result = syscall(call, fd);
  if (mine && !result) note('S', 0, 0, path);
  return result;
}
int fsync(int fd) { return settle(fd, SYS_fsync); }
int fdatasync(int fd) { return settle(fd, SYS_fdatasync); }

int ftruncate(int fd, off_t size) {
  char path[PATH_MAX];
  int mine = watched(fd, path);
  if (mine && fails(WRITE)) return -1;
  int result = syscall(SYS_ftruncate, fd, size);
  if (mine && !result) note('T', size, 0, path);
  return result;
}
int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }

static int named(int from, const char *path, int flags, mode_t mode) {
  char place[PATH_MAX];
  if (*path == '/') snprintf(place, sizeof place, "%s", path);
  else snprintf(place, sizeof place, "./%s", path);
  int mine = below(place), writing = flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC);
  if (mine && frozen && writing) { errno = EROFS; return -1; }
  int fresh = mine && (flags & O_CREAT) && access(place, F_OK);
  int fd = syscall(SYS_openat, from, path, flags, mode);
  if (fd >= 0 && fresh) note('C', 0, 0, place);
  if (fd >= 0 && mine && !fresh && (flags & O_TRUNC)) note('T', 0, 0, place);
  return fd;
}
#define MODE(flags)                                      \
  mode_t mode = 0;                                       \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {               \
    va_list rest;                                        \
    va_start(rest, flags);                               \
    mode = va_arg(rest, unsigned);                       \
    va_end(rest);                                        \
  }
int open(const char *path, int flags, ...) { MODE(flags) return named(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return named(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int from, const char *path, int flags, ...) { MODE(flags) return named(from, path, flags, mode); }
int openat64(int from, const char *path, int flags, ...) { MODE(flags) return named(from, path, flags | O_LARGEFILE, mode); }

int unlink(const char *path) {
  if (below(path) && frozen) { errno = EROFS; return -1; }
  int result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  if (!result && below(path)) note('U', 0, 0, path);
  return result;
}
int rename(const char *from, const char *to) {
  if (below(from) && frozen) { errno = EROFS; return -1; }
  int result = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  if (!result && below(from)) { note('R', strlen(from), 0, from); put(to, strlen(to)); put("\n", 1); }
  return result;
}
