/* PSA's interface, the only one that Mbed TLS 4 has: ESP-IDF 6's. */
#include "digest.h"
#include "mbedtls/version.h"

/* Version 2 has it, too, so that it can be tried there. */
#if MBEDTLS_VERSION_MAJOR >= 4 || defined(DIGEST_PSA)

#include "psa/crypto.h"

static psa_hash_operation_t operation;

bool digest_begin(void) {
    operation = psa_hash_operation_init();
    return psa_crypto_init() == PSA_SUCCESS && psa_hash_setup(&operation, PSA_ALG_SHA_256) == PSA_SUCCESS;
}

bool digest_add(const void *bytes, uint32_t length) {
    return psa_hash_update(&operation, bytes, length) == PSA_SUCCESS;
}

bool digest_end(uint8_t digest[DIGEST_BYTES]) {
    size_t length = 0;
    psa_status_t result = psa_hash_finish(&operation, digest, DIGEST_BYTES, &length);
    if (result != PSA_SUCCESS) psa_hash_abort(&operation);
    return result == PSA_SUCCESS && length == DIGEST_BYTES;
}

bool digest_hmac(const void *key, uint32_t key_length, const void *bytes, uint32_t length, uint8_t code[DIGEST_BYTES]) {
    psa_key_attributes_t attributes = psa_key_attributes_init();
    psa_key_id_t id = 0;
    size_t code_length = 0;
    if (psa_crypto_init() != PSA_SUCCESS) return false;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_HMAC);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_MESSAGE);
    psa_set_key_algorithm(&attributes, PSA_ALG_HMAC(PSA_ALG_SHA_256));
    if (psa_import_key(&attributes, key, key_length, &id) != PSA_SUCCESS) return false;
    psa_status_t result = psa_mac_compute(id, PSA_ALG_HMAC(PSA_ALG_SHA_256), bytes, length, code, DIGEST_BYTES, &code_length);
    psa_destroy_key(id);
    return result == PSA_SUCCESS && code_length == DIGEST_BYTES;
}

#endif
