#pragma once
#define ESP_IDF_VERSION_VAL(major, minor, patch) ((major << 16) | (minor << 8) | (patch))
#ifndef ESP_IDF_VERSION
#error "the build says which version these stubs are to be like"
#endif
