// SPDX-License-Identifier: Apache-2.0
// What Linux has and glibc shows to C programs with _GNU_SOURCE only.
#ifndef PGB_LINUX_H
#define PGB_LINUX_H

/// Writes all that the file system of `descriptor` still has in memory; 0, or -1 and errno.
int pgb_syncfs(int descriptor);

#endif
