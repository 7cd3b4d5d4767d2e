#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

// The decoder's state holds arrays that Swift does not import, so it is an opaque pointer there.

/// Makes a decoder ready for one gzip member, whose trailer it checks.
static inline void pgb_inflate_start(void *handle) {
    struct inflate_state *state = (struct inflate_state *)handle;
    isal_inflate_init(state);
    state->crc_flag = ISAL_GZIP;
}

/// A decoder that is ready; NULL without memory. Give it back with free().
static inline void *pgb_inflate_new(void) {
    void *state = malloc(sizeof(struct inflate_state));
    if (state) pgb_inflate_start(state);
    return state;
}

/// Unpacks what it can; the lengths say what there is, and afterwards what was used.
static inline int pgb_inflate_step(
    void *handle, const void *input, uint32_t *input_length, void *output, uint32_t *output_length) {
    struct inflate_state *state = (struct inflate_state *)handle;
    uint32_t given = *input_length, room = *output_length;
    state->next_in = (uint8_t *)input;
    state->avail_in = given;
    state->next_out = (uint8_t *)output;
    state->avail_out = room;
    int status = isal_inflate(state);
    *input_length = given - state->avail_in;
    *output_length = room - state->avail_out;
    return status;
}

/// Whether the member has come to its end, trailer included.
static inline int pgb_inflate_has_ended(const void *handle) {
    return ((const struct inflate_state *)handle)->block_state == ISAL_BLOCK_FINISH;
}
