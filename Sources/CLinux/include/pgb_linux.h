// SPDX-License-Identifier: Apache-2.0
// What Linux has and glibc shows to C programs only.
#ifndef PGB_LINUX_H
#define PGB_LINUX_H

/// Writes all that the file system of `descriptor` still has in memory; 0, or -1 and errno.
int pgb_syncfs(int descriptor);

/// The magic number of the file system of `descriptor`, as statfs(2) lists them; -1 and errno when it fails.
long long pgb_file_system_type(int descriptor);

/// Lets the empty file `target` share the content of `source`, so that only what changes in either takes room of its own
/// (ioctl_ficlonerange(2)); 0, or -1 and errno.
int pgb_share_content(int target, int source);

/// Holds this process, and what it starts, to so many of the processors that it may use, the last ones; 0, or -1 and errno
/// (sched_setaffinity(2)). A number of 0 or beyond those changes nothing.
int pgb_hold_to_processors(unsigned long long count);

/// A second descriptor of what `descriptor` leads to, closed in programs that are started; -1 and errno when it fails.
int pgb_duplicate(int descriptor);

/// Sends a signal to the process that a descriptor is of (pidfd_send_signal(2)); 0, or -1 and errno.
int pgb_signal_process(int process, int number);

/// Whether Landlock of this kernel can keep a process from sending signals to others; 1 or 0.
int pgb_landlock_keeps_signals(void);

/// Takes room for so many bytes from a file's start; its size stays; 0, or -1 and errno.
int pgb_reserve(int descriptor, long long size);

/// Whether Landlock of this kernel can hold a process to places it may write to, truncation included; 1 or 0.
int pgb_landlock_holds_writes(void);

/// From now on this process, and what it starts, changes nothing but what lies at or below `paths`, by Landlock; 0, or
/// -1 and errno. Every path must exist. There is no way back.
int pgb_landlock_confine_writes(const char *const *paths, int count);

/// The same by a namespace of mounts in which all else is read-only. Who is root loses the means to undo it only with
/// the capability to mount: give that up next. May leave the process in the namespace when it fails: end it then.
int pgb_mounts_confine_writes(const char *const *paths, int count);

/// How a process is left alone; all paths are absolute and exist.
struct pgb_isolation {
    /// What it sees besides the system.
    const char *const *shown;
    int shown_count;
    /// What it may write to, too.
    const char *const *writable;
    int writable_count;
    /// Whether it has a namespace of users, too, in which it stays who it is; else it is root, and becomes `user` and `group`.
    int own_users;
    unsigned user, group;
    /// Whether it is to fail where further namespaces of users could be made.
    int closed;
};

/// Leaves this process alone: namespaces of mounts, network, IPC and processes of its own. It sees the system's programs and settings,
/// devices without harm, its own /proc, and `shown`; of these it may write to `writable` only. There is no network, not even a loopback
/// that is up, and no way back. 0, or -1 and errno. May leave the process held in part when it fails: end it then.
///
/// It returns 0 in a new process. This one waits for it, passes signals on, and ends as that does; with either of them all ends that
/// was started in there. Only one thread may be there.
int pgb_isolate(const struct pgb_isolation *order);

/// Returns 0 in a new process, or -1 and errno in this one, which waits for that, passes signals on, ends all that it has left, and
/// ends as it did. Only one thread may be there.
int pgb_end_with_all(void);

/// From now on this process, and what it starts, can send no signal to any other, and open no abstract socket of one, by
/// Landlock (Linux 6.12); 0, or -1 and errno.
int pgb_landlock_keep_signals(void);

/// Bounds this process, and each that it starts: no core, and files, open files, processes and memory of each (setrlimit(2)) of at
/// most these, or of what is allowed anyway where that is less. 0, or -1 and errno.
int pgb_limit(unsigned long long file_size, unsigned long long open_files, unsigned long long processes,
              unsigned long long memory);

/// From now on no program that this process becomes gains rights by being started; 0, or -1 and errno.
int pgb_no_new_privileges(void);

/// Tells the path of each shared object that this process has loaded, as its loader has found it.
void pgb_each_library(void (*take)(const char *path, void *context), void *context);

/// From now on no other process of the same user can look into this one or change it; 0, or -1 and errno.
int pgb_close_to_others(void);

#endif
