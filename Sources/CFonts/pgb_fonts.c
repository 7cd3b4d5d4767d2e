// SPDX-License-Identifier: Apache-2.0
#include "pgb_fonts.h"

static const unsigned char regular[] = {
#embed "DejaVuSansCondensed.ttf"
};

static const unsigned char bold[] = {
#embed "DejaVuSansCondensed-Bold.ttf"
};

pgb_font pgb_font_regular(void) { return (pgb_font){regular, sizeof regular}; }

pgb_font pgb_font_bold(void) { return (pgb_font){bold, sizeof bold}; }
