// SPDX-License-Identifier: Apache-2.0
// Fixed-arity faces of libcurl's variadic functions and of its macros, which Swift cannot import.
#ifndef PGB_CURL_H
#define PGB_CURL_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* CURLOPT_BUFFERSIZE takes no more. */
static const long pgb_curl_max_read_size = CURL_MAX_READ_SIZE;

/* Of a streamed request body, in bytes; libcurl takes 16 KiB to 2 MiB. */
static const long pgb_curl_upload_size = 512 << 10;

/* What a read callback returns to end the transfer. */
static const size_t pgb_curl_stop_sending = CURL_READFUNC_ABORT;

static inline CURLcode pgb_curl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

static inline CURLcode pgb_curl_setopt_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode pgb_curl_setopt_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode pgb_curl_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode pgb_curl_setopt_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode pgb_curl_setopt_headers(CURL *handle, struct curl_slist *lines) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines);
}

static inline CURLcode pgb_curl_setopt_recipients(CURL *handle, struct curl_slist *addresses) {
    return curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, addresses);
}

static inline CURLcode pgb_curl_setopt_write(CURL *handle, CURLoption option, curl_write_callback function) {
    return curl_easy_setopt(handle, option, function);
}

static inline CURLcode pgb_curl_setopt_read(CURL *handle, curl_read_callback function) {
    return curl_easy_setopt(handle, CURLOPT_READFUNCTION, function);
}

static inline CURLcode pgb_curl_setopt_progress(CURL *handle, curl_xferinfo_callback function) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, function);
}

static inline CURLcode pgb_curl_getinfo_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode pgb_curl_getinfo_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode pgb_curl_getinfo_socket(CURL *handle, CURLINFO info, curl_socket_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

#endif
