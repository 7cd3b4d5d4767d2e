// SPDX-License-Identifier: Apache-2.0
#include "pgb_curl.h"

#include <openssl/ssl.h>
#include <string.h>

/* Four records of TLS. More did not cost less, and leaves the processor's cache. */
enum { read_ahead_bytes = 64 << 10 };

static CURLcode set_read_ahead(CURL *handle, void *context, void *unused) {
    (void)handle;
    (void)unused;
    SSL_CTX_set_read_ahead((SSL_CTX *)context, 1);
    SSL_CTX_set_default_read_buffer_len((SSL_CTX *)context, read_ahead_bytes);
    return CURLE_OK;
}

CURLcode pgb_curl_read_ahead(CURL *handle) {
    /* The context is of the type of libcurl's TLS library. */
    const char *library = curl_version_info(CURLVERSION_NOW)->ssl_version;
    if (!library || strncmp(library, "OpenSSL/", 8) != 0) return CURLE_OK;
    return curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, set_read_ahead);
}
