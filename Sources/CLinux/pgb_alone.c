// SPDX-License-Identifier: Apache-2.0
// A program that takes all it has started with it when it ends.
//
// In a namespace of processes this process stays outside and waits, the first one inside sees to the others, the second one is the
// program. When that ends all others end with it, whoever they have for a parent; so they do when the first one ends, and that
// ends with the one outside. Elsewhere this process adopts what the program leaves behind.
#define _GNU_SOURCE
#include "namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// What is passed on to the program.
static const int passed_on[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

// What the first process says to the one outside: that all is ready, then how the program ended; or what went wrong.
struct word {
    int is_error, value;
};

int drop_rights(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    return (int)syscall(SYS_capset, &header, none);
}

static void expected_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) sigaddset(set, passed_on[i]);
}

// Waits for the end of a child, and takes note of those of all others. Signals are blocked: none is lost.
static int end_of(pid_t child) {
    sigset_t set;
    expected_signals(&set);
    for (;;) {
        pid_t ended;
        int status, number;
        while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
            if (ended == child) return status;
        }
        if (sigwait(&set, &number) == 0 && number != SIGCHLD) kill(child, number);
    }
}

static void say(int descriptor, int is_error, int value) {
    struct word word = {is_error, value};
    // Nobody is there to be told where this fails.
    if (write(descriptor, &word, sizeof word) != sizeof word) _exit(1);
}

// Ends as the program has ended.
static void end_like(int status) {
    if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
    struct rlimit none = {0, 0};
    int number = WTERMSIG(status);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    setrlimit(RLIMIT_CORE, &none);
    signal(number, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    kill(getpid(), number);
    _exit(128 + number);
}

// Outside: returns only when nothing was started.
static int wait_outside(pid_t first, int words) {
    struct word word;
    // The program is the same user, and must not come to our files through this process.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (read(words, &word, sizeof word) != sizeof word) word = (struct word){1, ECHILD};
    int status = word.is_error ? 0 : end_of(first);
    if (!word.is_error) {
        // One that was ended itself has said nothing.
        end_like(read(words, &word, sizeof word) == sizeof word ? word.value : status);
    }
    waitpid(first, NULL, 0);
    errno = word.value;
    return -1;
}

// Inside: returns in the program alone.
static int be_first(int (*settle)(const struct pgb_isolation *), const struct pgb_isolation *order, int words) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    pid_t program = settle(order) == 0 ? fork() : -1;
    if (program == 0) return close(words);
    // Becoming somebody else has unset it.
    if (program > 0 && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) program = -1;
    // The program is the same user: it must not change what this one does.
    if (program > 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) program = -1;
    if (program < 0) {
        say(words, 1, errno);
        _exit(1);
    }
    say(words, 0, 0);
    say(words, 0, end_of(program));
    _exit(0);
}

int run_alone(int (*settle)(const struct pgb_isolation *), const struct pgb_isolation *order) {
    int words[2];
    sigset_t set, before;
    expected_signals(&set);
    if (pipe2(words, O_CLOEXEC) != 0) return -1;
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &set, &before);
    pid_t first = fork();
    int result = -1;
    if (first == 0) {
        close(words[0]);
        result = be_first(settle, order, words[1]);
    } else if (first > 0) {
        close(words[1]);
        result = wait_outside(first, words[0]);
    }
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return result;
}

static int end_child(const char *number) {
    pid_t child = (pid_t)strtol(number, NULL, 10);
    return child > 0 ? kill(child, SIGKILL) : -1;
}

// Ends what a program has left, and what that leaves, until there is nothing.
static void end_the_rest(void) {
    char path[64], list[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    for (;;) {
        int descriptor = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t length = descriptor < 0 ? -1 : read(descriptor, list, sizeof list - 1);
        if (descriptor >= 0) close(descriptor);
        // A number that was cut off is read whole the next time; not every kernel has the list.
        list[length < 0 ? 0 : length] = 0;
        char *last = strrchr(list, ' ');
        if (last == NULL) return;
        *last = 0;
        for (char *rest = list, *number; (number = strsep(&rest, " ")) != NULL;) end_child(number);
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
        usleep(1000);
    }
}

int pgb_end_with_all(void) {
    sigset_t set, before;
    expected_signals(&set);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return -1;
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &set, &before);
    pid_t program = fork();
    if (program > 0) {
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        int status = end_of(program);
        end_the_rest();
        end_like(status);
    }
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return program == 0 ? prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) : -1;
}
