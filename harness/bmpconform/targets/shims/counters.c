/* Counts the edges that a request takes in memory that is shared with bmpconform; docs/fuzzing.md says how to use it.
 *
 * Why no library: an adapter compiles this one file into itself, and the codec is left as it is. What is to be seen is
 * compiled with gcc -fsanitize-coverage=trace-pc, with clang -fsanitize-coverage=trace-pc-guard or with the pass of the
 * same name in rustc; this file is compiled without. Where the environment names no maps, nothing is counted.
 */
#define _POSIX_C_SOURCE 200809L

#include "counters.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { VERSION = 1, SLOTS = 256, HASHED = 1 << 14, MOST = 1 << 16 };

/* Where the program begins in memory: what is counted must not change with where it is loaded. */
extern const char __executable_start[];

static uint8_t nowhere[MOST];
static uint8_t *maps, *map = nowhere;
static size_t size = MOST, counters = HASHED;
static uint32_t guards;
static uintptr_t previous;

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

size_t bmpconform_counters(void)
{
    if (maps == NULL)
        return 0;
    return counters < size ? counters : size;
}

void bmpconform_begin(unsigned long request)
{
    previous = 0;
    if (maps == NULL)
        return;
    map = maps + request % SLOTS * size;
    memset(map, 0, size);
}

void bmpconform_end(void)
{
    map = nowhere;
}

static void count(size_t edge)
{
    uint8_t *counter = &map[edge % (map == nowhere ? MOST : size)];
    /* Never back to 0, which says that it was not taken. */
    if (++*counter == 0)
        *counter = 1;
}

/* gcc has no numbers for edges: they are made of where the program is and where it was before. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    uintptr_t here = (uintptr_t)__builtin_return_address(0) - (uintptr_t)__executable_start;
    uintptr_t place = (here >> 4 ^ here << 8) % HASHED;
    count((place ^ previous) % HASHED);
    previous = place >> 1;
}

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop)
{
    if (start == stop || *start != 0)
        return;
    while (start < stop)
        *start++ = ++guards;
    counters = guards + 1;
}

void __sanitizer_cov_trace_pc_guard(uint32_t *guard);
void __sanitizer_cov_trace_pc_guard(uint32_t *guard)
{
    count(*guard);
}
