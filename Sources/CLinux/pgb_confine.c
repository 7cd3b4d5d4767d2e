// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "pgb_linux.h"

#include "namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Linux's own headers may be older than the kernel that runs: what is used of them stands here.
// Landlock: include/uapi/linux/landlock.h; numbers of system calls are the same on x86-64 and arm64.
enum {
    call_create_ruleset = 444,
    call_add_rule = 445,
    call_restrict_self = 446,
    call_mount_setattr = 442,
    rule_path_beneath = 1,
    flag_version = 1,
    // From this version on truncation is held, too.
    needed_version = 3,
    // From this one on signals are.
    scoped_version = 6,
};

static const uint64_t write_file = 1u << 1, truncate_file = 1u << 14;
// Making and removing of all kinds (bits 4 to 12) and moving between directories (13).
static const uint64_t change_names = 0x3ff0;

struct ruleset {
    uint64_t handled_access_fs;
};

struct path_rule {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));

int pgb_landlock_holds_writes(void) {
    return syscall(call_create_ruleset, NULL, 0, flag_version) >= needed_version;
}

int pgb_landlock_keeps_signals(void) {
    return syscall(call_create_ruleset, NULL, 0, flag_version) >= scoped_version;
}

static int allow(int rules, const char *path) {
    struct stat status;
    struct path_rule rule = {.parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent_fd < 0) return -1;
    if (fstat(rule.parent_fd, &status) != 0) {
        close(rule.parent_fd);
        return -1;
    }
    rule.allowed_access = write_file | truncate_file | (S_ISDIR(status.st_mode) ? change_names : 0);
    int result = (int)syscall(call_add_rule, rules, rule_path_beneath, &rule, 0);
    close(rule.parent_fd);
    return result;
}

int pgb_landlock_confine_writes(const char *const *paths, int count) {
    struct ruleset ruleset = {.handled_access_fs = write_file | truncate_file | change_names};
    if (!pgb_landlock_holds_writes()) {
        errno = ENOSYS;
        return -1;
    }
    int rules = (int)syscall(call_create_ruleset, &ruleset, sizeof ruleset, 0);
    if (rules < 0) return -1;
    int result = 0;
    for (int i = 0; i < count && result == 0; i++) result = allow(rules, paths[i]);
    if (result == 0) result = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (result == 0) result = (int)syscall(call_restrict_self, rules, 0);
    int error = errno;
    close(rules);
    errno = error;
    return result;
}

struct scoped_ruleset {
    uint64_t handled_access_fs, handled_access_net, scoped;
};

int pgb_landlock_keep_signals(void) {
    // Abstract sockets (bit 0) and signals (bit 1).
    struct scoped_ruleset ruleset = {.scoped = 3};
    int rules = (int)syscall(call_create_ruleset, &ruleset, sizeof ruleset, 0);
    if (rules < 0) return -1;
    int result = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (result == 0) result = (int)syscall(call_restrict_self, rules, 0);
    int error = errno;
    close(rules);
    errno = error;
    return result;
}

// mount_setattr(2): include/uapi/linux/mount.h.
struct mount_attributes {
    uint64_t attr_set, attr_clr, propagation, userns_fd;
};

int set_mount_attributes(const char *path, unsigned flags, uint64_t set, uint64_t clear) {
    struct mount_attributes attributes = {.attr_set = set, .attr_clr = clear};
    return (int)syscall(call_mount_setattr, -1, path, flags, &attributes, sizeof attributes);
}

int write_text(const char *path, const char *text) {
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    ssize_t written = write(descriptor, text, strlen(text));
    int error = errno;
    close(descriptor);
    errno = error;
    return written == (ssize_t)strlen(text) ? 0 : -1;
}

int keep_identity(unsigned user, unsigned group) {
    char map[64];
    snprintf(map, sizeof map, "%u %u 1\n", user, user);
    if (write_text("/proc/self/uid_map", map) != 0) return -1;
    if (write_text("/proc/self/setgroups", "deny") != 0) return -1;
    snprintf(map, sizeof map, "%u %u 1\n", group, group);
    return write_text("/proc/self/gid_map", map);
}

// A namespace of mounts; who may not make one makes a namespace of users first, and stays who they are in it.
static int enter_namespace(void) {
    uid_t user = geteuid();
    gid_t group = getegid();
    if (unshare(CLONE_NEWNS) == 0) return 0;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return -1;
    return keep_identity(user, group);
}

int pgb_mounts_confine_writes(const char *const *paths, int count) {
    if (enter_namespace() != 0) return -1;
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -1;
    for (int i = 0; i < count; i++) {
        if (mount(paths[i], paths[i], NULL, MS_BIND, NULL) != 0) return -1;
    }
    if (set_mount_attributes("/", AT_RECURSIVE, mount_read_only, 0) != 0) return -1;
    for (int i = 0; i < count; i++) {
        if (set_mount_attributes(paths[i], 0, 0, mount_read_only) != 0) return -1;
    }
    return 0;
}
