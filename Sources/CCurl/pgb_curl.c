#include "pgb_curl.h"
