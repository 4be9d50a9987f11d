#pragma once
#include "esp_eth.h"
#include "stub_emac.h"
