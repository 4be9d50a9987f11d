/* Mbed TLS 2 and 3: Debian's, and ESP-IDF 5's. */
#include "digest.h"
#include "mbedtls/version.h"

#if MBEDTLS_VERSION_MAJOR < 4

#include "mbedtls/md.h"
#include "mbedtls/sha256.h"

#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_sha256_starts mbedtls_sha256_starts_ret
#define mbedtls_sha256_update mbedtls_sha256_update_ret
#define mbedtls_sha256_finish mbedtls_sha256_finish_ret
#endif

static mbedtls_sha256_context context;

bool digest_begin(void) {
    mbedtls_sha256_init(&context);
    return mbedtls_sha256_starts(&context, 0) == 0;
}

bool digest_add(const void *bytes, uint32_t length) {
    return mbedtls_sha256_update(&context, bytes, length) == 0;
}

bool digest_end(uint8_t digest[DIGEST_BYTES]) {
    int result = mbedtls_sha256_finish(&context, digest);
    mbedtls_sha256_free(&context);
    return result == 0;
}

bool digest_hmac(const void *key, uint32_t key_length, const void *bytes, uint32_t length, uint8_t code[DIGEST_BYTES]) {
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    return sha256 != NULL && mbedtls_md_hmac(sha256, key, key_length, bytes, length, code) == 0;
}

#endif
