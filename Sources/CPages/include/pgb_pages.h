// SPDX-License-Identifier: Apache-2.0
#ifndef PGB_PAGES_H
#define PGB_PAGES_H
#include <stddef.h>
#include <stdint.h>

/// The checksum that PostgreSQL gives a page of 8192 bytes at this block number.
///
/// The algorithm is that of src/include/storage/checksum_impl.h: 32 sums of the FNV-1a kind over 32-bit
/// words taken in turn, two more rounds with zeros, folded together by XOR, mixed with the block number, and
/// reduced to 1...65535. The two bytes of the page that hold the checksum count as zeros.
uint16_t pgb_page_checksum(const uint8_t *page, uint32_t block);

/// The same without vector instructions, for comparison.
uint16_t pgb_page_checksum_plain(const uint8_t *page, uint32_t block);
#endif
