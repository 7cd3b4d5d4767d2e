// SPDX-License-Identifier: Apache-2.0
#include "pgb_pages.h"

#include <string.h>

enum { lanes = 32, page_size = 8192, rows = page_size / (4 * lanes), checksum_offset = 8 };

static const uint32_t prime = 16777619;

/// Where each of the 32 sums starts.
static const uint32_t start[lanes] = {
    0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
    0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
    0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
    0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756,
};

/// Written so that a compiler turns the inner loop into vector instructions of whatever width there is.
__attribute__((always_inline)) static inline uint16_t checksum(const uint8_t *page, uint32_t block) {
    uint32_t sums[lanes], row[lanes];
    memcpy(sums, start, sizeof sums);
    for (int i = 0; i < rows; i++) {
        memcpy(row, page + i * sizeof row, sizeof row);
        // The checksum is the lower half of the page's third word.
        if (i == 0) memset((uint8_t *)row + checksum_offset, 0, 2);
        for (int lane = 0; lane < lanes; lane++) {
            uint32_t mixed = sums[lane] ^ row[lane];
            sums[lane] = mixed * prime ^ mixed >> 17;
        }
    }
    for (int round = 0; round < 2; round++)
        for (int lane = 0; lane < lanes; lane++) sums[lane] = sums[lane] * prime ^ sums[lane] >> 17;
    uint32_t folded = block;
    for (int lane = 0; lane < lanes; lane++) folded ^= sums[lane];
    return (uint16_t)(folded % 65535 + 1);
}

uint16_t pgb_page_checksum_plain(const uint8_t *page, uint32_t block) { return checksum(page, block); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint16_t checksum_avx2(const uint8_t *page, uint32_t block) {
    return checksum(page, block);
}

uint16_t pgb_page_checksum(const uint8_t *page, uint32_t block) {
    return __builtin_cpu_supports("avx2") ? checksum_avx2(page, block) : checksum(page, block);
}
#else
uint16_t pgb_page_checksum(const uint8_t *page, uint32_t block) { return checksum(page, block); }
#endif
