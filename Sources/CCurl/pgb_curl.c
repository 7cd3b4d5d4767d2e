// SPDX-License-Identifier: Apache-2.0
#include "pgb_curl.h"
