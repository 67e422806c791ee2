//go:build libfuzzer

package main

// #include "counters.h"
import "C"

// Counters returns how many edges of the library are counted, 0 where nobody looks at them.
func counters() int {
	return int(C.bmpconform_counters())
}

// BeginCounting counts for another request from now on.
func beginCounting(request int64) {
	C.bmpconform_begin(C.ulong(request))
}

// EndCounting hands over what was counted, before the answer is sent.
func endCounting() {
	C.bmpconform_end()
}
