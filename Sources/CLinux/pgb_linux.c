// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "pgb_linux.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

int pgb_syncfs(int descriptor) { return syncfs(descriptor); }

long long pgb_file_system_type(int descriptor) {
    struct statfs status;
    if (fstatfs(descriptor, &status) != 0) return -1;
    return (unsigned int)status.f_type;
}

int pgb_share_content(int target, int source) { return ioctl(target, FICLONE, source); }

int pgb_reserve(int descriptor, long long size) {
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, size);
}
