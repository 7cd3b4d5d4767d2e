// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "pgb_linux.h"

#include "namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// What programs need of a system, wherever it has it. What people and services keep is not among it: /home, /root, /run
// with its sockets, /srv, /var, /tmp, /opt.
static const char *const system_folders[] = {
    "/bin",       "/etc",    "/gnu/store", "/lib",       "/lib32", "/lib64",
    "/libexec",   "/libx32", "/nix/store", "/sbin",      "/usr",
};
// What lies in them and is no part of the system: it is empty but for what is shown of it.
static const char covered[] = "/usr/local";
static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

#define count_of(array) (int)(sizeof(array) / sizeof *(array))

// Where the new root is put together; every system has it, and the old one is gone afterwards.
static const char workshop[] = "/proc";

int pgb_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

static int limit(int resource, rlim_t most) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return -1;
    if (most < limit.rlim_max) limit.rlim_max = most;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(resource, &limit);
}

int pgb_limit(unsigned long long file_size, unsigned long long open_files, unsigned long long processes,
              unsigned long long memory) {
    if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_FSIZE, file_size) != 0) return -1;
    if (limit(RLIMIT_NOFILE, open_files) != 0 || limit(RLIMIT_NPROC, processes) != 0) return -1;
    return limit(RLIMIT_AS, memory);
}

// What older headers lack: include/uapi/linux/mount.h; the numbers of the calls are the same on x86-64 and arm64.
enum {
    call_open_tree = 428,
    call_move_mount = 429,
    clone_tree = 1,
    from_descriptor = 4,
};

// Makes the folders that lead to a path below the new root.
static int make_parents(char *path) {
    for (char *slash = strchr(path + sizeof workshop, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        int result = mkdir(path, 0755);
        *slash = '/';
        if (result != 0 && errno != EEXIST) return -1;
    }
    return 0;
}

// Makes what something is mounted on: a folder or a file, as that is.
static int make_place(int source, char *place) {
    struct stat status, present;
    if (fstat(source, &status) != 0 || make_parents(place) != 0) return -1;
    if (stat(place, &present) == 0) return 0;
    if (S_ISDIR(status.st_mode)) return mkdir(place, 0755);
    int made = open(place, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    return made < 0 ? -1 : close(made);
}

static int below_workshop(char place[PATH_MAX], const char *path) {
    if (path[0] == '/' && snprintf(place, PATH_MAX, "%s%s", workshop, path) < PATH_MAX) return 0;
    errno = ENAMETOOLONG;
    return -1;
}

// What is mounted at a path, with all below it, in no place yet.
static int copy_of(const char *path) {
    return (int)syscall(call_open_tree, AT_FDCWD, path, clone_tree | AT_RECURSIVE | O_CLOEXEC);
}

static int put(int source, const char *path) {
    char place[PATH_MAX];
    if (source < 0 || below_workshop(place, path) != 0 || make_place(source, place) != 0) return -1;
    int result = (int)syscall(call_move_mount, source, "", AT_FDCWD, place, from_descriptor);
    return result == 0 ? close(source) : -1;
}

static int show(const char *path) { return put(copy_of(path), path); }

// Many systems have links to folders below /usr.
static int show_system(const char *path) {
    struct stat status;
    char place[PATH_MAX], target[PATH_MAX];
    if (lstat(path, &status) != 0) return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
    if (!S_ISLNK(status.st_mode)) return show(path);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0 || below_workshop(place, path) != 0) return -1;
    target[length] = 0;
    return symlink(target, place);
}

static int show_all(const char *const *paths, int count) {
    for (int i = 0; i < count; i++) {
        if (show(paths[i]) != 0) return -1;
    }
    return 0;
}

static int cover(const char *path) {
    struct stat status;
    char place[PATH_MAX];
    if (below_workshop(place, path) != 0) return -1;
    if (lstat(place, &status) != 0 || !S_ISDIR(status.st_mode)) return 0;
    return mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755");
}

// Where the system refuses a new /proc, that of all others serves those who have users of their own: they cannot look into
// processes that have not.
static int show_processes(int others, int own_users) {
    char place[PATH_MAX];
    if (below_workshop(place, "/proc") != 0 || mkdir(place, 0755) != 0) return -1;
    if (mount("proc", place, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0) return close(others);
    return own_users ? put(others, "/proc") : -1;
}

static int furnish(const struct pgb_isolation *order) {
    int processes = copy_of("/proc");
    if (processes < 0) return -1;
    if (mount("tmpfs", workshop, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755") != 0) return -1;
    if (show_processes(processes, order->own_users) != 0) return -1;
    for (int i = 0; i < count_of(system_folders); i++) {
        if (show_system(system_folders[i]) != 0) return -1;
    }
    if (cover(covered) != 0 || show_all(devices, count_of(devices)) != 0) return -1;
    if (show_all(order->shown, order->shown_count) != 0) return -1;
    return show_all(order->writable, order->writable_count);
}

// The new root takes the place of the old one, which goes with all that is mounted in it.
static int move_in(void) {
    if (chdir(workshop) != 0 || syscall(SYS_pivot_root, ".", ".") != 0) return -1;
    return umount2(".", MNT_DETACH) == 0 ? chdir("/") : -1;
}

// Whoever may make further ones has all rights in them, and more of the kernel to try; not every /proc lets us.
static void close_namespaces(const struct pgb_isolation *order) {
    if (order->own_users) (void)write_text("/proc/sys/user/max_user_namespaces", "0");
}

// Whether the program could make further ones, found out by trying.
static int is_closed(void) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) _exit(unshare(CLONE_NEWUSER) == 0);
    if (child < 0 || waitpid(child, &status, 0) != child) return 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int require_closed(const struct pgb_isolation *order) {
    if (!order->closed || is_closed()) return 0;
    errno = EPERM;
    return -1;
}

static int lock_up(const struct pgb_isolation *order) {
    if (set_mount_attributes("/", AT_RECURSIVE, mount_read_only | mount_no_setuid, 0) != 0) return -1;
    for (int i = 0; i < order->writable_count; i++) {
        if (set_mount_attributes(order->writable[i], 0, 0, mount_read_only) != 0) return -1;
    }
    return 0;
}

// Without users of its own it is root so far, who becomes somebody else for good.
static int become_owner(const struct pgb_isolation *order) {
    if (order->own_users) return 0;
    // Nothing is gained by a new program anyway, so it may fail.
    for (int right = 0; prctl(PR_CAPBSET_READ, right, 0, 0, 0) >= 0; right++) {
        (void)prctl(PR_CAPBSET_DROP, right, 0, 0, 0);
    }
    if (setgroups(0, NULL) != 0 || setresgid(order->group, order->group, order->group) != 0) return -1;
    return setresuid(order->user, order->user, order->user);
}

// What the first process in the namespaces does.
static int settle(const struct pgb_isolation *order) {
    char *directory = getcwd(NULL, 0);
    int result = mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    if (result == 0) result = furnish(order);
    if (result == 0) result = move_in();
    if (result == 0) close_namespaces(order);
    if (result == 0) result = lock_up(order);
    if (result == 0) result = become_owner(order);
    if (result == 0) result = drop_rights();
    if (result == 0) result = pgb_no_new_privileges();
    if (result == 0) result = require_closed(order);
    // One that is not shown is none to start in.
    if (result == 0 && directory != NULL && chdir(directory) != 0) result = chdir("/");
    int error = errno;
    free(directory);
    errno = error;
    return result;
}

int pgb_isolate(const struct pgb_isolation *order) {
    unsigned user = geteuid(), group = getegid();
    int kinds = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWPID;
    if (unshare(kinds | (order->own_users ? CLONE_NEWUSER : 0)) != 0) return -1;
    if (order->own_users && keep_identity(user, group) != 0) return -1;
    return run_alone(settle, order);
}
