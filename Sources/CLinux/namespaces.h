// SPDX-License-Identifier: Apache-2.0
// What both ways to hold a process by namespaces are made of; each returns 0, or -1 and errno.
#ifndef PGB_NAMESPACES_H
#define PGB_NAMESPACES_H

#include <stdint.h>

static const uint64_t mount_read_only = 1, mount_no_setuid = 2;

// mount_setattr(2), which older headers lack.
int set_mount_attributes(const char *path, unsigned flags, uint64_t set, uint64_t clear);

// Writes a file of the kernel's.
int write_text(const char *path, const char *text);

// After unshare(CLONE_NEWUSER): who this process was, it stays.
int keep_identity(unsigned user, unsigned group);

#endif
