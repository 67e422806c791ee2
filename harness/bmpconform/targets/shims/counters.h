/* What an adapter in C, C++ or Rust calls so that a campaign learns which branches a request went through. */
#ifndef BMPCONFORM_COUNTERS_H
#define BMPCONFORM_COUNTERS_H

#include <stddef.h>

/* Return how many counters there are, 0 where nobody looks at them: "coverage":{"counters":N} in the answer to hello. */
size_t bmpconform_counters(void);

/* Count for another request from now on; to be called with its id before it is handled. */
void bmpconform_begin(unsigned long request);

/* Count no more: to be called before the answer is sent, as the counters may be read from then on. */
void bmpconform_end(void);

#endif
