// SPDX-License-Identifier: Apache-2.0
//
// Two SHA-256 streams on one core at a time.
//
// SHA-256 (FIPS 180-4, section 6.2) is a chain: each round needs the one before. SHA256RNDS2 does two
// rounds and takes twice as long to answer as to start, so a single stream leaves the unit idle half of
// the time. Two streams that have nothing to do with each other fill the gaps of one another.
//
// The instructions and the layout of the state in registers (ABEF and CDGH) are those of S. Gulley,
// V. Gopal et al., "Intel SHA Extensions" (Intel, July 2013), and of the Intel SDM, volume 2.

#include "pgb_sha256.h"

#include <stdlib.h>

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define SHA_TARGET __attribute__((target("sha,sse4.1,ssse3")))
#define INLINE static inline __attribute__((always_inline)) SHA_TARGET

// The 64 constants of FIPS 180-4, section 4.2.2, four to a vector.
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// One stream: its state, and the latest sixteen words of its message schedule.
struct lane {
    __m128i abef, cdgh;
    __m128i words[4];
};

INLINE void load_state(struct lane *lane, const uint32_t s[8]) {
    lane->abef = _mm_set_epi32((int)s[0], (int)s[1], (int)s[4], (int)s[5]);
    lane->cdgh = _mm_set_epi32((int)s[2], (int)s[3], (int)s[6], (int)s[7]);
}

INLINE void store_state(const struct lane *lane, uint32_t s[8]) {
    s[0] = (uint32_t)_mm_extract_epi32(lane->abef, 3);
    s[1] = (uint32_t)_mm_extract_epi32(lane->abef, 2);
    s[2] = (uint32_t)_mm_extract_epi32(lane->cdgh, 3);
    s[3] = (uint32_t)_mm_extract_epi32(lane->cdgh, 2);
    s[4] = (uint32_t)_mm_extract_epi32(lane->abef, 1);
    s[5] = (uint32_t)_mm_extract_epi32(lane->abef, 0);
    s[6] = (uint32_t)_mm_extract_epi32(lane->cdgh, 1);
    s[7] = (uint32_t)_mm_extract_epi32(lane->cdgh, 0);
}

// Words 4 * group to 4 * group + 3 of the message schedule: of the block for the first four groups,
// made of the sixteen words before them for the others.
INLINE void next_words(struct lane *lane, const uint8_t *block, int group) {
    __m128i *w = lane->words;
    const int now = group % 4;
    if (group < 4) {
        const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
        const __m128i *source = (const __m128i *)(const void *)(block + 16 * group);
        w[now] = _mm_shuffle_epi8(_mm_loadu_si128(source), big_endian);
    } else {
        const __m128i newest = w[(group + 3) % 4];
        const __m128i seven_back = _mm_alignr_epi8(newest, w[(group + 2) % 4], 4);
        const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[now], w[(group + 1) % 4]), seven_back);
        w[now] = _mm_sha256msg2_epu32(sum, newest);
    }
}

// Four rounds of both lanes, a pair of rounds of one beside the same pair of the other.
INLINE void four_rounds(struct lane *a, struct lane *b, int group) {
    const __m128i k = _mm_load_si128((const __m128i *)(const void *)(constants + 4 * group));
    __m128i input_a = _mm_add_epi32(a->words[group % 4], k);
    __m128i input_b = _mm_add_epi32(b->words[group % 4], k);
    a->cdgh = _mm_sha256rnds2_epu32(a->cdgh, a->abef, input_a);
    b->cdgh = _mm_sha256rnds2_epu32(b->cdgh, b->abef, input_b);
    input_a = _mm_shuffle_epi32(input_a, 0x0e);
    input_b = _mm_shuffle_epi32(input_b, 0x0e);
    a->abef = _mm_sha256rnds2_epu32(a->abef, a->cdgh, input_a);
    b->abef = _mm_sha256rnds2_epu32(b->abef, b->cdgh, input_b);
}

INLINE void add_state(struct lane *lane, __m128i abef, __m128i cdgh) {
    lane->abef = _mm_add_epi32(lane->abef, abef);
    lane->cdgh = _mm_add_epi32(lane->cdgh, cdgh);
}

bool pgb_sha256_pair_supported(void) {
    unsigned int eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return false;
    if (!(ecx & bit_SSSE3) || !(ecx & bit_SSE4_1)) return false;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return false;
    return (ebx & bit_SHA) != 0;
}

SHA_TARGET
void pgb_sha256_blocks_pair(uint32_t state_a[8], const uint8_t *a,
                            uint32_t state_b[8], const uint8_t *b, size_t blocks) {
    struct lane lane_a, lane_b;
    load_state(&lane_a, state_a);
    load_state(&lane_b, state_b);
    for (; blocks > 0; blocks--, a += 64, b += 64) {
        const __m128i abef_a = lane_a.abef, cdgh_a = lane_a.cdgh;
        const __m128i abef_b = lane_b.abef, cdgh_b = lane_b.cdgh;
#pragma clang loop unroll(full)
        for (int group = 0; group < 16; group++) {
            next_words(&lane_a, a, group);
            next_words(&lane_b, b, group);
            four_rounds(&lane_a, &lane_b, group);
        }
        add_state(&lane_a, abef_a, cdgh_a);
        add_state(&lane_b, abef_b, cdgh_b);
    }
    store_state(&lane_a, state_a);
    store_state(&lane_b, state_b);
}

#else

bool pgb_sha256_pair_supported(void) { return false; }

void pgb_sha256_blocks_pair(uint32_t state_a[8], const uint8_t *a,
                            uint32_t state_b[8], const uint8_t *b, size_t blocks) {
    (void)state_a, (void)a, (void)state_b, (void)b, (void)blocks;
    abort();
}

#endif
