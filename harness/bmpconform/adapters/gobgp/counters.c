//go:build libfuzzer

/* Hands the counters that Go keeps for libFuzzer to bmpconform: cleared before a request, copied behind it.
 *
 * Why by copying: they lie in the program's data, where Go's linker puts them. The form of the maps is described in
 * bmpconform.targets.counters.
 */
#include "counters.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { VERSION = 1, SLOTS = 256 };

static uint8_t *first, *maps, *map;
static size_t count, size;

static unsigned long number(const char *name)
{
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void open_maps(void)
{
    const char *file = getenv("BMPCONFORM_MAP");
    size_t octets = number("BMPCONFORM_MAP_SIZE");
    if (file == NULL || octets == 0 || number("BMPCONFORM_MAP_VERSION") != VERSION)
        return;
    int handle = open(file, O_RDWR);
    if (handle < 0)
        return;
    void *shared = mmap(NULL, SLOTS * octets, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    close(handle);
    if (shared == MAP_FAILED)
        return;
    maps = shared;
    size = octets;
}

static size_t shown(void)
{
    return count < size ? count : size;
}

size_t bmpconform_counters(void)
{
    return maps == NULL ? 0 : shown();
}

void bmpconform_begin(unsigned long request)
{
    if (maps == NULL)
        return;
    map = maps + request % SLOTS * size;
    memset(map, 0, shown());
    memset(first, 0, count);
}

void bmpconform_end(void)
{
    if (map != NULL)
        memcpy(map, first, shown());
}

/* What Go's runtime calls: where its counters are, and what is compared, which is not looked at. */
void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop)
{
    first = start;
    count = (size_t)(stop - start);
}

void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *stop)
{
    (void)start;
    (void)stop;
}

void __sanitizer_cov_trace_cmp1(uint8_t one, uint8_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_cmp2(uint16_t one, uint16_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_cmp4(uint32_t one, uint32_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_cmp8(uint64_t one, uint64_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_const_cmp1(uint8_t one, uint8_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_const_cmp2(uint16_t one, uint16_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_const_cmp4(uint32_t one, uint32_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_const_cmp8(uint64_t one, uint64_t other) { (void)one, (void)other; }

void __sanitizer_weak_hook_strcmp(void *caller, const char *one, const char *other, int result)
{
    (void)caller, (void)one, (void)other, (void)result;
}
