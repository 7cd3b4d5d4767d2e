#ifndef PGB_CURL_H
#define PGB_CURL_H
#include <curl/curl.h>
#endif
