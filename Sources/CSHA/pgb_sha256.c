#include "pgb_sha256.h"
