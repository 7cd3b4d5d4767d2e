// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "pgb_linux.h"

#include <link.h>
#include <sys/prctl.h>

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

int pgb_close_to_others(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
