#pragma once
#include "esp_eth.h"
#include "stub_w5500.h"
