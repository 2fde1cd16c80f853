/* Stands between a process and its disk: counts every call that changes (or, on request, reads)
 * what lies below one folder, and at one of them does what the test wants. Preloaded, so that it
 * sees what Python does and what SQLite does alike. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { NOTHING, KILL, TEAR, SIGNAL, ONCE, FULL, STAY, JUMP }; /* as in bench.py */

static char folder[PATH_MAX];
static long step = -1, target = -1;
static int action = NOTHING, reads, trace = -1, armed;
static long value, jumped;

void fault_arm(const char *root, int with_reads, const char *log, long at, int what, long number) {
  snprintf(folder, sizeof folder, "%s/", root);
  trace = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  reads = with_reads, target = at, action = what, value = number, step = -1, armed = 1;
}

/* Take "." and ".." out of an absolute path. */
static void tidy(char *path) {
  char copy[PATH_MAX], *rest = copy, *part, *end;
  snprintf(copy, sizeof copy, "%s", path);
  *path = 0;
  while ((part = strsep(&rest, "/"))) {
    if (!*part || !strcmp(part, ".")) continue;
    if (!strcmp(part, "..")) {
      if ((end = strrchr(path, '/'))) *end = 0;
    } else {
      strcat(strcat(path, "/"), part);
    }
  }
}

static void resolve(int at, const char *path, char *full) {
  char base[64], where[PATH_MAX / 2];
  ssize_t length;
  if (path && path[0] == '/') {
    snprintf(full, PATH_MAX, "%s", path);
    return tidy(full);
  }
  snprintf(base, sizeof base, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
  length = readlink(base, where, sizeof where - 1);
  where[length < 0 ? 0 : length] = 0;
  snprintf(full, PATH_MAX, path ? "%s/%s" : "%s", where, path);
  tidy(full);
}

/* Return whether the call is to fail, with errno set. `grows` says that it needs room. */
static int fails(const char *call, int at, const char *path, int grows) {
  char full[PATH_MAX], line[PATH_MAX + 64];
  int kept = errno;
  if (!armed) return 0;
  resolve(at, path, full);
  if (strncmp(full, folder, strlen(folder) - 1) != 0) return errno = kept, 0;
  step++;
  if (trace >= 0) {
    int length = snprintf(line, sizeof line, "%s %s\n", call, full);
    ssize_t (*put)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    put(trace, line, (size_t)length);
  }
  errno = kept;
  if (target < 0 || step < target) return 0;
  if (step == target && action == KILL) kill(getpid(), SIGKILL);
  if (step == target && action == SIGNAL) raise((int)value);
  if (step == target && action == JUMP) jumped = value;
  if ((step == target && action == ONCE) || action == STAY || (action == FULL && grows))
    return errno = (int)value, 1;
  return 0;
}

static int torn(void) { return armed && action == TEAR && step == target; }

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, name)

#define AFTER(result) \
  do { if (torn()) kill(getpid(), SIGKILL); return result; } while (0)

static int changes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT); }

static int open_fails(int at, const char *path, int flags) {
  if (changes(flags)) {
    int kept = errno;
    int makes = (flags & O_CREAT) && faccessat(at, path, F_OK, 0) != 0;
    errno = kept;
    return fails("open", at, path, makes);
  }
  return reads && fails("open", at, path, 0);
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, #name, const char *, int, ...); \
    va_list rest; mode_t mode; \
    va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); \
    if (open_fails(AT_FDCWD, path, flags)) return -1; \
    int opened = real(path, flags, mode); \
    if (changes(flags)) { AFTER(opened); } \
    return opened; \
  }
#define OPENAT(name) \
  int name(int at, const char *path, int flags, ...) { \
    REAL(int, #name, int, const char *, int, ...); \
    va_list rest; mode_t mode; \
    va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); \
    if (open_fails(at, path, flags)) return -1; \
    int opened = real(at, path, flags, mode); \
    if (changes(flags)) { AFTER(opened); } \
    return opened; \
  }
OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (fails("write", fd, NULL, 1)) return -1;
  if (torn()) { real(fd, data, size / 2); kill(getpid(), SIGKILL); }
  return real(fd, data, size);
}

#define PWRITE(name, offset_t) \
  ssize_t name(int fd, const void *data, size_t size, offset_t at) { \
    REAL(ssize_t, #name, int, const void *, size_t, offset_t); \
    if (fails("write", fd, NULL, 1)) return -1; \
    if (torn()) { real(fd, data, size / 2, at); kill(getpid(), SIGKILL); } \
    return real(fd, data, size, at); \
  }
PWRITE(pwrite, off_t) PWRITE(pwrite64, off64_t)

#define ON_FILE(name, label, grows) \
  int name(int fd) { \
    REAL(int, #name, int); \
    if (fails(label, fd, NULL, grows)) return -1; \
    AFTER(real(fd)); \
  }
ON_FILE(fsync, "sync", 0) ON_FILE(fdatasync, "sync", 0)

#define TRUNCATE(name, offset_t) \
  int name(int fd, offset_t size) { \
    REAL(int, #name, int, offset_t); \
    if (fails("truncate", fd, NULL, 1)) return -1; \
    AFTER(real(fd, size)); \
  }
TRUNCATE(ftruncate, off_t) TRUNCATE(ftruncate64, off64_t)

#define ON_PATH(name, label) \
  int name(const char *path) { \
    REAL(int, #name, const char *); \
    if (fails(label, AT_FDCWD, path, 0)) return -1; \
    AFTER(real(path)); \
  }
ON_PATH(unlink, "unlink") ON_PATH(rmdir, "rmdir")

#define WITH_MODE(name, label, grows) \
  int name(const char *path, mode_t mode) { \
    REAL(int, #name, const char *, mode_t); \
    if (fails(label, AT_FDCWD, path, grows)) return -1; \
    AFTER(real(path, mode)); \
  }
WITH_MODE(mkdir, "mkdir", 1) WITH_MODE(chmod, "chmod", 0)

int fchmod(int fd, mode_t mode) {
  REAL(int, "fchmod", int, mode_t);
  if (fails("chmod", fd, NULL, 0)) return -1;
  AFTER(real(fd, mode));
}

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  if (fails("rename", AT_FDCWD, to, 0)) return -1;
  AFTER(real(from, to));
}

int unlinkat(int at, const char *path, int flags) {
  REAL(int, "unlinkat", int, const char *, int);
  if (fails("unlink", at, path, 0)) return -1;
  AFTER(real(at, path, flags));
}

int utimensat(int at, const char *path, const struct timespec times[2], int flags) {
  REAL(int, "utimensat", int, const char *, const struct timespec *, int);
  if (fails("utime", at, path, 0)) return -1;
  AFTER(real(at, path, times, flags));
}

ssize_t read(int fd, void *data, size_t size) {
  REAL(ssize_t, "read", int, void *, size_t);
  if (reads && fails("read", fd, NULL, 0)) return -1;
  return real(fd, data, size);
}

#define PREAD(name, offset_t) \
  ssize_t name(int fd, void *data, size_t size, offset_t at) { \
    REAL(ssize_t, #name, int, void *, size_t, offset_t); \
    if (reads && fails("read", fd, NULL, 0)) return -1; \
    return real(fd, data, size, at); \
  }
PREAD(pread, off_t) PREAD(pread64, off64_t)

DIR *opendir(const char *path) {
  REAL(DIR *, "opendir", const char *);
  if (reads && fails("list", AT_FDCWD, path, 0)) return NULL;
  return real(path);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  REAL(int, "clock_gettime", clockid_t, struct timespec *);
  int result = real(clock, now);
  if (!result && clock == CLOCK_REALTIME) now->tv_sec += jumped;
  return result;
}
