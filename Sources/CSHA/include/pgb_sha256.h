// SPDX-License-Identifier: Apache-2.0
#ifndef PGB_SHA256_H
#define PGB_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether this processor has what pgb_sha256_blocks_pair needs (x86-64 with SHA, SSSE3 and SSE4.1).
bool pgb_sha256_pair_supported(void);

// Takes `blocks` blocks of 64 bytes each from a and b into two independent SHA-256 states, at the same
// time on one core. The states are the eight words of FIPS 180-4 in the order a to h, in host byte order.
// They must not overlap. To be called only where pgb_sha256_pair_supported() is true: aborts otherwise.
void pgb_sha256_blocks_pair(uint32_t state_a[8], const uint8_t *a,
                            uint32_t state_b[8], const uint8_t *b, size_t blocks);

#endif
