/* Preloaded into PostgreSQL: before anything is written to a file of its data folder, what was
 * there is kept in a journal beside it, until a sync of the file has made the new content
 * durable. Whoever pulls the plug puts the journals back (unsynced.py).
 *
 * HUOQI_UNSYNCED names the folder of the journals: one a file, by its inode, and "names" for what
 * was created, renamed and removed since the last fsync of anything (docs/adr/0176).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define FILES_MOST 65536
#define MAGIC 0x716f75686b617266ULL

struct record {
    uint64_t magic;
    uint64_t at_ns;
    int64_t offset;
    int64_t new_bytes;
    int64_t old_bytes;
    int64_t old_size;
};

static char journals[PATH_MAX]; /* a copy: PostgreSQL writes its titles over the environment */
static char base[PATH_MAX];
static unsigned char tracked[FILES_MOST];

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static ssize_t (*real_copy)(int, off64_t *, int, off64_t *, size_t, unsigned);
static int (*real_ftruncate)(int, off_t);
static int (*real_truncate)(const char *, off_t);
static int (*real_fallocate)(int, off_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_syncfs)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_rmdir)(const char *);

static void give_up(const char *what) {
    dprintf(2, "unsynced: %s: %s\n", what, strerror(errno));
    abort();
}

__attribute__((constructor)) static void begin(void) {
    real_open = dlsym(RTLD_NEXT, "open");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_pwritev = dlsym(RTLD_NEXT, "pwritev");
    real_copy = dlsym(RTLD_NEXT, "copy_file_range");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    real_truncate = dlsym(RTLD_NEXT, "truncate");
    real_fallocate = dlsym(RTLD_NEXT, "posix_fallocate");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_syncfs = dlsym(RTLD_NEXT, "syncfs");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_mkdir = dlsym(RTLD_NEXT, "mkdir");
    real_rmdir = dlsym(RTLD_NEXT, "rmdir");
    const char *named = getenv("HUOQI_UNSYNCED");
    if (named && *named && getcwd(base, sizeof base))
        snprintf(journals, sizeof journals, "%s", named);
}

/* Tells whether a path lies in the data folder and is not made anew at every start. */
static int watched(const char *path) {
    static const char *left_out[] = {"postmaster.", "pg_internal.init", "pg_stat/", "pg_stat_tmp",
                                     "pgsql_tmp",   "pg_dynshmem",      NULL};
    if (!journals[0] || !path)
        return 0;
    if (path[0] == '/') {
        size_t n = strlen(base);
        if (strncmp(path, base, n) != 0 || (path[n] != '/' && path[n] != 0))
            return 0;
    }
    for (int i = 0; left_out[i]; i++)
        if (strstr(path, left_out[i]))
            return 0;
    return 1;
}

static uint64_t now_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000ULL + (uint64_t)at.tv_nsec;
}

static int journal(const char *name) {
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", journals, name);
    int fd = real_open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        give_up(path);
    while (flock(fd, LOCK_EX) < 0)
        if (errno != EINTR)
            give_up("flock");
    return fd;
}

static int journal_of(const struct stat *file) {
    char name[32];
    snprintf(name, sizeof name, "%lx", (unsigned long)file->st_ino);
    return journal(name);
}

static void put(int fd, const void *bytes, size_t count) {
    const char *at = bytes;
    while (count > 0) {
        ssize_t n = real_write(fd, at, count);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            give_up("write");
        at += n;
        count -= (size_t)n;
    }
}

/* Keeps what stands at a place of a file; returns the open, locked journal, or -1. */
static int keep(int fd, off_t offset, off_t new_bytes, off_t wanted) {
    struct stat file;
    if (fd < 0 || fd >= FILES_MOST || !tracked[fd] || fstat(fd, &file) < 0)
        return -1;
    if (!S_ISREG(file.st_mode) || file.st_nlink == 0)
        return -1;
    int kept = journal_of(&file);
    if (fstat(fd, &file) < 0)
        give_up("fstat");
    off_t there = file.st_size - offset;
    off_t count = there < 0 ? 0 : there < wanted ? there : wanted;
    struct record head = {MAGIC, now_ns(), offset, new_bytes, count, file.st_size};
    char *all = malloc(sizeof head + (size_t)count);
    if (!all)
        give_up("malloc");
    memcpy(all, &head, sizeof head);
    for (off_t done = 0; done < count;) {
        ssize_t n = pread(fd, all + sizeof head + done, (size_t)(count - done), offset + done);
        if (n <= 0)
            give_up("pread");
        done += n;
    }
    put(kept, all, sizeof head + (size_t)count);
    free(all);
    return kept;
}

static void done(int kept) {
    int known = errno;
    if (kept >= 0)
        real_close(kept);
    errno = known;
}

/* Notes a change of names: a letter, one or two paths, and the link that keeps what was lost. */
static int note(char letter, const char *path, const char *other, const char *lost) {
    char line[4 * PATH_MAX], saved[PATH_MAX + 64] = "";
    int names = journal("names");
    if (lost) {
        snprintf(saved, sizeof saved, "%s/saved.%lx.%d", journals, (unsigned long)now_ns(), getpid());
        if (link(lost, saved) < 0)
            saved[0] = 0;
    }
    int n = snprintf(line, sizeof line, "%c\t%s\t%s\t%s\n", letter, path, other ? other : "", saved);
    put(names, line, (size_t)n);
    return names;
}

/* Forgets the notes: what they tell is durable now. The links go, and the journals of their files. */
static void forget(int names) {
    char *text, *line, *rest = NULL;
    off_t size = lseek(names, 0, SEEK_END);
    if (size > 0 && (text = malloc((size_t)size + 1)) != NULL) {
        ssize_t n = pread(names, text, (size_t)size, 0);
        text[n < 0 ? 0 : n] = 0;
        for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
            char *saved = strrchr(line, '\t');
            struct stat gone;
            if (saved && saved[1] && stat(saved + 1, &gone) == 0) {
                char path[PATH_MAX + 64];
                snprintf(path, sizeof path, "%s/%lx", journals, (unsigned long)gone.st_ino);
                if (gone.st_nlink == 1)
                    real_unlink(path);
                real_unlink(saved + 1);
            }
        }
        free(text);
    }
    if (real_ftruncate(names, 0) < 0)
        give_up("ftruncate");
}

int open(const char *path, int flags, ...) {
    mode_t mode = 0;
    if (flags & O_CREAT) {
        va_list rest;
        va_start(rest, flags);
        mode = (mode_t)va_arg(rest, int);
        va_end(rest);
    }
    if (!real_open)
        begin();
    if (!watched(path))
        return real_open(path, flags, mode);
    int names = -1, is_new = 0;
    struct stat before;
    if ((flags & O_CREAT) && stat(path, &before) < 0) {
        names = note('c', path, NULL, NULL);
        is_new = 1;
    }
    if (!is_new && (flags & O_TRUNC)) {
        int whole = real_open(path, O_RDWR | O_CLOEXEC);
        if (whole >= 0 && whole < FILES_MOST && fstat(whole, &before) == 0) {
            tracked[whole] = 1;
            done(keep(whole, 0, 0, before.st_size));
            tracked[whole] = 0;
        }
        if (whole >= 0)
            real_close(whole);
    }
    if ((flags & O_ACCMODE) == O_WRONLY) /* what stands there is read before it is written over */
        flags = (flags & ~O_ACCMODE) | O_RDWR;
    int fd = real_open(path, flags, mode);
    if (fd >= 0 && fd < FILES_MOST) {
        tracked[fd] = 1;
        if (is_new && fstat(fd, &before) == 0) { /* a number used again has no past */
            char stale[PATH_MAX + 64];
            snprintf(stale, sizeof stale, "%s/%lx", journals, (unsigned long)before.st_ino);
            real_unlink(stale);
        }
    }
    done(names);
    return fd;
}

int close(int fd) {
    if (fd >= 0 && fd < FILES_MOST)
        tracked[fd] = 0;
    return real_close(fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    int kept = -1;
    if (fd >= 0 && fd < FILES_MOST && tracked[fd])
        kept = keep(fd, lseek(fd, 0, SEEK_CUR), (off_t)count, (off_t)count);
    ssize_t n = real_write(fd, bytes, count);
    done(kept);
    return n;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    int kept = keep(fd, offset, (off_t)count, (off_t)count);
    ssize_t n = real_pwrite(fd, bytes, count, offset);
    done(kept);
    return n;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    off_t bytes = 0;
    for (int i = 0; i < count; i++)
        bytes += (off_t)parts[i].iov_len;
    int kept = keep(fd, offset, bytes, bytes);
    ssize_t n = real_pwritev(fd, parts, count, offset);
    done(kept);
    return n;
}

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t count,
                        unsigned flags) {
    off_t offset = to_at ? *to_at : lseek(to, 0, SEEK_CUR);
    int kept = keep(to, offset, (off_t)count, (off_t)count);
    ssize_t n = real_copy(from, from_at, to, to_at, count, flags);
    done(kept);
    return n;
}

int ftruncate(int fd, off_t size) {
    struct stat file;
    off_t lost = fstat(fd, &file) == 0 && file.st_size > size ? file.st_size - size : 0;
    int kept = keep(fd, size, 0, lost);
    int answer = real_ftruncate(fd, size);
    done(kept);
    return answer;
}

int truncate(const char *path, off_t size) {
    if (!watched(path))
        return real_truncate(path, size);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int answer = ftruncate(fd, size);
    int known = errno;
    close(fd);
    errno = known;
    return answer;
}

int posix_fallocate(int fd, off_t offset, off_t count) {
    int kept = keep(fd, offset, count, count);
    int answer = real_fallocate(fd, offset, count);
    done(kept);
    return answer;
}

/* Makes a file durable: nobody writes to it meanwhile, and its journal is empty afterwards. */
static int synced(int fd, int (*sync)(int)) {
    struct stat file;
    if (fd < 0 || fd >= FILES_MOST || !tracked[fd] || fstat(fd, &file) < 0)
        return sync(fd);
    int kept = S_ISREG(file.st_mode) && file.st_nlink > 0 ? journal_of(&file) : -1;
    int answer = sync(fd);
    if (answer == 0 && kept >= 0 && real_ftruncate(kept, 0) < 0)
        give_up("ftruncate");
    done(kept);
    return answer;
}

int fdatasync(int fd) {
    return synced(fd, real_fdatasync);
}

int fsync(int fd) {
    if (fd < 0 || fd >= FILES_MOST || !tracked[fd])
        return real_fsync(fd);
    int names = journal("names");
    int answer = synced(fd, real_fsync);
    if (answer == 0)
        forget(names);
    done(names);
    return answer;
}

/* Makes everything durable; only a server that starts again after its death does it. */
int syncfs(int fd) {
    if (!journals[0])
        return real_syncfs(fd);
    int names = journal("names");
    int answer = real_syncfs(fd);
    DIR *all = answer == 0 ? opendir(journals) : NULL;
    if (all) {
        forget(names);
        for (struct dirent *each; (each = readdir(all)) != NULL;) {
            char path[PATH_MAX + 300];
            snprintf(path, sizeof path, "%s/%s", journals, each->d_name);
            if (each->d_name[0] != '.' && strcmp(each->d_name, "names") != 0)
                real_unlink(path);
        }
        closedir(all);
    }
    done(names);
    return answer;
}

int rename(const char *from, const char *to) {
    if (!watched(from) || !watched(to))
        return real_rename(from, to);
    struct stat there;
    int names = note('r', from, to, stat(to, &there) == 0 ? to : NULL);
    int answer = real_rename(from, to);
    done(names);
    return answer;
}

int unlink(const char *path) {
    struct stat there;
    if (!watched(path) || stat(path, &there) < 0)
        return real_unlink(path);
    int names = note('u', path, NULL, path);
    int answer = real_unlink(path);
    done(names);
    return answer;
}

int mkdir(const char *path, mode_t mode) {
    if (!watched(path))
        return real_mkdir(path, mode);
    int names = note('m', path, NULL, NULL);
    int answer = real_mkdir(path, mode);
    done(names);
    return answer;
}

int rmdir(const char *path) {
    if (!watched(path))
        return real_rmdir(path);
    int names = note('d', path, NULL, NULL);
    int answer = real_rmdir(path);
    done(names);
    return answer;
}
