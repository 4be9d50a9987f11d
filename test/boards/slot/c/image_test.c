/* What is refused before it is tried. */
#include "suite.h"

#include "samples.h"

static struct sample sample;

static const char *check(uint32_t length) {
    /* Exactly as long as it is: whoever reads on is seen by the sanitizer. */
    uint8_t *bytes = malloc(length > 0 ? length : 1);
    memcpy(bytes, sample.bytes, length);
    const char *wrong = image_check(bytes, length, sample_built_in(), SAMPLE_MEMORY_BYTES);
    free(bytes);
    return wrong;
}

static void make(struct sample_options options) {
    options.padding = 40;
    sample_image(&sample, &options);
}

#define OPTIONS(...) ((struct sample_options){__VA_ARGS__})

TEST(a_module_with_all_that_is_called_can_run) {
    make(OPTIONS(.seed = 1));
    assert_null(check(sample.length));
    const struct core_module module = image_module(sample.bytes);
    assert_ptr_equal(module.bytes, sample.bytes + 64);
    assert_int_equal(module.length, sample.length - 64);
    assert_int_equal(module.memory_bytes, SAMPLE_MEMORY_BYTES);
    assert_string_equal(module.profile, "sample");
}

TEST(an_image_that_is_cut_off_anywhere_is_refused) {
    make(OPTIONS(.seed = 1));
    for (uint32_t length = 0; length < sample.length; length++) {
        assert_non_null(check(length));
        /* Also where its header says that this is all. */
        if (length < 64) continue;
        sample_header(&sample)->length = length - 64;
        /* The last section is one that nobody needs: what ends before it is whole. */
        bool ends_before_padding = length == sample.length - 46;
        if (!ends_before_padding) assert_non_null(check(length));
        make(OPTIONS(.seed = 1));
    }
}

TEST(a_module_that_lacks_an_export_is_refused) {
    static const char *const names[] = {
#define NAME(name, arguments) #name,
        CORE_CALLS(NAME)
#undef NAME
    };
    for (uint32_t i = 0; i < CORE_CALL_COUNT; i++) {
        make(OPTIONS(.lacks = names[i]));
        assert_string_equal(check(sample.length), "the module lacks an export");
    }
}

TEST(a_module_of_another_abi_is_refused_whoever_says_so) {
    make(OPTIONS(.abi = 2));
    assert_string_equal(check(sample.length), "the module speaks another ABI");
    make(OPTIONS(.seed = 1));
    sample_header(&sample)->abi = 2;
    assert_string_equal(check(sample.length), "the module speaks another ABI");
}

TEST(a_module_that_imports_something_is_refused) {
    make(OPTIONS(.imports = 1));
    assert_string_equal(check(sample.length), "the module imports something");
}

TEST(what_is_no_image_is_refused) {
    make(OPTIONS(.seed = 1));
    sample.bytes[0] = 'f';
    assert_string_equal(check(sample.length), "no image of a module");
    make(OPTIONS(.seed = 1));
    sample_header(&sample)->header_bytes = 68;
    assert_string_equal(check(sample.length), "an image of another format");
    make(OPTIONS(.seed = 1));
    memset(sample_header(&sample)->profile, 'x', 24);
    assert_non_null(check(sample.length));
    make(OPTIONS(.seed = 1));
    sample.bytes[64 + 4] = 2;
    assert_non_null(strstr(check(sample.length), "another engine"));
}

TEST(a_module_that_needs_more_memory_than_there_is_is_refused) {
    make(OPTIONS(.seed = 1));
    sample_header(&sample)->memory_bytes = SAMPLE_MEMORY_BYTES + 1;
    assert_non_null(strstr(check(sample.length), "more memory"));
    make(OPTIONS(.seed = 1));
    sample_header(&sample)->rings_at = UINT32_MAX;
    assert_non_null(strstr(check(sample.length), "outside"));
    make(OPTIONS(.seed = 1));
    sample_header(&sample)->rings_bytes = SAMPLE_MEMORY_BYTES;
    assert_non_null(strstr(check(sample.length), "outside"));
}

TEST(the_other_engine_and_another_cpu_are_refused) {
    uint8_t ours[128] = "\0aot\6\0\0";
    const struct core_module built_in = {.bytes = ours, .length = sizeof(ours)};
    make(OPTIONS(.seed = 1));
    const uint32_t length = sizeof(struct image_header) + sizeof(ours);
    sample_header(&sample)->length = sizeof(ours);
    memcpy(sample.bytes + 64, ours, sizeof(ours));
    assert_null(image_check(sample.bytes, length, &built_in, SAMPLE_MEMORY_BYTES));
    assert_non_null(strstr(check(length), "another engine"));
    sample.bytes[64 + 22] = 243;
    assert_string_equal(image_check(sample.bytes, length, &built_in, SAMPLE_MEMORY_BYTES), "compiled for another CPU");
    sample.bytes[64 + 4] = 7;
    assert_non_null(strstr(image_check(sample.bytes, length, &built_in, SAMPLE_MEMORY_BYTES), "another version"));
    /* Ours is shorter than what is compared. */
    sample_header(&sample)->length = 20;
    sample.bytes[64 + 4] = 6;
    assert_non_null(image_check(sample.bytes, 84, &built_in, SAMPLE_MEMORY_BYTES));
}

/* Whatever it says, it is said within the bytes: the sanitizers are the judges. */
TEST(no_byte_that_is_changed_leads_out_of_the_image) {
    uint32_t seed = 1;
    uint32_t refused = 0;
    make(OPTIONS(.seed = 1));
    for (uint32_t at = 0; at < sample.length; at++) {
        for (uint32_t value = 0; value < 256; value += 5) {
            uint8_t was = sample.bytes[at];
            sample.bytes[at] = (uint8_t)(was ^ (value + 1));
            refused += check(sample.length) != NULL;
            sample.bytes[at] = was;
        }
    }
    for (uint32_t i = 0; i < 20000; i++) {
        make(OPTIONS(.seed = 1));
        for (uint32_t changes = 0; changes < 3; changes++) {
            seed = seed * 1664525 + 1013904223;
            sample.bytes[64 + seed % (sample.length - 64)] = (uint8_t)(seed >> 24);
        }
        refused += check(sample.length) != NULL;
    }
    assert_true(refused > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_module_with_all_that_is_called_can_run),
        cmocka_unit_test(an_image_that_is_cut_off_anywhere_is_refused),
        cmocka_unit_test(a_module_that_lacks_an_export_is_refused),
        cmocka_unit_test(a_module_of_another_abi_is_refused_whoever_says_so),
        cmocka_unit_test(a_module_that_imports_something_is_refused),
        cmocka_unit_test(what_is_no_image_is_refused),
        cmocka_unit_test(a_module_that_needs_more_memory_than_there_is_is_refused),
        cmocka_unit_test(the_other_engine_and_another_cpu_are_refused),
        cmocka_unit_test(no_byte_that_is_changed_leads_out_of_the_image),
    };
    return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
