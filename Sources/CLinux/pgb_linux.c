// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "pgb_linux.h"

#include <unistd.h>

int pgb_syncfs(int descriptor) { return syncfs(descriptor); }
