/* The library's digests against the vectors of their standards. */
#include "suite.h"

#include "digest.h"

static void from_hex(const char *hex, uint8_t bytes[DIGEST_BYTES]) {
    for (int i = 0; i < DIGEST_BYTES; i++) {
        unsigned byte;
        assert_int_equal(sscanf(hex + i * 2, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
}

static void expect(const uint8_t digest[DIGEST_BYTES], const char *hex) {
    uint8_t expected[DIGEST_BYTES];
    from_hex(hex, expected);
    assert_memory_equal(digest, expected, DIGEST_BYTES);
}

TEST(sha_256_of_two_blocks_is_that_of_fips_180) {
    static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    uint8_t digest[DIGEST_BYTES];
    /* However it is cut. */
    for (uint32_t cut = 0; cut < sizeof(text); cut++) {
        assert_true(digest_begin());
        assert_true(digest_add(text, cut));
        assert_true(digest_add(text + cut, (uint32_t)sizeof(text) - 1 - cut));
        assert_true(digest_end(digest));
        expect(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    }
}

TEST(hmac_is_that_of_rfc_4231) {
    uint8_t code[DIGEST_BYTES];
    uint8_t key[25];
    uint8_t data[50];
    /* Test case 2. */
    assert_true(digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, code));
    expect(code, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    /* Test case 4. */
    for (int i = 0; i < 25; i++) key[i] = (uint8_t)(i + 1);
    memset(data, 0xcd, sizeof(data));
    assert_true(digest_hmac(key, 25, data, 50, code));
    expect(code, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

TEST(digests_are_equal_in_every_bit_or_not) {
    uint8_t one[DIGEST_BYTES];
    uint8_t other[DIGEST_BYTES];
    memset(one, 0x5a, sizeof(one));
    memcpy(other, one, sizeof(other));
    assert_true(digest_is_equal(one, other));
    for (int bit = 0; bit < DIGEST_BYTES * 8; bit++) {
        other[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(digest_is_equal(one, other));
        other[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha_256_of_two_blocks_is_that_of_fips_180),
        cmocka_unit_test(hmac_is_that_of_rfc_4231),
        cmocka_unit_test(digests_are_equal_in_every_bit_or_not),
    };
    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
