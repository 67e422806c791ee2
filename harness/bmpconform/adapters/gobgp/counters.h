//go:build libfuzzer

#include <stddef.h>

size_t bmpconform_counters(void);
void bmpconform_begin(unsigned long request);
void bmpconform_end(void);
