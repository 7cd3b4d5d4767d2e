// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "pgb_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct taker {
    void (*take)(const char *path, void *context);
    void *context;
};

static int hand_on(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    struct taker *taker = context;
    // The program itself has no name here, and the kernel's own part no path.
    if (info->dlpi_name && info->dlpi_name[0] == '/')
        taker->take(info->dlpi_name, taker->context);
    return 0;
}

void pgb_each_library(void (*take)(const char *path, void *context), void *context) {
    struct taker taker = {take, context};
    dl_iterate_phdr(hand_on, &taker);
}

int pgb_hold_to_processors(unsigned long long count) {
    cpu_set_t allowed, held;
    if (count == 0) return 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
    if (count >= (unsigned long long)CPU_COUNT(&allowed)) return 0;
    CPU_ZERO(&held);
    for (int number = CPU_SETSIZE - 1; number >= 0 && count > 0; number--) {
        if (!CPU_ISSET(number, &allowed)) continue;
        CPU_SET(number, &held);
        count--;
    }
    return sched_setaffinity(0, sizeof held, &held);
}

int pgb_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

// Older headers lack it; the number is the same on x86-64 and arm64.
enum { call_pidfd_send_signal = 424 };

int pgb_signal_process(int process, int number) {
    return (int)syscall(call_pidfd_send_signal, process, number, NULL, 0);
}

int pgb_close_to_others(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
