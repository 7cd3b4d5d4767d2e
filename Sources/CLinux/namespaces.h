// SPDX-License-Identifier: Apache-2.0
// What both ways to hold a process by namespaces are made of; each returns 0, or -1 and errno.
#ifndef PGB_NAMESPACES_H
#define PGB_NAMESPACES_H

#include "pgb_linux.h"

#include <stdint.h>

static const uint64_t mount_read_only = 1, mount_no_setuid = 2;

// mount_setattr(2), which older headers lack.
int set_mount_attributes(const char *path, unsigned flags, uint64_t set, uint64_t clear);

// Writes a file of the kernel's.
int write_text(const char *path, const char *text);

// After unshare(CLONE_NEWUSER): who this process was, it stays.
int keep_identity(unsigned user, unsigned group);

// Gives up all capabilities.
int drop_rights(void);

// After unshare(CLONE_NEWPID): returns 0 in the second process of that namespace, once `settle` has done what it does in the first
// one; that one takes care of what others leave. This process waits, passes signals on and ends as the second one does.
int run_alone(int (*settle)(const struct pgb_isolation *), const struct pgb_isolation *order);

#endif
