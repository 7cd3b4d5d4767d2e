// SPDX-License-Identifier: Apache-2.0
//
// The fonts of reports as PDF. They are in the program, so that the same report has the same bytes everywhere.
#ifndef PGB_FONTS_H
#define PGB_FONTS_H

#include <stddef.h>

typedef struct {
    const unsigned char *bytes;
    size_t count;
} pgb_font;

// DejaVu Sans Condensed, cut down as README.md says.
pgb_font pgb_font_regular(void);
pgb_font pgb_font_bold(void);

#endif
