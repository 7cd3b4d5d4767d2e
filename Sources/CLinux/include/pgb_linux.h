// SPDX-License-Identifier: Apache-2.0
// What Linux has and glibc shows to C programs only.
#ifndef PGB_LINUX_H
#define PGB_LINUX_H

/// Writes all that the file system of `descriptor` still has in memory; 0, or -1 and errno.
int pgb_syncfs(int descriptor);

/// The magic number of the file system of `descriptor`, as statfs(2) lists them; -1 and errno when it fails.
long long pgb_file_system_type(int descriptor);

#endif
